import { expect, test } from "vitest";
import { resolveName } from "../../../src/format/names.ts";
import { parseFormat } from "../../../src/format/parse.ts";

test.each([
  ["int8", "b", 1],
  ["uint8", "B", 1],
  ["int16", "h", 2],
  ["uint16", "H", 2],
  ["int32", "i", 4],
  ["uint32", "I", 4],
  ["int64", "q", 8],
  ["uint64", "Q", 8],
  ["float16", "e", 2],
  ["float32", "f", 4],
  ["float64", "d", 8],
  ["complex64", "Zf", 8],
  ["complex128", "Zd", 16],
  ["bool", "?", 1],
])("%s is %s", (name, format, itemsize) => {
  expect(resolveName(name)).toBe(format);
  expect(parseFormat(format)).toMatchObject({ itemsize, native: true });
  expect(parseFormat(name), "a name is no format").toHaveProperty("problem");
});

test("anything else is a format already", () => {
  expect(["<I", "", "int"].map(resolveName)).toEqual(["<I", "", "int"]);
});
