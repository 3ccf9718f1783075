/** Indices and slices by Python's rules: negative counts from the end, slices are clipped. */
import { IndexError, OverflowError, ValueError, cannot, invalidType } from "./errors.ts";

/** What counts as an integer: Python's `__index__`. */
export type Index = number | bigint | boolean;

/** `[start, stop, step]` or an object; what is left out is as in Python's `a[start:stop:step]`. */
export type Slice =
  | readonly [start?: SliceBound, stop?: SliceBound, step?: SliceBound]
  | { readonly start?: SliceBound; readonly stop?: SliceBound; readonly step?: SliceBound };
export type SliceBound = number | bigint | boolean | null | undefined;

/** A slice fitted to an axis: `count` items from `start`, `step` apart. */
export interface Range {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** A number for an index; beyond 2^53 it is inexact, beyond 2^64 clipped: far out of every range. */
export function toIndex(value: unknown, action: string): number {
  if (typeof value === "number" && Number.isInteger(value)) return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "bigint") return Math.min(Math.max(Number(value), -(2 ** 64)), 2 ** 64);
  throw invalidType(action, "an integer", value);
}

/** A number for a count or a width. @throws {OverflowError} for what C's integer is too small for. */
export function toSize(value: unknown, action: string, bits: 64 | 32 = 64): number {
  const size = toIndex(value, action);
  const limit = 2 ** (bits - 1);
  if (size >= -limit && size < limit) return size;
  throw cannot(OverflowError, action, `an integer of ${bits} bits`, size);
}

/** A number for a length. @throws {ValueError} below 0. */
export function toLength(value: unknown, action: string): number {
  const size = toSize(value, action);
  if (size >= 0) return size;
  throw cannot(ValueError, action, "a length from 0", size);
}

/** A number for a byte. @throws {ValueError}, or what `Kind` is, unless 0 to 255. */
export function toByte(
  value: unknown,
  action: string,
  Kind: new (message: string) => RangeError = ValueError,
): number {
  const byte = toIndex(value, action);
  if (byte >= 0 && byte <= 255) return byte;
  throw cannot(Kind, action, "0 to 255", byte);
}

/** @throws {IndexError} outside `-size … size - 1`. */
export function wrapIndex(index: number, size: number, axis: number): number {
  const wrapped = index < 0 ? index + size : index;
  if (wrapped >= 0 && wrapped < size) return wrapped;
  throw cannot(IndexError, `index axis ${axis}`, `one of ${size} items`, index);
}

/**
 * Fits a slice to an axis, as CPython's PySlice_AdjustIndices.
 *
 * @throws {TypeError} for a bound that is no integer. @throws {ValueError} for a step of 0.
 */
export function fitSlice(
  start: SliceBound,
  stop: SliceBound,
  stepBound: SliceBound,
  size: number,
): Range {
  const step = bound(stepBound) ?? 1;
  if (step === 0) throw cannot(ValueError, "slice", "a step other than 0", step);
  const isBack = step < 0;
  const fit = (value: SliceBound, otherwise: number): number => {
    const index = bound(value);
    if (index === undefined) return otherwise;
    const at = index < 0 ? index + size : index;
    return Math.min(Math.max(at, isBack ? -1 : 0), isBack ? size - 1 : size);
  };
  const from = fit(start, isBack ? size - 1 : 0);
  const to = fit(stop, isBack ? -1 : size);
  return { start: from, step, count: Math.max(0, Math.ceil((to - from) / step)) };
}

/** A bound of a slice with step 1, fitted to an axis. */
export function clipBound(value: SliceBound, size: number, otherwise: number): number {
  if (value === undefined || value === null) return otherwise;
  const index = typeof value === "number" && value >> 0 === value ? value : toIndex(value, "slice");
  if (index < 0) return index + size < 0 ? 0 : index + size;
  return index > size ? size : index;
}

/** Undefined for a bound that is left out. */
export function bound(value: SliceBound): number | undefined {
  return value === undefined || value === null ? undefined : toIndex(value, "slice");
}
