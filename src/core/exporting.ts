/** A view as an exporter: what it says to `[kBuffer](flags)`. PEP 3118's rules, CPython's checks. */
import { BufferError } from "./errors.ts";
import { BufferFlags } from "./protocol.ts";
import type { BufferRecord } from "./protocol.ts";
import { READONLY, checkAlive, isC, isF, itemCount, regionOf, shapeOf, stridesOf } from "./view.ts";
import type { View } from "./view.ts";

/**
 * @throws {BufferError} when the view cannot meet the flags.
 * @throws {ValueError} when it was released.
 */
export function recordOf(view: View, flags: number, release: () => void): BufferRecord {
  checkAlive(view);
  const has = (flag: number): boolean => (flags & flag) === flag;
  const readonly = (view._state & READONLY) !== 0;
  if (has(BufferFlags.WRITABLE) && readonly) throw refuse("writable memory", "read-only");
  if (has(BufferFlags.C_CONTIGUOUS) && !isC(view)) throw refuse("C-contiguous memory", "gaps");
  if (has(BufferFlags.F_CONTIGUOUS) && !isF(view)) throw refuse("F-contiguous memory", "gaps");
  if (has(BufferFlags.ANY_CONTIGUOUS) && !isC(view) && !isF(view)) {
    throw refuse("contiguous memory", "gaps");
  }
  const strided = has(BufferFlags.STRIDES);
  if (!strided && !isC(view)) throw refuse("memory that needs no strides", "gaps");
  const shaped = has(BufferFlags.ND);
  const format = has(BufferFlags.FORMAT) ? view._layout.format : undefined;
  if (!shaped && format !== undefined) throw refuse("ND with the FORMAT flag", "FORMAT alone");
  const { bytes, offset } = regionOf(view);
  return {
    buffer: bytes.buffer,
    byteOffset: bytes.byteOffset + offset,
    byteLength: itemCount(view) * view._layout.itemsize,
    format,
    itemsize: shaped ? view._layout.itemsize : undefined,
    shape: shaped ? shapeOf(view) : undefined,
    strides: strided ? stridesOf(view) : undefined,
    readonly,
    release,
  };
}

function refuse(wanted: string, found: string): BufferError {
  return new BufferError(`Cannot lend this view: wanted ${wanted}, found ${found}`);
}
