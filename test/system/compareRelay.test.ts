import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Comparison } from "../../src/compare/report/comparison.ts";
import { runCli } from "../support/cli.ts";
import { matchesSchema } from "../support/schema.ts";

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-test-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

async function compare(words: string[], env: Record<string, string> = {}): Promise<Comparison> {
  const { code, stdout, stderr } = await runCli(["compare", "relay", ...words, "--json"], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Comparison;
}

describe("zerocopy compare relay", () => {
  test("measures a proxy in a process of its own, and counts what crosses its border", async () => {
    const comparison = await compare(["--size", "16M", "--rounds", "2"]);
    expect(matchesSchema(comparison), JSON.stringify(matchesSchema.errors)).toBe(true);
    const { mechanisms, input } = comparison.runs[0]!;
    expect(input).toMatchObject({ path: "content made for this run", bytes: 16 << 20 });
    expect(mechanisms.map(({ id }) => id)).toEqual(["pipe", "relay"]);
    const [pipe, relay] = mechanisms;
    expect(pipe!.figures.copiesPerByte!.median).toBeCloseTo(2, 1);
    const native = comparison.environment.addon === "loaded";
    expect(relay!.path).toBe(native ? "splice" : "read-write");
    expect(relay!.figures.copiesPerByte!.median).toBeCloseTo(native ? 0 : 2, 1);
    const pids = mechanisms.flatMap(({ samples }) => samples.map(({ senderPid }) => senderPid));
    expect(new Set(pids).size).toBe(4);
    expect(comparison.command).toBe("zerocopy compare relay --size 16M --rounds 2");
  });

  test("runs without the addon, and says that nothing was saved", async () => {
    const comparison = await compare(["--size", "1M", "--rounds", "1"], {
      ZEROCOPY_DISABLE_NATIVE: "1",
    });
    expect(comparison.runs[0]!.mechanisms.map((one) => one.path)).toEqual([
      "read-write",
      "read-write",
    ]);
    expect(comparison.summary).toContain("no copy was saved");
  });

  test("prints tables, writes a page, and report shows both again", async () => {
    const [page, result] = [path.join(folder, "page.html"), path.join(folder, "result.json")];
    const words = ["--size", "64K,1M", "--rounds", "1", "--html", page];
    fs.writeFileSync(result, JSON.stringify(await compare(words)));
    const again = await runCli(["compare", "report", result, "--html", `${page}.again`]);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toContain("64 KiB to 1 MiB from one TCP connection to another");
    expect(fs.readFileSync(`${page}.again`, "utf8")).toBe(fs.readFileSync(page, "utf8"));
  });

  test("--list and --help are its own", async () => {
    const list = await runCli(["compare", "relay", "--list"]);
    expect(list.stdout.split("\n").map((line) => line.split(" ")[0])).toEqual([
      ...["pipe", "relay", ""],
    ]);
    const help = await runCli(["compare", "relay", "--help"]);
    for (const word of ["a.pipe(b)", "relay(a, b)", "--size", "zerocopy compare relay"]) {
      expect(help.stdout).toContain(word);
    }
  });

  test.each([
    [["video.mp4"], 'compare relay takes no file, found "video.mp4"'],
    [["--cold"], "compare relay takes no --cold"],
    [["--concurrency", "2"], "compare relay takes no --concurrency"],
    [["--only", "stream"], 'there is no mechanism "stream"; there are pipe, relay'],
  ])("refuses %j in one line", async (words, reason) => {
    const { code, stdout, stderr } = await runCli(["compare", "relay", ...words]);
    expect(stderr).toContain(reason);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
