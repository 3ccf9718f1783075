/**
 * Memory that goes away under code which the engine has optimised. Its checks are then the engine's
 * own, and engines have forgotten some: so loops run here until they are compiled, first.
 */
import { describe, expect, test } from "vitest";
import { memoryview } from "../../../src/core/memoryview.ts";
import type { MemoryView } from "../../../src/core/memoryview.ts";
import { Pages, counting, detach, expectThrown, resizable } from "./memories.ts";

const rounds = 30_000;

/** Every loop of its own, so that each format is compiled alone, as in a user's program. */
const loops: readonly (readonly [string, string, (m: MemoryView, times: number) => unknown])[] = [
  ...["B", "b", "?", "h", "H", "i", "I", "q", "Q", "f", "d", ">d", "<HB"].map(
    (format) =>
      [
        `get of format ${format}`,
        format,
        (m: MemoryView, times: number): unknown => {
          let last: unknown;
          for (let i = 0; i < times; i += 1) last = m.get(i & 1);
          return last;
        },
      ] as const,
  ),
  ...["B", "h", "I", "f", "d"].map(
    (format) =>
      [
        `set of format ${format}`,
        format,
        (m: MemoryView, times: number): unknown => {
          for (let i = 0; i < times; i += 1) m.set(i & 1, 1);
          return undefined;
        },
      ] as const,
  ),
  [
    "set of format q",
    "q",
    (m, times) => {
      for (let i = 0; i < times; i += 1) m.set(i & 1, 1n);
    },
  ],
  [
    "getNumber",
    "q",
    (m, times) => {
      let sum = 0;
      for (let i = 0; i < times; i += 1) sum += m.getNumber(i & 1);
      return sum;
    },
  ],
  [
    "subarray and get",
    "B",
    (m, times) => {
      let sum = 0;
      for (let i = 0; i < times; i += 1) sum += m.subarray(1).get(0) as number;
      return sum;
    },
  ],
  [
    "for..of",
    "B",
    (m, times) => {
      let sum = 0;
      for (let i = 0; i < times / 4; i += 1) for (const item of m) sum += item as number;
      return sum;
    },
  ],
  [
    "toBytes",
    "B",
    (m, times) => {
      for (let i = 0; i < times / 4; i += 1) m.toBytes();
    },
  ],
  [
    "equals",
    "B",
    (m, times) => {
      for (let i = 0; i < times / 4; i += 1) m.equals(m);
    },
  ],
  [
    "fill",
    "B",
    (m, times) => {
      for (let i = 0; i < times / 4; i += 1) m.fill(1);
    },
  ],
  [
    "find",
    "B",
    (m, times) => {
      for (let i = 0; i < times / 4; i += 1) m.find(99);
    },
  ],
];

describe("a BufferError from optimised code", () => {
  test.each(loops)("%s: transferred memory", (_, format, loop) => {
    const { itemsize } = memoryview(new Uint8Array(0)).cast(format);
    loop(memoryview(new Uint8Array(2 * itemsize)).cast(format), rounds);
    const { buffer } = new Uint8Array(2 * itemsize);
    const m = memoryview(buffer).cast(format);
    loop(m, rounds);
    detach(buffer);
    expectThrown(() => loop(m, 4), "BufferError");
  });

  test.each(loops)("%s: memory that shrank", (_, format, loop) => {
    const { itemsize } = memoryview(new Uint8Array(0)).cast(format);
    const buffer = resizable(new Uint8Array(2 * itemsize));
    const m = memoryview(buffer).cast(format);
    loop(m, rounds);
    buffer.resize(2 * itemsize - 1);
    expectThrown(() => loop(m, 4), "BufferError");
  });
});

test("optimised loops over pages that grow see the new pages", () => {
  const read = (m: MemoryView, times: number): number => {
    let sum = 0;
    for (let i = 0; i < times; i += 1) sum += m.get(i & 7) as number;
    return sum;
  };
  const pages = new Pages({ initial: 1 });
  const m = memoryview(pages);
  new Uint8Array(pages.buffer).set(counting(8));
  for (let grown = 0; grown < 3; grown += 1) {
    expect(read(m, rounds)).toBe((rounds / 8) * 28);
    pages.grow(1);
    m.set(0, 0);
  }
  expect(new Uint8Array(pages.buffer)[7]).toBe(7);
});
