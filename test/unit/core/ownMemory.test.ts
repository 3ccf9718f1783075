/** Bytes and bytearrays share their memory with nobody who did not ask for it. */
import { expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";

test("new bytes of a bytearray are zeros, also where there were bytes before", () => {
  const target = bytearray([1, 2, 3, 4]);
  target.resize(1);
  target.resize(3);
  expect([...target]).toEqual([1, 0, 0]);
  target.extend([5, 6]);
  target.pop();
  target.pop(0);
  target.resize(5);
  expect([...target]).toEqual([0, 0, 5, 0, 0]);
  target.clear();
  target.resize(2);
  expect([...target]).toEqual([0, 0]);
});

test.each([
  ["Bytes", bytes([1, 2, 3])],
  ["bytearrays", bytearray([1, 2, 3])],
])("toUint8Array of %s is a copy", (_, source) => {
  const copy = source.toUint8Array();
  copy[0] = 9;
  expect([...source]).toEqual([1, 2, 3]);
  expect([...source.toUint8Array()]).toEqual([1, 2, 3]);
});
