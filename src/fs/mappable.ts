/** The file of a mapping: it is needed for as long as mmap(2) takes, and not kept open. */
import fs from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { ZeroCopyError, invalidType } from "../core/errors.ts";

/** A path, an open file descriptor, or a `FileHandle` of `node:fs/promises`. */
export type MappableFile = string | URL | Buffer | number | FileHandle;

/** Open, and a regular file. */
export interface OpenFile {
  readonly fd: number;
  readonly size: number;
}

/**
 * Calls `use` with the open file; one that was opened here is closed afterwards.
 *
 * @throws {ZeroCopyError} ERR_NOT_REGULAR_FILE. @throws the error of `open` or `fstat`.
 */
export function withFile<R>(
  file: MappableFile,
  writable: boolean,
  action: string,
  use: (open: OpenFile) => R,
): R {
  const given = typeof file === "number" ? file : isFileHandle(file) ? file.fd : undefined;
  if (given !== undefined && !(Number.isInteger(given) && given >= 0)) {
    throw invalidType(action, "an open file descriptor", given);
  }
  const fd = given ?? fs.openSync(file as string, flagsFor(writable));
  try {
    const stats = fs.fstatSync(fd);
    if (!stats.isFile()) {
      const found = stats.isDirectory() ? "a directory" : "a FIFO, a socket or a device";
      const text = `Cannot ${action}: wanted a regular file, found ${found}`;
      throw new ZeroCopyError("ERR_NOT_REGULAR_FILE", text);
    }
    return use({ fd, size: stats.size });
  } finally {
    if (given === undefined) fs.closeSync(fd);
  }
}

// A FIFO without a writer would hang in open(2); a terminal would become ours: fifo(7), open(2).
function flagsFor(writable: boolean): number {
  const { O_RDWR, O_RDONLY, O_NONBLOCK, O_NOCTTY } = fs.constants;
  return (writable ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_NOCTTY;
}

function isFileHandle(file: unknown): file is FileHandle {
  return typeof file === "object" && file !== null && "fd" in file && typeof file.fd === "number";
}
