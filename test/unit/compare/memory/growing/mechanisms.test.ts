import { describe, expect, test } from "vitest";
import { makeContent } from "../../../../../src/compare/measure/content.ts";
import { concat } from "../../../../../src/compare/memory/growing/concat.ts";
import { concatEach } from "../../../../../src/compare/memory/growing/concatEach.ts";
import {
  chunkBytes,
  expectedCopies,
  movesOf,
} from "../../../../../src/compare/memory/growing/mechanism.ts";
import { mechanisms } from "../../../../../src/compare/memory/growing/mechanisms.ts";
import { sumOfSteps } from "../../../../../src/compare/memory/pass.ts";
import { copiedBytes } from "../../../../../src/core/copy.ts";

const sizes = [1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 7 * chunkBytes, 1_000_001];
const cases = mechanisms.flatMap((mechanism) => sizes.map((size) => ({ mechanism, size })));

function chunksIn(content: Uint8Array): Buffer[] {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.length);
  const count = Math.ceil(content.length / chunkBytes);
  return Array.from({ length: count }, (_, i) =>
    buffer.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
}

describe.each(cases)("$mechanism.id of $size bytes", ({ mechanism, size }) => {
  const content = makeContent(size);

  test("has every byte once, in order, and copied what arithmetic says", () => {
    const before = copiedBytes();
    const pieces = mechanism.grow(chunksIn(content));
    expect(copiedBytes() - before).toBe(expectedCopies(mechanism, size));
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
    expect(pieces).toHaveLength(mechanism.path === "view" ? Math.ceil(size / chunkBytes) : 1);
    expect(sumOfSteps(pieces, chunkBytes)).toBe(sumOfSteps([content], chunkBytes));
  });
});

describe("expectedCopies()", () => {
  const copies = (id: string, size: number): number =>
    expectedCopies(
      mechanisms.find((mechanism) => mechanism.id === id)!,
      size,
    );

  test("for each chunk grows with the square of the size, with room to spare less than twice", () => {
    expect(copies("concat", 3 * chunkBytes)).toBe((1 + 2 + 3) * chunkBytes);
    expect(copies("concat", 16 << 20)).toBe(((256 * 257) / 2) * chunkBytes);
    expect(copies("array", 16 << 20)).toBe(16 << 20);
    expect(movesOf(5 * chunkBytes)).toEqual([1, 2, 4].map((chunks) => chunks * chunkBytes));
    expect(copies("bytearray", 16 << 20)).toBe(2 * (16 << 20) - chunkBytes);
    expect(copies("queue", 16 << 20)).toBe(0);
  });
});

describe("sumOfSteps()", () => {
  test("finds the same bytes however the content is divided", () => {
    const content = Uint8Array.from({ length: 20 }, (_, i) => i);
    expect(sumOfSteps([content], 6)).toBe(0 + 6 + 12 + 18);
    const divided = [0, 1, 6, 6, 7, 13].map((from, i, all) => content.subarray(from, all[i + 1]));
    expect(sumOfSteps(divided, 6)).toBe(0 + 6 + 12 + 18);
  });
});

test("concat() is Buffer.concat", () => {
  const parts = [Buffer.from("ab"), Buffer.alloc(0), Buffer.from("cde")];
  expect(concat(parts)).toEqual(Buffer.concat(parts));
  expect(concat([])).toEqual(Buffer.alloc(0));
});

test("Buffer.concat per chunk sits out what would take minutes", () => {
  const input = { path: undefined, name: "memory", offset: 0, temporary: true, dispose: () => {} };
  const reason = (count: number): string | undefined =>
    concatEach.unfit?.({ ...input, count, fileBytes: count });
  expect(reason(64 << 20)).toBeUndefined();
  expect(reason(256 << 20)).toBe(
    "it would copy 512 GiB to collect 256 MiB, and sits out above 100 GiB",
  );
});
