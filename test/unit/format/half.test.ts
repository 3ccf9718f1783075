import { expect, test } from "vitest";
import { fromHalf, toHalf } from "../../../src/format/half.ts";

const halves = Array.from({ length: 0x1_0000 }, (_, bits) => bits);

test("every half survives fromHalf and toHalf; every NaN becomes the quiet one", () => {
  const wanted = halves.map((bits) => (Number.isNaN(fromHalf(bits)) ? 0x7e00 : bits));
  expect(halves.map((bits) => toHalf(fromHalf(bits)))).toEqual(wanted);
});

test("toHalf rounds to the nearest, ties to even, between every two neighbours", () => {
  const finite = halves.slice(0, 0x7bff);
  const rounded = finite.map((bits) => {
    const middle = (fromHalf(bits) + fromHalf(bits + 1)) / 2; // exact in a double
    return [middle, middle * (1 - 2 ** -53), middle * (1 + 2 ** -52)].map(toHalf);
  });
  expect(rounded).toEqual(finite.map((bits) => [bits + (bits % 2), bits, bits + 1]));
});

test.each([
  [2.98e-8, 0],
  [2.980232238769532e-8, 1],
  [65_519.99, 0x7bff],
  [-0, 0x8000],
  [-1.5, 0xbe00],
  [Infinity, 0x7c00],
  [-Infinity, 0xfc00],
  [5e-324, 0],
])("toHalf of %d", (value, bits) => {
  expect(toHalf(value)).toBe(bits);
});
