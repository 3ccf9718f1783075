/** The bytes of anything bytes-like, for the time of a call. */
import { product } from "../format/layout.ts";
import { cloneBytes, packItems } from "./copy.ts";
import { BufferError, cannot } from "./errors.ts";
import { isCContiguous } from "./geometry.ts";
import { FULL_RO, SIMPLE, bytesOf, isExporter, isMemory, notBytesLike } from "./protocol.ts";
import { requestBuffer } from "./record.ts";
import type { Lent } from "./record.ts";

/**
 * Calls `use` with a window on the bytes of `source`; it must not be kept. An exporter is asked by
 * `flags`, and released after the call.
 *
 * *Copies:* none.
 *
 * @throws {TypeError} when `source` is not bytes-like.
 * @throws {BufferError} when its memory is not C-contiguous, or not writable as asked.
 */
export function withBytes<R>(
  source: unknown,
  action: string,
  use: (bytes: Uint8Array) => R,
  flags: number = SIMPLE,
): R {
  if (isMemory(source)) return use(bytesOf(source, action));
  return withItems(source, action, flags, (items) => {
    const { buffer, offset, shape, strides, itemsize } = items;
    if (isCContiguous(items)) return use(new Uint8Array(buffer, offset, product(shape) * itemsize));
    throw cannot(BufferError, action, "C-contiguous strides", strides);
  });
}

/**
 * All bytes of `source` in C order, whatever its strides. *Copies:* the bytes of the items, once.
 *
 * @throws {TypeError} when `source` is not bytes-like.
 */
export function gatherBytes(source: unknown, action: string): Uint8Array<ArrayBuffer> {
  if (!isExporter(source)) return withBytes(source, action, cloneBytes);
  return withItems(source, action, FULL_RO, (items) =>
    packItems({ ...items, bytes: new Uint8Array(items.buffer) }),
  );
}

function withItems<R>(source: unknown, action: string, flags: number, use: (items: Lent) => R): R {
  if (!isExporter(source)) throw notBytesLike(action, source);
  const lent = requestBuffer(source, flags, action);
  try {
    return use(lent);
  } finally {
    lent.release?.();
  }
}
