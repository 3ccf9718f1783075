/** What of the bytes decides whether items are equal, and from where they are read. */
import { describe, expect, test } from "vitest";
import { memoryview } from "../../../src/core/memoryview.ts";
import type { MemoryView } from "../../../src/core/memoryview.ts";

test("truth values are equal when both are true, whatever their bytes", () => {
  const truths = (...octets: number[]): MemoryView => memoryview(Uint8Array.from(octets)).cast("?");
  expect(truths(0, 1, 2).toList()).toEqual([false, true, true]);
  expect(truths(0, 1, 2).equals(truths(0, 255, 1))).toBe(true);
  expect(truths(0, 1).equals(truths(1, 1))).toBe(false);
  const numbers = memoryview(Uint8Array.of(0, 1, 1));
  expect(truths(0, 7, 1).equals(numbers)).toBe(true);
  expect(numbers.equals(truths(0, 7, 1))).toBe(true);
});

describe.each(["f", "d"])("floats of format %s", (format) => {
  const values = [0, -0, 1.5, -2.25, Infinity];

  function placed(shift: number): MemoryView {
    const { itemsize } = memoryview(new Uint8Array(0)).cast(format);
    const memory = new Uint8Array(values.length * itemsize + 8);
    const view = memoryview(memory.subarray(shift, memory.length - 8 + shift)).cast(format);
    for (const [i, value] of values.entries()) view.set(i, value);
    return view;
  }

  test("are equal by value wherever they lie", () => {
    for (const left of [0, 1, 2, 4]) {
      for (const right of [0, 1, 2, 4]) {
        const [a, b] = [placed(left), placed(right)];
        expect(a.equals(b), `${left} and ${right} bytes off`).toBe(true);
        b.set(0, -0);
        expect(a.equals(b)).toBe(true);
        b.set(4, 7);
        expect(a.equals(b)).toBe(false);
        b.set(4, Infinity);
        b.set(0, Number.NaN);
        expect(b.equals(b), "NaN is unequal to itself").toBe(false);
      }
    }
  });
});
