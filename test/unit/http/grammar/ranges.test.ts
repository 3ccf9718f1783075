import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseRanges } from "../../../../src/http/grammar/ranges.ts";

test.each([
  ["bytes=0-4", [[0, 4]]],
  ["bytes=0-0", [[0, 0]]],
  ["bytes=5-", [[5, 9]]],
  ["bytes=5-99", [[5, 9]]],
  ["bytes=-3", [[7, 9]]],
  ["bytes=-10", [[0, 9]]],
  ["bytes=-99", [[0, 9]]], // longer than the file: all of it
  [`bytes=-${"9".repeat(400)}`, [[0, 9]]],
  [`bytes=0-${"9".repeat(400)}`, [[0, 9]]],
  ["BYTES=0-4", [[0, 4]]],
  [
    "bytes= 0-1 , 4-5",
    [
      [0, 1],
      [4, 5],
    ],
  ],
  [
    "bytes=4-5,0-1",
    [
      [4, 5],
      [0, 1],
    ],
  ], // in the order asked for
  [
    "bytes=0-1,,4-5,",
    [
      [0, 1],
      [4, 5],
    ],
  ], // empty elements are ignored
  ["bytes=0-4,3-6", [[0, 6]]],
  ["bytes=0-1,2-3", [[0, 3]]],
  ["bytes=0-1,20-", [[0, 1]]],
])("parseRanges of %s in 10 bytes", (header, wanted) => {
  const ranges = parseRanges(header, 10);
  expect(typeof ranges === "object" && ranges.map(({ start, end }) => [start, end])).toEqual(
    wanted,
  );
});

test.each(["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=20-,30-40", `bytes=${"9".repeat(400)}-`])(
  "parseRanges of %s in 10 bytes is unsatisfiable",
  (header) => expect(parseRanges(header, 10)).toBe("unsatisfiable"),
);

test.each([
  undefined,
  "",
  "bytes",
  "bytes=",
  "bytes=,",
  "bytes=-",
  "bytes=a-b",
  "bytes=1",
  "bytes=1-0",
  "bytes=0-1,5-3",
  "bytes=0-1;",
  "bytes=0x1-2",
  "bytes=1.5-2",
  "bytes=--1",
  "bytes=1-2-3",
  "bytes 0-1",
  "items=0-1",
])("parseRanges ignores %s", (header) => expect(parseRanges(header, 10)).toBeUndefined());

test("parseRanges of an empty file: the end of it is all of it, and no byte is there", () => {
  expect(parseRanges("bytes=-5", 0)).toBeUndefined();
  expect(parseRanges("bytes=0-", 0)).toBe("unsatisfiable");
  expect(parseRanges("bytes=-0", 0)).toBe("unsatisfiable");
});

test("parseRanges gives what lies in the file and does not overlap, whatever it is given", () => {
  const spec = fc.stringMatching(/^[ 0-9a,-]{0,12}$/);
  const list = fc.array(spec, { maxLength: 8 }).map((specs) => `bytes=${specs.join(",")}`);
  fc.assert(
    fc.property(list, fc.nat(30), (header, size) => {
      const ranges = parseRanges(header, size);
      if (ranges === undefined || ranges === "unsatisfiable") return;
      const covered = new Set<number>();
      for (const { start, end } of ranges) {
        expect(0 <= start && start <= end && end < size).toBe(true);
        for (let at = start; at <= end; at++) {
          expect(covered.has(at)).toBe(false);
          covered.add(at);
        }
      }
    }),
    { numRuns: 2000 },
  );
});
