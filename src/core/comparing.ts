/**
 * Equality of views by value: shapes must be the same, formats need not. Items of one integer format
 * are compared as bytes, floats as floats (NaN is unequal, -0 equals 0), everything else as values.
 */
import { BOOL, FLOAT16, FLOAT32, FLOAT64, POINTER, RECORD } from "../format/codes.ts";
import type { Layout } from "../format/layout.ts";
import { isNumber } from "../format/write.ts";
import { equalBytes } from "./accelerate.ts";
import { Bytes } from "./bytes.ts";
import { sameShape } from "./geometry.ts";
import { readAny, readAt } from "./items.ts";
import { commonUnit, everyPosition, everyWalk, runKernel } from "./loops.ts";
import type { Kernels, Plane, Unit } from "./loops.ts";
import { isObject } from "./protocol.ts";
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
    return equalUnits(a, b, integers, 4);
  }
  const unit = left.itemsize as Unit;
  const isFloat = same && (left.hot === FLOAT32 || left.hot === FLOAT64);
  if (isFloat && commonUnit(regionOf(a), regionOf(b), unit) === unit) {
    return equalUnits(a, b, floats, unit);
  }
  return equalItems(a, b);
}

/** Bytes alone decide. Of a truth value they do not: 1 and 2 are both true. */
function isInteger({ code }: Layout): boolean {
  return code !== RECORD && code !== BOOL && (code < FLOAT16 || code === POINTER);
}

function equalUnits(a: View, b: View, kernels: Kernels, largest: Unit): boolean {
  return everyWalk(regionOf(a), regionOf(b), largest, (from, to, walk) =>
    runKernel(kernels, from, to, walk),
  );
}

/** Item by item, whatever the formats. */
function equalItems(a: View, b: View): boolean {
  const { shape, strides, offset } = regionOf(a);
  const other = regionOf(b);
  const axes = shape.map((size, axis) => ({ size, a: strides[axis]!, b: other.strides[axis]! }));
  const readA = a._layout.native ? readAt : readAny;
  const readB = b._layout.native ? readAt : readAny;
  return everyPosition(axes, offset, other.offset, (atA, atB) =>
    equalValues(readA(a, atA), readB(b, atB)),
  );
}

/** Python's `==` for items: numbers of any type by exact value, truth values as 0 and 1. */
export function equalValues(a: unknown, b: unknown): boolean {
  // oxlint-disable-next-line eqeqeq -- compares a bigint with a number by exact value
  if (isNumber(a) && isNumber(b)) return a == b;
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}

// One function per type, and four items a turn, as in copy.ts.

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
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
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
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
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
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
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
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
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
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
          if (from[at] !== to[other]) return false;
          at = (at + aColumn) | 0;
          other = (other + bColumn) | 0;
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

const integers: Kernels = {
  1: [Uint8Array, equalOctets],
  2: [Uint16Array, equalHalves],
  4: [Int32Array, equalWords],
};
const floats: Kernels = { 4: [Float32Array, equalSingles], 8: [Float64Array, equalDoubles] };
