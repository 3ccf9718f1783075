import { expect, test } from "vitest";
import { StructError } from "../../../src/core/errors.ts";
import { Struct } from "../../../src/struct/index.ts";

test("an array that was read again and again is not taken for another, nor for a longer one", () => {
  const word = new Struct("<I");
  const bytes = Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0);
  const other = Uint8Array.of(3, 0, 0, 0);
  for (let turn = 0; turn < 4; turn += 1) {
    expect(word.unpackFrom(bytes, 0)).toEqual([1]);
    expect(word.unpackFrom(bytes, 4)).toEqual([2]);
    expect(() => word.unpackFrom(bytes, 5)).toThrow(StructError);
  }
  expect(word.unpackFrom(other)).toEqual([3]);
  expect(word.unpack(other)).toEqual([3]);
  expect(() => word.unpack(bytes)).toThrow(StructError);
});
