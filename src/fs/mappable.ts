/** The file of a mapping: it is needed for as long as mmap(2) takes, and not kept open. */
import fs from "node:fs";
import { ZeroCopyError } from "../core/errors.ts";
import { descriptorOf, isPath, safeOpenFlags } from "../os/file.ts";
import type { AnyFile } from "../os/file.ts";

const { O_RDONLY, O_RDWR } = fs.constants;

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
  const fd = isOwn
    ? fs.openSync(file, (writable ? O_RDWR : O_RDONLY) | safeOpenFlags)
    : descriptorOf(file, action);
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
