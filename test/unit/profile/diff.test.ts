import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { differenceOf, sitesOf, totalsOf } from "zerocopy/profile";
import type { Difference, Recording, StackRecord } from "zerocopy/profile";
import { anyRecording, fn, recording, stack, threadOf } from "./recordings.ts";

const concat = fn("concat", { kind: "node", file: "node:buffer" });
const builtin = fn("TypedArrayPrototypeSet", { kind: "builtin", file: "" });

/** A program of one file whose lines copy: by line, its text and the bytes. */
function program(
  lines: Readonly<Record<number, readonly [text: string, bytes: number, error?: number]>>,
  { directory = "/srv/app", functionName = "frame", hasText = true } = {},
): Recording {
  const file = `${directory}/src/frame.js`;
  const functions = [concat, builtin, fn(functionName, { file })];
  const stacks = Object.entries(lines).map(([line, [, bytes, error = 0]]): StackRecord => {
    const frames = [
      [1, 0],
      [0, 9],
      [2, Number(line)],
    ] as const;
    return stack({ bytes, error, frames });
  });
  const texts = Object.fromEntries(Object.entries(lines).map(([line, [text]]) => [line, text]));
  return recording({
    program: { command: [file], directory, pid: 1 },
    functions,
    stacks,
    threads: [threadOf(stacks)],
    sources: hasText ? { [file]: texts } : {},
  });
}

function rows({ sites }: Difference): (readonly [line: number, before: number, after: number])[] {
  return sites.map(({ line, before, after }) => [line, before, after] as const);
}

describe("differenceOf()", () => {
  test("joins a line with itself, and says what has changed, largest first", () => {
    const { sites } = differenceOf(
      program({ 3: ["a();", 100], 4: ["b();", 50] }),
      program({ 3: ["a();", 90], 4: ["b();", 200] }),
    );
    expect(sites).toMatchObject([
      { line: 4, api: "Buffer.concat", before: 50, after: 200, change: 150 },
      { line: 3, api: "Buffer.concat", before: 100, after: 90, change: -10 },
    ]);
  });

  test("joins a line that has moved by its text, also onto the number of another", () => {
    const before = program({ 3: ["a();", 100], 5: ["  b();", 50] });
    const after = program({ 5: ["a();", 100], 7: ["b();", 70] });
    expect(rows(differenceOf(before, after))).toEqual([
      [7, 50, 70],
      [5, 100, 100],
    ]);
  });

  test("joins a line that was edited with what its function still calls by the same API", () => {
    const before = program({ 3: ["Buffer.concat(chunks);", 100] });
    const after = program({ 9: ["Buffer.concat(chunks, length);", 80] });
    expect(rows(differenceOf(before, after))).toEqual([[9, 100, 80]]);
  });

  test("joins lines by number where no text is known, and what is left in order", () => {
    const before = program({ 3: ["", 1], 5: ["", 2], 8: ["", 3] }, { hasText: false });
    const after = program({ 5: ["", 20], 7: ["", 10] }, { hasText: false });
    expect(rows(differenceOf(before, after))).toEqual([
      [5, 2, 20],
      [7, 1, 10],
      [8, 3, 0],
    ]);
  });

  test("keeps functions apart, and shows what is new and what is gone", () => {
    const before = program({ 3: ["a();", 100] }, { functionName: "old" });
    const after = program({ 3: ["a();", 70] }, { functionName: "young" });
    expect(differenceOf(before, after).sites).toMatchObject([
      { functionName: "old", before: 100, after: 0, change: -100 },
      { functionName: "young", before: 0, after: 70, change: 70 },
    ]);
  });

  test("joins checkouts in different directories", () => {
    const before = program({ 3: ["a();", 100] });
    const after = program({ 3: ["a();", 70] }, { directory: "/srv/checkout" });
    const { sites, stacks } = differenceOf(before, after);
    expect(sites).toMatchObject([{ file: "/srv/checkout/src/frame.js", before: 100, after: 70 }]);
    expect(stacks).toMatchObject([{ before: 100, after: 70 }]);
  });

  test("joins the script that was started with itself, whatever its name", () => {
    const before = program({ 3: ["a();", 100] });
    const after = program({ 3: ["a();", 90] });
    const renamed = JSON.parse(JSON.stringify(after).replaceAll("frame.js", "new.js")) as Recording;
    expect(rows(differenceOf(before, renamed))).toEqual([[3, 100, 90]]);
    const { stacks } = differenceOf(before, renamed);
    expect(stacks.map((each) => [each.before, each.after])).toEqual([[100, 90]]);
  });

  test("a change is certain beyond two standard errors of both together", () => {
    const before = program({ 3: ["a();", 1000, 30], 4: ["b();", 1000, 30], 5: ["c();", 7, 0] });
    const after = program({ 3: ["a();", 1101, 40], 4: ["b();", 1099, 40], 5: ["c();", 7, 0] });
    expect(differenceOf(before, after).sites).toMatchObject([
      { line: 3, error: 50, isCertain: true },
      { line: 4, error: 50, isCertain: false },
      { line: 5, error: 0, isCertain: false },
    ]);
  });

  test("joins stacks by function and line, over one table of functions", () => {
    const { functions, stacks } = differenceOf(
      program({ 3: ["a();", 100], 4: ["b();", 50] }),
      program({ 8: ["a();", 70] }),
    );
    const named = stacks.map(({ frames, before, after }) => {
      const names = frames.map(([index, line]) => `${functions[index]!.name}:${line}`);
      return [names.join(" "), before, after];
    });
    expect(named).toEqual([
      ["TypedArrayPrototypeSet:0 concat:9 frame:8", 100, 70],
      ["TypedArrayPrototypeSet:0 concat:9 frame:4", 50, 0],
    ]);
  });

  test("of any two recordings: totals, sites and stacks of both sides add up", () => {
    const sum = (values: readonly number[]): number =>
      Math.round(values.reduce((all, value) => all + value, 0));
    fc.assert(
      fc.property(anyRecording, anyRecording, (before, after) => {
        const found = differenceOf(before, after);
        for (const [side, one] of [
          ["before", before],
          ["after", after],
        ] as const) {
          expect(found[side]).toEqual(totalsOf(one));
          expect(sum(found.sites.map((site) => site[side]))).toBe(
            sum(sitesOf(one).map(({ bytes }) => bytes)),
          );
          expect(sum(found.stacks.map((each) => each[side]))).toBe(
            sum(one.stacks.map(({ bytes }) => bytes)),
          );
        }
      }),
    );
  });

  test("of a recording and itself nothing has changed", () => {
    fc.assert(
      fc.property(anyRecording, (one) => {
        const { sites, stacks } = differenceOf(one, one);
        expect(sites.every(({ change, isCertain }) => change === 0 && !isCertain)).toBe(true);
        expect(stacks.every(({ before, after }) => before === after)).toBe(true);
      }),
    );
  });
});
