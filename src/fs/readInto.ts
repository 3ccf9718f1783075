import fs from "node:fs";
import { releaseAll } from "../core/borrow.ts";
import { checkPosition } from "./arguments.ts";
import { afterBytes, openFile } from "../os/file.ts";
import type { AnyFile, OpenFile } from "../os/file.ts";
import { Pieces } from "./pieces.ts";
import { holdMemory } from "./regions.ts";
import type { HeldRegion, Memory } from "./regions.ts";

export interface ReadResult {
  /** Bytes read: as many as there is memory for, or fewer because the file ended. */
  readonly bytes: number;
  readonly path: "read";
  /** Copies per byte: 1 from the kernel, and those that the memory made necessary. */
  readonly copies: number;
}

const action = "read into memory";

/**
 * Reads from a file into memory that is there already, until it is full or the file ends.
 *
 * *Copies:* one per byte, from the kernel to where it belongs, into a ByteArray, a mapped file, views of
 * these, and SharedArrayBuffers; they are locked until the end. Other memory could be detached
 * meanwhile, and strided views take no run of bytes: for these the bytes come into a block first,
 * and are copied once more. The result says so.
 *
 * *Complexity:* O(n); system calls of up to 1,024 buffers each, off the JavaScript thread.
 *
 * @param file - a path, a file descriptor or a `FileHandle`. The last two stay the caller's and may be
 *   closed at once: a duplicate is read. (Without the native addon: keep them open.)
 * @param memory - writable, of any kind; or an array of such, which is filled in order.
 * @param position - where in the file to begin; its own position then stays. `null`, the default: at
 *   its own position, which advances; for a path that is the beginning.
 * @throws {TypeError} when an argument has the wrong type.
 * @throws {ValueError} when `position` is negative or above 2^53 - 1; for released views.
 * @throws {BufferError} for read-only or detached memory; nothing is read then. When it was detached
 *   meanwhile, bytes have been read.
 * @throws the error of `open` (ENOENT, EACCES, …) or `read` (EISDIR, EIO, …; `bytes` of it came
 *   before). Source: preadv(2), readv(2); Python's `readinto`.
 *
 * @example
 * ```ts
 * import { bytearray } from "zerocopy";
 * import { readInto } from "zerocopy/fs";
 *
 * const header = bytearray(64);
 * const { bytes, copies } = await readInto(process.execPath, header);
 * console.log(bytes, copies, header.slice(1, 4).decode()); // 64 1 ELF
 * ```
 */
export async function readInto(
  file: AnyFile,
  memory: Memory,
  position: number | bigint | null = null,
): Promise<ReadResult> {
  const start = checkPosition(action, position);
  const held = holdMemory(memory, action, "write");
  try {
    const source = await openFile(file, action, "r");
    try {
      return await fill(source, held, start);
    } finally {
      await source.close();
    }
  } finally {
    releaseAll(held);
  }
}

async function fill(
  { fd }: OpenFile,
  held: readonly HeldRegion[],
  start: number | null,
): Promise<ReadResult> {
  const pieces = new Pieces(held);
  let bytes = 0;
  try {
    for (let next = pieces.forReading(); next.length > 0; next = pieces.forReading()) {
      const windows = next.map(({ window }) => window);
      const count = await readv(fd, windows, start === null ? null : start + bytes);
      if (count === 0) break;
      bytes += count;
      pieces.deliver(next, count);
    }
  } catch (error) {
    throw afterBytes(error, bytes);
  }
  let copied = bytes + pieces.copied;
  let left = bytes;
  for (const region of held) {
    copied += region.scatter(Math.min(left, region.length));
    left = Math.max(0, left - region.length);
  }
  return { bytes, path: "read", copies: bytes === 0 ? 0 : copied / bytes };
}

function readv(fd: number, windows: Uint8Array[], position: number | null): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.readv(fd, windows, position as number, (error, count) =>
      error ? reject(error) : resolve(count),
    );
  });
}
