/** The order of bulk work: nothing is visited twice, nothing is left out, whatever the size. */
import { describe, expect, test } from "vitest";
import { bytes } from "../../../src/core/construct.ts";
import { everyPosition, everyWalk } from "../../../src/core/loops.ts";
import type { Items } from "../../../src/core/geometry.ts";
import type { Region, Walk } from "../../../src/core/loops.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import type { MemoryView } from "../../../src/core/memoryview.ts";

/** Where the items lie of a region that nobody reads. */
function offsets({ offset, strides, shape }: Items & { offset: number }): number[] {
  const [size, ...rest] = shape;
  const [stride = 0, ...inner] = strides;
  if (size === undefined) return [offset];
  return Array.from({ length: size }, (_, i) =>
    offsets({ offset: offset + i * stride, shape: rest, strides: inner, itemsize: 1 }),
  ).flat();
}

/** The addresses of all bytes of a walk, of both operands, in the order of the walk. */
function addresses(a: Region, b: Region, { unit, outer, plane }: Walk): [number, number][] {
  const { rows, columns, aRow, aColumn, bRow, bColumn } = plane;
  const axes = [
    ...outer,
    { size: rows, a: aRow, b: bRow },
    { size: columns, a: aColumn, b: bColumn },
    { size: unit, a: 1 / unit, b: 1 / unit },
  ];
  const found: [number, number][] = [];
  everyPosition(axes, 0, 0, (from, to) =>
    found.push([a.offset + from * unit, b.offset + to * unit]),
  );
  return found;
}

const nothing = new Uint8Array(0);
const gibibyte = 2 ** 30;

describe("everyWalk", () => {
  test.each<readonly [number[], number[], number[]]>([
    [[5], [gibibyte], [1]],
    [[5], [1], [-gibibyte]],
    [
      [3, 7],
      [-8, gibibyte],
      [56, 8],
    ],
    [
      [3, 2, 5],
      [gibibyte, 8, 2 * gibibyte],
      [8, 2 * gibibyte, 24],
    ],
  ])("visits all pairs of items of shape [%s] once, in parts below 2 GiB", (shape, left, right) => {
    const items = { bytes: nothing, shape, itemsize: 1 };
    const a: Region = { ...items, offset: 5 * gibibyte, strides: left };
    const b: Region = { ...items, offset: 5 * gibibyte, strides: right };
    const wanted = offsets(a).map((at, i) => `${at} ${offsets(b)[i]}`);
    const found: string[] = [];
    let walks = 0;
    const done = everyWalk(a, b, 8, (from, to, walk) => {
      walks += 1;
      const visited = addresses(from, to, walk);
      for (const side of [0, 1] as const) {
        const all = visited.map((pair) => pair[side]);
        expect(Math.max(...all) - Math.min(...all)).toBeLessThan(2 ** 31);
        expect(new Set(all)).toEqual(new Set(offsets(side === 0 ? from : to)));
      }
      found.push(...visited.map((pair) => pair.join(" ")));
      return true;
    });
    expect(done).toBe(true);
    expect(walks).toBeGreaterThan(1);
    expect(found.toSorted()).toEqual(wanted.toSorted());
  });

  test("stops at the first part that is refused", () => {
    const region: Region = {
      bytes: nothing,
      offset: 0,
      shape: [9],
      strides: [gibibyte],
      itemsize: 1,
    };
    let visits = 0;
    expect(everyWalk(region, region, 1, () => ++visits < 2)).toBe(false);
    expect(visits).toBe(2);
  });
});

test("everyPosition stops at the first position that is refused, at any depth", () => {
  const axes = [
    { size: 2, a: 100, b: 0 },
    { size: 3, a: 10, b: 1 },
  ];
  const seen: number[] = [];
  expect(everyPosition(axes, 0, 0, (a) => seen.push(a) < 5)).toBe(false);
  expect(seen).toEqual([0, 10, 20, 100, 110]);
  expect(everyPosition(axes, 0, 0, () => true)).toBe(true);
});

/** More rows and columns than fit one tile, in numbers that no tile divides. */
const rows = 131;
const columns = 70;

/** Items 1, 2, 3 … as the rows of a table, and the same table with rows and columns exchanged. */
function table(format: string): { whole: MemoryView; turned: MemoryView } {
  const { itemsize } = memoryview(nothing).cast(format);
  const whole = memoryview(new ArrayBuffer(rows * columns * itemsize)).cast(format, [
    rows,
    columns,
  ]);
  for (let i = 0; i < rows * columns; i += 1)
    whole.set(Math.floor(i / columns), i % columns, i % 97);
  return { whole, turned: whole.transpose() };
}

describe.each(["B", "H", "I", "f", "d", "Zd"])("a transposed table of format %s", (format) => {
  const { whole, turned } = table(format);

  test("is copied item by item", () => {
    const { itemsize } = whole;
    const source = whole.toBytes();
    const wanted = new Uint8Array(source.length);
    for (let at = 0; at < wanted.length; at += 1) {
      const item = Math.floor(at / itemsize);
      const from = (item % rows) * columns + Math.floor(item / rows);
      wanted[at] = source.get(from * itemsize + (at % itemsize));
    }
    expect(turned.toBytes().equals(wanted)).toBe(true);
    expect(turned.toBytes("F").equals(source)).toBe(true);
  });

  test("equals its copy, until any item differs", () => {
    const copy = memoryview(turned.toUint8Array().buffer).cast(format, [columns, rows]);
    expect(turned.equals(copy)).toBe(true);
    const corner = [0, 1, 2, 3, 4, 5, 6, 7];
    const ends = (size: number): number[] => [
      ...corner,
      63,
      64,
      ...corner.map((i) => size - 8 + i),
    ];
    for (const column of ends(columns)) {
      for (const row of ends(rows)) {
        const item = copy.get(column, row);
        copy.set(column, row, 99);
        expect(turned.equals(copy) || copy.equals(turned), `item ${column}, ${row}`).toBe(false);
        copy.set(column, row, item);
      }
    }
    expect(copy.equals(turned)).toBe(true);
  });
});

describe.each(["B", "H", "i", "q", "f", "d"])("planes of format %s", (format) => {
  test("are all compared", () => {
    const { itemsize } = memoryview(nothing).cast(format);
    const cast = (): MemoryView =>
      memoryview(new ArrayBuffer(3 * 4 * 5 * 6 * itemsize))
        .cast(format)
        .reshape([3, 4, 5, 6]);
    const [left, right] = [cast(), cast()];
    const part = (view: MemoryView): MemoryView =>
      view.select([0, 3, 2], [0, 4, 2], [0, 5, 2], [0, 6, 5]).transpose(2, 0, 3, 1);
    expect(part(left).equals(part(right))).toBe(true);
    right.set(0, 0, 0, 5, format === "q" ? 1n : 1);
    expect(part(left).equals(part(right))).toBe(false);
    right.set(0, 0, 0, 5, format === "q" ? 0n : 0);
    right.set(2, 2, 4, 5, format === "q" ? 1n : 1);
    expect(part(left).equals(part(right))).toBe(false);
    right.set(2, 2, 4, 5, format === "q" ? 0n : 0);
    right.set(1, 1, 1, 1, format === "q" ? 1n : 1); // in none of the parts
    expect(part(left).equals(part(right))).toBe(true);
  });
});

describe("rows that are copied in one piece", () => {
  const length = 300;

  test("go to where columns have gaps, item by item", () => {
    const source = memoryview(Uint8Array.from({ length }, (_, i) => i));
    const target = memoryview(new Uint8Array(2 * length));
    target.subarray(0, undefined, 2).copyFrom(source);
    for (let i = 0; i < length; i += 1) {
      expect([target.get(2 * i), target.get(2 * i + 1)]).toEqual([i & 0xff, 0]);
    }
  });

  test("come each from its own place", () => {
    const content = Uint8Array.from({ length: 4 * 400 }, (_, i) => (i * 7) >> 3);
    const source = memoryview(content)
      .cast("B", [4, 400])
      .select(null, [50, 50 + length]);
    const wanted = [0, 1, 2, 3].flatMap((row) =>
      Array.from(content.subarray(row * 400 + 50, row * 400 + 50 + length)),
    );
    expect(source.toBytes().equals(bytes(wanted))).toBe(true);
    expect(source.select([3, null, -1]).toBytes().get(0)).toBe(content[3 * 400 + 50]);
  });
});

test.each([1, 2, 3, 4, 8])("rows of %i-byte items keep the gaps between them", (itemsize) => {
  const format = `${itemsize}s`;
  const packed = memoryview(Uint8Array.from({ length: 12 * itemsize }, (_, i) => i + 1));
  const source = packed.cast(format).reshape([4, 3]);
  const memory = new Uint8Array(20 * itemsize);
  const target = memoryview(memory).cast(format).reshape([4, 5]).select(null, [1, 4]);
  target.copyFrom(source);
  const row = (i: number): number[] => {
    const gap = Array.from({ length: itemsize }, () => 0);
    return [...gap, ...packed.subarray(3 * i * itemsize, 3 * (i + 1) * itemsize), ...gap];
  };
  expect([...memory]).toEqual([0, 1, 2, 3].flatMap(row));
  expect(target.toBytes().equals(packed)).toBe(true);
});

test("long memory that differs is unequal, whichever is greater", () => {
  const zeros = bytes(100);
  const one = bytes(Uint8Array.from({ length: 100 }, (_, i) => (i === 99 ? 1 : 0)));
  for (const [a, b] of [
    [zeros, one],
    [one, zeros],
  ] as const) {
    expect(a.equals(b)).toBe(false);
    expect(memoryview(a).equals(b)).toBe(false);
  }
});
