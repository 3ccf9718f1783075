/**
 * The only place of this library where bytes are copied in user space. A test enforces it, so that
 * reading this file and its callers is a complete audit of our copies; everything else hands out
 * views.
 */
import { OverflowError, cannot } from "./errors.ts";
import { product } from "../format/layout.ts";
import { fills } from "./filling.ts";
import { cStrides, extent, isCContiguous } from "./geometry.ts";
import type { Strides } from "./geometry.ts";
import { everyPosition, everyWalk, runKernel } from "./loops.ts";
import { isShared } from "./protocol.ts";
import type { Kernels, Plane, Region, Unit, Walk } from "./loops.ts";

/** One number in memory of its own, which stays cheap to change beyond 2^31. */
const counted = /* @__PURE__ */ new Float64Array(1);

export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Bytes copied in user space by this library, in this thread, since it was loaded. */
export function copiedBytes(): number {
  return counted[0]!;
}

/** Zeros. @throws {OverflowError} for more than there is, or than the engine gives at once. */
export function allocate(length: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch {
    throw cannot(OverflowError, "allocate memory", "less", `${length} bytes`);
  }
}

/**
 * Copies `source` to an offset of `target`.
 *
 * *Copies:* `source.byteLength` bytes. Overlapping memory is copied as if through a temporary.
 *
 * *Complexity:* O(n).
 *
 * @throws {RangeError} when `target` ends before; nothing is written.
 */
export function copyBytes(source: Uint8Array, target: Uint8Array, offset: number = 0): void {
  target.set(source, offset);
  counted[0]! += source.length; // byteLength takes longer
}

/** Up to this length a loop is faster than a call of `set`. */
const shortSpan = 16;

/**
 * Copies the bytes from `start` to `end` (excluded) to an offset of `target`, and returns the offset
 * behind them. Where the two overlap, `target` must begin before. *Copies:* those bytes.
 */
export function copySpan(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  offset: number,
): number {
  const length = end - start;
  if (length <= shortSpan) {
    for (let i = 0; i < length; i += 1) target[offset + i] = source[start + i]!;
  } else {
    target.set(source.subarray(start, end), offset);
  }
  counted[0]! += length;
  return offset + length;
}

/** From this length a call of `set`, which needs a window, is faster than a loop (bench `replace`). */
const longRun = 160;

/**
 * Copies `source` to the start of `target`, with `next` instead of the `gap` bytes from each of the
 * offsets `starts`, which ascend. *Copies:* what is written.
 */
export function copyReplacing(
  source: Uint8Array,
  starts: readonly number[],
  gap: number,
  next: Uint8Array,
  target: Uint8Array,
): void {
  const from = viewOf(source);
  const to = viewOf(target);
  /** By eight bytes, wherever they lie; the last eight overlap those before. */
  const copyRun = (start: number, end: number, shift: number): number => {
    const last = end - 8;
    if (last < start) {
      for (let i = start; i < end; i += 1) target[i + shift] = source[i]!;
    } else if (last < start + longRun && largestUnit() === 8) {
      for (let i = start; i < last; i += 8)
        to.setFloat64(i + shift, from.getFloat64(i, true), true);
      to.setFloat64(last + shift, from.getFloat64(last, true), true);
    } else {
      target.set(source.subarray(start, end), start + shift);
    }
    return end + shift;
  };
  const isInPlace = gap === next.length;
  if (isInPlace) copyBytes(source, target);
  let at = 0;
  let put = 0;
  for (const start of starts) {
    put = isInPlace ? start : copyRun(at, start, put - at);
    for (let i = 0; i < next.length; i += 1, put += 1) target[put] = next[i]!;
    at = start + gap;
  }
  if (!isInPlace) counted[0]! += copyRun(at, source.length, put - at);
}

/** New memory with the same bytes. *Copies:* `source.byteLength` bytes. */
export function cloneBytes(source: Uint8Array): Uint8Array<ArrayBuffer> {
  const clone = new Uint8Array(source); // which does not clear the memory first
  counted[0]! += clone.length;
  return clone;
}

/**
 * The bytes from `start` to `end` (excluded) in new memory: `Uint8Array.prototype.slice`. *Copies:* the
 * bytes of the result.
 */
export function sliceBytes(
  source: Uint8Array,
  start: number,
  end?: number,
): Uint8Array<ArrayBuffer> {
  const slice = source.slice(start, end);
  counted[0]! += slice.length;
  return slice;
}

/**
 * Copies items of one shape from `source` to `target`, each with strides of its own. The bytes of
 * the two must not overlap (`overlaps`), unless both are without gaps.
 *
 * *Copies:* the bytes of the items, once.
 *
 * *Complexity:* O(n), in the order of memory as far as both operands allow.
 */
export function copyItems(source: Region, target: Region): void {
  counted[0]! += moveItems(source, target);
}

/** The items of a region in new memory, packed. *Copies:* the bytes of the items, once. */
export function packItems(source: Region): Uint8Array<ArrayBuffer> {
  return placeItems(source, cStrides(source.shape, source.itemsize));
}

/** The items of a region in new memory, where `strides` puts them. *Copies:* as `packItems`. */
export function placeItems(source: Region, strides: Strides): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(product(source.shape) * source.itemsize);
  copyItems(source, { ...source, bytes, offset: 0, strides });
  return bytes;
}

/**
 * Writes one item to all items of `target`.
 *
 * *Copies:* none of payload; O(n) bytes are written.
 */
export function repeatItem(item: Uint8Array, target: Region): void {
  if (product(target.shape) === 0) return;
  const { shape, strides, itemsize } = target;
  const source = { bytes: item, offset: 0, shape, strides: strides.map(() => 0), itemsize };
  everyWalk(source, target, largestUnit(), (from, to, walk) =>
    runKernel(walk.unit === target.itemsize ? fills : moves, from, to, walk),
  );
}

/**
 * Could writing the items of one change items of the other? Exact for memory without gaps. Several
 * SharedArrayBuffers may be one memory, which cannot be seen.
 */
export function overlaps(a: Region, b: Region): boolean {
  const [left, right] = [a.bytes, b.bytes];
  if (left.buffer !== right.buffer && !(isShared(left.buffer) && isShared(right.buffer)))
    return false;
  const ofA = extent(a);
  const ofB = extent(b);
  const apart = right.byteOffset + b.offset - left.byteOffset - a.offset;
  return ofA.low < apart + ofB.high && apart + ofB.low < ofA.high;
}

/** The bytes that were written. */
function moveItems(source: Region, target: Region): number {
  const bytes = product(source.shape) * source.itemsize;
  if (bytes === 0) return 0;
  if (isCContiguous(source) && isCContiguous(target)) {
    target.bytes.set(window(source, 0, bytes), target.offset);
  } else {
    everyWalk(source, target, largestUnit(), (from, to, walk) =>
      isInRuns(walk) ? moveRuns(from, to, walk) : runKernel(moves, from, to, walk),
    );
  }
  return bytes;
}

function window({ bytes, offset }: Region, from: number, length: number): Uint8Array {
  return bytes.subarray(offset + from, offset + from + length);
}

let keepsBits: boolean | undefined;

/** Engines may change the bits of a NaN that passes through a Float64Array. JavaScriptCore does. */
function largestUnit(): Unit {
  if (keepsBits === undefined) {
    const bits = BigUint64Array.of(0xfff4_5678_9abc_def1n);
    const copy = Float64Array.of(new Float64Array(bits.buffer)[0]!);
    keepsBits = new BigUint64Array(copy.buffer)[0] === bits[0];
  }
  return keepsBits ? 8 : 4;
}

/** From this length a call of `set` is faster than a loop. */
const shortestRun = 256;

/** Are columns contiguous in both operands, and long? */
function isInRuns({ unit, plane }: Walk): boolean {
  const { aColumn, bColumn, columns } = plane;
  return aColumn === 1 && bColumn === 1 && columns * unit >= shortestRun;
}

function moveRuns(source: Region, target: Region, walk: Walk): boolean {
  const { unit, plane, outer } = walk;
  return everyPosition(outer, 0, 0, (a, b) => {
    for (let row = 0; row < plane.rows; row += 1) {
      const run = window(source, (a + row * plane.aRow) * unit, plane.columns * unit);
      target.bytes.set(run, target.offset + (b + row * plane.bRow) * unit);
    }
  });
}

const moves: Kernels = {
  1: [Uint8Array, moveBytes],
  2: [Uint16Array, moveHalves],
  4: [Int32Array, moveWords],
  8: [Float64Array, moveDoubles],
};

// One function per width, although they read alike: a loop that has seen several kinds of typed
// array is several times slower. Indices are kept to 32 bits, for which `everyWalk` sees to it that
// they fit. Four items a turn take half the time (bench `strided`), but twice in a transposition,
// the only walk in blocks: there is nothing to spare for it.

function moveBytes(from: Uint8Array, a: number, to: Uint8Array, b: number, plane: Plane): void {
  const { rows, columns, aRow, bRow, aColumn: aStep, bColumn: bStep, block } = plane;
  const spare = block < columns ? block : 3;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(top + block, rows);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(left + block, columns);
      for (let row = top; row < bottom; row += 1) {
        let at = (a + row * aRow + left * aStep) | 0;
        let put = (b + row * bRow + left * bStep) | 0;
        let column = left;
        for (; column < right - spare; column += 4) {
          const first = from[at]!;
          const second = from[(at + aStep) | 0]!;
          const third = from[(at + 2 * aStep) | 0]!;
          const fourth = from[(at + 3 * aStep) | 0]!;
          to[put] = first;
          to[(put + bStep) | 0] = second;
          to[(put + 2 * bStep) | 0] = third;
          to[(put + 3 * bStep) | 0] = fourth;
          at = (at + 4 * aStep) | 0;
          put = (put + 4 * bStep) | 0;
        }
        for (; column < right; column += 1) {
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
  const spare = block < columns ? block : 3;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(top + block, rows);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(left + block, columns);
      for (let row = top; row < bottom; row += 1) {
        let at = (a + row * aRow + left * aStep) | 0;
        let put = (b + row * bRow + left * bStep) | 0;
        let column = left;
        for (; column < right - spare; column += 4) {
          const first = from[at]!;
          const second = from[(at + aStep) | 0]!;
          const third = from[(at + 2 * aStep) | 0]!;
          const fourth = from[(at + 3 * aStep) | 0]!;
          to[put] = first;
          to[(put + bStep) | 0] = second;
          to[(put + 2 * bStep) | 0] = third;
          to[(put + 3 * bStep) | 0] = fourth;
          at = (at + 4 * aStep) | 0;
          put = (put + 4 * bStep) | 0;
        }
        for (; column < right; column += 1) {
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
  const spare = block < columns ? block : 3;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(top + block, rows);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(left + block, columns);
      for (let row = top; row < bottom; row += 1) {
        let at = (a + row * aRow + left * aStep) | 0;
        let put = (b + row * bRow + left * bStep) | 0;
        let column = left;
        for (; column < right - spare; column += 4) {
          const first = from[at]!;
          const second = from[(at + aStep) | 0]!;
          const third = from[(at + 2 * aStep) | 0]!;
          const fourth = from[(at + 3 * aStep) | 0]!;
          to[put] = first;
          to[(put + bStep) | 0] = second;
          to[(put + 2 * bStep) | 0] = third;
          to[(put + 3 * bStep) | 0] = fourth;
          at = (at + 4 * aStep) | 0;
          put = (put + 4 * bStep) | 0;
        }
        for (; column < right; column += 1) {
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
  const spare = block < columns ? block : 3;
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(top + block, rows);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(left + block, columns);
      for (let row = top; row < bottom; row += 1) {
        let at = (a + row * aRow + left * aStep) | 0;
        let put = (b + row * bRow + left * bStep) | 0;
        let column = left;
        for (; column < right - spare; column += 4) {
          const first = from[at]!;
          const second = from[(at + aStep) | 0]!;
          const third = from[(at + 2 * aStep) | 0]!;
          const fourth = from[(at + 3 * aStep) | 0]!;
          to[put] = first;
          to[(put + bStep) | 0] = second;
          to[(put + 2 * bStep) | 0] = third;
          to[(put + 3 * bStep) | 0] = fourth;
          at = (at + 4 * aStep) | 0;
          put = (put + 4 * bStep) | 0;
        }
        for (; column < right; column += 1) {
          to[put] = from[at]!;
          at = (at + aStep) | 0;
          put = (put + bStep) | 0;
        }
      }
    }
  }
}
