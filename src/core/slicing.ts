/** Indices and slices by Python's rules: negative counts from the end, slices are clipped. */
import { IndexError, ValueError, invalidType } from "./errors.ts";

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
  throw invalidType(action, "an integer as index", value);
}

/** @throws {IndexError} outside `-size … size - 1`. */
export function wrapIndex(index: number, size: number, axis: number): number {
  const wrapped = index < 0 ? index + size : index;
  if (wrapped < 0 || wrapped >= size) throw outOfBounds(index, size, axis);
  return wrapped;
}

export function outOfBounds(index: number, size: number, axis: number): IndexError {
  const allowed = size === 0 ? "there are no items" : `${-size} to ${size - 1} are allowed`;
  return new IndexError(`Index out of bounds on dimension ${axis + 1}: ${allowed}, found ${index}`);
}

/** The indices of a sequence of bytes, for a message. */
export function indicesOf(length: number): string {
  return length === 0
    ? "an index of which there is none: there are no bytes"
    : `${-length} to ${length - 1}`;
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
  const step = bound(stepBound, "step") ?? 1;
  if (step === 0) throw new ValueError("Cannot slice: wanted a step other than 0, found 0");
  const [lowest, highest] = step < 0 ? [-1, size - 1] : [0, size];
  const from = clip(bound(start, "start"), size, lowest, highest) ?? (step < 0 ? highest : lowest);
  const to = clip(bound(stop, "stop"), size, lowest, highest) ?? (step < 0 ? lowest : highest);
  const count = Math.max(0, Math.ceil((to - from) / step));
  return { start: from, step, count };
}

/** A bound of a slice with step 1, fitted to an axis. */
export function clipBound(value: SliceBound, size: number, otherwise: number): number {
  if (value === undefined || value === null) return otherwise;
  const index = typeof value === "number" && value >> 0 === value ? value : toIndex(value, "slice");
  if (index < 0) return index + size < 0 ? 0 : index + size;
  return index > size ? size : index;
}

function bound(value: SliceBound, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  return toIndex(value, `slice by this ${name}`);
}

function clip(
  value: number | undefined,
  size: number,
  lowest: number,
  highest: number,
): number | undefined {
  if (value === undefined) return undefined;
  return Math.min(Math.max(value < 0 ? value + size : value, lowest), highest);
}
