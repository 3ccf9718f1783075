import { expect, test } from "vitest";
import { Pieces } from "../../../src/fs/pieces.ts";
import type { Held } from "../../../src/os/memory.ts";

const mebibyte = 1024 * 1024;

function held(length: number, isKept: boolean): Held & { readonly memory: Uint8Array } {
  const memory = new Uint8Array(length);
  return { length, isKept, memory, window: () => memory, release: () => {} };
}

/** Lengths of the pieces, by calls that move `count` bytes each. */
function walk(parts: readonly Held[], count: number): number[][] {
  const pieces = new Pieces(parts);
  const calls: number[][] = [];
  for (let next = pieces.forReading(); next.length > 0; next = pieces.forReading()) {
    const lengths = next.map(({ window }) => window.length);
    calls.push(lengths);
    const all = lengths.reduce((sum, length) => sum + length, 0);
    pieces.deliver(next, Math.min(count, all));
  }
  return calls;
}

test("kept memory is one piece each, however large; empty memory none", () => {
  const parts = [held(5, true), held(0, true), held(5 * mebibyte, true), held(0, false)];
  expect(walk(parts, Infinity)).toEqual([[5, 5 * mebibyte]]);
});

test("other memory goes by blocks of 1 MiB, which pieces share", () => {
  const parts = [held(mebibyte - 10, false), held(30, true), held(20, false), held(1, true)];
  expect(walk(parts, Infinity)).toEqual([
    [mebibyte - 10, 30, 10],
    [10, 1],
  ]);
});

test("at most 1,024 pieces at once", () => {
  const parts = Array.from({ length: 2050 }, () => held(1, true));
  expect(walk(parts, Infinity).map(({ length }) => length)).toEqual([1024, 1024, 2]);
});

test("a short count goes on where it stopped, across parts", () => {
  const parts = [held(3, true), held(3, false), held(3, true)];
  expect(walk(parts, 4)).toEqual([[3, 3, 3], [2, 3], [1]]);
});

test("what arrives in the block comes to its place, and only that is counted", () => {
  const parts = [held(3, true), held(4, false)] as const;
  const pieces = new Pieces(parts);
  const next = pieces.forReading();
  for (const { window } of next) window.fill(7);
  pieces.deliver(next, 5);
  expect([...parts[1].memory]).toEqual([7, 7, 0, 0]);
  expect(pieces.copied).toBe(2);
});

test("for writing, the block holds what the memory holds at that time", () => {
  const part = held(mebibyte + 2, false);
  const pieces = new Pieces([part]);
  part.memory.fill(1);
  expect(pieces.forWriting()[0]!.window[0]).toBe(1);
  pieces.advance(mebibyte);
  part.memory.fill(2);
  expect([...pieces.forWriting()[0]!.window]).toEqual([2, 2]);
  expect(pieces.copied).toBe(mebibyte + 2);
});
