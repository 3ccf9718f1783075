/** What test/system/profile.truth.test.ts checks on one Node, on every supported one. */
import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { sitesOf } from "zerocopy/profile";
import { runtimes } from "../../tools/runtimes/runtimes.mjs";
import { wrongModels } from "../support/modelled.ts";
import {
  bytesAt,
  lineOf,
  needsProfiler,
  record,
  total,
  wrongOperations,
} from "../support/profiling.ts";
import {
  asynchronous,
  attributedShare,
  crossings,
  everything,
  recordAsync,
  wrongBytes,
} from "../support/profilingAsync.ts";

beforeEach(needsProfiler);

const fine = { isAdaptive: false, bytesPerSample: 16 * 1024 };

describe.each(runtimes())("the profiler on Node $major", ({ path: node }) => {
  test("charges each operation to its line, within 1 %", () => {
    const { recording } = record("operations.mjs", { ...fine, node });
    expect(recording.reason).toBe("");
    expect(wrongOperations(recording, sitesOf(recording))).toEqual([]);
  });

  test("charges what libc has no part in, once, within 10 %", () => {
    const every = { isAdaptive: false, bytesPerSample: 8 * 1024, node };
    const { recording } = record("modelled.mjs", every);
    expect(wrongModels(recording)).toEqual([]);
  });

  test("knows the lines of a hot loop", () => {
    const { recording } = record("hot.mjs", { node });
    const own = sitesOf(recording).filter(({ file }) => path.basename(file) === "hot.mjs");
    const texts = ["concat(parts)", "copy(to)", "call(from)", '"latin1")', "from(source)"];
    const marked = new Set(texts.map((text) => lineOf("hot.mjs", text)));
    const right = own.filter(({ line }) => marked.has(line));
    const wrong = own.filter(({ line }) => line !== 0 && !marked.has(line));
    const all = total(recording, "memcpy", "memmove");
    const share = (sites: typeof own): number =>
      sites.reduce((sum, { bytes }) => sum + bytes, 0) / all;
    expect(share(right)).toBeGreaterThan(0.95);
    expect(share(wrong)).toBeLessThan(0.01);
  });

  test("survives that every copy is a sample", () => {
    const every = { isAdaptive: false, minimumBytes: 1, bytesPerSample: 2048, node };
    for (const program of ["operations.mjs", "hot.mjs", "worker.mjs", "socket.mjs"]) {
      const { recording, status, stderr } = record(program, every);
      expect([program, status, stderr, recording.reason]).toEqual([program, 0, "", ""]);
    }
  });

  test.each(Object.keys(asynchronous))("finds where %s has started what copies", (program) => {
    expect(attributedShare(recordAsync(program, everything, node))).toBeGreaterThan(0.9);
    expect(wrongBytes(recordAsync(program, crossings, node), program)).toEqual([]);
  });

  test("gives workers lines of their own", () => {
    const { recording } = record("worker.mjs", { ...fine, node });
    const line = lineOf("worker.mjs", "8 MiB a thread");
    expect(bytesAt(sitesOf(recording), "worker.mjs", line).copy / (32 << 20)).toBeCloseTo(1, 2);
  });
});
