/** The bytes that a struct reads or writes, for the time of a call. */
import { withBytes } from "../core/borrow.ts";
import { Bytes } from "../core/bytes.ts";
import { invalidType } from "../core/errors.ts";
import { BufferFlags } from "../core/protocol.ts";
import type { BytesLike } from "../core/protocol.ts";
import { View, checkAlive, isC, itemCount } from "../core/view.ts";

/**
 * Calls `use` with bytes, and where and how many of them are those of `source`.
 *
 * *Copies:* none.
 *
 * @throws {TypeError} unless bytes-like. @throws {BufferError} unless C-contiguous.
 */
export function withSource<R>(
  source: BytesLike,
  action: string,
  use: (bytes: Uint8Array, start: number, length: number) => R,
): R {
  if (source instanceof Bytes) return use(source._bytes, 0, source._bytes.length);
  if (source instanceof View) {
    checkAlive(source);
    if (isC(source)) {
      // Without a window of its own, which takes longer to make than the values to read.
      const length = itemCount(source) * source._layout.itemsize;
      return use(source._storage.live(source._offset + length), source._offset, length);
    }
  }
  return withBytes(source, action, (bytes) => use(bytes, 0, bytes.length));
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
  if (target instanceof Uint8Array) return use(target);
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
