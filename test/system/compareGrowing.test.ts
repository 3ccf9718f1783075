import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { Comparison } from "../../src/compare/report/comparison.ts";
import { runCli } from "../support/cli.ts";
import { matchesSchema } from "../support/schema.ts";

const all = ["concat", "array", "bytearray", "queue"];
const MiB = 2 ** 20;

async function compare(words: string[]): Promise<Comparison> {
  const command = ["compare", "memory", "growing", ...words, "--json"];
  const { code, stdout, stderr } = await runCli(command);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Comparison;
}

test("counts every copied byte, each trial in a process of its own", async () => {
  const comparison = await compare(["--size", "1M,300K", "--rounds", "2"]);
  expect(matchesSchema(comparison), JSON.stringify(matchesSchema.errors)).toBe(true);
  const { runs, command, chapter } = comparison;
  expect(chapter).toBe("memory-growing");
  expect(command).toBe("zerocopy compare memory growing --size 300K,1M --rounds 2");
  expect(runs.map(({ input }) => input.bytes)).toEqual([300 * 1024, MiB]);
  expect(runs[1]?.mechanisms.map(({ id }) => id)).toEqual(all);
  const copies = runs[1]?.mechanisms.map(({ figures }) => figures.copiesPerByte);
  const exactly = (value: number) => ({ median: value, min: value, max: value });
  expect(copies).toEqual([exactly(8.5), exactly(1), exactly(1.9375), exactly(0)]);
  const pids = runs.flatMap(({ mechanisms }) =>
    mechanisms.flatMap(({ samples }) => samples.map(({ senderPid }) => senderPid)),
  );
  expect(new Set(pids).size).toBe(16);
});

test("prints tables, writes a page, and report shows both again", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-test-"));
  try {
    const [page, result] = [path.join(folder, "page.html"), path.join(folder, "result.json")];
    const words = ["--size", "64K-256K", "--rounds", "1", "--html", page];
    fs.writeFileSync(result, JSON.stringify(await compare(words)));
    const again = await runCli(["compare", "report", result, "--html", `${page}.again`]);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toContain("64 KiB to 256 KiB collected from 64 KiB chunks");
    expect(fs.readFileSync(`${page}.again`, "utf8")).toBe(fs.readFileSync(page, "utf8"));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test("--list and --help are its own", async () => {
  const list = await runCli(["compare", "memory", "growing", "--list"]);
  expect(list.stdout.split("\n").map((line) => line.split(" ")[0])).toEqual([...all, ""]);
  const help = await runCli(["compare", "memory", "growing", "--help"]);
  for (const word of [
    "bytearray",
    "copied",
    "peak RSS",
    "zerocopy compare memory growing --size",
  ]) {
    expect(help.stdout).toContain(word);
  }
});

test.each([
  [["video.mp4"], 'compare memory growing takes no file, found "video.mp4"; that is for compare'],
  [["--cold"], "compare memory growing takes no --cold; that is for compare file"],
  [["--only", "slice"], 'there is no mechanism "slice"; there are concat, array, bytearray, queue'],
  [["--size", "256M", "--only", "concat"], "Cannot measure concat: it would copy 512 GiB"],
])("refuses %j in one line", async (words, reason) => {
  const { code, stdout, stderr } = await runCli(["compare", "memory", "growing", ...words]);
  expect(stderr).toContain(reason);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});
