/** `zerocopy profile`: what it refuses before anything runs, and where recordings and reports go. */
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { cliPath, runCli } from "../support/cli.ts";
import { copy, inFolder, profile, program } from "../support/profileCommand.ts";
import { needsProfiler } from "../support/profiling.ts";

beforeEach(needsProfiler);

async function expectRefusal(words: readonly string[], reason: string): Promise<void> {
  const { code, stdout, stderr } = await runCli(["profile", ...words]);
  expect(stderr).toContain(reason);
  expect(stderr.trimEnd().split("\n"), "one line").toHaveLength(1);
  expect([code, stdout]).toEqual([2, ""]);
}

describe("zerocopy profile refuses, with exit code 2 and before anything runs,", () => {
  const runs = (): string => program('console.log("it runs")');

  test("no program", () => expectRefusal([], "wanted a program"));
  test("a program that is not there", () =>
    expectRefusal(["nowhere.js"], "Cannot profile nowhere.js: there is no such file"));
  test("a file that --json does not take for its own", () =>
    expectRefusal(["--json", "out", runs()], "the file of --json would be --json=out"));
  test("a command without --children", () => expectRefusal(["npm", "test"], "--children -- npm"));
  test("a command that is not there", () =>
    expectRefusal(["--children", "--", "no-such-command"], "there is no such file or command"));
  test("a folder", () => {
    fs.mkdirSync(inFolder("folder"));
    return expectRefusal([inFolder("folder")], "it is a folder, and has neither");
  });
  test("a file that is there", () => {
    fs.writeFileSync(inFolder("there.json"), "mine");
    return expectRefusal(["-o", inFolder("there.json"), runs()], "--force overwrites it");
  });
  test("a folder that is not there", () =>
    expectRefusal(["--html", inFolder("nowhere/page.html"), runs()], "no such file or directory"));
  test("a folder for a file", () =>
    expectRefusal(["--force", "--pprof", inFolder(""), runs()], "it is a folder"));
  test("one file for two outputs", () =>
    expectRefusal(["--pprof", inFolder("x"), "-o", inFolder("x"), runs()], "two outputs go there"));
});

describe("what is told", () => {
  test("is on standard error beside a program, and on standard output of a file", async () => {
    const json = inFolder("told.json");
    const file = program(`${copy}console.log("its own")`);
    const ran = await runCli(["profile", "-o", json, file]);
    expect([ran.code, ran.stdout]).toEqual([0, "its own\n"]);
    expect(ran.stderr).toContain(`${path.basename(file)}:1`);
    expect(ran.stderr).toContain(`wrote ${json}`);
    const report = await runCli(["profile", "report", json]);
    expect([report.code, report.stderr]).toEqual([0, ""]);
    expect(ran.stderr).toBe(`${report.stdout}wrote ${json}\n`);
    const diff = await runCli(["profile", "diff", json, json]);
    expect([diff.code, diff.stderr]).toEqual([0, ""]);
    expect(diff.stdout).toContain("No line of the program has changed");
  });

  test("is written in every form that is asked for", async () => {
    const [json, html, pprof] = [inFolder("all.json"), inFolder("all.html"), inFolder("all.pprof")];
    const words = ["-q", "-o", json, "--html", html, "--pprof", pprof, program(copy)];
    const { code } = await runCli(["profile", ...words]);
    expect(code).toBe(0);
    expect(fs.readFileSync(html, "utf8")).toMatch(/^<!doctype html>/i);
    expect(fs.readFileSync(pprof).subarray(0, 2), "gzip").toEqual(Buffer.from([0x1f, 0x8b]));
    const again = inFolder("again.html");
    const report = await runCli(["profile", "report", json, "--html", again]);
    expect(report.stdout).toContain(`wrote ${again}`);
    expect(fs.readFileSync(again, "utf8")).toBe(fs.readFileSync(html, "utf8"));
    const changed = inFolder("changed.html");
    const diff = await runCli(["profile", "diff", json, json, "--html", changed]);
    expect(diff.stdout).toContain(`wrote ${changed}`);
    expect(fs.existsSync(changed)).toBe(true);
  });

  test("never over what it is made from", async () => {
    const json = inFolder("source.json");
    await runCli(["profile", "-q", "-o", json, program(copy)]);
    await expectRefusal(["report", json, "--force", "--pprof", json], "it is the file to be read");
  });

  test("is nothing by --quiet", async () => {
    const { stdout, stderr } = await runCli(["profile", "-q", program(copy)]);
    expect([stdout, stderr]).toEqual(["", ""]);
  });

  test("explains an API", async () => {
    const { code, stdout } = await runCli(["profile", "explain", "Buffer.concat"]);
    expect(code).toBe(0);
    expect(stdout).toContain("instead");
  });

  test.for([
    [["explain", "no.such.api"], "Cannot explain"],
    [["report", "nowhere.json"], "nowhere.json: ENOENT"],
    [["report", "package.json"], "package.json: Cannot read a recording"],
    [["diff", "package.json", "package.json"], "package.json: Cannot read a recording"],
    [["report", "."], "it is not a regular file"],
    [["report", "/dev/zero"], "it is not a regular file"],
  ] as const)("refuses %o", ([words, reason]) => expectRefusal(words, reason));

  test("does not wait for a pipe to say something", async () => {
    const pipe = inFolder("pipe");
    execFileSync("mkfifo", [pipe]);
    await expectRefusal(["diff", pipe, pipe], "it is not a regular file");
  });
});

describe("--fail-if", () => {
  test.for([
    ["holds", ["--fail-if", "copied>1MB"], "", 3],
    ["holds of one", ["--fail-if", "copied>1GB", "--fail-if", "copied>=1"], "", 3],
    ["does not hold", ["--fail-if", "copied>1GB"], "", 0],
    ["holds, but the program fails by itself", ["--fail-if", "copied>1MB"], "process.exit(9)", 9],
    [
      "holds of a server whose time is over",
      ["--duration", "2s", "--fail-if", "copied>1MB"],
      "setInterval(() => {}, 1000)",
      3,
    ],
    [
      "holds of a server that was ended",
      ["--fail-if", "copied>1MB"],
      'process.kill(process.pid, "SIGTERM")',
      3,
    ],
  ] as const)("%s: exit code", async ([, words, code, wanted]) => {
    const result = await runCli(["profile", "-q", ...words, program(copy + code)]);
    expect(result.code).toBe(wanted);
    const failures = result.stderr.match(/failed by copied>/g) ?? [];
    expect(failures).toHaveLength(wanted === 0 ? 0 : 1);
  });

  test("is judged of a file too", async () => {
    const json = inFolder("judged.json");
    await runCli(["profile", "-q", "-o", json, program(copy)]);
    const { code } = await runCli(["profile", "report", json, "--fail-if", "site(program)<1"]);
    expect(code).toBe(3);
  });

  test("is refused before anything runs", () =>
    expectRefusal(["--fail-if", "speed>2", program(copy)], "Cannot read a condition"));
});

describe("the recording", () => {
  test("goes to standard output when it is asked to", async () => {
    const { stdout } = await runCli(["profile", "--json", "-", program(copy)]);
    expect(JSON.parse(stdout)).toMatchObject({ format: "zerocopy-profile" });
  });

  test("overwrites a file by --force", async () => {
    const file = inFolder("forced.json");
    fs.writeFileSync(file, "old");
    const { code } = await runCli(["profile", "--force", "-o", file, program(copy)]);
    expect(code).toBe(0);
    expect(fs.readFileSync(file, "utf8")).toContain("zerocopy-profile");
  });

  test("is put elsewhere when the program has made the file meanwhile", async () => {
    const file = inFolder("meanwhile.json");
    const { code, stderr } = await runCli([
      "profile",
      "-o",
      file,
      program(
        `${copy}import fs from "node:fs"; fs.writeFileSync(${JSON.stringify(file)}, "its own");`,
      ),
    ]);
    expect(code).toBe(1);
    expect(fs.readFileSync(file, "utf8")).toBe("its own");
    const [, spare = ""] = /it is in (\S+)/.exec(stderr) ?? [];
    expect(fs.readFileSync(spare, "utf8")).toContain("zerocopy-profile");
    fs.rmSync(path.dirname(spare), { recursive: true });
  });

  test("a page for which there is no room costs no other file, and leaves no part of itself", async () => {
    const [json, html, pprof] = [inFolder("room.json"), inFolder("room.html"), inFolder("room.pb")];
    const temporary = inFolder("no-room");
    fs.mkdirSync(temporary);
    await runCli(["profile", "-q", "-o", json, program(copy)]);
    // A file of a few kB fits, a page does not.
    const words = [cliPath, "profile", "report", json, "--html", html, "--pprof", pprof];
    const { status, stderr } = spawnSync(
      "sh",
      ["-c", 'ulimit -f 20; exec "$@"', "sh", process.execPath, ...words],
      { encoding: "utf8", env: { ...process.env, TMPDIR: temporary } },
    );
    expect(status).toBe(1);
    expect(stderr).toContain(`Cannot write ${html}: EFBIG`);
    expect(stderr).toContain("nor can it be put elsewhere: EFBIG");
    expect([html, pprof].map((file) => fs.existsSync(file))).toEqual([false, true]);
    expect(fs.readdirSync(temporary)).toEqual([]);
  });

  test("says what ran, and what the lines say that it names", async () => {
    const file = program(copy);
    const { recording } = await profile([file, "word"]);
    expect(recording.program).toEqual({
      command: [file, "word"],
      directory: process.cwd(),
      pid: expect.any(Number) as number,
    });
    expect(recording.sources[file]).toEqual({ 1: copy.trim() });
    const without = await profile(["--no-source", file]);
    expect(without.recording.sources).toEqual({});
  });

  test("has a timeline whose sums are those of its threads", async () => {
    const file = program(`const end = Date.now() + 900;
      const timer = setInterval(() => { ${copy} if (Date.now() > end) clearInterval(timer); }, 10);`);
    const { recording } = await profile([file]);
    const { timeline, threads, durationMs } = recording;
    expect(timeline.length).toBeGreaterThan(2);
    expect(timeline.at(-1)!.atMs).toBe(durationMs);
    const counted = threads.reduce(
      (sum, { counts }) => sum + Object.values(counts).reduce((all, { bytes }) => all + bytes, 0),
      0,
    );
    const told = timeline.reduce(
      (sum, { bytes }) => sum + bytes.copy + bytes.in + bytes.out + bytes.moved,
      0,
    );
    expect(told).toBe(counted);
  });
});

test.for([
  ["says so", [], "", 0],
  ["says so of a program that fails", [], "process.exit(4)", 4],
  ["fails where a report is wanted", ["--html", "never.html"], "", 1],
  ["fails where a condition is to be judged", ["--fail-if", "copies>2"], "", 1],
] as const)("ZEROCOPY_PROFILE=0 runs the program, and %s", async ([, words, more, wanted]) => {
  const file = program(`console.log("it runs");${more}`);
  const { code, stdout, stderr } = await runCli(["profile", ...words, file], {
    env: { ZEROCOPY_PROFILE: "0" },
  });
  expect([code, stdout]).toEqual([wanted, "it runs\n"]);
  expect(stderr).toContain("ZEROCOPY_PROFILE=0 is set");
  expect(stderr.trimEnd().split("\n"), "one line").toHaveLength(1);
});

test("what a killed command has left is removed a day later, and nothing else", async () => {
  const temporary = inFolder("left");
  const days = (count: number): Date => new Date(Date.now() - count * 86_400_000);
  const leave = (name: string, file: string, left: Date): void => {
    const folder = path.join(temporary, name);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, file), "");
    fs.utimesSync(folder, left, left);
  };
  leave("zerocopy-recording-old", "7.snapshot", days(2));
  leave("zerocopy-recording-new", "8.snapshot", days(0.5));
  leave("zerocopy-recording-mine", "letter", days(2));
  leave("zerocopy-profile-report", "page.html", days(2));
  fs.symlinkSync("nowhere", path.join(temporary, "zerocopy-recording-link"));
  await profile([program(copy)], { env: { TMPDIR: temporary } });
  const there = new Set(fs.readdirSync(temporary, { recursive: true, encoding: "utf8" }));
  const wanted = new Set([
    "zerocopy-profile-report",
    "zerocopy-profile-report/page.html",
    "zerocopy-recording-link",
    "zerocopy-recording-mine",
    "zerocopy-recording-mine/letter",
    "zerocopy-recording-new",
    "zerocopy-recording-new/8.snapshot",
  ]);
  expect(there).toEqual(wanted);
});

test("a folder for temporary files that is not there is said, and nothing runs", async () => {
  const { code, stdout, stderr } = await runCli(["profile", program('console.log("runs")')], {
    env: { TMPDIR: inFolder("no/such") },
  });
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("wanted a folder for temporary files (TMPDIR), found ENOENT");
});

test("nothing is left in the folder for temporary files", async () => {
  const temporary = inFolder("temporary");
  fs.mkdirSync(temporary);
  await profile([program(copy)], { env: { TMPDIR: temporary } });
  expect(fs.readdirSync(temporary)).toEqual([]);
});
