/**
 * The order in which bulk work visits items. Two operands of one shape are walked together; since
 * the order of items does not matter, axes are merged where both are evenly spaced and sorted so
 * that the innermost loops move by the smallest steps: a worse order costs four to six times as
 * much on large arrays (bench `transposed`).
 */
import { extent, mergeAxes } from "./geometry.ts";
import type { Axis, Items } from "./geometry.ts";

/** Where the items of one operand lie. */
export interface Region extends Items {
  readonly bytes: Uint8Array;
  /** Of the first item, in bytes from the start of `bytes`. */
  readonly offset: number;
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

/** An array of units, and what is done with two of them in one plane: false ends the walk. */
export type Kernel = readonly [
  make: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => object,
  visit: (from: never, a: number, to: never, b: number, plane: Plane) => unknown,
];

export type Kernels = Readonly<Partial<Record<Unit, Kernel>>>;

/** Side of the squares in which a transposition is done: a few cache lines each way. */
const blockSide = 64;

/** More bytes than this are not walked at once, so that indices of units fit 32 bits. */
const reachLimit = 2 ** 31 - 8;

/**
 * Plans walks over all items of `a` and `b`, of which there must be some, and calls `visit` with
 * them until it returns false. Nearly always that is one; bytes of a walk lie less than 2 GiB apart.
 */
export function everyWalk(
  a: Region,
  b: Region,
  largest: Unit,
  visit: (a: Region, b: Region, walk: Walk) => boolean,
): boolean {
  const { shape } = a;
  if (Math.max(reach(a), reach(b)) <= reachLimit) return visit(a, b, planWalk(a, b, largest));
  const far = shape.map((size, axis) => {
    return (size - 1) * Math.max(Math.abs(a.strides[axis]!), Math.abs(b.strides[axis]!));
  });
  const axis = far.indexOf(Math.max(...far));
  const half = Math.floor(shape[axis]! / 2);
  const part = (region: Region, from: number, size: number): Region => ({
    ...region,
    offset: region.offset + from * region.strides[axis]!,
    shape: shape.with(axis, size),
  });
  return [0, half].every((from) => {
    const size = from === 0 ? half : shape[axis]! - half;
    return everyWalk(part(a, from, size), part(b, from, size), largest, visit);
  });
}

function reach(region: Region): number {
  const { low, high } = extent(region);
  return high - low;
}

function planWalk(a: Region, b: Region, largest: Unit): Walk {
  const unit = commonUnit(a, b, largest);
  const axes: Axis[] = [];
  for (let axis = 0; axis < a.shape.length; axis += 1) {
    const size = a.shape[axis]!;
    if (size > 1) axes.push({ size, a: a.strides[axis]! / unit, b: b.strides[axis]! / unit });
  }
  if (a.itemsize > unit) axes.push({ size: a.itemsize / unit, a: 1, b: 1 });
  const outer = axes.length > 1 ? arrange(axes) : axes;
  const column = outer.pop() ?? { size: 1, a: 0, b: 0 };
  const row = outer.pop() ?? { size: 1, a: 0, b: 0 };
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
  return { unit, outer, plane };
}

/** Calls `visit` with every position of `a` and of `b` along axes, until it returns false. */
export function everyPosition(
  axes: readonly Axis[],
  a: number,
  b: number,
  visit: (a: number, b: number) => unknown,
): boolean {
  function descend(depth: number, atA: number, atB: number): boolean {
    const axis = axes[depth];
    if (axis === undefined) return visit(atA, atB) !== false;
    for (let i = 0; i < axis.size; i += 1) {
      if (!descend(depth + 1, atA + i * axis.a, atB + i * axis.b)) return false;
    }
    return true;
  }
  return descend(0, a, b);
}

/** Runs the kernel of the walk's unit over all planes. False when it said so. */
export function runKernel(kernels: Kernels, a: Region, b: Region, walk: Walk): boolean {
  const [make, visit] = kernels[walk.unit]!;
  const unitsOf = (region: Region) => {
    const { bytes, offset } = region;
    const { low, high } = extent(region);
    const start = bytes.byteOffset + offset + low;
    return {
      units: new make(bytes.buffer, start, (high - low) / walk.unit),
      first: (0 - low) / walk.unit,
    };
  };
  const from = unitsOf(a);
  const to = unitsOf(b);
  return everyPosition(walk.outer, from.first, to.first, (atA, atB) =>
    visit(from.units as never, atA, to.units as never, atB, walk.plane),
  );
}

/** The largest unit that divides every address of both operands. */
export function commonUnit(a: Region, b: Region, largest: Unit): Unit {
  let unit: number = largest;
  for (const { bytes, offset, strides, itemsize } of [a, b]) {
    for (const place of [bytes.byteOffset + offset, itemsize, ...strides]) {
      while (place % unit !== 0) unit /= 2;
    }
  }
  return unit as Unit;
}

/** Smallest steps of `b` last, but for the sake of `a` and of long loops. */
function arrange(axes: readonly Axis[]): Axis[] {
  const sorted = mergeAxes(
    axes.toSorted((x, y) => Math.abs(y.b) - Math.abs(x.b) || Math.abs(y.a) - Math.abs(x.a)),
  );
  // The axis along which `a` is densest goes into the plane, next to the one of `b`.
  const steps = sorted.map((axis) => Math.abs(axis.a));
  const nearest = steps.lastIndexOf(Math.min(...steps));
  if (nearest < sorted.length - 2) sorted.splice(-1, 0, ...sorted.splice(nearest, 1));
  // A loop over few columns costs more than their nearness gains: long axes go innermost.
  const [row, column] = sorted.slice(-2);
  if (row && column && column.size < 8 && row.size > column.size) {
    sorted.splice(-2, 2, column, row);
  }
  return sorted;
}
