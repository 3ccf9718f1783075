import fs from "node:fs";
import { releaseAll } from "../core/borrow.ts";
import { systemError } from "../native/systemError.ts";
import { checkPosition } from "./arguments.ts";
import { afterBytes, openFile } from "../os/file.ts";
import type { AnyFile, OpenFile } from "../os/file.ts";
import { Pieces } from "./pieces.ts";
import { holdMemory } from "./regions.ts";
import type { HeldRegion, Memory } from "./regions.ts";

export interface WriteResult {
  /** Bytes written: all of the memory. */
  readonly bytes: number;
  readonly path: "write";
  /** Copies per byte: 1 to the kernel, and those that the memory made necessary. */
  readonly copies: number;
}

const eio = -5;
const action = "write from memory";
const { O_WRONLY, O_CREAT } = fs.constants;

/**
 * Writes memory to a file: all of it, however many pieces it is in. They are not joined first.
 *
 * *Copies:* one per byte, to the kernel, from a ByteArray, a mapped file, views of these, and
 * SharedArrayBuffers; they are locked until the end. Other memory could be detached meanwhile, and
 * strided views are no run of bytes: these are copied to a block first. The result says so.
 *
 * *Complexity:* O(n); system calls of up to 1,024 buffers each, off the JavaScript thread.
 *
 * @param file - a path, a file descriptor or a `FileHandle`. The last two stay the caller's and may be
 *   closed at once: a duplicate is written to. (Without the native addon: keep them open.)
 * @param memory - of any kind; or an array of such, which is written in order.
 * @param position - where in the file to begin; its own position then stays. `null`, the default: at
 *   its own position, which advances; a path is then replaced as by `fs.writeFile`, where with a position
 *   what it has stays.
 * @throws {TypeError} when an argument has the wrong type.
 * @throws {ValueError} when `position` is negative or above 2^53 - 1; for released views.
 * @throws {BufferError} for memory that is detached, or was before it was written.
 * @throws the error of `open` (ENOENT, EACCES, …) or `write` (ENOSPC, EPIPE, …; `bytes` of it were
 *   written before). Source: pwritev(2), writev(2).
 *
 * @example
 * ```ts
 * import { b, bytearray } from "zerocopy";
 * import { writeFrom } from "zerocopy/fs";
 *
 * const body = bytearray(1000);
 * const { bytes } = await writeFrom("/dev/null", [b`header\n`, body], 0);
 * console.log(bytes); // 1007, by one system call
 * ```
 */
export async function writeFrom(
  file: AnyFile,
  memory: Memory,
  position: number | bigint | null = null,
): Promise<WriteResult> {
  const start = checkPosition(action, position);
  const held = holdMemory(memory, action, "read");
  try {
    const target = await openFile(file, action, start === null ? "w" : O_WRONLY | O_CREAT);
    try {
      return await drain(target, held, start);
    } finally {
      await target.close();
    }
  } finally {
    releaseAll(held);
  }
}

async function drain(
  { fd }: OpenFile,
  held: readonly HeldRegion[],
  start: number | null,
): Promise<WriteResult> {
  const pieces = new Pieces(held);
  let bytes = 0;
  try {
    for (let next = pieces.forWriting(); next.length > 0; next = pieces.forWriting()) {
      const windows = next.map(({ window }) => window);
      const count = await writev(fd, windows, start === null ? null : start + bytes);
      if (count === 0) throw systemError(eio, "write"); // it would go on for ever
      bytes += count;
      pieces.advance(count);
    }
  } catch (error) {
    throw afterBytes(error, bytes);
  }
  const gathered = held.reduce((sum, region) => sum + region.gathered, 0);
  const copied = bytes + pieces.copied + gathered;
  return { bytes, path: "write", copies: bytes === 0 ? 0 : copied / bytes };
}

function writev(fd: number, windows: Uint8Array[], position: number | null): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.writev(fd, windows, position as number, (error, count) =>
      error ? reject(error) : resolve(count),
    );
  });
}
