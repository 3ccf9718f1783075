/** Strides that are easily taken for those of packed items, and places where there are no items. */
import { describe, expect, test } from "vitest";
import { bytes } from "../../../src/core/construct.ts";
import { memoryview } from "../../../src/core/memoryview.ts";

test("getNumber of a view with a step reads its items", () => {
  const numbers = memoryview(BigInt64Array.of(10n, 11n, 12n, 13n, 14n));
  const odd = numbers.subarray(1, undefined, 2);
  expect([odd.getNumber(0), odd.getNumber(1), odd.getNumber(-1)]).toEqual([11, 13, 13]);
  const back = numbers.subarray(undefined, undefined, -1);
  expect([back.getNumber(0), back.getNumber(3)]).toEqual([14, 11]);
});

test("an axis of one item may have any stride, to reshape as to all else", () => {
  const table = memoryview(Uint8Array.of(0, 1, 2, 3, 4, 5)).cast("B", [2, 3]);
  const row = table.select([1, 2, 7], null);
  expect(row.strides).toEqual([21, 1]);
  expect(row.reshape([3]).toList()).toEqual([3, 4, 5]);
  const column = table.select(null, [2, 3, 5]);
  expect(column.reshape([1, 2, 1]).toList()).toEqual([[[2], [5]]]);
});

describe("a part without items", () => {
  const five = memoryview(Uint8Array.of(1, 2, 3, 4, 5));
  const odd = five.subarray(undefined, undefined, 2);
  const table = five.subarray(1).cast("B", [2, 2]);

  test.each([
    ["before the beginning, backwards", five.subarray(-9, undefined, -1)],
    ["behind the end of a step", odd.subarray(3)],
    ["behind the end of a step, by a step", odd.subarray(9, undefined, 3)],
    ["selected before the beginning", five.select([-9, null, -1])],
    ["selected behind the end of a step", odd.select([3, null])],
    ["selected from a second axis", table.select(1, [-9, null, -1])],
  ])("%s, can be borrowed like any other", (_, part) => {
    expect(part.length).toBe(0);
    expect(bytes(part).length).toBe(0);
    expect(bytes([]).equals(part)).toBe(true);
  });
});
