/** How many bytes operations write, and which of them are looked at where there are no hooks. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  clonedBytes,
  movedWithin,
  rangeBytes,
  stringBytes,
} from "../../../src/profile/wrappers/models.ts";
import { estimate, SamplePoints } from "../../../src/profile/wrappers/points.ts";

test("movedWithin() is what copyWithin moves", () => {
  const index = fc.option(fc.integer({ min: -12, max: 12 }), { nil: undefined });
  fc.assert(
    fc.property(fc.nat(9), index, index, index, (length, target, start, end) => {
      const view = Uint8Array.from({ length }, (_, at) => at);
      let moved = 0;
      const counting = new Proxy(Array.from(view), {
        set: (items, key, value) => ((moved += 1), Reflect.set(items, key, value)),
        deleteProperty: () => true,
      });
      counting.copyWithin(target ?? 0, start ?? 0, end);
      expect(movedWithin(length, target, start, end)).toBe(moved);
    }),
  );
});

test.each([
  ["ascii", "a".repeat(9), 9],
  ["Latin-1, one byte each", "é".repeat(9), 9],
  ["Cyrillic, two bytes each", "ж".repeat(9), 18],
  ["mostly ASCII", `${"a".repeat(8)}ж`, 18],
  ["mostly beyond", `a${"語".repeat(8)}`, 18],
  ["bytes that are no text", Buffer.alloc(9, 0xff).toString(), 18],
])("stringBytes() of %s", (_, text, bytes) => {
  expect(stringBytes(text, "utf8")).toBe(bytes);
});

test("stringBytes() goes by the encoding, however it is written", () => {
  const text = "ab".repeat(4);
  for (const narrow of [undefined, "UTF-8", "hex"]) expect(stringBytes(text, narrow)).toBe(8);
  for (const wide of ["ucs2", "UCS-2", "utf16le", "UTF-16LE"]) {
    expect(stringBytes(text, wide)).toBe(16);
  }
});

test("rangeBytes() is what is within the view", () => {
  expect(rangeBytes(10)).toBe(10);
  expect(rangeBytes(10, -3, 20)).toBe(10);
  expect(rangeBytes(10, 2, 5)).toBe(3);
});

test("clonedBytes() leaves out what is shared or transferred", () => {
  const bytes = new Uint8Array(8);
  expect(clonedBytes(bytes, undefined)).toBe(16);
  expect(clonedBytes(bytes.buffer, {})).toBe(16);
  expect(clonedBytes(bytes, [bytes.buffer])).toBe(0);
  expect(clonedBytes(bytes, { transfer: [bytes.buffer] })).toBe(0);
  expect(clonedBytes(new Uint8Array(new SharedArrayBuffer(8)), undefined)).toBe(0);
  expect(clonedBytes("text", undefined)).toBe(0);
  expect(clonedBytes(null, null)).toBe(0);
});

describe("SamplePoints", () => {
  /** What 4000 copies of these bytes are estimated at, and its standard error. */
  function estimated(bytes: number, seed: number): [sum: number, error: number] {
    const points = new SamplePoints(64 << 10, false, seed);
    let [sum, variance] = [0, 0];
    for (let copy = 0; copy < 4000; copy += 1) {
      if (!points.hold(bytes)) continue;
      const [one, spread] = estimate(bytes, points.rate);
      sum += one;
      variance += spread;
      points.next();
    }
    return [sum, Math.sqrt(variance)];
  }

  test.each([300, 20_000, 200_000])("copies of %d bytes are estimated without bias", (bytes) => {
    const seeds = Array.from({ length: 200 }, (_, seed) => seed);
    const truth = 4000 * bytes;
    const covered = seeds.filter((seed) => {
      const [sum, error] = estimated(bytes, seed);
      return Math.abs(sum - truth) <= 1.96 * error;
    });
    expect(covered.length).toBeGreaterThanOrEqual(0.9 * seeds.length);
    const mean = seeds.reduce((sum, seed) => sum + estimated(bytes, seed)[0], 0) / seeds.length;
    expect(mean / truth).toBeCloseTo(1, 1);
  });
});
