/**
 * The file of a transfer: opened from a path, or a duplicate of a descriptor that somebody else
 * owns, so that closing the original in the middle of a transfer is harmless.
 */
import fs from "node:fs";
import { ZeroCopyError } from "../core/errors.ts";
import { openFile, safeOpenFlags } from "../os/file.ts";
import type { AnyFile } from "../os/file.ts";

/** A path, an open file descriptor, or a `FileHandle` of `node:fs/promises`. */
export type SendableFile = AnyFile;

/** A regular file, open for reading; `close` gives up our descriptor, never the caller's. */
export interface Source {
  readonly fd: number;
  /** From `fstat`; 0 does not mean empty (procfs). */
  readonly size: number;
  /** The `st_dev` of its file system. */
  readonly device: number;
  close(): Promise<void>;
}

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
  const { fd, close } = await openFile(file, action, flags);
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

function kindOf(stats: fs.Stats): string {
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a FIFO";
  if (stats.isSocket()) return "a socket";
  return "a device";
}

function nameOf(file: SendableFile): string {
  return typeof file === "string" || file instanceof URL ? ` (${String(file)})` : "";
}
