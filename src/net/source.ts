/**
 * The file of a transfer: opened from a path, or a duplicate of a descriptor that somebody else
 * owns, so that closing the original in the middle of a transfer is harmless.
 */
import fs from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { ZeroCopyError, invalidType } from "../core/errors.ts";
import { nativeAddon } from "../native/binding.ts";
import { systemError } from "../native/systemError.ts";

/** A path, an open file descriptor, or a `FileHandle` of `node:fs/promises`. */
export type SendableFile = string | URL | Buffer | number | FileHandle;

/** A regular file, open for reading; `close` gives up our descriptor, never the caller's. */
export interface Source {
  readonly fd: number;
  /** From `fstat`; 0 does not mean empty (procfs). */
  readonly size: number;
  /** The `st_dev` of its file system. */
  readonly device: number;
  close(): Promise<void>;
}

/** A FIFO without a peer would hang in open(2); a terminal would become ours: fifo(7), open(2). */
export const safeOpenFlags: number = (fs.constants.O_NONBLOCK ?? 0) | (fs.constants.O_NOCTTY ?? 0);

const openFlags = fs.constants.O_RDONLY | safeOpenFlags;

/**
 * Descriptors are duplicated before this returns; paths are opened off-thread.
 *
 * @throws {ZeroCopyError} ERR_NOT_REGULAR_FILE.
 * @throws the error of `open`, `fstat` or the duplication.
 */
export function openSource(file: SendableFile): Promise<Source> {
  return openRegular(file, openFlags, "send a file");
}

/** {@link openSource} for whatever `flags` ask. `action` is for messages. */
export async function openRegular(
  file: SendableFile,
  flags: number,
  action: string,
): Promise<Source> {
  const { fd, owned } =
    typeof file === "number" || isFileHandle(file)
      ? borrow(file, action)
      : await openPath(file, flags);
  const close = async (): Promise<void> => (owned ? closeFd(fd) : undefined);
  try {
    const stats = await new Promise<fs.Stats>((resolve, reject) => {
      fs.fstat(fd, (error, found) => (error ? reject(error) : resolve(found)));
    });
    if (!stats.isFile()) {
      throw new ZeroCopyError(
        "ERR_NOT_REGULAR_FILE",
        `Cannot ${action}: wanted a regular file, found ${kindOf(stats)}${nameOf(file)}`,
      );
    }
    return { fd, size: stats.size, device: stats.dev, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface OpenFd {
  fd: number;
  owned: boolean;
}

/** Without the addon nothing can be duplicated: the descriptor must then stay open, as in `fs`. */
function borrow(file: number | FileHandle, action: string): OpenFd {
  const fd = typeof file === "number" ? file : file.fd;
  if (!Number.isInteger(fd) || fd < 0 || fd > 0x7fffffff) {
    throw invalidType(action, "an open file descriptor", fd);
  }
  const addon = nativeAddon();
  if (!addon) return { fd, owned: false };
  // Opened by Node, which closes what a terminated worker has left open; a bare dup it knows not of.
  const place = fs.openSync("/dev/null", "r");
  const result = addon.duplicateTo(fd, place);
  if (result === 0) return { fd: place, owned: true };
  fs.closeSync(place);
  throw systemError(result, "dup");
}

function openPath(path: string | URL | Buffer, flags: number): Promise<OpenFd> {
  return new Promise((resolve, reject) => {
    fs.open(path, flags, (error, fd) => (error ? reject(error) : resolve({ fd, owned: true })));
  });
}

function closeFd(fd: number): Promise<void> {
  return new Promise((resolve) => {
    fs.close(fd, () => resolve());
  });
}

function isFileHandle(file: unknown): file is FileHandle {
  return typeof file === "object" && file !== null && "fd" in file && typeof file.fd === "number";
}

function kindOf(stats: fs.Stats): string {
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a FIFO";
  if (stats.isSocket()) return "a socket";
  return "a device";
}

function nameOf(file: SendableFile): string {
  return typeof file === "string" || file instanceof URL ? ` (${String(file)})` : "";
}
