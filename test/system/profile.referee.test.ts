/** What the profiler counts, against strace(1), which asks the kernel. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { CallCount } from "zerocopy/profile";
import { kindOf } from "../../dist/profile/model.js";
import { crossed, crossings } from "../support/profiling/strace.mjs";
import { needsProfiler, programs } from "../support/profiling.ts";

beforeEach(needsProfiler);

type Sums = Record<string, number>;

test("crossings are what strace sees, within 1 %", (context) => {
  if (spawnSync("strace", ["-V"]).status !== 0) context.skip("there is no strace");
  const log = path.join(os.tmpdir(), `zerocopy-strace-${process.pid}`);
  try {
    const words = [
      "-f",
      "-e",
      `trace=${crossings}`,
      "-e",
      "signal=none",
      "-o",
      log,
      process.execPath,
    ];
    const run = spawnSync("strace", [...words, path.join(programs, "crossings.mjs")], {
      encoding: "utf8",
    });
    expect(run.stderr).toBe("<begin><end>");
    const truth: Sums = crossed(fs.readFileSync(log, "utf8"))[""]!;
    const found: Sums = { in: 0, out: 0 };
    for (const counts of JSON.parse(run.stdout) as Record<string, CallCount>[]) {
      for (const [call, { bytes }] of Object.entries(counts)) {
        if (kindOf(call) in found) found[kindOf(call)]! += bytes;
      }
    }
    expect(found["in"]! / truth["in"]!, JSON.stringify([found, truth])).toBeCloseTo(1, 2);
    expect(found["out"]! / truth["out"]!, JSON.stringify([found, truth])).toBeCloseTo(1, 2);
  } finally {
    fs.rmSync(log, { force: true });
  }
});
