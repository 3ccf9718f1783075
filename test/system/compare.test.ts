import { randomFillSync } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Comparison, MeasuredMechanism } from "../../src/compare/report/comparison.ts";
import { runCli } from "../support/cli.ts";
import { matchesSchema } from "../support/schema.ts";

const all = ["readfile", "stream", "read-write", "mmap", "splice", "sendfile"];
const fileBytes = 20_000_001;

let folder: string;
let file: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-test-"));
  file = path.join(folder, "20 MB.bin");
  fs.writeFileSync(file, randomFillSync(Buffer.alloc(fileBytes)));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

async function compare(words: string[], env: Record<string, string> = {}): Promise<Comparison> {
  const { code, stdout, stderr } = await runCli(["compare", "file", ...words, "--json"], { env });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as Comparison;
}

const mechanismsOf = ({ runs }: Comparison): MeasuredMechanism[] =>
  runs.flatMap(({ mechanisms }) => mechanisms);

function medians(comparison: Comparison, of: "copiesPerByte" | "peakRssBytes") {
  return Object.fromEntries(
    mechanismsOf(comparison).map(({ id, figures }) => [id, figures[of]?.median ?? NaN]),
  );
}

describe("zerocopy compare file", () => {
  test("counts the copies of every mechanism as its drawing says", async (context) => {
    if (process.platform !== "linux") context.skip("the counters are those of Linux");
    const comparison = await compare([file, "--rounds", "1"]);
    const copies = medians(comparison, "copiesPerByte");
    for (const id of ["readfile", "stream", "read-write"]) {
      expect(Math.abs((copies[id] ?? NaN) - 2), id).toBeLessThanOrEqual(0.1);
    }
    if (comparison.environment.addon !== "loaded") context.skip("there is no native addon");
    expect(Object.keys(copies)).toEqual(all);
    expect(Math.abs((copies["mmap"] ?? NaN) - 1)).toBeLessThanOrEqual(0.05);
    expect(copies["splice"]).toBeLessThanOrEqual(0.02);
    expect(copies["sendfile"]).toBeLessThanOrEqual(0.02);
    expect(medians(comparison, "peakRssBytes")["sendfile"]).toBeLessThanOrEqual(10e6);
  });

  test("--json is as docs/compare.schema.json says, with one sample per round", async () => {
    const comparison = await compare([file, "--rounds", "2", "--only", "stream,sendfile"]);
    expect(matchesSchema(comparison), JSON.stringify(matchesSchema.errors)).toBe(true);
    expect(mechanismsOf(comparison).map(({ samples }) => samples.length)).toEqual([2, 2]);
    expect(comparison.runs[0]?.input.bytes).toBe(fileBytes);
    const pids = mechanismsOf(comparison).flatMap(({ samples }) => samples.map((s) => s.senderPid));
    expect(new Set(pids).size, "every trial has a process of its own").toBe(4);
    expect(comparison.command).toBe(
      `zerocopy compare file '${file}' --rounds 2 --only stream,sendfile`,
    );
  });

  test("runs what it can without the addon, and says what is missing", async () => {
    const comparison = await compare([file, "--rounds", "1"], { ZEROCOPY_DISABLE_NATIVE: "1" });
    expect(matchesSchema(comparison), JSON.stringify(matchesSchema.errors)).toBe(true);
    expect(mechanismsOf(comparison).map(({ id }) => id)).toEqual(
      all.filter((id) => id !== "mmap" && id !== "splice"),
    );
    expect(mechanismsOf(comparison).at(-1)?.path).toBe("read-write");
    expect(comparison.notRun.map(({ id }) => id)).toEqual(["mmap", "splice"]);
    expect(comparison.environment.addon).toMatchObject({
      missing: "ZEROCOPY_DISABLE_NATIVE=1 is set",
    });
  });

  test("sends a file of one byte", async () => {
    const one = path.join(folder, "one");
    fs.writeFileSync(one, "1");
    const { code, stdout } = await runCli(["compare", "file", one, "--rounds", "1"]);
    expect(code).toBe(0);
    expect(stdout).toContain("1 B over TCP");
  });

  test("takes the Node binary without a path, and prints a table with a sentence", async () => {
    const { code, stdout, stderr } = await runCli([
      "compare",
      "--rounds",
      "1",
      "--only",
      "sendfile",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(process.execPath);
    expect(stdout).toContain("copies/B");
    expect(stdout).toContain("Only sendfile was measured");
  });

  test("--list and --help name the mechanisms and the source of every column", async () => {
    const list = await runCli(["compare", "--list"]);
    expect(list.stdout.split("\n").map((line) => line.split(" ")[0])).toEqual([...all, ""]);
    const help = await runCli(["compare", "--help"]);
    for (const column of [
      "copies/B",
      "CPU-s/GB",
      "GB/s",
      "peak RSS",
      "switches",
      "faults",
      "I/O calls",
    ]) {
      expect(help.stdout).toContain(column);
    }
  });
});
