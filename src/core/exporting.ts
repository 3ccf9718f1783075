/** A view as an exporter: what it says to `[kBuffer](flags)`. PEP 3118's rules, CPython's checks. */
import { BufferError, cannot } from "./errors.ts";
import type { Found } from "./errors.ts";
import {
  ANY_CONTIGUOUS,
  C_CONTIGUOUS,
  FORMAT,
  F_CONTIGUOUS,
  ND,
  STRIDES,
  WRITABLE,
} from "./protocol.ts";
import type { BufferRecord } from "./protocol.ts";
import { READONLY, checkAlive, isC, isF, itemCount, regionOf } from "./view.ts";
import type { View } from "./view.ts";

/**
 * @throws {BufferError} when the view cannot meet the flags.
 * @throws {ValueError} when it was released.
 */
export function recordOf(view: View, flags: number): BufferRecord {
  checkAlive(view);
  const has = (flag: number): boolean => (flags & flag) === flag;
  const readonly = (view._state & READONLY) !== 0;
  if (has(WRITABLE) && readonly) throw refuse("writable memory", "read-only");
  const [strided, shaped] = [has(STRIDES), has(ND)];
  const [inC, inF] = [isC(view), isF(view)];
  if (
    ((has(C_CONTIGUOUS) || !strided) && !inC) ||
    (has(F_CONTIGUOUS) && !inF) ||
    (has(ANY_CONTIGUOUS) && !inC && !inF)
  ) {
    throw refuse("contiguous strides", view.strides);
  }
  if (!shaped && has(FORMAT)) throw refuse("ND with FORMAT", "none");
  const { bytes, offset, shape, strides, itemsize } = regionOf(view);
  return {
    buffer: bytes.buffer,
    byteOffset: bytes.byteOffset + offset,
    byteLength: itemCount(view) * itemsize,
    format: has(FORMAT) ? view._layout.format : undefined,
    itemsize: shaped ? itemsize : undefined,
    shape: shaped ? shape : undefined,
    strides: strided ? strides : undefined,
    readonly,
  };
}

function refuse(wanted: string, found: Found): BufferError {
  return cannot(BufferError, "lend a memoryview", wanted, found);
}
