/** The bytes that a struct reads or writes, for the time of a call. */
import { withBytes } from "../core/borrow.ts";
import { Bytes } from "../core/bytes.ts";
import { invalidType } from "../core/errors.ts";
import { BufferFlags } from "../core/protocol.ts";
import type { BytesLike } from "../core/protocol.ts";
import { View, checkAlive, isC, itemCount } from "../core/view.ts";

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
      return use(bytes, start, length, storage.view);
    }
  }
  return withBytes(source, action, (bytes) => use(bytes, 0, bytes.byteLength));
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

let recent: Uint8Array | undefined;
let recentLength = 0;
let recentView: DataView | undefined;
let willForget = false;

/**
 * A DataView of the array, from its second use in a row on. To make one, or only to find it in a
 * WeakMap, takes about as long as to read a record. When the running job ends it is forgotten, so
 * that it keeps no memory alive.
 */
export function recentViewOf(bytes: Uint8Array, length: number): DataView | undefined {
  if (bytes !== recent || length !== recentLength) return remember(bytes, length);
  return recentView ?? viewOfRecent(bytes, length);
}

function viewOfRecent(bytes: Uint8Array, length: number): DataView {
  recentView = new DataView(bytes.buffer, bytes.byteOffset, length);
  return recentView;
}

function remember(bytes: Uint8Array, length: number): undefined {
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
