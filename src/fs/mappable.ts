/** The file of a mapping: it is needed for as long as mmap(2) takes, and not kept open. */
import fs from "node:fs";
import { ZeroCopyError } from "../core/errors.ts";
import { descriptorOf, isPath } from "../os/file.ts";
import type { AnyFile } from "../os/file.ts";

/** Open, and a regular file. */
export interface RegularFile {
  readonly fd: number;
  readonly size: number;
}

/**
 * Calls `use` with the open file; one that was opened here is closed afterwards.
 *
 * @throws {ZeroCopyError} ERR_NOT_REGULAR_FILE. @throws the error of `open` or `fstat`.
 */
export function withFile<R>(
  file: AnyFile,
  writable: boolean,
  action: string,
  use: (open: RegularFile) => R,
): R {
  const isOwn = isPath(file);
  const fd = isOwn ? fs.openSync(file, flagsFor(writable)) : descriptorOf(file, action);
  try {
    const stats = fs.fstatSync(fd);
    if (!stats.isFile()) {
      const found = stats.isDirectory() ? "a directory" : "a FIFO, a socket or a device";
      const text = `Cannot ${action}: wanted a regular file, found ${found}`;
      throw new ZeroCopyError("ERR_NOT_REGULAR_FILE", text);
    }
    return use({ fd, size: stats.size });
  } finally {
    if (isOwn) fs.closeSync(fd);
  }
}

// A FIFO without a writer would hang in open(2); a terminal would become ours: fifo(7), open(2).
function flagsFor(writable: boolean): number {
  const { O_RDWR, O_RDONLY, O_NONBLOCK, O_NOCTTY } = fs.constants;
  return (writable ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_NOCTTY;
}
