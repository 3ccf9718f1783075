/** What Go's pprof makes of a recording. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { readRecording, toPprof, totalsOf } from "zerocopy/profile";
import { lineOf, needsProfiler, programs, record } from "../support/profiling.ts";
import { matchesRecordingSchema } from "../support/schema.ts";

test("a recording is as docs/profile.schema.json says, and is read back as it was", (context) => {
  needsProfiler(context);
  const { recording } = record("operations.mjs");
  expect(matchesRecordingSchema(recording), JSON.stringify(matchesRecordingSchema.errors)).toBe(
    true,
  );
  expect(readRecording(JSON.stringify(recording))).toEqual(recording);
});

test("go tool pprof opens a recording, names its lines and adds up to its bytes", (context) => {
  needsProfiler(context);
  if (spawnSync("go", ["version"]).status !== 0) context.skip("there is no Go, which has pprof");
  const { recording } = record("operations.mjs");
  const folder = mkdtempSync(path.join(tmpdir(), "zerocopy-pprof-"));
  try {
    const file = path.join(folder, "copies.pb.gz");
    writeFileSync(file, toPprof(recording));
    const pprof = (...words: readonly string[]): string =>
      execFileSync("go", ["tool", "pprof", "-unit=b", ...words, file], {
        encoding: "utf8",
        env: { ...process.env, PPROF_TMPDIR: folder },
        stdio: "pipe",
      });

    const total = /Total samples = (\d+)B/.exec(pprof("-top"))?.[1];
    expect(Number(total)).toBe(totalsOf(recording).copies);

    const lines = pprof("-top", "-cum", "-lines", "-nodefraction=0", "-tagfocus=kind=copy");
    const place = `${path.join(programs, "operations.mjs")}:${lineOf("operations.mjs", 'Buffer.concat"')}`;
    const row = lines.split("\n").find((line) => line.includes(place)) ?? `no line of ${place}`;
    const [, , , cumulative = ""] = row.trim().split(/\s+/);
    expect(parseInt(cumulative, 10) / (4 * (4 << 20))).toBeCloseTo(1, 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
