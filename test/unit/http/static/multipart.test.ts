import * as fc from "fast-check";
import { expect, test } from "vitest";
import { coalesced } from "../../../../src/http/static/multipart.ts";
import type { ByteRange } from "../../../../src/http/grammar/ranges.ts";

const range = fc
  .tuple(fc.nat(5000), fc.nat(1000))
  .map(([start, length]): ByteRange => ({ start, end: start + length }));

test("coalesced ranges cover what was asked for, and nothing twice", () => {
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 30 }), (ranges) => {
      const parts = coalesced(ranges);
      for (const { start, end } of ranges) {
        expect(parts.filter((part) => part.start <= start && end <= part.end)).toHaveLength(1);
      }
      for (const part of parts) {
        // It begins and ends where somebody asked it to, and what lies between two is worth leaving out.
        expect(ranges.some(({ start }) => start === part.start)).toBe(true);
        expect(ranges.some(({ end }) => end === part.end)).toBe(true);
        const next = parts.filter(({ start }) => start > part.start);
        expect(next.every(({ start }) => start - part.end > 128)).toBe(true);
      }
    }),
  );
});

test("parts come in the order in which they were first asked for", () => {
  const at = (start: number): ByteRange => ({ start, end: start });
  expect(coalesced([at(9000), at(0), at(9001), at(4000)])).toEqual([
    { start: 9000, end: 9001 },
    at(0),
    at(4000),
  ]);
});
