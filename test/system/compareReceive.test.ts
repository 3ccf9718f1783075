import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Comparison } from "../../src/compare/report/comparison.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/content.ts";
import { describeNative } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { matchesSchema } from "../support/schema.ts";

leaveNothingOpen();

async function compare(words: string[], env: Record<string, string> = {}): Promise<Comparison> {
  const command = ["compare", "receive", ...words, "--json"];
  const { code, stdout, stderr } = await runCli(command, { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Comparison;
}

/** By mechanism: its path, copies per byte, and bytes copied in user space. */
function copiesOf({ runs }: Comparison): Record<string, unknown[]> {
  const entries = runs[0]!.mechanisms.map(({ id, path: way, samples }) => {
    const copied = Math.max(...samples.map(({ copiedBytes }) => copiedBytes));
    const copies = Math.max(...samples.map(({ copiesPerByte }) => copiesPerByte ?? 0));
    return [id, [way, Math.round(copies * 100) / 100, copied > 1e6]];
  });
  return Object.fromEntries(entries) as Record<string, unknown[]>;
}

describe("zerocopy compare receive", () => {
  test("says so when the bytes went through a buffer of ours, without the addon", async () => {
    const comparison = await compare(["--size", "16M", "--rounds", "2"], {
      ZEROCOPY_DISABLE_NATIVE: "1",
    });
    expect(copiesOf(comparison)).toEqual({
      concat: ["read-concat", 2, true],
      "recv-all-new": ["recv-copy", 2, true],
      "recv-all": ["recv-copy", 2, true],
    });
  });

  test("writes a page, and tables of several sizes", async () => {
    const page = path.join(temporaryFolder(), "page.html");
    const words = ["compare", "receive", "--size", "64K,1M", "--rounds", "2", "--html", page];
    const { code, stdout } = await runCli(words);
    expect(code).toBe(0);
    expect(stdout).toContain("64 KiB to 1 MiB from a TCP connection into one piece of memory");
    expect(fs.readFileSync(page, "utf8")).toContain("What it costs to receive a body, from 64 KiB");
  });

  test("lists its mechanisms, and explains itself", async () => {
    expect((await runCli(["compare", "receive", "--list"])).stdout).toContain("recv-all-new");
    expect((await runCli(["compare", "receive", "--help"])).stdout).toContain(
      "recvAll of zerocopy/net",
    );
  });
});

describeNative("zerocopy compare receive, with the addon", () => {
  test("counts what crosses and what is copied", async () => {
    const comparison = await compare(["--size", "16M", "--rounds", "2"]);
    expect(matchesSchema(comparison), JSON.stringify(matchesSchema.errors)).toBe(true);
    expect(copiesOf(comparison)).toEqual({
      concat: ["read-concat", 2, true],
      "recv-all-new": ["recv", 1, false],
      "recv-all": ["recv", 1, false],
    });
    expect(comparison.summary).toMatch(/instead of chunks \+ Buffer\.concat/);
  });
});
