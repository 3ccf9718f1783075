/** Every replacement that is advised has to copy less, by what the table says. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { adviceFor } from "../../dist/profile/advice.js";
import { files } from "../../dist/profile/advice/files.js";
import { memory } from "../../dist/profile/advice/memory.js";
import { network } from "../../dist/profile/advice/network.js";
import type { Row } from "../../src/profile/advice/row.ts";
import { streams } from "../../dist/profile/advice/streams.js";
import { text } from "../../dist/profile/advice/text.js";
import { needsProfiler, programs } from "../support/profiling.ts";

interface Measured {
  readonly sites: Readonly<Record<string, number>>;
  readonly before: number;
  readonly after: number;
}

const tables: readonly (readonly Row[])[] = [memory, text, streams, files, network];
const rows = tables.flat().filter(({ instead }) => instead !== "");

/** What is not measured, and why. */
const apart: Readonly<Record<string, string>> = {
  "copy zlib.gzipSync": "what is not compressed copies nothing",
  "copy string flattening": "string.charCodeAt is the same, with a name",
  "out http.request": "res.end is the same, in the other direction",
  "copy arrayBuffer.transfer": "Node 20 has none",
};

/** Bytes that differ from run to run: a stream is cut into chunks as they come. */
const chance = 65_536;

/** Named by what copies inside of them, where the program is not on the stack. */
const inside = new Set([
  "copy consumers.buffer",
  "copy consumers.arrayBuffer",
  "copy consumers.blob",
  "copy response.arrayBuffer",
  "out res.end",
  "copy res.end",
  "copy JSON.stringify",
]);

function nameOf({ kind = "copy", apis }: Row): string {
  return `${kind} ${apis[0]}`;
}

/** Some 150 recordings, a few seconds of work. */
const atMost = { timeout: 120_000 };

test("what is advised copies less, by as much as is said", atMost, (context) => {
  needsProfiler(context);
  const folder = mkdtempSync(path.join(tmpdir(), "zerocopy-advice-test-"));
  try {
    const output = path.join(folder, "measured.json");
    const words = ["--no-warnings", path.join(programs, "advice/measure.mjs"), output];
    const { status, stderr } = spawnSync(process.execPath, words, {
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const measured = JSON.parse(readFileSync(output, "utf8")) as Record<string, Measured>;
    const names = Object.keys(measured);
    expect(rows.map(nameOf).filter((name) => !names.includes(name) && !(name in apart))).toEqual(
      [],
    );
    for (const row of rows) {
      const result = measured[nameOf(row)];
      if (result) check(row, result);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** What is saved of all copies is that part of the site; of a third of them where the site has another name. */
function check(row: Row, { sites, before, after }: Measured): void {
  const { kind = "copy", copies, saves } = row;
  const bytes = Object.entries(sites)
    .filter(([name]) => name.startsWith(`${kind} `))
    .filter(([name]) => adviceFor({ api: name.slice(kind.length + 1), kind })?.copies === copies)
    .reduce((sum, [, each]) => sum + each, 0);
  const all = `${nameOf(row)} among ${JSON.stringify(sites)}`;
  expect(bytes > 0 || inside.has(nameOf(row)), all).toBe(true);
  expect(before - after, all).toBeGreaterThan((bytes || before / 3) * (saves - 0.1) - chance);
}
