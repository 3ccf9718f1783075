import { createHash, randomFillSync } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Comparison } from "../../src/compare/report/comparison.ts";
import { cliPath, runCli } from "../support/cli.ts";
import { until } from "../support/until.ts";

const fileBytes = 3_000_001;

let folder: string;
let file: string;
let content: Buffer;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-test-"));
  file = path.join(folder, "file");
  content = randomFillSync(Buffer.alloc(fileBytes));
  fs.writeFileSync(file, content);
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const env = (): Record<string, string> => ({ TMPDIR: folder });

/** What is in the temporary folder beside the file: nothing may be left. */
const leftovers = (): string[] => fs.readdirSync(folder).filter((name) => name !== "file");

async function compare(...words: string[]): Promise<Comparison> {
  const options = { env: env() };
  const { code, stdout, stderr } = await runCli(["compare", ...words, "--json"], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Comparison;
}

describe("zerocopy compare", () => {
  test("--range sends that part, both ends included, by every mechanism", async () => {
    const { runs, command } = await compare("file", file, "--range", "70000-1M", "--rounds", "1");
    const part = content.subarray(70_000, (1 << 20) + 1);
    expect(runs[0]?.input).toMatchObject({
      offset: 70_000,
      bytes: part.length,
      fileBytes,
      sha256: createHash("sha256").update(part).digest("hex"),
    });
    expect(command).toContain("--range 70000-1048576 ");
  });

  test("--slow-reader makes every mechanism take a second, --concurrency overlaps them", async () => {
    const { runs, situation } = await compare(
      ...["file", file, "--slow-reader", "--concurrency", "8", "--rounds", "1"],
    );
    expect(situation).toEqual({ cold: false, concurrency: 8, slowReader: true });
    for (const { id, samples } of runs[0]?.mechanisms ?? []) {
      expect(samples[0], id).toMatchObject({ transfers: 8, bytes: 8 * fileBytes });
      // The reader's second begins when it connects, on a busy machine some time before the sender's.
      expect(samples[0]?.wallSeconds, id).toBeGreaterThan(0.5);
      expect(samples[0]?.wallSeconds, `${id}, one after the other`).toBeLessThan(5);
    }
  });

  test("--size measures files of these sizes and leaves none", async () => {
    const { runs } = await compare(
      "--size",
      "4K-64K,100",
      "--only",
      "stream,sendfile",
      "--rounds",
      "1",
    );
    expect(runs.map(({ input }) => input.bytes)).toEqual([100, 4096, 16384, 65536]);
    expect(runs.map(({ transfers }) => transfers)).toEqual([256, 256, 256, 128]);
    expect(leftovers()).toEqual([]);
  });

  test("--cold works on a copy that is not in the page cache, and leaves none", async (context) => {
    const { code, stdout, stderr } = await runCli(
      ["compare", "file", file, "--cold", "--only", "stream,sendfile", "--rounds", "2", "--json"],
      { env: env() },
    );
    if (code === 2 && /cachestat answers|stays in the page cache|addon is missing/.test(stderr))
      context.skip(stderr);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { runs } = JSON.parse(stdout) as Comparison;
    expect(runs[0]?.input.path).toBe(file);
    for (const { samples } of runs[0]?.mechanisms ?? []) {
      for (const { residentFraction } of samples)
        expect(residentFraction).toBeLessThanOrEqual(0.01);
    }
    expect(leftovers()).toEqual([]);
  });

  test("--cold is refused where the page cache cannot be emptied", async (context) => {
    if (!fs.existsSync("/dev/shm")) context.skip("there is no file system in memory to try it on");
    const { code, stderr } = await runCli(["compare", "file", file, "--cold"], {
      env: { TMPDIR: "/dev/shm" },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /set TMPDIR to a folder on a disk\n$|cachestat answers|addon is missing/,
    );
  });

  test("--html writes a page with the same data, and report shows it again", async () => {
    const page = path.join(folder, "page.html");
    const result = path.join(folder, "result.json");
    const words = ["file", file, "--only", "stream,sendfile", "--rounds", "1"];
    const comparison = await compare(...words, "--html", page);
    const html = fs.readFileSync(page, "utf8");
    expect(html.length).toBeLessThanOrEqual(300_000);

    fs.writeFileSync(result, JSON.stringify(comparison));
    const again = await runCli(["compare", "report", result, "--html", `${page}.again`]);
    expect(again.stdout).toContain(comparison.summary);
    expect(again.stdout).toContain(`The same as a page: ${page}.again`);
    expect(fs.readFileSync(`${page}.again`, "utf8")).toBe(html);
    for (const made of leftovers()) fs.rmSync(path.join(folder, made));
  });

  test("ends at once, with nothing left, when a signal comes while files are made", async () => {
    const { code, stderr } = await runCli(["compare", "--size", "2G"], {
      env: env(),
      onStart: async (child) => {
        await until(() => leftovers().length > 0, "no temporary file was made");
        child.kill("SIGTERM");
      },
    });
    expect({ code, stderr, left: leftovers() }).toEqual({
      code: 143,
      stderr: "zerocopy: interrupted\n",
      left: [],
    });
  });

  test("leaves out what cannot send so large a file, and says why", async () => {
    const large = path.join(folder, "large");
    fs.writeFileSync(large, "");
    fs.truncateSync(large, 2 ** 31);
    const words = [
      "file",
      large,
      "--range",
      "0-99",
      "--rounds",
      "1",
      "--only",
      "readfile,sendfile",
    ];
    const { runs, notRun } = await compare(...words);
    expect(runs[0]?.mechanisms.map(({ id }) => id)).toEqual(["sendfile"]);
    expect(notRun[0]).toMatchObject({ id: "readfile", reason: "it takes files up to 2.15 GB" });
    fs.rmSync(large);
  });

  test("measures nothing rather than pretend", async () => {
    const { code, stderr } = await runCli(["compare", "file", file, "--only", "mmap,splice"], {
      env: { ZEROCOPY_DISABLE_NATIVE: "1" },
    });
    expect(code).toBe(2);
    expect(stderr).toContain("Cannot measure mmap: it needs the native addon; splice: it needs");
  });

  test.each([
    [["--range", "9-1"], 'wanted --range as in 0-99 or 4K-, found "9-1"'],
    [["--size", "4K,zz"], 'wanted --size as in 4K,1M,64M or 4K-1G, found "4K,zz"'],
    [["--size", "4K,8000T"], "Cannot make temporary files: wanted 8,796 TB"],
    [["file", "x", "--size", "4K"], "it goes with neither a path nor --range"],
    [["--concurrency", "1.5"], 'wanted --concurrency between 1 and 256, found "1.5"'],
    [["--open"], "--open opens the page that --html FILE writes"],
    [["--html", "/nowhere/page.html"], "Cannot write /nowhere/page.html: ENOENT"],
    [["--html", "/dev/null"], "Cannot write /dev/null: it is not a regular file"],
    [["file", cliPath, "--html", cliPath], "it is the file to be read"],
    [["file", ""], "wanted a file, found an empty name"],
    [["--rounds", "1e2"], 'wanted --rounds between 1 and 1000, found "1e2"'],
    [["report", "/dev/null"], "Cannot read /dev/null: it is not a regular file"],
    [["report", "x", "--cold"], "--cold is for measuring"],
    [["report"], "report wants the file that --json wrote"],
    [["report", "/nowhere.json"], "ENOENT: no such file or directory, stat '/nowhere.json'"],
    [["report", process.execPath], "it is not JSON"],
    [["file", process.execPath, "--range", "9T-"], "wanted bytes 9895604649984-, but it has"],
  ])("refuses %j in one line", async (words, reason) => {
    const { code, stdout, stderr } = await runCli(["compare", ...words]);
    expect(stderr).toContain(reason);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
