/** When bytes were copied: adds up whatever happens to threads, and stays small. */
import { expect, test } from "vitest";
import { Timeline, timelineOf } from "../../../dist/profile/timeline.js";
import type { ThreadRecord } from "zerocopy/profile";

const calls = ["memcpy", "read", "write", "sendfile"];
type Bytes = readonly [memcpy: number, read: number, write: number, sendfile: number];

/** As the addon tells a thread that has copied so much so far. */
function thread([memcpy, read, write, sendfile]: Bytes): Parameters<Timeline["look"]>[0][number] {
  return [1, 1, 0, 0, 0, Float64Array.of(1, memcpy, 1, read, 1, write, 1, sendfile)];
}

function record(kind: ThreadRecord["kind"]): ThreadRecord {
  return { tid: 1, kind, counts: {}, collected: { calls: 0, bytes: 0 } };
}

test("an entry has what was copied since the one before, by kind", () => {
  const timeline = new Timeline(calls);
  timeline.look([thread([5, 6, 7, 8])], 10);
  timeline.look([thread([5, 16, 7, 8]), thread([1, 0, 0, 0])], 20);
  expect(timelineOf(timeline.entries, [record("javascript"), record("other")])).toEqual([
    { atMs: 10, bytes: { copy: 5, in: 6, out: 7, moved: 8 } },
    { atMs: 20, bytes: { copy: 1, in: 10, out: 0, moved: 0 } },
  ]);
});

test("what the engine copies for itself is left out, and what it writes is not", () => {
  const timeline = new Timeline(calls);
  timeline.look([thread([5, 0, 7, 0])], 10);
  expect(timelineOf(timeline.entries, [record("engine")])[0]!.bytes).toEqual({
    copy: 0,
    in: 0,
    out: 7,
    moved: 0,
  });
});

test("a worker whose copies turn out to be the engine's loses them", () => {
  const timeline = new Timeline(calls);
  timeline.look([thread([5000, 0, 3, 0])], 10);
  timeline.look([thread([20, 0, 3, 0])], 20);
  const told = timelineOf(timeline.entries, [record("javascript")]);
  expect(told.map(({ bytes }) => [bytes.copy, bytes.out])).toEqual([
    [0, 3],
    [20, 0],
  ]);
});

test("hours of it are a thousand entries at most, in order, that add up", () => {
  const timeline = new Timeline(calls);
  const looks = 20_000;
  for (let look = 1; look <= looks; look += 1)
    timeline.look([thread([look, 0, 2 * look, 0])], look);
  const told = timelineOf(timeline.entries, [record("javascript")]);
  expect(told.length).toBeLessThanOrEqual(1000);
  expect(told.length).toBeGreaterThan(400);
  expect(told.at(-1)!.atMs).toBe(looks);
  expect(told.every(({ atMs }, at) => at === 0 || atMs > told[at - 1]!.atMs)).toBe(true);
  expect(told.reduce((sum, { bytes }) => sum + bytes.copy, 0)).toBe(looks);
  expect(told.reduce((sum, { bytes }) => sum + bytes.out, 0)).toBe(2 * looks);
  const spans = told.slice(1, -1).map(({ atMs }, at) => atMs - told[at]!.atMs);
  expect(new Set(spans).size, "entries are of one length").toBe(1);
});
