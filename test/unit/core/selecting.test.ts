/** Beyond CPython: select, transpose, reshape. Each is another window on the same items. */
import { describe, expect, test } from "vitest";
import { bytes } from "../../../src/core/construct.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import type { MemoryView } from "../../../src/core/memoryview.ts";
import type { Key } from "../../../src/core/selecting.ts";
import { counting, expectThrown, itemsOf } from "./memories.ts";

/** 0 to 23 as [2, 3, 4]. */
function cube(): MemoryView {
  return memoryview(counting(24)).cast("B", [2, 3, 4]);
}

describe("select", () => {
  const row = (from: number): number[] => [from, from + 1, from + 2, from + 3];
  const plane = (from: number): number[][] => [row(from), row(from + 4), row(from + 8)];
  const all = [plane(0), plane(12)];

  test.each<readonly [string, readonly Key[], unknown]>([
    ["nothing: everything", [], all],
    ["null", [null], all],
    ["...", ["..."], all],
    ["an index", [1], plane(12)],
    ["a negative index", [-2], plane(0)],
    ["a bigint", [1n], plane(12)],
    ["a truth value", [true], plane(12)],
    ["two indices", [1, 2], row(20)],
    ["three indices", [1, -1, 3], 23],
    [
      "an index of the last axis",
      ["...", 0],
      [
        [0, 4, 8],
        [12, 16, 20],
      ],
    ],
    ["an index of the first and the last axis", [1, "...", 0], [12, 16, 20]],
    ["... for no axis", [0, 1, "...", 2], 6],
    ["a whole axis", [null, 1], [row(4), row(16)]],
    ["[]", [[], 1, 0], [4, 16]],
    ["[start]", [0, [1], 0], [4, 8]],
    ["[start, stop]", [0, 0, [1, 3]], [1, 2]],
    ["[null, stop]", [0, 0, [null, -1]], [0, 1, 2]],
    ["[start, stop, step]", [0, 0, [3, 0, -2]], [3, 1]],
    ["[null, null, step]", [0, 0, [null, null, -1]], [3, 2, 1, 0]],
    ["bounds as bigints", [0, 0, [-3n, 100n, 2n]], [1, 3]],
    ["{ start }", [0, { start: 1 }, 0], [4, 8]],
    ["{ stop }", [0, { stop: 1 }, 0], [0]],
    ["{ step }", [0, 0, { step: -3 }], [3, 0]],
    ["{ start, stop, step }", [0, 0, { start: 3, stop: null, step: -2 }], [3, 1]],
    ["an empty slice", [0, [2, 1]], []],
    ["an empty slice of each axis", [[9], [9], [9]], []],
    [
      "all axes backwards",
      [
        [null, null, -1],
        [null, null, -1],
        [null, null, -1],
      ],
      all.toReversed().map((p) => p.toReversed().map((r) => r.toReversed())),
    ],
  ])("by %s", (_, keys, wanted) => {
    const m = cube();
    const selected = m.select(...keys);
    expect(selected.toList()).toEqual(wanted);
    expect(selected.obj).toBe(m.obj);
    expect(selected.format).toBe("B");
  });

  test("is a view: writing shows, and read-only stays", () => {
    const memory = counting(6);
    const m = memoryview(memory).cast("B", [2, 3]);
    m.select(null, 1).fill(9);
    m.select(1, 2).set(8);
    expect([...memory]).toEqual([0, 9, 2, 3, 9, 8]);
    expectThrown(() => m.toReadonly().select(0).set(0, 1), "TypeError");
  });

  test("of a selection goes on from there", () => {
    const m = cube()
      .select(null, [null, null, -1])
      .select(1, [0, 2])
      .select("...", [null, null, 3]);
    expect(m.toList()).toEqual([
      [20, 23],
      [16, 19],
    ]);
    expect(m.strides).toEqual([-4, 3]);
  });

  test("without axes there is nothing to select but the item", () => {
    const m = memoryview(counting(1)).cast("B", []);
    expect([m.select().get(), m.select("...").get()]).toEqual([0, 0]);
    expectThrown(() => m.select(0), "TypeError");
  });

  test.each<readonly [string, readonly unknown[], string]>([
    ["an index beyond the end", [2], "IndexError"],
    ["an index before the start", [-3], "IndexError"],
    ["an index beyond the end of the last axis", [0, 0, 4], "IndexError"],
    ["an endless index", [10n ** 400n], "IndexError"],
    ["a fraction", [0.5], "TypeError"],
    ["NaN", [Number.NaN], "TypeError"],
    ["undefined", [undefined], "TypeError"],
    ["undefined among others", [0, undefined, 1], "TypeError"],
    ["text", ["1"], "TypeError"],
    ["an empty object", [{}], "TypeError"],
    ["a slice of fractions", [[0.5]], "TypeError"],
    ["a slice of text", [["0"]], "TypeError"],
    ["a slice of four", [[0, 1, 1, 1]], "TypeError"],
    ["a step of 0", [[0, 1, 0]], "ValueError"],
    ["four indices", [0, 0, 0, 0], "TypeError"],
    ["four keys with ...", [0, 0, 0, 0, "..."], "TypeError"],
    ["two ...", ["...", "..."], "IndexError"],
  ])("by %s is refused", (_, keys, error) => {
    expectThrown(() => cube().select(...(keys as Key[])), error, /./);
  });

  test.each([10n ** 400n, 2n ** 1024n, 2n ** 64n, 2n ** 53n])(
    "with a step of %d takes one",
    (step) => {
      const m = memoryview(counting(6));
      expect(m.select([3, null, step]).toList()).toEqual([3]);
      expect(m.subarray(3, null, step).toList()).toEqual([3]);
      expect(m.subarray(3, null, -step).toList()).toEqual([3]);
      expect(m.subarray(3, 3, step).toList()).toEqual([]);
    },
  );
});

test("an axis of one item has no gaps, whatever its stride", () => {
  for (const m of [cube().select([0, 2, 2]), cube().select([1, null, -3]), cube().select([1, 2])]) {
    expect([m.shape, m.cContiguous, m.contiguous]).toEqual([[1, 3, 4], true, true]);
    expect(m.cast("H", [6]).length).toBe(6);
    expect(m.lendUint8Array().length).toBe(12);
  }
  const column = cube().select(0, null, [2, 3]);
  expect([column.shape, column.contiguous]).toEqual([[3, 1], false]);
  expect(cube().transpose().select(null, null, [1, null, 5]).fContiguous).toBe(true);
});

describe("transpose", () => {
  test("reverses the axes", () => {
    const m = cube();
    const t = m.transpose();
    expect([t.shape, t.strides]).toEqual([
      [4, 3, 2],
      [1, 4, 12],
    ]);
    expect(t.get(3, 1, 0)).toBe(m.get(0, 1, 3));
    expect([t.fContiguous, t.cContiguous, t.contiguous]).toEqual([true, false, true]);
    expect(t.transpose().toList()).toEqual(m.toList());
  });

  test("orders the axes as told", () => {
    const t = cube().transpose(1, -1, 0);
    expect(t.shape).toEqual([3, 4, 2]);
    expect(t.get(2, 3, 1)).toBe(23);
    expect(t.get(1, 0, 1)).toBe(16);
  });

  test("leaves fewer than two axes as they are", () => {
    expect(memoryview(counting(3)).transpose().toList()).toEqual([0, 1, 2]);
    expect(memoryview(counting(3)).transpose(0).toList()).toEqual([0, 1, 2]);
    expect(memoryview(counting(1)).cast("B", []).transpose().get()).toBe(0);
  });

  test.each<readonly [string, readonly unknown[], string]>([
    ["too few axes", [0, 1], "ValueError"],
    ["too many axes", [0, 1, 2, 0], "ValueError"],
    ["an axis twice", [0, 1, 1], "ValueError"],
    ["an axis twice, once from the end", [0, 1, -2], "ValueError"],
    ["an axis that is not there", [0, 1, 3], "ValueError"],
    ["a fraction", [0, 1, 0.5], "TypeError"],
    ["an array", [[2, 1, 0]], "TypeError"],
  ])("refuses %s", (_, axes, error) => {
    expectThrown(() => cube().transpose(...(axes as number[])), error, /^Cannot transpose/);
  });
});

describe("reshape", () => {
  const numbers = [...counting(24)];

  test.each([
    [[24]],
    [[2, 12]],
    [[4, 6]],
    [[2, 3, 4]],
    [[1, 24, 1]],
    [[24, 1]],
    [[2, 2, 2, 3]],
    [[-1]],
    [[-1, 8]],
    [[3, -1, 2]],
    [[24, -1]],
  ])("to [%s]", (shape) => {
    for (const m of [cube(), memoryview(counting(24)), memoryview(counting(24)).reshape([6, 4])]) {
      const r = m.reshape(shape);
      const unknown = 24 / shape.filter((n) => n >= 0).reduce((a, b) => a * b, 1);
      expect(r.shape).toEqual(shape.map((n) => (n < 0 ? unknown : n)));
      expect(itemsOf(r)).toEqual(numbers);
      expect(r.cContiguous).toBe(true);
      expect(r.obj).toBe(m.obj);
    }
  });

  test("to no axes and back", () => {
    const m = memoryview(counting(1)).cast("B", [1, 1]).reshape([]);
    expect([m.ndim, m.get()]).toEqual([0, 0]);
    expect(m.reshape([1, 1, 1]).toList()).toEqual([[[0]]]);
  });

  test.each<readonly [string, MemoryView, readonly number[]]>([
    ["every second item", memoryview(counting(24)).subarray(0, 24, 2), [3, 4]],
    ["backwards", memoryview(counting(24)).subarray(null, null, -1), [2, 12]],
    ["splitting an axis with gaps", cube().select(null, null, [0, 4, 2]), [2, 3, 2, 1]],
    ["joining axes that are evenly spaced", cube().select(null, null, 0), [6]],
    ["splitting transposed axes", cube().transpose(), [2, 2, 3, 2]],
    ["axes of one around gaps", cube().select([0, 2, 1], [0, 3, 2]), [2, 1, 2, 4, 1]],
    ["repeated items", memoryview(counting(6)).cast("B", [2, 3]).select([0, 1]), [3, 1]],
  ])("shows %s without a copy", (_, m, shape) => {
    const r = m.reshape(shape);
    expect(itemsOf(r)).toEqual(itemsOf(m));
    expect(r.shape).toEqual(shape);
    const first = shape.map(() => 0);
    r.setAt(first, 77);
    expect(m.getAt(m.shape.map(() => 0))).toBe(77);
  });

  test.each<readonly [string, MemoryView, readonly number[]]>([
    ["transposed axes into one", cube().transpose(), [24]],
    ["transposed axes into others", memoryview(counting(6)).cast("B", [2, 3]).transpose(), [2, 3]],
    ["rows with gaps into one axis", cube().select(null, [0, 2]), [16]],
    ["rows backwards into one axis", cube().select(0, [null, null, -1]), [12]],
    ["columns with gaps at the end", cube().select(0, null, [0, 3]), [9]],
  ])("would need a copy for %s: ValueError", (_, m, shape) => {
    expectThrown(
      () => m.reshape(shape),
      "ValueError",
      /^Cannot reshape: wanted evenly spaced strides \(toBytes/,
    );
  });

  test.each([[[0]], [[0, 5]], [[5, 0, 2]], [[-1]], [[0, -1]]])("no items to [%s]", (shape) => {
    const r = cube().subarray(2).reshape(shape);
    expect([r.nbytes, r.shape]).toEqual([0, shape.map((n) => Math.max(n, 0))]);
    expect(bytes(r).length).toBe(0);
  });

  test.each<readonly [string, unknown, string]>([
    ["fewer items", [23], "TypeError"],
    ["more items", [5, 5], "TypeError"],
    ["no items", [0], "TypeError"],
    ["no axes", [], "TypeError"],
    ["a size that cannot be worked out", [-1, 7], "TypeError"],
    ["two sizes to work out", [-1, -1], "ValueError"],
    ["a negative size", [-2, -12], "ValueError"],
    ["a fraction", [1.5, 16], "TypeError"],
    ["text", ["24"], "TypeError"],
    ["a number", 24, "TypeError"],
    ["nothing", undefined, "TypeError"],
    ["65 axes", Array(65).fill(1), "ValueError"],
  ])("refuses %s", (_, shape, error) => {
    expectThrown(() => cube().reshape(shape as number[]), error, /^Cannot reshape/);
  });

  test("of a subarray with a step keeps where it begins", () => {
    const m = memoryview(new Uint16Array(counting(12)))
      .subarray(1, null, 3)
      .reshape([2, 2]);
    expect(m.toList()).toEqual([
      [1, 4],
      [7, 10],
    ]);
    expect(m.strides).toEqual([12, 6]);
  });
});

describe("{ strict: true } gives CPython's refusals back", () => {
  const strict = memoryview(counting(24), { strict: true });
  const plane = strict.cast("B", [4, 6]);

  test.each<readonly [string, () => unknown]>([
    ["select", () => plane.select(0)],
    ["transpose", () => plane.transpose()],
    ["reshape", () => plane.reshape([24])],
    ["field", () => strict.field(0)],
    ["fill", () => strict.fill(0)],
    ["find", () => strict.find(1)],
    ["rfind", () => strict.rfind(1)],
    ["startsWith", () => strict.startsWith(bytes())],
    ["endsWith", () => strict.endsWith(bytes())],
    ["split", () => strict.split()],
    ["partition", () => strict.partition(bytes([1]))],
    ["strip", () => strict.strip()],
    ["decode", () => strict.decode()],
    ["copyFrom to two axes", () => plane.copyFrom(plane)],
    ["views of strict views", () => strict.subarray(1).cast("B", [23]).select(0)],
    ["memoryviews of strict views", () => memoryview(strict).select(0)],
  ])("%s is a NotImplementedError", (_, use) => {
    expectThrown(use, "NotImplementedError", /^Cannot .*strict/);
  });

  test.each([">I", "<I", "=I", "2H", "<BB", "T{B:a:}", "4s", "(2)H", "^I"])(
    "a cast to %s is a ValueError",
    (format) => {
      expectThrown(() => strict.cast(format), "ValueError", /^Cannot cast/);
    },
  );

  test("what CPython does, it does", () => {
    expect(strict.cast("I").get(1)).toBe(0x07060504);
    expect(plane.get(1, 2)).toBe(8);
    expect(strict.subarray(1, 4).toList()).toEqual([1, 2, 3]);
    const view = memoryview(memoryview(counting(8)).cast(">I"), { strict: true });
    expectThrown(() => view.get(0), "NotImplementedError");
    expectThrown(() => view.set(0, 1), "NotImplementedError");
    expect(view.toBytes().length).toBe(8);
  });
});
