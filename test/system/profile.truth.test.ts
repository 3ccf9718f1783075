/**
 * What the profiler says of programs whose copies are arithmetic. The same programs run on every
 * supported Node in test/slow/profile.runtimes.test.ts.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { sitesOf } from "zerocopy/profile";
import {
  bytesAt,
  lineOf,
  needsProfiler,
  programs,
  record,
  total,
  wrongOperations,
} from "../support/profiling.ts";

beforeEach(needsProfiler);

test("each operation is charged to its line, within 1 %", () => {
  const { recording } = record("operations.mjs", { isAdaptive: false, bytesPerSample: 16 * 1024 });
  expect(recording.reason).toBe("");
  expect(wrongOperations(recording, sitesOf(recording))).toEqual([]);
});

test("stacks of a thread and call add up to what was counted", () => {
  const { recording } = record("operations.mjs");
  const sums = new Map<string, number>();
  for (const { thread, call, bytes } of recording.stacks) {
    sums.set(`${thread} ${call}`, (sums.get(`${thread} ${call}`) ?? 0) + bytes);
  }
  expect(sums.size).toBeGreaterThan(2);
  for (const [key, sum] of sums) {
    const [thread, call] = key.split(" ") as [string, string];
    const exact = recording.threads[Number(thread)]!.counts[call]!.bytes;
    expect(sum / exact, key).toBeCloseTo(1, 6);
  }
});

test("a line is known although compilers have taken the function into its caller", () => {
  const { recording } = record("hot.mjs", { bytesPerSample: 32 * 1024 });
  const sites = sitesOf(recording);
  const own = sites.filter(({ file }) => path.basename(file) === "hot.mjs");
  const rounds = 40_000;
  for (const [text, bytes] of [
    ["Buffer.concat(parts)", 8192],
    ["from.copy(to)", 4096],
    ["slice.call(from)", 4096],
    ['toString("latin1")', 4096],
    ["Buffer.from(source)", 4096],
  ] as const) {
    const line = lineOf("hot.mjs", text);
    const here = own.filter((site) => site.line === line);
    const error = Math.hypot(...here.map((site) => site.error));
    const found = bytesAt(sites, "hot.mjs", line).copy;
    expect(Math.abs(found - bytes * rounds), text).toBeLessThan(4 * error + bytes * rounds * 0.01);
  }
  const uncertain = own.filter(({ line }) => line === 0).reduce((sum, { bytes }) => sum + bytes, 0);
  expect(uncertain / total(recording, "memcpy", "memmove")).toBeLessThan(0.02);
});

test("workers have counters and lines of their own, which outlive them", () => {
  const { recording } = record("worker.mjs", { isAdaptive: false, bytesPerSample: 16 * 1024 });
  const line = lineOf("worker.mjs", "8 MiB a thread");
  expect(bytesAt(sitesOf(recording), "worker.mjs", line).copy / (4 * (8 << 20))).toBeCloseTo(1, 2);
  const threads = new Set(recording.stacks.map(({ thread }) => recording.threads[thread]!.kind));
  expect(threads).toContain("javascript");
  const javascript = recording.threads.filter(({ kind }) => kind === "javascript");
  expect(javascript).toHaveLength(4);
  for (const { counts } of javascript) {
    expect(counts["memmove"]!.bytes).toBeGreaterThanOrEqual(8 << 20);
  }
});

test("crossings of a socket are counted on both sides, and the write has its line", () => {
  const { recording } = record("socket.mjs", { isAdaptive: false, bytesPerSample: 4096 });
  const out = bytesAt(sitesOf(recording), "socket.mjs", lineOf("socket.mjs", "// out")).out;
  expect(out).toBeGreaterThan(0.9 * (1 << 20));
  const crossed = recording.stacks
    .filter(({ kind }) => kind === "in")
    .reduce((sum, { bytes }) => sum + bytes, 0);
  expect(crossed).toBeGreaterThan(1 << 20);
});

test("the interval of a line covers the truth in 93 % of 200 samples", () => {
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(programs, "seeds.mjs")], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  const { runs, covered, bias } = JSON.parse(stdout) as {
    runs: number;
    covered: Record<string, number>;
    bias: number;
  };
  for (const count of Object.values(covered)) expect(count / runs).toBeGreaterThanOrEqual(0.93);
  expect(Math.abs(bias - 1)).toBeLessThan(0.05);
});
