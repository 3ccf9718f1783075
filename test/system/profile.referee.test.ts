/** What the profiler counts, against strace(1), which asks the kernel. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { CallCount } from "zerocopy/profile";
import { kindOf } from "../../dist/profile/model.js";
import { needsProfiler, programs } from "../support/profiling.ts";

beforeEach(needsProfiler);

const calls =
  "read,readv,pread64,preadv,preadv2,recvfrom,recvmsg,recvmmsg," +
  "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg";

type Sums = Record<string, number>;

/** Results of the calls between the marks, by direction. A call that was interrupted ends on a line of its own. */
function straced(log: string): Sums {
  const begin = log.indexOf("<begin>");
  const lines = log.slice(log.lastIndexOf("\n", begin) + 1).split("\n");
  const last = lines.findIndex((line) => line.includes("<end>"));
  const sums: Sums = { in: 0, out: 0 };
  for (const line of lines.slice(0, last + 1)) {
    const [, name, bytes] = /(?:^|\s)(?:<\.\.\. )?(\w+)(?:\(| resumed).* = (\d+)$/.exec(line) ?? [];
    if (name !== undefined && !name.endsWith("mmsg")) sums[kindOf(name)]! += Number(bytes);
    for (const [, sent] of line.matchAll(/msg_len=(\d+)/g)) sums[kindOf(name!)]! += Number(sent);
  }
  return sums;
}

test("crossings are what strace sees, within 1 %", (context) => {
  if (spawnSync("strace", ["-V"]).status !== 0) context.skip("there is no strace");
  const log = path.join(os.tmpdir(), `zerocopy-strace-${process.pid}`);
  try {
    const words = ["-f", "-e", `trace=${calls}`, "-e", "signal=none", "-o", log, process.execPath];
    const run = spawnSync("strace", [...words, path.join(programs, "crossings.mjs")], {
      encoding: "utf8",
    });
    expect(run.stderr).toBe("<begin><end>");
    const truth = straced(fs.readFileSync(log, "utf8"));
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
