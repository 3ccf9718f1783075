import { expect, test } from "vitest";
import { copiedBytes, copyBytes, sliceBytes } from "../../../src/core/copy.ts";

test("copyBytes writes to the start of the target and nothing behind it", () => {
  const target = new Uint8Array([9, 9, 9, 9]);
  copyBytes(new Uint8Array([1, 2]), target);
  expect([...target]).toEqual([1, 2, 9, 9]);
});

test.each([
  [0, 2, [1, 2, 1, 2, 3, 4]],
  [2, 0, [3, 4, 5, 6, 5, 6]],
])(
  "copyBytes from %i to %i of the same memory copies as if through a temporary",
  (from, to, wanted) => {
    const memory = new Uint8Array([1, 2, 3, 4, 5, 6]);
    copyBytes(memory.subarray(from, from + 4), memory.subarray(to, to + 4));
    expect([...memory]).toEqual(wanted);
  },
);

test("copyBytes into a target that is too short throws RangeError and writes nothing", () => {
  const target = new Uint8Array([9, 9]);
  expect(() => copyBytes(new Uint8Array([1, 2, 3]), target)).toThrow(RangeError);
  expect([...target]).toEqual([9, 9]);
});

test("copiedBytes adds up what copyBytes copied, and only that", () => {
  const before = copiedBytes();
  copyBytes(new Uint8Array(5), new Uint8Array(10));
  copyBytes(new Uint8Array(0), new Uint8Array(0));
  expect(() => copyBytes(new Uint8Array(7), new Uint8Array(1))).toThrow(RangeError);
  expect(copiedBytes() - before).toBe(5);
});

test("sliceBytes gives the bytes in memory of their own, and counts them", () => {
  const before = copiedBytes();
  const source = new Uint8Array([1, 2, 3, 4, 5]);
  const slice = sliceBytes(source, 1, 4);
  slice[0] = 9;
  expect([...slice]).toEqual([9, 3, 4]);
  expect([...sliceBytes(source, 3)]).toEqual([4, 5]);
  expect(sliceBytes(source, 9)).toHaveLength(0);
  expect([...source]).toEqual([1, 2, 3, 4, 5]);
  expect(copiedBytes() - before).toBe(5);
});
