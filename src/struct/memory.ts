/** The bytes that a struct reads or writes, for the time of a call. */
import { withBytes } from "../core/borrow.ts";
import { Bytes } from "../core/bytes.ts";
import { invalidType } from "../core/errors.ts";
import { BufferFlags } from "../core/protocol.ts";
import type { BytesLike } from "../core/protocol.ts";
import { View, checkAlive, isC, itemCount, settled } from "../core/view.ts";

/**
 * Calls `use` with bytes, and where and how many of them are those of `source`; with a DataView of
 * the same bytes, where there is one.
 *
 * *Copies:* none.
 *
 * @throws {TypeError} unless bytes-like. @throws {BufferError} unless C-contiguous.
 */
export function withSource<R>(
  source: BytesLike,
  action: string,
  use: (bytes: Uint8Array, start: number, length: number, view?: DataView) => R,
): R {
  if (source instanceof Bytes) return use(source._live(), 0, source.length);
  if (source instanceof View) {
    checkAlive(source);
    if (isC(source)) {
      // Without a window of its own, which takes longer to make than the values to read.
      const { _storage: storage, _offset: start } = source;
      const length = itemCount(source) * source._layout.itemsize;
      const bytes = storage.live(length === 0 ? 0 : start + length);
      return settled(source, use(bytes, start, length, storage.view));
    }
  }
  return withBytes(source, action, (bytes) => use(bytes, 0, bytes.byteLength));
}

/** Does a view of bytes without gaps hold `size` of them from `offset` on, as far as it knows? */
export function holds(source: unknown, offset: unknown, size: number): source is View {
  return (
    source instanceof View &&
    source._inner === null &&
    source._stride === source._layout.itemsize &&
    source._storage.ended === "" &&
    typeof offset === "number" &&
    offset >>> 0 === offset &&
    offset + size <= source._rows * source._stride
  );
}

/**
 * Calls `use` with the writable bytes of `target`.
 *
 * @throws {TypeError} whatever the reason that they cannot be had, as in CPython.
 */
export function withTarget(
  target: BytesLike,
  action: string,
  use: (bytes: Uint8Array) => void,
): void {
  let isAcquired = false;
  const useOnce = (bytes: Uint8Array): void => {
    isAcquired = true;
    use(bytes);
  };
  try {
    withBytes(target, action, useOnce, BufferFlags.WRITABLE);
  } catch (error) {
    if (isAcquired) throw error;
    const refusal = invalidType(action, "writable, C-contiguous memory", target);
    refusal.cause = error;
    throw refusal;
  }
}

/**
 * The array that was read last, and from its second use in a row on a DataView of it. To make one, or
 * only to find it in a WeakMap, takes longer than to read a record of four values. When the running
 * job ends it is forgotten, so that it keeps no memory alive.
 */
let recent: Uint8Array | undefined;
let recentLength = 0;
let recentView: DataView | undefined;
let willForget = false;

/** The DataView of `source`, if it was read last and `size` bytes from `offset` on lie inside. */
export function recentViewAt(source: unknown, offset: unknown, size: number): DataView | undefined {
  return source === recent &&
    typeof offset === "number" &&
    offset >>> 0 === offset &&
    offset + size <= recentLength
    ? recentView
    : undefined;
}

/** Remembers what is read. */
export function remember(bytes: Uint8Array): void {
  const length = bytes.byteLength;
  if (bytes === recent && length === recentLength && length > 0) {
    recentView ??= new DataView(bytes.buffer, bytes.byteOffset, length);
    return;
  }
  recent = bytes;
  recentLength = length;
  recentView = undefined;
  if (willForget) return;
  willForget = true;
  void Promise.resolve().then(forget);
}

function forget(): void {
  recent = undefined;
  recentView = undefined;
  willForget = false;
}
