/**
 * The only place of this library where bytes are copied in user space. A test enforces it, so that
 * reading this file and its callers is a complete audit of our copies; everything else hands out
 * views.
 */

let total = 0;

/**
 * Copies `source` to the start of `target`.
 *
 * *Copies:* `source.byteLength` bytes. Overlapping memory is copied as if through a temporary.
 *
 * *Complexity:* O(n).
 *
 * @throws {RangeError} when `target` is shorter than `source`; nothing is written.
 */
export function copyBytes(source: Uint8Array, target: Uint8Array): void {
  target.set(source);
  total += source.byteLength;
}

/** Bytes copied in user space by this library, in this thread, since it was loaded. */
export function copiedBytes(): number {
  return total;
}
