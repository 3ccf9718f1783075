/** Several processes as one recording. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readRecording, sitesOf, totalsOf } from "zerocopy/profile";
import { mergeRecordings } from "../../../dist/profile/merge.js";
import { anyRecording, fn, recording, stack, threadOf } from "./recordings.ts";

const first = [stack({ bytes: 10, samples: 2, frames: [[0, 5]] })];
const second = [stack({ bytes: 32, samples: 3, frames: [[1, 5]], origin: 0 })];

const program = recording({
  startedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 500,
  functions: [fn("work")],
  stacks: first,
  threads: [threadOf(first)],
  timeline: [{ atMs: 400, bytes: { copy: 10, in: 0, out: 0, moved: 0 } }],
  sources: { "/srv/app/server.js": { 5: "work();" } },
});
const child = recording({
  startedAt: "2026-01-01T00:00:00.300Z",
  durationMs: 900,
  functions: [fn("other"), fn("work")],
  stacks: second,
  threads: [threadOf(second)],
  origins: [{ operation: "PROMISE", frames: [[0, 7]] }],
  timeline: [{ atMs: 50, bytes: { copy: 32, in: 0, out: 0, moved: 0 } }],
  sources: { "/srv/app/server.js": { 7: "other();" } },
});

test("a recording alone stays as it is", () => {
  expect(mergeRecordings([program])).toBe(program);
});

test("the same line of two processes is one site", () => {
  const merged = mergeRecordings([program, child]);
  expect(sitesOf(merged)).toMatchObject([{ line: 5, functionName: "work", bytes: 42, samples: 5 }]);
  expect(merged.functions).toHaveLength(2);
  expect(merged.stacks[1]).toMatchObject({ thread: 1, origin: 0 });
  expect(merged.origins[0]!.frames).toEqual([[1, 7]]);
});

test("time is that of the first process", () => {
  const { durationMs, timeline } = mergeRecordings([program, child]);
  expect(durationMs).toBe(1200);
  expect(timeline.map(({ atMs, bytes }) => [atMs, bytes.copy])).toEqual([
    [350, 32],
    [400, 10],
  ]);
});

test("lines are those of both", () => {
  const { sources } = mergeRecordings([program, child]);
  expect(sources).toEqual({ "/srv/app/server.js": { 5: "work();", 7: "other();" } });
});

test("of any recordings: sums add up, and it can be written and read", () => {
  fc.assert(
    fc.property(anyRecording, anyRecording, (a, b) => {
      const merged = mergeRecordings([a, b]);
      const sum = totalsOf(a).copies + totalsOf(b).copies;
      expect(totalsOf(merged).copies).toBeCloseTo(sum, 3);
      expect(readRecording(JSON.stringify(merged)).stacks).toHaveLength(
        a.stacks.length + b.stacks.length,
      );
    }),
    { numRuns: 50 },
  );
});
