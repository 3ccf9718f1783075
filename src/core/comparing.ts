/**
 * Equality of views by value: shapes must be the same, formats need not. Items of one integer format
 * are compared as bytes, floats as floats (NaN is unequal, -0 equals 0), everything else as values.
 */
import { BOOL, FLOAT16, FLOAT32, FLOAT64, POINTER, RECORD } from "../format/codes.ts";
import type { Layout } from "../format/layout.ts";
import { equalBytes } from "./accelerate.ts";
import { Bytes } from "./bytes.ts";
import { sameShape } from "./geometry.ts";
import type { Shape } from "./geometry.ts";
import { readAny, readAt } from "./items.ts";
import { everyPlane, planWalk, splitHuge, unitsOf } from "./loops.ts";
import type { Items, Plane, Region, Unit, UnitArray, Walk } from "./loops.ts";
import { isC, regionOf, shapeOf, windowOf } from "./view.ts";
import type { View } from "./view.ts";

/** O(n), until the first difference. *Copies:* none. */
export function viewsEqual(a: View, b: View): boolean {
  const shape = shapeOf(a);
  if (!sameShape(shape, shapeOf(b))) return false;
  const [left, right] = [a._layout, b._layout];
  const same = left.code === right.code && left.littleEndian === right.littleEndian;
  if (!(same && left.native && right.native) && !(left.struct && right.struct)) return false;
  if (shape.includes(0)) return true;
  if (same && isInteger(left)) {
    if (isC(a) && isC(b)) return equalBytes(windowOf(a), windowOf(b));
    return equalUnits(regionOf(a), regionOf(b), shape, left.itemsize);
  }
  if (same && (left.hot === FLOAT32 || left.hot === FLOAT64)) {
    const equal = equalFloats(a, b, left);
    if (equal !== undefined) return equal;
  }
  return equalItems(a, b, shape);
}

/** Bytes alone decide. Of a truth value they do not: 1 and 2 are both true. */
function isInteger({ code }: Layout): boolean {
  return code !== RECORD && code !== BOOL && (code < FLOAT16 || code === POINTER);
}

function equalUnits(a: Region, b: Region, shape: Shape, itemsize: number): boolean {
  return splitHuge(a, b, shape, itemsize, (from, to, part) => {
    const pair = { a: from, b: to, items: { shape: part, itemsize } };
    const walk = planWalk(from, to, pair.items, 4);
    if (walk.unit === 4) return equalBy(Int32Array, equalWords, pair, walk);
    if (walk.unit === 2) return equalBy(Uint16Array, equalHalves, pair, walk);
    return equalBy(Uint8Array, equalOctets, pair, walk);
  });
}

/** Undefined where items are not aligned. */
function equalFloats(a: View, b: View, { itemsize }: Layout): boolean | undefined {
  const from = regionOf(a);
  const to = regionOf(b);
  const shape = shapeOf(a);
  if (!isAligned(from, itemsize) || !isAligned(to, itemsize)) return undefined;
  return splitHuge(from, to, shape, itemsize, (left, right, part) => {
    const pair = { a: left, b: right, items: { shape: part, itemsize } };
    const walk = planWalk(left, right, pair.items, itemsize as Unit);
    return itemsize === 8
      ? equalBy(Float64Array, equalDoubles, pair, walk)
      : equalBy(Float32Array, equalSingles, pair, walk);
  });
}

function isAligned({ bytes, offset, strides }: Region, itemsize: number): boolean {
  return [bytes.byteOffset + offset, ...strides].every((at) => at % itemsize === 0);
}

interface Pair {
  readonly a: Region;
  readonly b: Region;
  readonly items: Items;
}

function equalBy<Array>(
  make: UnitArray<Array>,
  equal: (from: Array, a: number, to: Array, b: number, plane: Plane) => boolean,
  { a, b, items }: Pair,
  walk: Walk,
): boolean {
  const from = unitsOf(make, a, walk.unit, items);
  const to = unitsOf(make, b, walk.unit, items);
  return everyPlane(walk.outer, from.first, to.first, (atA, atB) => {
    return equal(from.array, atA, to.array, atB, walk.plane);
  });
}

/** Item by item, whatever the formats. */
function equalItems(a: View, b: View, shape: Shape): boolean {
  const left = regionOf(a).strides;
  const right = regionOf(b).strides;
  const readA = a._layout.native ? readAt : readAny;
  const readB = b._layout.native ? readAt : readAny;
  function equal(axis: number, atA: number, atB: number): boolean {
    const size = shape[axis];
    if (size === undefined) return equalValues(readA(a, atA), readB(b, atB));
    for (let i = 0; i < size; i += 1) {
      if (!equal(axis + 1, atA + i * left[axis]!, atB + i * right[axis]!)) return false;
    }
    return true;
  }
  return equal(0, a._offset, b._offset);
}

/** Python's `==` for items: numbers of any type by exact value, truth values as 0 and 1. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (isNumber(a) && isNumber(b)) {
    // oxlint-disable-next-line eqeqeq -- compares a bigint with a number by exact value
    return numberOf(a) == numberOf(b);
  }
  if (a instanceof Bytes) return a.equals(b);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((x, i) => equalValues(x, b[i]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equalValues(a[name], b[name]))
  );
}

function isNumber(value: unknown): value is number | bigint | boolean {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
}

function numberOf(value: number | bigint | boolean): number | bigint {
  return typeof value === "boolean" ? Number(value) : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

// One function per type, as in copy.ts; but comparing gains by four items a turn.

function equalOctets(
  from: Uint8Array,
  a: number,
  to: Uint8Array,
  b: number,
  plane: Plane,
): boolean {
  const { rows, columns, aRow, bRow, aColumn, bColumn, block } = plane;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(top + block, rows);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(left + block, columns);
      for (let row = top; row < bottom; row += 1) {
        let at = (a + row * aRow + left * aColumn) | 0;
        let other = (b + row * bRow + left * bColumn) | 0;
        let column = left;
        for (; column < right - 3; column += 4) {
          if (
            from[at] !== to[other] ||
            from[(at + aColumn) | 0] !== to[(other + bColumn) | 0] ||
            from[(at + 2 * aColumn) | 0] !== to[(other + 2 * bColumn) | 0] ||
            from[(at + 3 * aColumn) | 0] !== to[(other + 3 * bColumn) | 0]
          ) {
            return false;
          }
          at = (at + 4 * aColumn) | 0;
          other = (other + 4 * bColumn) | 0;
        }
        for (; column < right; column += 1) {
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
        }
      }
    }
  }
  return true;
}

function equalHalves(
  from: Uint16Array,
  a: number,
  to: Uint16Array,
  b: number,
  plane: Plane,
): boolean {
  const { rows, columns, aRow, bRow, aColumn, bColumn, block } = plane;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(top + block, rows);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(left + block, columns);
      for (let row = top; row < bottom; row += 1) {
        let at = (a + row * aRow + left * aColumn) | 0;
        let other = (b + row * bRow + left * bColumn) | 0;
        let column = left;
        for (; column < right - 3; column += 4) {
          if (
            from[at] !== to[other] ||
            from[(at + aColumn) | 0] !== to[(other + bColumn) | 0] ||
            from[(at + 2 * aColumn) | 0] !== to[(other + 2 * bColumn) | 0] ||
            from[(at + 3 * aColumn) | 0] !== to[(other + 3 * bColumn) | 0]
          ) {
            return false;
          }
          at = (at + 4 * aColumn) | 0;
          other = (other + 4 * bColumn) | 0;
        }
        for (; column < right; column += 1) {
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
        }
      }
    }
  }
  return true;
}

function equalWords(from: Int32Array, a: number, to: Int32Array, b: number, plane: Plane): boolean {
  const { rows, columns, aRow, bRow, aColumn, bColumn, block } = plane;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(top + block, rows);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(left + block, columns);
      for (let row = top; row < bottom; row += 1) {
        let at = (a + row * aRow + left * aColumn) | 0;
        let other = (b + row * bRow + left * bColumn) | 0;
        let column = left;
        for (; column < right - 3; column += 4) {
          if (
            from[at] !== to[other] ||
            from[(at + aColumn) | 0] !== to[(other + bColumn) | 0] ||
            from[(at + 2 * aColumn) | 0] !== to[(other + 2 * bColumn) | 0] ||
            from[(at + 3 * aColumn) | 0] !== to[(other + 3 * bColumn) | 0]
          ) {
            return false;
          }
          at = (at + 4 * aColumn) | 0;
          other = (other + 4 * bColumn) | 0;
        }
        for (; column < right; column += 1) {
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
        }
      }
    }
  }
  return true;
}

function equalSingles(
  from: Float32Array,
  a: number,
  to: Float32Array,
  b: number,
  plane: Plane,
): boolean {
  const { rows, columns, aRow, bRow, aColumn, bColumn, block } = plane;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(top + block, rows);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(left + block, columns);
      for (let row = top; row < bottom; row += 1) {
        let at = (a + row * aRow + left * aColumn) | 0;
        let other = (b + row * bRow + left * bColumn) | 0;
        let column = left;
        for (; column < right - 3; column += 4) {
          if (
            from[at] !== to[other] ||
            from[(at + aColumn) | 0] !== to[(other + bColumn) | 0] ||
            from[(at + 2 * aColumn) | 0] !== to[(other + 2 * bColumn) | 0] ||
            from[(at + 3 * aColumn) | 0] !== to[(other + 3 * bColumn) | 0]
          ) {
            return false;
          }
          at = (at + 4 * aColumn) | 0;
          other = (other + 4 * bColumn) | 0;
        }
        for (; column < right; column += 1) {
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
        }
      }
    }
  }
  return true;
}

function equalDoubles(
  from: Float64Array,
  a: number,
  to: Float64Array,
  b: number,
  plane: Plane,
): boolean {
  const { rows, columns, aRow, bRow, aColumn, bColumn, block } = plane;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(top + block, rows);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(left + block, columns);
      for (let row = top; row < bottom; row += 1) {
        let at = (a + row * aRow + left * aColumn) | 0;
        let other = (b + row * bRow + left * bColumn) | 0;
        let column = left;
        for (; column < right - 3; column += 4) {
          if (
            from[at] !== to[other] ||
            from[(at + aColumn) | 0] !== to[(other + bColumn) | 0] ||
            from[(at + 2 * aColumn) | 0] !== to[(other + 2 * bColumn) | 0] ||
            from[(at + 3 * aColumn) | 0] !== to[(other + 3 * bColumn) | 0]
          ) {
            return false;
          }
          at = (at + 4 * aColumn) | 0;
          other = (other + 4 * bColumn) | 0;
        }
        for (; column < right; column += 1) {
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
        }
      }
    }
  }
  return true;
}
