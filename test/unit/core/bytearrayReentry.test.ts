/** Sources whose own code changes the bytearray while it asks for their bytes, and arrays that are their own source. */
import { describe, expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import type { ByteArray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { kBuffer } from "../../../src/core/protocol.ts";
import type { Exporter } from "../../../src/core/protocol.ts";
import { counting, expectThrown, exporterOf, thrown } from "./memories.ts";

const content = [1, 2, 3, 4];

/** Changes `ba` when it is first asked for its bytes. */
function exporting(list: readonly number[], ba: ByteArray, meddle: (ba: ByteArray) => unknown) {
  const { buffer } = Uint8Array.from(list);
  let asked = false;
  const exporter: Exporter = {
    [kBuffer]() {
      if (!asked) meddle(ba);
      asked = true;
      return { buffer, byteOffset: 0, byteLength: list.length };
    },
  };
  return exporter;
}

/** Changes `ba` before its first item. */
function* iterating(list: readonly number[], ba: ByteArray, meddle: (ba: ByteArray) => unknown) {
  meddle(ba);
  yield* list;
}

type Meddle = (ba: ByteArray) => unknown;

const meddles: readonly (readonly [string, Meddle])[] = [
  ["clears it", (ba) => ba.clear()],
  ["shortens it", (ba) => ba.resize(1)],
  ["cuts its start off", (ba) => ba.deleteSlice(0, 3)],
  ["lengthens it", (ba) => ba.extend([7, 7, 7])],
  ["lengthens it by much", (ba) => ba.resize(10_000)],
  ["takes its bytes", (ba) => ba.takeBytes()],
  ["lends it", (ba) => ba.lendUint8Array()],
  ["writes to it", (ba) => ba.setSlice(0, 2, 1, [2, 1])],
];

/** Its length and memory fit, and it goes on as any other. */
function expectSound(ba: ByteArray): void {
  const list = [...ba];
  expect(ba.length).toBe(list.length);
  expect(ba._start).toBeGreaterThanOrEqual(0);
  expect(ba._end).toBeLessThanOrEqual(ba._bytes.length);
  ba.append(77);
  ba.insert(0, 78);
  expect([...ba]).toEqual([78, ...list, 77]);
}

describe.each(meddles)("a source that %s", (_, meddle) => {
  /** What is there after the source had its way. */
  const meddled = (): number[] => {
    const ba = bytearray(content);
    meddle(ba);
    return [...ba];
  };

  for (const [what, make] of [
    ["an exporter", exporting],
    ["an iterable", iterating],
  ] as const) {
    test(`extends what is left, being ${what}`, () => {
      const ba = bytearray(content);
      ba.extend(make([8, 9], ba, meddle));
      expect([...ba]).toEqual([...meddled(), 8, 9]);
      expectSound(ba);
    });

    test(`replaces a slice of what is left, being ${what}`, () => {
      for (const [start, stop] of [
        [0, 2],
        [2, 4],
        [1, -1],
        [4, 4],
        [3, 1],
      ] as const) {
        const ba = bytearray(content);
        ba.setSlice(start, stop, 1, make([8, 9, 10], ba, meddle));
        const wanted = bytearray(meddled());
        wanted.setSlice(start, stop, 1, [8, 9, 10]);
        expect([...ba], `${start} to ${stop}`).toEqual([...wanted]);
        expectSound(ba);
      }
    });

    test(`replaces every second byte of what is left, or none, being ${what}`, () => {
      const ba = bytearray(content);
      const wanted = bytearray(meddled());
      const error = thrown(() => wanted.setSlice(null, null, 2, [8, 9]));
      const found = thrown(() => ba.setSlice(null, null, 2, make([8, 9], ba, meddle)));
      expect((found as Error | undefined)?.name).toBe((error as Error | undefined)?.name);
      expect([...ba]).toEqual([...wanted]);
      expectSound(ba);
    });
  }

  test("leaves it sound when it is read by it", () => {
    const uses: readonly ((ba: ByteArray, source: Exporter) => unknown)[] = [
      (ba, source) => ba.join([source, source]),
      (ba, source) => ba.concat(source),
      (ba, source) => ba.find(source),
      (ba, source) => ba.count(source),
      (ba, source) => ba.split(source),
      (ba, source) => ba.rsplit(source),
      (ba, source) => ba.partition(source),
      (ba, source) => ba.rpartition(source),
      (ba, source) => ba.strip(source),
      (ba, source) => ba.replace(source, bytes([5])),
      (ba, source) => ba.replace(bytes([5]), source),
      (ba, source) => ba.translate(null, source),
      (ba, source) => ba.startsWith(source),
      (ba, source) => ba.endsWith([bytes([9]), source]),
      (ba, source) => ba.removePrefix(source),
      (ba, source) => ba.removeSuffix(source),
      (ba, source) => ba.compare(source),
      (ba, source) => ba.equals(source),
    ];
    for (const use of uses) {
      const ba = bytearray(content);
      const error = thrown(() => use(ba, exporting([2], ba, meddle)));
      expect((error as Error | undefined)?.name ?? "BufferError", String(use)).toBe("BufferError");
      expect([...ba], String(use)).toEqual(meddled());
      expectSound(ba);
    }
  });
});

test("a source that views the array keeps it as it is: BufferError", () => {
  for (const make of [exporting, iterating]) {
    const ba = bytearray(content);
    const views: unknown[] = [];
    const hold = (): unknown => views.push(memoryview(ba));
    expectThrown(() => ba.extend(make([8], ba, hold)), "BufferError");
    expectThrown(() => ba.setSlice(0, 1, 1, make([8, 9], ba, hold)), "BufferError");
    ba.setSlice(0, 1, 1, make([8], ba, hold));
    expect([...ba]).toEqual([8, 2, 3, 4]);
    ba.releaseViews();
  }
});

test("a source that fails half way changes nothing", () => {
  function* failing(): Generator<number> {
    yield 1;
    throw new Error("no more");
  }
  const sources: readonly (readonly [() => Iterable<number> | Exporter, string])[] = [
    [failing, "Error"],
    [() => [1, 2, 256], "ValueError"],
    [() => [1, -1], "ValueError"],
    [() => [1, "2"] as never, "TypeError"],
    [() => [1, 0.5], "TypeError"],
    [() => [1, undefined] as never, "TypeError"],
    // oxlint-disable-next-line no-sparse-arrays -- a hole is no byte
    [() => [1, , 2] as never, "TypeError"],
    [() => "12" as never, "TypeError"],
    [() => 12 as never, "TypeError"],
    [() => null as never, "TypeError"],
    [() => undefined as never, "TypeError"],
    [() => ({}) as never, "TypeError"],
    [() => ({ length: 1, 0: 1 }) as never, "TypeError"],
    [() => exporterOf(undefined), "TypeError"],
  ];
  for (const [make, error] of sources) {
    const ba = bytearray(content);
    expectThrown(() => ba.extend(make()), error);
    expectThrown(() => ba.setSlice(0, 2, 1, make()), error);
    expectThrown(() => ba.setSlice(null, null, 2, make()), error);
    expect([...ba], String(make)).toEqual(content);
    ba.append(5);
    expect(ba.length).toBe(5);
  }
});

describe("an array that is its own source", () => {
  test("doubles", () => {
    const ba = bytearray(content);
    for (let i = 0; i < 5; i += 1) ba.extend(ba);
    expect(ba.equals(bytes(content).repeat(32))).toBe(true);
  });

  test("is put into itself", () => {
    const inserted = (start: number, stop: number, step = 1): number[] => {
      const ba = bytearray(content);
      ba.setSlice(start, stop, step, ba);
      return [...ba];
    };
    expect(inserted(0, 0)).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    expect(inserted(1, 3)).toEqual([1, 1, 2, 3, 4, 4]);
    expect(inserted(4, 4)).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    expect(inserted(0, 4)).toEqual([1, 2, 3, 4]);
    const ba = bytearray(content);
    ba.setSlice(null, null, -1, ba);
    expect([...ba]).toEqual([4, 3, 2, 1]);
  });

  test("is joined, replaced, compared and searched by itself", () => {
    const ba = bytearray(content);
    expect(ba.join([ba, ba]).equals(bytes(content).repeat(3))).toBe(true);
    expect(ba.concat(ba, ba).length).toBe(12);
    expect(ba.replace(ba, ba).equals(ba)).toBe(true);
    expect([ba.find(ba), ba.count(ba), ba.compare(ba), ba.equals(ba)]).toEqual([0, 1, 0, true]);
    expect(ba.split(ba).map((part) => part.length)).toEqual([0, 0]);
    expect([ba.strip(ba).length, ba.removePrefix(ba).length]).toEqual([0, 0]);
    expect(ba.partition(ba).map((part) => part.length)).toEqual([0, 4, 0]);
    expect(ba.translate(null, ba).length).toBe(0);
    ba.append(1);
    expect(ba.length, "nothing of it is locked").toBe(5);
  });

  test("is viewed by its own source: BufferError, and nothing is changed", () => {
    const ba = bytearray(content);
    const m = memoryview(ba);
    for (const source of [m, m.subarray(1), m.toReadonly()]) {
      expectThrown(() => ba.extend(source), "BufferError");
      expectThrown(() => ba.setSlice(0, 0, 1, source), "BufferError");
    }
    ba.setSlice(0, 4, 1, m.subarray(null, null, -1)); // the same length
    expect(m.toList()).toEqual([4, 3, 2, 1]);
    m.release();
    ba.releaseViews();
    expect([...ba]).toEqual([4, 3, 2, 1]);
  });
});

describe("an iterator", () => {
  test("of a bytearray sees what is there when it asks, and ends at the end of then", () => {
    const ba = bytearray(content);
    const seen: number[] = [];
    for (const byte of ba) {
      seen.push(byte);
      if (ba.length < 7) ba.append(10 + byte);
      if (byte === 2) ba.set(2, 30);
    }
    expect(seen).toEqual([1, 2, 30, 4, 11, 12, 40]);
    const shrinking = bytearray(counting(10));
    const left: number[] = [];
    for (const byte of shrinking) {
      left.push(byte);
      shrinking.pop();
    }
    expect(left).toEqual([0, 1, 2, 3, 4]);
    const moving: number[] = [];
    const moved = bytearray(counting(5));
    for (const byte of moved) {
      moving.push(byte);
      moved.delete(0);
    }
    expect(moving).toEqual([0, 2, 4]);
  });

  test("of a bytearray that ended stays at its end", () => {
    const ba = bytearray([1]);
    const iterator = ba[Symbol.iterator]();
    expect([iterator.next().value, iterator.next().done]).toEqual([1, true]);
    ba.append(2);
    expect(iterator.next()).toEqual({ value: undefined, done: true });
  });

  test("does not lock", () => {
    const ba = bytearray(content);
    const iterator = ba[Symbol.iterator]();
    iterator.next();
    ba.clear();
    expect(iterator.next().done).toBe(true);
  });
});
