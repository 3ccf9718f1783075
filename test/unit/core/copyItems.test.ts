/** The loops that move items and compare them, against loops over single bytes. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { copyItems, copiedBytes, overlaps, repeatItem } from "../../../src/core/copy.ts";
import { extent } from "../../../src/core/geometry.ts";
import type { Region } from "../../../src/core/loops.ts";

/** Where each item begins, in C order. */
function addresses(shape: readonly number[], strides: readonly number[], offset = 0): number[] {
  const [size, ...rest] = shape;
  const [stride = 0, ...others] = strides;
  if (size === undefined) return [offset];
  return Array.from({ length: size }, (_, i) =>
    addresses(rest, others, offset + i * stride),
  ).flat();
}

/** Items with these strides in a buffer that just holds them, `shift` bytes off its alignment. */
function place(
  shape: readonly number[],
  strides: readonly number[],
  itemsize: number,
  shift: number,
): Region {
  const { low, high } = extent({ shape, strides, itemsize });
  const buffer = new ArrayBuffer(high - low + shift + 5);
  const bytes = new Uint8Array(buffer, shift);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = (i * 131 + (i >> 8) * 7 + shift) & 0xff;
  return { bytes, offset: 0 - low, shape, strides, itemsize };
}

const small = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 4 });
/** Beyond the side of a block, and beyond the length of a run. */
const large = fc.constantFrom([70, 66], [3, 300], [300, 3], [2, 70, 70], [520]);
const shapes = fc.oneof({ weight: 9, arbitrary: small }, { weight: 1, arbitrary: large });

interface Operands {
  readonly shape: readonly number[];
  readonly itemsize: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly shifts: readonly [number, number];
}

/** Sources may repeat items; targets may not, or the order of writing would show. */
const operands: fc.Arbitrary<Operands> = fc
  .tuple(shapes, fc.integer({ min: 1, max: 24 }))
  .chain(([shape, itemsize]) => {
    const unit = fc.constantFrom(1, 2, 4, 8, itemsize, itemsize, itemsize);
    const free = fc
      .tuple(unit, fc.array(fc.integer({ min: -40, max: 40 }), axes(shape)))
      .map(([by, steps]) => steps.map((step) => step * by));
    return fc.record({
      shape: fc.constant(shape),
      itemsize: fc.constant(itemsize),
      from: fc.oneof(free, apart(shape, itemsize)),
      to: apart(shape, itemsize),
      shifts: fc.tuple(fc.constantFrom(0, 0, 8, 4, 2, 1, 3), fc.constantFrom(0, 0, 8, 4, 2, 1, 3)),
    });
  });

function axes(shape: readonly number[]): { minLength: number; maxLength: number } {
  return { minLength: shape.length, maxLength: shape.length };
}

/** Strides in any order of axes, with gaps and in both directions, that keep items apart. */
function apart(shape: readonly number[], itemsize: number): fc.Arbitrary<number[]> {
  const order = fc.shuffledSubarray([...shape.keys()], axes(shape));
  const gaps = fc.array(fc.constantFrom(0, 0, 1, 2, 8), axes(shape));
  const signs = fc.array(fc.constantFrom(1, 1, -1), axes(shape));
  return fc.tuple(order, gaps, signs).map(([sorted, gap, sign]) => {
    const strides = shape.map(() => 0);
    let step = itemsize;
    for (const [i, axis] of sorted.entries()) {
      step += (gap[i] ?? 0) * (itemsize % 2 === 0 ? 2 : 1);
      strides[axis] = step * (sign[i] ?? 1);
      step *= Math.max(shape[axis] ?? 1, 1);
    }
    return strides;
  });
}

test("copyItems moves every byte of every item, and no other", () => {
  const property = fc.property(operands, ({ shape, itemsize, from, to, shifts }) => {
    const source = place(shape, from, itemsize, shifts[0]);
    const target = place(shape, to, itemsize, shifts[1]);
    const wanted = target.bytes.slice();
    const ends = addresses(shape, to, target.offset);
    for (const [i, start] of addresses(shape, from, source.offset).entries()) {
      wanted.set(source.bytes.subarray(start, start + itemsize), ends[i]);
    }
    const before = copiedBytes();
    copyItems(source, target);
    expect(Buffer.compare(target.bytes, wanted)).toBe(0);
    expect(copiedBytes() - before).toBe(ends.length * itemsize);
  });
  fc.assert(property, { numRuns: 800 });
});

test("repeatItem writes every byte of every item, and no other", () => {
  const property = fc.property(operands, ({ shape, itemsize, to, shifts }) => {
    const target = place(shape, to, itemsize, shifts[1]);
    const item = Uint8Array.from({ length: itemsize }, (_, i) => 200 - 7 * i);
    const wanted = target.bytes.slice();
    for (const start of addresses(shape, to, target.offset)) wanted.set(item, start);
    repeatItem(item, target);
    expect(Buffer.compare(target.bytes, wanted)).toBe(0);
  });
  fc.assert(property, { numRuns: 500 });
});

test("overlaps is true wherever two operands share a byte", () => {
  const shift = fc.integer({ min: -60, max: 60 });
  const property = fc.property(operands, shift, ({ shape, itemsize, from, to }, by) => {
    const bytes = new Uint8Array(8192);
    const a = { bytes, offset: 4000, shape, strides: from, itemsize };
    const b = { ...a, bytes: bytes.subarray(100), offset: 3900 + by, strides: to };
    const touched = (region: Region): Set<number> => {
      const starts = addresses(shape, region.strides, region.offset + region.bytes.byteOffset);
      return new Set(starts.flatMap((at) => Array.from({ length: itemsize }, (_, i) => at + i)));
    };
    const [left, right] = [touched(a), touched(b)];
    const shared = [...left].some((at) => right.has(at));
    expect(overlaps(a, b) || !shared).toBe(true);
  });
  fc.assert(property, { numRuns: 300 });
});
