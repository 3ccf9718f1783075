/**
 * Files below a directory where the kernel cannot keep a path inside while it follows it: no addon,
 * Linux before 5.6, another system. The path is resolved, checked and opened; then what was opened is
 * checked, because a directory may have been swapped for a link in between. Never on this thread.
 */
import fs from "node:fs";
import type { BigIntStats, Stats } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { systemError } from "../../native/systemError.ts";
import { safeOpenFlags } from "../../os/file.ts";
import { openedAs } from "./opened.ts";
import type { Opened } from "./opened.ts";
import { offThread } from "./offThread.ts";

/**
 * Where symbolic links may lead: to what lies below the directory, absolute ones too; anywhere; or
 * there may be none.
 */
export type Symlinks = "inside" | "follow" | "never";

const { ELOOP, ENXIO, EXDEV } = constants.errno;
const openFlags = fs.constants.O_RDONLY | safeOpenFlags | (fs.constants.O_NOFOLLOW ?? 0);

/** `relative` has no `..`. @throws {OSError} as `Root.open` does. */
export async function openChecked(
  directory: string,
  relative: string,
  symlinks: Symlinks,
): Promise<Opened> {
  const root = await realPath(directory);
  const file = await realPath(path.join(root, relative));
  if (symlinks === "never" && file !== path.resolve(root, relative)) {
    throw systemError(-ELOOP, "open");
  }
  const top = { inside: root, follow: path.parse(file).root, never: file }[symlinks];
  if (pathBelow(top, file) === undefined) throw systemError(-EXDEV, "open");
  if (!isServable(await offThread<Stats>((done) => fs.stat(file, done)))) {
    throw systemError(-ENXIO, "open");
  }
  const fd = await offThread<number>((done) => fs.open(file, openFlags, done));
  const opened = await openedAs(fd);
  try {
    await checkOpened(opened, file, top);
    return opened;
  } catch (error) {
    opened.close();
    throw error;
  }
}

/** The absolute path without links. @throws {OSError} */
export function realPath(file: string): Promise<string> {
  return offThread((done) => fs.realpath.native(file, done));
}

/** The way from one real path to another below it, `""` when they are one; else undefined. */
export function pathBelow(top: string, file: string): string | undefined {
  if (file === top) return "";
  const prefix = top.endsWith(path.sep) ? top : top + path.sep;
  return file.startsWith(prefix) ? file.slice(prefix.length) : undefined;
}

function isServable(stats: Stats): boolean {
  return stats.isFile() || stats.isDirectory();
}

/** @throws {OSError} EXDEV unless the descriptor is of a file below `top`. */
async function checkOpened({ fd, stats }: Opened, file: string, top: string): Promise<void> {
  if (!isServable(stats)) throw systemError(-ENXIO, "open");
  const now = process.platform === "linux" ? await pathOf(fd) : undefined;
  const isInside = now === undefined ? await isStill(fd, file) : pathBelow(top, now) !== undefined;
  if (!isInside) throw systemError(-EXDEV, "open");
}

/** Where the kernel says that the file of a descriptor lies; undefined without procfs. */
function pathOf(fd: number): Promise<string | undefined> {
  return new Promise((done) => {
    fs.readlink(`/proc/self/fd/${fd}`, (error, target) => done(error ? undefined : target));
  });
}

/** Whether the resolved path still is one, and leads to the file of the descriptor. */
async function isStill(fd: number, file: string): Promise<boolean> {
  const opened = await offThread<BigIntStats>((done) => fs.fstat(fd, { bigint: true }, done));
  const named = await offThread<BigIntStats>((done) => fs.lstat(file, { bigint: true }, done));
  return opened.dev === named.dev && opened.ino === named.ino && (await realPath(file)) === file;
}
