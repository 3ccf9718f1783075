import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Comparison } from "../../src/compare/report/comparison.ts";
import { descendants, runCli } from "../support/cli.ts";
import { matchesSchema } from "../support/schema.ts";

const all = ["slice", "pieces", "subarray", "memoryview"];
const MiB = 2 ** 20;

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-test-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

async function compare(words: string[], env: Record<string, string> = {}): Promise<Comparison> {
  const { code, stdout, stderr } = await runCli(["compare", "memory", ...words, "--json"], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Comparison;
}

/** Waits for the process of a trial. */
async function consumerOf(pid: number): Promise<number> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const [found] = descendants(pid, "memory/consumer.js");
    if (found !== undefined) return found;
    await sleep(20);
  }
  throw new Error("no consumer was started");
}

describe("zerocopy compare memory", () => {
  test("counts every copied byte, each trial in a process of its own", async () => {
    const comparison = await compare(["--size", "1M,300K", "--rounds", "2"]);
    expect(matchesSchema(comparison), JSON.stringify(matchesSchema.errors)).toBe(true);
    const { runs, command } = comparison;
    expect(runs.map(({ input }) => input.bytes)).toEqual([300 * 1024, MiB]);
    for (const { mechanisms } of runs) {
      expect(mechanisms.map(({ id }) => id)).toEqual(all);
      expect(mechanisms.map(({ samples }) => samples.length)).toEqual([2, 2, 2, 2]);
    }
    const copies = runs[1]?.mechanisms.map(({ figures }) => figures.copiesPerByte);
    const exactly = (value: number) => ({ median: value, min: value, max: value });
    expect(copies).toEqual([exactly(127.5), exactly(1), exactly(0), exactly(0)]);
    const pids = runs.flatMap(({ mechanisms }) =>
      mechanisms.flatMap(({ samples }) => samples.map(({ senderPid }) => senderPid)),
    );
    expect(new Set(pids).size).toBe(16);
    expect(command).toBe("zerocopy compare memory --size 300K,1M --rounds 2");
  });

  test("needs neither the addon nor a file", async () => {
    const comparison = await compare(["--size", "1", "--rounds", "1"], {
      ZEROCOPY_DISABLE_NATIVE: "1",
    });
    expect(matchesSchema(comparison), JSON.stringify(matchesSchema.errors)).toBe(true);
    expect(comparison.notRun).toEqual([]);
    expect(comparison.environment.fileSystem).toBe("none");
    expect(comparison.runs[0]?.input).toMatchObject({ path: "memory", temporary: true, bytes: 1 });
  });

  test("leaves copying the rest out where it would take minutes, and only there", async () => {
    const words = ["--size", "64K,64M", "--only", "slice,memoryview", "--rounds", "1"];
    const { runs, notRun, summary } = await compare(words);
    expect(runs.map(({ mechanisms }) => mechanisms.map(({ id }) => id))).toEqual([
      ["slice", "memoryview"],
      ["memoryview"],
    ]);
    expect(notRun).toEqual([
      {
        id: "slice",
        label: "Uint8Array.slice",
        reason: "it would copy 512 GiB to consume 64 MiB, and sits out above 100 GiB",
      },
    ]);
    expect(summary).toContain("to consume 64 KiB in 4 KiB slices; memoryview.subarray copies");
  });

  test("takes 16 MiB without a size", async () => {
    const { runs } = await compare(["--only", "memoryview", "--rounds", "1"]);
    expect(runs.map(({ input }) => input.bytes)).toEqual([16 * MiB]);
  });

  test("prints tables, writes a page, and report shows both again", async () => {
    const [page, result] = [path.join(folder, "page.html"), path.join(folder, "result.json")];
    const words = ["--size", "4K-64K", "--rounds", "1", "--html", page];
    fs.writeFileSync(result, JSON.stringify(await compare(words)));
    const again = await runCli(["compare", "report", result, "--html", `${page}.again`]);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toContain("4 KiB to 64 KiB of memory consumed in 4 KiB slices");
    expect(again.stdout).toContain("Bytes copied in one pass");
    expect(fs.readFileSync(`${page}.again`, "utf8")).toBe(fs.readFileSync(page, "utf8"));
  });

  test("--list and --help are its own", async () => {
    const list = await runCli(["compare", "memory", "--list"]);
    expect(list.stdout.split("\n").map((line) => line.split(" ")[0])).toEqual([...all, ""]);
    const help = await runCli(["compare", "memory", "--help"]);
    for (const word of ["copied", "time", "peak RSS", "faults", "zerocopy compare memory --size"]) {
      expect(help.stdout).toContain(word);
    }
  });

  test.each([
    [
      ["video.mp4"],
      'compare memory takes no file, found "video.mp4"; there is compare memory growing',
    ],
    [["grow"], "there is compare memory growing; that is for compare file"],
    [["--cold"], "compare memory takes no --cold; that is for compare file"],
    [["--range", "0-9"], "compare memory takes no --range"],
    [["--concurrency", "2"], "compare memory takes no --concurrency"],
    [["--slow-reader"], "compare memory takes no --slow-reader"],
    [["--only", "stream"], 'there is no mechanism "stream"; there are slice, pieces, subarray'],
    [["--size", "0"], 'wanted --size as in 4K,1M,64M or 4K-1G, found "0"'],
    [["--size", "4K,8000T"], "Cannot make a buffer: wanted 7.81 PiB, found room for"],
    [["--size", "64M", "--only", "slice"], "Cannot measure slice: it would copy 512 GiB"],
  ])("refuses %j in one line", async (words, reason) => {
    const { code, stdout, stderr } = await runCli(["compare", "memory", ...words]);
    expect(stderr).toContain(reason);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("ends cleanly when the consumer dies", async () => {
    const { code, stderr } = await runCli(["compare", "memory", "--only", "slice"], {
      onStart: async ({ pid = 0 }) => {
        process.kill(await consumerOf(pid), "SIGKILL");
      },
    });
    expect(stderr).toBe(
      "zerocopy compare: Cannot measure slice: the consumer process ended early (SIGKILL)\n",
    );
    expect(code).toBe(2);
  });

  test("ends at once at a signal, with no process left", async () => {
    let trial = 0;
    const { code, stderr } = await runCli(["compare", "memory", "--only", "slice"], {
      onStart: async (child) => {
        trial = await consumerOf(child.pid ?? 0);
        child.kill("SIGINT");
      },
    });
    expect({ code, stderr }).toEqual({ code: 130, stderr: "zerocopy: interrupted\n" });
    expect(fs.existsSync(`/proc/${trial}`), "the consumer is gone").toBe(false);
  });
});
