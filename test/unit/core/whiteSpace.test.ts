import { expect, test } from "vitest";
import { memoryview } from "../../../src/core/memoryview.ts";

/** CPython's: tab, line feed, vertical tab, form feed, carriage return, space. */
const whiteSpace = [9, 10, 11, 12, 13, 32];

test("split and strip know exactly CPython's six bytes of white space", () => {
  const every = Array.from({ length: 256 }, (_, byte) => byte);
  const between = (byte: number): number =>
    memoryview(Uint8Array.of(120, byte, 120)).split().length;
  const around = (byte: number): number =>
    memoryview(Uint8Array.of(byte, byte, 120, byte)).strip().length;
  expect(every.filter((byte) => between(byte) === 2)).toEqual(whiteSpace);
  expect(every.filter((byte) => around(byte) === 1)).toEqual(whiteSpace);
});
