/** The bytes of anything bytes-like, for the time of a call. */
import { cloneBytes, copyItems } from "./copy.ts";
import { BufferError } from "./errors.ts";
import { cStrides, isCContiguous, product } from "./geometry.ts";
import {
  BufferFlags,
  bytesOf,
  isArrayBuffer,
  isExporter,
  isGrowingMemory,
  notBytesLike,
  requestBuffer,
} from "./protocol.ts";
import type { BytesLike } from "./protocol.ts";
import { describeRecord } from "./record.ts";
import type { Description } from "./record.ts";

export function isBytesLike(source: unknown): source is BytesLike {
  return (
    ArrayBuffer.isView(source) ||
    isExporter(source) ||
    isArrayBuffer(source) ||
    isGrowingMemory(source)
  );
}

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
  flags: number = BufferFlags.SIMPLE,
): R {
  if (ArrayBuffer.isView(source) || isArrayBuffer(source)) return use(bytesOf(source, action));
  if (isGrowingMemory(source)) return use(new Uint8Array(source.buffer));
  return withDescription(source, action, flags, (memory) => use(contiguous(memory, action)));
}

/**
 * All bytes of `source` in C order, whatever its strides. *Copies:* the bytes of the items, once.
 *
 * @throws {TypeError} when `source` is not bytes-like.
 */
export function gatherBytes(source: unknown, action: string): Uint8Array<ArrayBuffer> {
  if (!isExporter(source)) return withBytes(source, action, cloneBytes);
  return withDescription(source, action, BufferFlags.FULL_RO, gather);
}

function withDescription<R>(
  source: unknown,
  action: string,
  flags: number,
  use: (memory: Description) => R,
): R {
  if (!isExporter(source)) throw notBytesLike(action, source);
  const record = requestBuffer(source, flags, action);
  try {
    return use(describeRecord(record, action));
  } finally {
    record.release?.();
  }
}

function contiguous({ buffer, offset, shape, strides, layout }: Description, action: string) {
  if (!isCContiguous(shape, strides, layout.itemsize)) {
    throw new BufferError(
      `Cannot ${action}: wanted C-contiguous memory, found strides [${strides.join(", ")}]`,
    );
  }
  return new Uint8Array(buffer, offset, product(shape) * layout.itemsize);
}

function gather({ buffer, offset, shape, strides, layout }: Description): Uint8Array<ArrayBuffer> {
  const { itemsize } = layout;
  const bytes = new Uint8Array(product(shape) * itemsize);
  const source = { bytes: new Uint8Array(buffer), offset, strides };
  const target = { bytes, offset: 0, strides: cStrides(shape, itemsize) };
  copyItems(source, target, shape, itemsize);
  return bytes;
}
