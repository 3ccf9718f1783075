/**
 * The only place of this library where bytes are copied in user space. A test enforces it, so that
 * reading this file and its callers is a complete audit of our copies; everything else hands out
 * views.
 */
import { extent, isCContiguous, product } from "./geometry.ts";
import type { Shape } from "./geometry.ts";
import { everyPlane, planWalk, splitHuge, unitsOf } from "./loops.ts";
import type { Items, Plane, Region, UnitArray, Walk } from "./loops.ts";
import { isShared } from "./protocol.ts";

let total = 0;

/** Bytes copied in user space by this library, in this thread, since it was loaded. */
export function copiedBytes(): number {
  return total;
}

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

/** New memory with the same bytes. *Copies:* `source.byteLength` bytes. */
export function cloneBytes(source: Uint8Array): Uint8Array<ArrayBuffer> {
  const clone = new Uint8Array(source.byteLength);
  copyBytes(source, clone);
  return clone;
}

/**
 * The bytes from `start` to `end` (excluded) in new memory: `Uint8Array.prototype.slice`. *Copies:* the
 * bytes of the result.
 */
export function sliceBytes(source: Uint8Array, start: number, end?: number): Uint8Array {
  const slice = source.slice(start, end);
  total += slice.byteLength;
  return slice;
}

/**
 * Copies items of one shape from `source` to `target`, each with strides of its own. The bytes of
 * the two must not overlap (`overlaps`).
 *
 * *Copies:* the bytes of the items, once.
 *
 * *Complexity:* O(n), in the order of memory as far as both operands allow.
 */
export function copyItems(source: Region, target: Region, shape: Shape, itemsize: number): void {
  splitHuge(source, target, shape, itemsize, (from, to, part) => {
    total += moveItems(from, to, part, itemsize);
    return true;
  });
}

/**
 * Writes one item to all items of `target`.
 *
 * *Copies:* none of payload; O(n) bytes are written.
 */
export function repeatItem(item: Uint8Array, target: Region, shape: Shape): void {
  const strides = shape.map(() => 0);
  const source = { bytes: item, offset: 0, strides };
  splitHuge(source, target, shape, item.byteLength, (from, to, part) => {
    if (product(part) > 0) fillUnits(from, to, { shape: part, itemsize: item.byteLength });
    return true;
  });
}

/** Where an item is one unit, it is a value that is written without being read again. */
function fillUnits(source: Region, target: Region, items: Items): void {
  const walk = planWalk(source, target, items);
  if (walk.unit !== items.itemsize) moveUnits(source, target, walk, items);
  else if (walk.unit === 1) fillBy(Uint8Array, fillBytes, source, target, { walk, items });
  else if (walk.unit === 2) fillBy(Uint16Array, fillHalves, source, target, { walk, items });
  else if (walk.unit === 4) fillBy(Int32Array, fillWords, source, target, { walk, items });
  else fillBy(Float64Array, fillDoubles, source, target, { walk, items });
}

function fillBy<
  Array extends {
    fill(value: number, start: number, end: number): unknown;
    [index: number]: number;
  },
>(
  make: UnitArray<Array>,
  fill: (value: number, to: Array, b: number, plane: Plane) => void,
  source: Region,
  target: Region,
  { walk, items }: { walk: Walk; items: Items },
): void {
  const { plane } = walk;
  const from = unitsOf(make, source, walk.unit, items);
  const to = unitsOf(make, target, walk.unit, items);
  const value = from.array[from.first]!;
  everyPlane(walk.outer, from.first, to.first, (_, b) => {
    if (plane.bColumn !== 1) fill(value, to.array, b, plane);
    else {
      for (let row = 0, at = b; row < plane.rows; row += 1, at += plane.bRow) {
        to.array.fill(value, at, at + plane.columns);
      }
    }
    return true;
  });
}

/**
 * Could writing the items of one change items of the other? Exact for memory without gaps. Several
 * SharedArrayBuffers may be one memory, which cannot be seen.
 */
export function overlaps(a: Region, b: Region, shape: Shape, itemsize: number): boolean {
  if (a.bytes.buffer !== b.bytes.buffer && !(isShared(a.bytes.buffer) && isShared(b.bytes.buffer)))
    return false;
  const ofA = extent(shape, a.strides, itemsize);
  const ofB = extent(shape, b.strides, itemsize);
  const startA = a.bytes.byteOffset + a.offset;
  const startB = b.bytes.byteOffset + b.offset;
  return startA + ofA.low < startB + ofB.high && startB + ofB.low < startA + ofA.high;
}

/** The bytes that were written. */
function moveItems(source: Region, target: Region, shape: Shape, itemsize: number): number {
  const bytes = product(shape) * itemsize;
  if (bytes === 0) return 0;
  if (isDense(source, shape, itemsize) && isDense(target, shape, itemsize)) {
    target.bytes.set(window(source, 0, bytes), target.offset);
    return bytes;
  }
  const items = { shape, itemsize };
  const walk = planWalk(source, target, items);
  if (inRuns(walk)) moveRuns(source, target, walk);
  else moveUnits(source, target, walk, items);
  return bytes;
}

function isDense({ strides }: Region, shape: Shape, itemsize: number): boolean {
  return isCContiguous(shape, strides, itemsize);
}

function window({ bytes, offset }: Region, from: number, length: number): Uint8Array {
  return bytes.subarray(offset + from, offset + from + length);
}

/** From this length a call of `set` is faster than a loop. */
const shortestRun = 256;

/** Are columns contiguous in both operands, and long? */
function inRuns({ unit, plane }: Walk): boolean {
  const { aColumn, bColumn, columns } = plane;
  return aColumn === 1 && bColumn === 1 && columns * unit >= shortestRun;
}

function moveRuns(source: Region, target: Region, { unit, outer, plane }: Walk): void {
  everyPlane(outer, 0, 0, (a, b) => {
    for (let row = 0; row < plane.rows; row += 1) {
      const run = window(source, (a + row * plane.aRow) * unit, plane.columns * unit);
      target.bytes.set(run, target.offset + (b + row * plane.bRow) * unit);
    }
    return true;
  });
}

function moveUnits(source: Region, target: Region, walk: Walk, items: Items): void {
  switch (walk.unit) {
    case 1:
      return moveBy(Uint8Array, moveBytes, source, target, { walk, items });
    case 2:
      return moveBy(Uint16Array, moveHalves, source, target, { walk, items });
    case 4:
      return moveBy(Int32Array, moveWords, source, target, { walk, items });
    case 8:
      return moveBy(Float64Array, moveDoubles, source, target, { walk, items });
  }
}

function moveBy<Array>(
  make: UnitArray<Array>,
  move: (from: Array, a: number, to: Array, b: number, plane: Plane) => void,
  source: Region,
  target: Region,
  { walk, items }: { walk: Walk; items: Items },
): void {
  const from = unitsOf(make, source, walk.unit, items);
  const to = unitsOf(make, target, walk.unit, items);
  everyPlane(walk.outer, from.first, to.first, (a, b) => {
    move(from.array, a, to.array, b, walk.plane);
    return true;
  });
}

// One function per width, although they read alike: a loop that has seen several kinds of typed
// array is several times slower. Indices are kept to 32 bits, for which `splitHuge` sees to it that
// they fit. Copies are not unrolled: that costs more in a transposition than it gains elsewhere.

function moveBytes(from: Uint8Array, a: number, to: Uint8Array, b: number, plane: Plane): void {
  const { rows, columns, aRow, bRow, aColumn: aStep, bColumn: bStep, block } = plane;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(top + block, rows);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(left + block, columns);
      for (let row = top; row < bottom; row += 1) {
        let at = (a + row * aRow + left * aStep) | 0;
        let put = (b + row * bRow + left * bStep) | 0;
        for (let column = left; column < right; column += 1) {
          to[put] = from[at]!;
          at = (at + aStep) | 0;
          put = (put + bStep) | 0;
        }
      }
    }
  }
}

function moveHalves(from: Uint16Array, a: number, to: Uint16Array, b: number, plane: Plane): void {
  const { rows, columns, aRow, bRow, aColumn: aStep, bColumn: bStep, block } = plane;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(top + block, rows);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(left + block, columns);
      for (let row = top; row < bottom; row += 1) {
        let at = (a + row * aRow + left * aStep) | 0;
        let put = (b + row * bRow + left * bStep) | 0;
        for (let column = left; column < right; column += 1) {
          to[put] = from[at]!;
          at = (at + aStep) | 0;
          put = (put + bStep) | 0;
        }
      }
    }
  }
}

function moveWords(from: Int32Array, a: number, to: Int32Array, b: number, plane: Plane): void {
  const { rows, columns, aRow, bRow, aColumn: aStep, bColumn: bStep, block } = plane;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(top + block, rows);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(left + block, columns);
      for (let row = top; row < bottom; row += 1) {
        let at = (a + row * aRow + left * aStep) | 0;
        let put = (b + row * bRow + left * bStep) | 0;
        for (let column = left; column < right; column += 1) {
          to[put] = from[at]!;
          at = (at + aStep) | 0;
          put = (put + bStep) | 0;
        }
      }
    }
  }
}

function moveDoubles(
  from: Float64Array,
  a: number,
  to: Float64Array,
  b: number,
  plane: Plane,
): void {
  const { rows, columns, aRow, bRow, aColumn: aStep, bColumn: bStep, block } = plane;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(top + block, rows);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(left + block, columns);
      for (let row = top; row < bottom; row += 1) {
        let at = (a + row * aRow + left * aStep) | 0;
        let put = (b + row * bRow + left * bStep) | 0;
        for (let column = left; column < right; column += 1) {
          to[put] = from[at]!;
          at = (at + aStep) | 0;
          put = (put + bStep) | 0;
        }
      }
    }
  }
}

function fillBytes(value: number, to: Uint8Array, b: number, plane: Plane): void {
  const { rows, columns, bRow, bColumn: step } = plane;
  for (let row = 0; row < rows; row += 1) {
    let put = (b + row * bRow) | 0;
    for (let column = 0; column < columns; column += 1) {
      to[put] = value;
      put = (put + step) | 0;
    }
  }
}

function fillHalves(value: number, to: Uint16Array, b: number, plane: Plane): void {
  const { rows, columns, bRow, bColumn: step } = plane;
  for (let row = 0; row < rows; row += 1) {
    let put = (b + row * bRow) | 0;
    for (let column = 0; column < columns; column += 1) {
      to[put] = value;
      put = (put + step) | 0;
    }
  }
}

function fillWords(value: number, to: Int32Array, b: number, plane: Plane): void {
  const { rows, columns, bRow, bColumn: step } = plane;
  for (let row = 0; row < rows; row += 1) {
    let put = (b + row * bRow) | 0;
    for (let column = 0; column < columns; column += 1) {
      to[put] = value;
      put = (put + step) | 0;
    }
  }
}

function fillDoubles(value: number, to: Float64Array, b: number, plane: Plane): void {
  const { rows, columns, bRow, bColumn: step } = plane;
  for (let row = 0; row < rows; row += 1) {
    let put = (b + row * bRow) | 0;
    for (let column = 0; column < columns; column += 1) {
      to[put] = value;
      put = (put + step) | 0;
    }
  }
}
