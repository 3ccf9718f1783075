/**
 * Files that are opened to be sent: found without waiting where the path is in the kernel's cache of
 * names, otherwise off-thread. The status comes from the descriptor, so it is that of what is sent.
 */
import fs from "node:fs";
import type { Stats } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { nativeAddon } from "../../native/binding.ts";
import type { NativeAddon } from "../../native/binding.ts";
import { systemError } from "../../native/systemError.ts";
import { safeOpenFlags } from "../../os/file.ts";
import type { AnyFile } from "../../os/file.ts";

/** Open for reading; may be a directory or anything else that `stats` says. */
export interface Opened {
  readonly fd: number;
  readonly stats: Stats;
  /** Once. Never waits. */
  close(): void;
}

/** From openat2(2), linux/openat2.h. */
export const resolve = { noXdev: 0x01, noMagicLinks: 0x02, noSymlinks: 0x04, beneath: 0x08 };

const again = -11; // EAGAIN, on every architecture of Linux that Node runs on

/**
 * Opens `file` at once, or says that it cannot: undefined where the answer is not in memory, or there
 * is no addon. `directoryFd`: where relative paths begin; `rules`: of {@link resolve}.
 *
 * Only for file systems that are known to be local: opening a file of another may wait for its server.
 *
 * @throws {OSError} ENOENT, EACCES, ENOTDIR, ELOOP, EXDEV, …
 */
export function openAtOnce(file: string, directoryFd = -1, rules = 0): Opened | undefined {
  const addon = nativeAddon();
  if (!addon) return undefined;
  const fd = addon.openQuickly(directoryFd, file, rules);
  if (fd === again) return undefined;
  if (fd < 0) throw systemError(fd, "openat2");
  return openedQuickly(addon, fd);
}

/** A descriptor of `openQuickly`; undefined, and closed, when nothing is known of it: off-thread it is found again. */
export function openedQuickly(addon: NativeAddon, fd: number): Opened | undefined {
  const close = (): void => void addon.closeQuickly(fd);
  const stats = statOf(fd);
  if (stats) return { fd, stats, close };
  close();
  return undefined;
}

/**
 * A regular file for sending, opened at once: where its path is in memory, and its file system known to be
 * local, because a file of it has been sent in the last seconds. Otherwise undefined, whatever the matter is.
 */
export function openLocalAtOnce(file: AnyFile): OpenedSource | undefined {
  const addon = nativeAddon();
  if (!addon || !(typeof file === "string" || file instanceof URL)) return undefined;
  const name = typeof file === "string" ? file : pathOf(file);
  const fd = name === undefined ? again : addon.openLocalQuickly(name);
  const opened = fd < 0 ? undefined : openedQuickly(addon, fd);
  if (!opened) return undefined;
  const { stats, close } = opened;
  if (stats.isFile() && stats.size > 0) return { fd, size: stats.size, device: stats.dev, close };
  close();
  return undefined;
}

/** Whether `stats` are still those of the file: of its length and of when it was changed last. */
export function isUnchanged(fd: number, { size, mtimeMs }: Stats): boolean {
  const addon = nativeAddon();
  if (addon) return addon.isUnchanged(fd, size, mtimeMs);
  const now = statOf(fd);
  return now?.size === size && now.mtimeMs === mtimeMs;
}

export interface OpenedSource {
  readonly fd: number;
  readonly size: number;
  readonly device: number;
  close(): unknown;
}

function pathOf(url: URL): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined; // fs.open says it better
  }
}

function statOf(fd: number): Stats | undefined {
  try {
    return fs.fstatSync(fd);
  } catch {
    return undefined;
  }
}

/** Opens `file` off-thread. @throws the error of `open` or `fstat`. */
export async function openOffThread(file: string): Promise<Opened> {
  const fd = await new Promise<number>((found, failed) => {
    fs.open(path.toNamespacedPath(file), fs.constants.O_RDONLY | safeOpenFlags, (error, opened) =>
      error ? failed(error) : found(opened),
    );
  });
  return openedAs(fd);
}

/** `fd`, which becomes that of the result, or is closed. @throws the error of `fstat`. */
export async function openedAs(fd: number): Promise<Opened> {
  const close = (): void => fs.close(fd, () => {});
  try {
    const stats = await new Promise<Stats>((found, failed) => {
      fs.fstat(fd, (error, status) => (error ? failed(error) : found(status)));
    });
    return { fd, stats, close };
  } catch (error) {
    close();
    throw error;
  }
}
