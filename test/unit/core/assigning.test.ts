/** Copying into views and filling them, whatever the strides, with and without the accelerator. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accelerate } from "../../../src/core/accelerate.ts";
import { bytes } from "../../../src/core/construct.ts";
import { copiedBytes } from "../../../src/core/copy.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import type { MemoryView } from "../../../src/core/memoryview.ts";
import { counting, expectThrown, itemsOf } from "./memories.ts";

type Select = (m: MemoryView) => MemoryView;

/** Windows of the same shape on one memory, which overlap in all ways there are. */
const windows: readonly (readonly [name: string, select: Select])[] = [
  ["the start", (m) => m.subarray(0, 12)],
  ["one item on", (m) => m.subarray(1, 13)],
  ["the end", (m) => m.subarray(12, 24)],
  ["every second", (m) => m.subarray(0, 24, 2)],
  ["every second but the first", (m) => m.subarray(1, 24, 2)],
  ["backwards", (m) => m.subarray(11, null, -1)],
  ["backwards from the end", (m) => m.subarray(23, 11, -1)],
  ["every second, backwards", (m) => m.subarray(23, null, -2)],
];

const planes: readonly (readonly [name: string, select: Select])[] = [
  ["rows", (m) => m.reshape([6, 4]).subarray(0, 3).select(null, [0, 3])],
  ["rows, one on", (m) => m.reshape([6, 4]).subarray(1, 4).select(null, [1, 4])],
  ["columns", (m) => m.reshape([6, 4]).subarray(0, 3).select(null, [0, 3]).transpose()],
  ["rows backwards", (m) => m.reshape([6, 4]).subarray(2, null, -1).select(null, [0, 3])],
  ["both backwards", (m) => m.reshape([6, 4]).select([3, 0, -1], [2, null, -1])],
  ["both with gaps", (m) => m.reshape([4, 6]).select([0, 3], [0, null, 2])],
  ["transposed with gaps", (m) => m.reshape([6, 4]).select([0, null, 2], [0, 3]).transpose()],
];

const cubes: readonly (readonly [name: string, select: Select])[] = [
  ["axes 0 1 2", (m) => m.subarray(0, 8).reshape([2, 2, 2])],
  ["axes 2 1 0", (m) => m.subarray(0, 8).reshape([2, 2, 2]).transpose()],
  ["axes 1 2 0, further on", (m) => m.subarray(3, 11).reshape([2, 2, 2]).transpose(1, 2, 0)],
  ["with gaps everywhere", (m) => m.reshape([2, 3, 4]).select(null, [0, null, 2], [0, null, 3])],
  ["backwards everywhere", (m) => m.reshape([2, 3, 4]).select(R(), [2, 0, -1], [3, null, -3])],
];

function R(): readonly [null, null, number] {
  return [null, null, -1];
}

const formats = ["B", "H", "I", "d", "Zd", "3s", "<HIB", "24s"];

/** Buffers for some bytes, and how their first byte is aligned. */
const memories: readonly (readonly [string, (size: number) => Uint8Array])[] = [
  ["aligned", (size) => new Uint8Array(size)],
  ["at an odd offset", (size) => new Uint8Array(new ArrayBuffer(size + 3), 3)],
  ["shared, aligned to 4", (size) => new Uint8Array(new SharedArrayBuffer(size + 4), 4)],
];

/** All bytes differ from their neighbours, however wide the items. */
function scramble(memory: Uint8Array): void {
  for (let i = 0; i < memory.length; i += 1) memory[i] = (i * 167 + (i >> 8) * 31) & 0xff;
}

const known = new Map<Select, readonly number[]>();

/** Which of 24 items a selection shows, in C order. */
function chosenBy(select: Select): readonly number[] {
  const items = known.get(select) ?? itemsOf(select(memoryview(counting(24))));
  known.set(select, items);
  return items;
}

/** What copying item by item through a temporary gives. */
function copyNaively(memory: Uint8Array, itemsize: number, source: Select, target: Select): void {
  const before = memory.slice();
  const from = chosenBy(source);
  for (const [i, to] of chosenBy(target).entries()) {
    const at = from[i]! * itemsize;
    memory.set(before.subarray(at, at + itemsize), to * itemsize);
  }
}

/** Without a look at every byte by the test runner, unless there is something to show. */
function expectSame(memory: Uint8Array, model: Uint8Array, what: string): void {
  const differ = Buffer.compare(memory, model) !== 0;
  expect(differ ? [...memory] : "the same", what).toEqual(differ ? [...model] : "the same");
}

describe("copyFrom", () => {
  describe.each(memories)("within memory that is %s", (_, make) => {
    describe.each([
      { axes: 1, selections: windows },
      { axes: 2, selections: planes },
      { axes: 3, selections: cubes },
    ])("with $axes axes", ({ selections }) => {
      test.each(formats)("copies items of format %s as if through a temporary", (format) => {
        const { itemsize } = memoryview(new Uint8Array(0)).cast(format);
        for (const [from, source] of selections) {
          for (const [to, target] of selections) {
            const [memory, model] = [make(24 * itemsize), make(24 * itemsize)];
            scramble(memory);
            scramble(model);
            const m = memoryview(memory).cast(format);
            target(m).copyFrom(source(m));
            copyNaively(model, itemsize, source, target);
            expectSame(memory, model, `${from} to ${to}`);
          }
        }
      });
    });
  });

  test("sees through two buffers of one shared memory", () => {
    const memory = new SharedArrayBuffer(24);
    const same = structuredClone(memory);
    expect(same).not.toBe(memory);
    for (const [from, source] of windows) {
      for (const [to, target] of windows) {
        const model = counting(24);
        new Uint8Array(memory).set(model);
        target(memoryview(memory)).copyFrom(source(memoryview(same)));
        copyNaively(model, 1, source, target);
        expect([...new Uint8Array(memory)], `${from} to ${to}`).toEqual([...model]);
      }
    }
  });

  test("sees through two typed arrays on one buffer", () => {
    const { buffer } = counting(24);
    const words = memoryview(new Uint32Array(buffer, 4, 4));
    words.copyFrom(memoryview(new Uint32Array(buffer, 8, 4)).subarray(null, null, -1));
    expect([...new Uint8Array(buffer)]).toEqual([
      0, 1, 2, 3, 20, 21, 22, 23, 16, 17, 18, 19, 12, 13, 14, 15, 8, 9, 10, 11, 20, 21, 22, 23,
    ]);
  });

  test("keeps the bits of every NaN, and of -0", () => {
    const patterns = [0x7ff8n << 48n, 0xfff4_5678_9abc_def1n, 0x7ff0_0000_0000_0001n, 1n << 63n];
    const memory = BigUint64Array.from(patterns);
    const target = new BigUint64Array(4);
    const m = memoryview(target).cast("B").cast("d");
    m.copyFrom(memoryview(memory).cast("B").cast("d").subarray(null, null, -1));
    expect([...target]).toEqual(patterns.toReversed());
    const halves = memoryview(new Uint32Array([0x7fa0_0001, 0xffc1_2345]))
      .cast("B")
      .cast("f");
    const words = new Uint32Array(2);
    memoryview(words).cast("B").cast("f").subarray(null, null, -1).copyFrom(halves);
    expect([...words]).toEqual([0xffc1_2345, 0x7fa0_0001]);
  });

  test.each<readonly [string, number, readonly number[]]>([
    ["long rows", 2000, [4, 500]],
    ["many short rows", 2000, [500, 4]],
    ["squares beyond one block", 130 * 130, [130, 130]],
    ["three axes", 70 * 3 * 70, [70, 3, 70]],
  ])("transposed copies are right for %s", (_, count, shape) => {
    for (const format of ["B", "H", "I", "d", "3s"]) {
      const { itemsize } = memoryview(new Uint8Array(0)).cast(format);
      const memory = new Uint8Array(count * itemsize);
      scramble(memory);
      const m = memoryview(memory).cast(format, shape);
      const t = m.transpose();
      const copied = memoryview(t.toBytes()).cast(format, t.shape);
      expectSame(copied.transpose().toUint8Array(), memory, "back");
      expect(t.equals(copied)).toBe(format !== "d" || t.equals(t));
      expectSame(t.toUint8Array("F"), memory, "in Fortran order");
      expectSame(m.toUint8Array("F"), t.toUint8Array(), "of both");
    }
  });

  test("counts the bytes that it copies: once, and twice where strides overlap", () => {
    const m = memoryview(counting(24));
    const copies = (copy: () => void): number => {
      const before = copiedBytes();
      copy();
      return copiedBytes() - before;
    };
    expect(copies(() => m.subarray(0, 12).copyFrom(m.subarray(12)))).toBe(12);
    expect(copies(() => m.subarray(0, 12).copyFrom(m.subarray(1, 13)))).toBe(12);
    expect(copies(() => m.subarray(0, 24, 2).copyFrom(counting(12)))).toBe(12);
    expect(copies(() => m.copyFrom(m.subarray(null, null, -1)))).toBe(48);
    expect(copies(() => m.fill(0))).toBe(0);
    expect(copies(() => m.toBytes())).toBe(24);
    expect(copies(() => m.subarray(3).reshape([3, 7]).transpose())).toBe(0);
  });
});

describe.each([true, false])("with the accelerator: %s", (on) => {
  beforeAll(() => void accelerate(on));
  afterAll(() => void accelerate(true));

  describe("fill", () => {
    const values: Readonly<Record<string, unknown>> = {
      B: 200,
      b: -3,
      "?": true,
      c: bytes([65]),
      h: -2,
      H: 60_000,
      i: -5,
      I: 4e9,
      l: -1n,
      L: 2n,
      q: -(2n ** 62n),
      Q: 2n ** 63n,
      n: -7n,
      N: 7n,
      P: 9n,
      e: 1.5,
      f: 2.5,
      d: Math.PI,
      Zf: [1, 2],
      Zd: [3, -4],
      ">H": 258,
      ">d": Math.E,
      "3s": bytes([1, 2, 3]),
      "5p": bytes([1, 2]),
      "<HB": [258, 3],
      "<IdHH": [1, 2.5, 3, 4],
      "(2,2)<H": [
        [1, 2],
        [3, 4],
      ],
      "T{<H:a:B:b:}": { a: 258, b: 3 },
      "7s": bytes([1, 2, 3, 4, 5, 6, 7]),
      "24s": bytes(counting(24)),
    };

    const selections = [
      ...windows.slice(-3),
      ...planes.slice(-3),
      ...cubes.slice(-2),
      ...windows.slice(0, 2),
    ];

    describe.each(memories.slice(0, 2))("memory that is %s", (_, make) => {
      test.each(Object.entries(values))("with an item of format %s", (format, value) => {
        const { itemsize } = memoryview(new Uint8Array(0)).cast(format);
        const item = new Uint8Array(itemsize);
        memoryview(item).cast(format).set(0, value);
        for (const [name, select] of selections) {
          const [memory, model] = [make(24 * itemsize), make(24 * itemsize)];
          scramble(memory);
          scramble(model);
          select(memoryview(memory).cast(format)).fill(value);
          for (const at of chosenBy(select)) model.set(item, at * itemsize);
          expectSame(memory, model, name);
        }
      });
    });

    test("of nothing writes nothing, but wants a value that fits", () => {
      const memory = counting(4);
      const m = memoryview(memory).subarray(2, 2);
      m.fill(9);
      expectThrown(() => m.fill(256), "ValueError");
      expectThrown(() => m.fill("9" as never), "TypeError");
      expect([...memory]).toEqual([0, 1, 2, 3]);
    });

    test("without axes writes the item", () => {
      const memory = counting(4);
      memoryview(memory).cast("I", []).fill(5);
      expect([...memory]).toEqual([5, 0, 0, 0]);
    });
  });
});

describe("a copy that is refused writes nothing", () => {
  const memory = counting(12);
  const m = memoryview(memory);
  test.each<readonly [string, () => void, string]>([
    ["fewer items", () => m.copyFrom(bytes([9])), "ValueError"],
    ["more items", () => m.copyFrom(counting(13)), "ValueError"],
    ["another format", () => m.copyFrom(new Int8Array(12)), "ValueError"],
    [
      "another format of the same width",
      () => m.cast("i").copyFrom(new Uint32Array(3)),
      "ValueError",
    ],
    [
      "another byte order",
      () => m.cast("<I").copyFrom(memoryview(counting(12)).cast(">I")),
      "ValueError",
    ],
    ["another shape", () => m.reshape([3, 4]).copyFrom(m.reshape([4, 3])), "ValueError"],
    ["other axes", () => m.reshape([3, 4]).copyFrom(m), "ValueError"],
    ["one item for many", () => m.reshape([3, 4]).copyFrom(m.subarray(0, 4)), "ValueError"],
    ["a list", () => m.copyFrom([1, 2, 3] as never), "TypeError"],
    ["text", () => m.copyFrom("123456789012" as never), "TypeError"],
    ["a number", () => m.copyFrom(9 as never), "TypeError"],
    ["read-only memory", () => m.toReadonly().copyFrom(counting(12)), "TypeError"],
    ["read-only memory, wrong source", () => m.toReadonly().copyFrom(9 as never), "TypeError"],
    ["a fill of read-only memory", () => m.toReadonly().fill(9), "TypeError"],
    ["a fill that does not fit", () => m.fill(256), "ValueError"],
  ])("%s", (_, act, error) => {
    expectThrown(act, error, /^Cannot .*wanted .*found /);
    expect([...memory]).toEqual([...counting(12)]);
  });

  test("formats are compared as CPython does: @ is nothing, the rest is said", () => {
    memoryview(memory).cast("@B").copyFrom(counting(12));
    expectThrown(() => memoryview(memory).cast("<I").copyFrom(new Uint32Array(3)), "ValueError");
  });
});
