/**
 * Arithmetic of shapes and strides: which items lie where. Pure functions of numbers; shapes count
 * items, strides and offsets count bytes. Rules are PEP 3118's, corner cases CPython's.
 */

export type Shape = readonly number[];
export type Strides = readonly number[];

/** Axes beyond this are refused, as in CPython (PyBUF_MAX_NDIM). */
export const maxAxes = 64;

export function product(shape: Shape): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** Strides of memory without gaps, last axis fastest. */
export function cStrides(shape: Shape, itemsize: number): number[] {
  const strides = Array.from(shape, () => 0);
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
export function isCContiguous(shape: Shape, strides: Strides, itemsize: number): boolean {
  if (shape.length === 1) return shape[0] === 1 || strides[0] === itemsize;
  let step = itemsize;
  let gaps = false;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = shape[axis]!;
    if (size === 0) return true;
    if (size > 1 && strides[axis] !== step) gaps = true;
    step *= size;
  }
  return !gaps;
}

export function isFContiguous(shape: Shape, strides: Strides, itemsize: number): boolean {
  return isCContiguous(shape.toReversed(), strides.toReversed(), itemsize);
}

/** Where the lowest byte begins and the highest ends, counted from the first item. */
export function extent(
  shape: Shape,
  strides: Strides,
  itemsize: number,
): { low: number; high: number } {
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
    if (a[axis] === 0) return true;
  }
  return true;
}

/**
 * Strides that show the same items, in C order, in another shape; undefined when that needs a copy.
 * Axes are grouped so that both shapes have the same number of items in each group; within a group
 * the old axes must be evenly spaced.
 */
export function reshapedStrides(
  shape: Shape,
  strides: Strides,
  itemsize: number,
  wanted: Shape,
): number[] | undefined {
  if (product(wanted) === 0) return cStrides(wanted, itemsize);
  const old = shape.flatMap((size, axis) => (size === 1 ? [] : [{ size, stride: strides[axis]! }]));
  const result: number[] = [];
  let from = 0;
  let to = 0;
  while (from < old.length && to < wanted.length) {
    const first = { from, to };
    let oldItems = old[from++]!.size;
    let newItems = wanted[to++]!;
    while (oldItems !== newItems) {
      if (newItems < oldItems) newItems *= wanted[to++]!;
      else oldItems *= old[from++]!.size;
    }
    for (let axis = first.from; axis < from - 1; axis += 1) {
      if (old[axis]!.stride !== old[axis + 1]!.stride * old[axis + 1]!.size) return undefined;
    }
    let step = old[from - 1]!.stride;
    for (let axis = to - 1; axis >= first.to; axis -= 1) {
      result[axis] = step;
      step *= wanted[axis]!;
    }
  }
  while (to < wanted.length) result[to++] = itemsize; // axes of size 1
  return result;
}
