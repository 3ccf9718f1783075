/**
 * The order in which bulk work visits items. Two operands of one shape are walked together; since
 * the order of items does not matter, axes are merged where both are evenly spaced and sorted so
 * that the innermost loops move by the smallest steps: a worse order costs four to six times as
 * much on large arrays (bench `transposed`).
 */
import { extent } from "./geometry.ts";
import type { Shape, Strides } from "./geometry.ts";

/** Where the items of one operand lie. */
export interface Region {
  readonly bytes: Uint8Array;
  /** Of the first item, in bytes from the start of `bytes`. */
  readonly offset: number;
  readonly strides: Strides;
}

/** The two innermost loops, in units. The kernels run over one of these at a time. */
export interface Plane {
  readonly rows: number;
  readonly columns: number;
  readonly aRow: number;
  readonly aColumn: number;
  readonly bRow: number;
  readonly bColumn: number;
  /** Rows and columns are visited in squares of this side. */
  readonly block: number;
}

/** Everything about a walk over two operands, with strides in units. */
export interface Walk {
  /** Bytes that are moved at once, as alignment allows. Longer items are an axis of units. */
  readonly unit: Unit;
  readonly outer: readonly Axis[];
  readonly plane: Plane;
}

export type Unit = 1 | 2 | 4 | 8;

export interface Items {
  readonly shape: Shape;
  readonly itemsize: number;
}

export interface Axis {
  readonly size: number;
  readonly a: number;
  readonly b: number;
}

/** Side of the squares in which a transposition is done: a few cache lines each way. */
const blockSide = 64;

/** Plans a walk over the items of `a` and `b`, of which there must be some. */
export function planWalk(
  a: Region,
  b: Region,
  { shape, itemsize }: Items,
  largest: Unit = doublesKeepBits() ? 8 : 4,
): Walk {
  const unit = commonUnit(a, b, itemsize, largest);
  const axes: Axis[] = shape.map((size, axis) => ({
    size,
    a: a.strides[axis]! / unit,
    b: b.strides[axis]! / unit,
  }));
  axes.push({ size: itemsize / unit, a: 1, b: 1 });
  const merged = mergeAxes(sortAxes(axes.filter((axis) => axis.size > 1)));
  const inner = bringNear(merged);
  preferLong(inner);
  const column = inner.pop() ?? { size: 1, a: 0, b: 0 };
  const row = inner.pop() ?? { size: 1, a: 0, b: 0 };
  const transposed = row.size > 1 && Math.abs(row.a) < Math.abs(column.a);
  const plane = {
    rows: row.size,
    columns: column.size,
    aRow: row.a,
    aColumn: column.a,
    bRow: row.b,
    bColumn: column.b,
    block: transposed ? blockSide : Math.max(row.size, column.size),
  };
  return { unit, outer: inner, plane };
}

/** Calls `visit` with the first unit of `a` and of `b` in every plane, until it returns false. */
export function everyPlane(
  outer: readonly Axis[],
  a: number,
  b: number,
  visit: (a: number, b: number) => boolean,
): boolean {
  function descend(depth: number, atA: number, atB: number): boolean {
    const axis = outer[depth];
    if (axis === undefined) return visit(atA, atB);
    for (let i = 0; i < axis.size; i += 1) {
      if (!descend(depth + 1, atA + i * axis.a, atB + i * axis.b)) return false;
    }
    return true;
  }
  return descend(0, a, b);
}

export type UnitArray<Array> = new (
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
) => Array;

/** The bytes of a region as units, and the index of its first item among them. *Copies:* none. */
export function unitsOf<Array>(
  make: UnitArray<Array>,
  { bytes, offset, strides }: Region,
  unit: Unit,
  { shape, itemsize }: Items,
): { readonly array: Array; readonly first: number } {
  const { low, high } = extent(shape, strides, itemsize);
  const array = new make(bytes.buffer, bytes.byteOffset + offset + low, (high - low) / unit);
  return { array, first: (0 - low) / unit };
}

/** More bytes than this are not walked at once, so that indices of units fit 32 bits. */
const reachLimit = 2 ** 31 - 8;

/**
 * Calls `visit` with both operands, in parts whose bytes lie less than 2 GiB apart, until it
 * returns false. Nearly always that is one part.
 */
export function splitHuge(
  a: Region,
  b: Region,
  shape: Shape,
  itemsize: number,
  visit: (a: Region, b: Region, shape: Shape) => boolean,
): boolean {
  if (reach(a, shape, itemsize) <= reachLimit && reach(b, shape, itemsize) <= reachLimit) {
    return visit(a, b, shape);
  }
  const far = shape.map((size, axis) => {
    return (size - 1) * Math.max(Math.abs(a.strides[axis]!), Math.abs(b.strides[axis]!));
  });
  const axis = far.indexOf(Math.max(...far));
  const half = Math.floor(shape[axis]! / 2);
  const rest = (region: Region): Region => ({
    ...region,
    offset: region.offset + half * region.strides[axis]!,
  });
  return (
    splitHuge(a, b, shape.with(axis, half), itemsize, visit) &&
    splitHuge(rest(a), rest(b), shape.with(axis, shape[axis]! - half), itemsize, visit)
  );
}

function reach({ strides }: Region, shape: Shape, itemsize: number): number {
  const { low, high } = extent(shape, strides, itemsize);
  return high - low;
}

/** The largest unit that divides every address of both operands. */
function commonUnit(a: Region, b: Region, itemsize: number, largest: Unit): Unit {
  const divides = (unit: number): boolean =>
    itemsize % unit === 0 &&
    [a, b].every(
      ({ bytes, offset, strides }) =>
        (bytes.byteOffset + offset) % unit === 0 && strides.every((step) => step % unit === 0),
    );
  if (largest === 8 && divides(8)) return 8;
  if (divides(4)) return 4;
  return divides(2) ? 2 : 1;
}

let keepsBits: boolean | undefined;

/** Engines may change the bits of a NaN that passes through a Float64Array. JavaScriptCore does. */
function doublesKeepBits(): boolean {
  if (keepsBits === undefined) {
    const bits = new Uint32Array([0x9abcdef1, 0xfff45678]);
    const doubles = new Float64Array(bits.buffer);
    const copy = new Float64Array(1);
    copy[0] = doubles[0]!;
    const [low, high] = new Uint32Array(copy.buffer);
    keepsBits = low === bits[0] && high === bits[1];
  }
  return keepsBits;
}

/** Smallest steps of `b` last. */
function sortAxes(axes: readonly Axis[]): Axis[] {
  return axes.toSorted((x, y) => Math.abs(y.b) - Math.abs(x.b) || Math.abs(y.a) - Math.abs(x.a));
}

/** Two axes are one where both operands step from the end of the inner to the next of the outer. */
function mergeAxes(axes: readonly Axis[]): Axis[] {
  const merged: Axis[] = [];
  for (const inner of axes) {
    const outer = merged.at(-1);
    if (outer && outer.a === inner.a * inner.size && outer.b === inner.b * inner.size) {
      merged[merged.length - 1] = { ...inner, size: outer.size * inner.size };
    } else merged.push(inner);
  }
  return merged;
}

/** Puts the axis along which `a` is densest into the plane, next to the one of `b`. */
function bringNear(axes: Axis[]): Axis[] {
  if (axes.length < 3) return axes;
  let nearest = 0;
  for (const [index, axis] of axes.entries()) {
    if (Math.abs(axis.a) <= Math.abs(axes[nearest]!.a)) nearest = index;
  }
  if (nearest < axes.length - 2) axes.splice(-1, 0, ...axes.splice(nearest, 1));
  return axes;
}

/** A loop over few columns costs more than their nearness gains: long axes go innermost. */
function preferLong(axes: Axis[]): void {
  const [row, column] = axes.slice(-2);
  if (row && column && column.size < 8 && row.size > column.size) axes.splice(-2, 2, column, row);
}
