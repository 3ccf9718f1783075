/**
 * Arithmetic of shapes and strides: which items lie where. Pure functions of numbers; shapes count
 * items, strides and offsets count bytes. Rules are PEP 3118's, corner cases CPython's.
 */
import { ValueError, cannot } from "./errors.ts";

export type Shape = readonly number[];
export type Strides = readonly number[];

/** Items and how far apart they are, wherever that is. */
export interface Items {
  readonly shape: Shape;
  readonly strides: Strides;
  readonly itemsize: number;
}

/** As in CPython (PyBUF_MAX_NDIM). */
const maxAxes = 64;

/** @throws {ValueError} with more than 64 axes. */
export function checkAxes(ndim: number, action: string): void {
  if (ndim > maxAxes) throw cannot(ValueError, action, `at most ${maxAxes} axes`, ndim);
}

/** Strides of memory without gaps, last axis fastest. */
export function cStrides(shape: Shape, itemsize: number): number[] {
  const strides = [...shape];
  let step = itemsize;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/** Strides of memory without gaps, first axis fastest. */
export function fStrides(shape: Shape, itemsize: number): number[] {
  return cStrides(shape.toReversed(), itemsize).toReversed();
}

/**
 * Are the items in C order without gaps? With one axis an empty view needs the right stride, with
 * several it does not: so CPython.
 */
export function isCContiguous({ shape, strides, itemsize }: Items): boolean {
  if (shape.length > 1 && shape.includes(0)) return true;
  let step = itemsize;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}

export function isFContiguous({ shape, strides, itemsize }: Items): boolean {
  return isCContiguous({ shape: shape.toReversed(), strides: strides.toReversed(), itemsize });
}

/** Where the lowest byte begins and the highest ends, counted from the first item. */
export function extent({ shape, strides, itemsize }: Items): { low: number; high: number } {
  let low = 0;
  let high = itemsize;
  for (let axis = 0; axis < shape.length; axis += 1) {
    const size = shape[axis]!;
    if (size === 0) return { low: 0, high: 0 };
    const reach = (size - 1) * strides[axis]!;
    if (reach < 0) low += reach;
    else high += reach;
  }
  return { low, high };
}

/** CPython's rule for comparing: sizes after a 0 do not matter. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis += 1) {
    if (a[axis] !== b[axis]) return false;
    if (a[axis] === 0) break;
  }
  return true;
}

/** An axis along which two operands are walked together. */
export interface Axis {
  readonly size: number;
  /** The steps of the two. */
  readonly a: number;
  readonly b: number;
}

/** Axes of size 1 are none, and two are one where both operands step evenly from one to the other. */
export function mergeAxes(axes: readonly Axis[]): Axis[] {
  const merged: Axis[] = [];
  for (const inner of axes) {
    const { size, a, b } = inner;
    const outer = merged.at(-1);
    if (size === 1) continue;
    if (outer && outer.a === a * size && outer.b === b * size) {
      merged[merged.length - 1] = { size: outer.size * size, a, b };
    } else merged.push(inner);
  }
  return merged;
}

/**
 * Strides that show the same items, in C order, in another shape of as many items; undefined when
 * that needs a copy: when a new axis would not be evenly spaced.
 */
export function reshapedStrides(
  { shape, strides, itemsize }: Items,
  wanted: Shape,
): number[] | undefined {
  if (wanted.includes(0)) return cStrides(wanted, itemsize);
  const axes = mergeAxes(shape.map((size, axis) => ({ size, a: strides[axis]!, b: 0 })));
  const result: number[] = [];
  let step = itemsize;
  let left = 1; // items of the old axis that are not yet among the new axes
  for (const size of wanted.toReversed()) {
    if (left === 1 && size > 1) ({ size: left, a: step } = axes.pop()!);
    if (left % size !== 0) return undefined;
    result.unshift(step);
    step *= size;
    left /= size;
  }
  return result;
}
