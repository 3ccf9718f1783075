import { execFileSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { descendants, runCli } from "../support/cli.ts";

/** Sparse: large enough to be still under way when something happens to it. */
const largeBytes = 400e6;

let folder: string;
const inFolder = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-test-"));
  fs.chmodSync(folder, 0o755);
  fs.writeFileSync(inFolder("empty"), "");
  fs.writeFileSync(inFolder("secret"), "secret", { mode: 0o000 });
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

function makeLarge(name: string): string {
  fs.writeFileSync(inFolder(name), "");
  fs.truncateSync(inFolder(name), largeBytes);
  return inFolder(name);
}

async function expectRefusal(words: string[], reason: string, uid?: number): Promise<void> {
  const options = uid === undefined ? {} : { uid };
  const { code, stdout, stderr } = await runCli(["compare", ...words], options);
  expect(stderr).toContain(reason);
  expect(stderr.trimEnd().split("\n"), "one line").toHaveLength(1);
  expect(stdout).toBe("");
  expect(code).toBe(2);
}

/** Waits for the processes of a trial, then does something to one of them. */
async function whenSending(pid: number, script: string): Promise<number> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const [found] = descendants(pid, script);
    if (found !== undefined) return found;
    await sleep(20);
  }
  throw new Error(`no ${script} was started`);
}

describe("zerocopy compare refuses, in one line and with exit code 2,", () => {
  test("a file that does not exist", () => expectRefusal(["file", "nowhere"], "no such file"));
  test("a directory", () => expectRefusal(["file", folder], "it is a directory"));
  test("an empty file", () => expectRefusal(["file", inFolder("empty")], "it is empty"));

  test("a file that tells no size", async (context) => {
    if (process.platform !== "linux") context.skip("there is no /proc");
    await expectRefusal(["file", "/proc/self/status"], "it tells size 0 though it is not empty");
  });

  test("a FIFO, without waiting for a writer", async () => {
    execFileSync("mkfifo", [inFolder("fifo")]);
    await expectRefusal(["file", inFolder("fifo")], "it is a FIFO");
  });

  test("a socket", async () => {
    const server = net.createServer().listen(inFolder("socket"));
    await expectRefusal(["file", inFolder("socket")], "it is a socket");
    server.close();
  });

  test("a file that may not be read", async (context) => {
    if (process.getuid?.() !== 0)
      return expectRefusal(["file", inFolder("secret")], "permission denied");
    const nobody = 65534;
    const { stderr } = await runCli(["--version"], { uid: nobody }).catch((error: Error) => ({
      stderr: error.message,
    }));
    if (stderr) context.skip("this checkout cannot be read by another user");
    await expectRefusal(["file", inFolder("secret")], "permission denied", nobody);
  });

  test.each([
    [["video.mp4"], "zerocopy compare file video.mp4"],
    [["file", "a", "b"], "wanted one file, found 2"],
    [["--rounds", "0"], 'wanted --rounds between 1 and 1000, found "0"'],
    [["--only", "teleport"], 'there is no mechanism "teleport"; there are readfile, stream'],
    [["--fast"], "Unknown option '--fast'"],
  ])("wrong usage: %j", (words, reason) => expectRefusal(words, reason));
});

describe("zerocopy compare ends cleanly", () => {
  test("when the file shrinks while it is sent", async () => {
    const file = makeLarge("shrinking");
    const { code, stderr } = await runCli(["compare", "file", file, "--only", "stream"], {
      onStart: async ({ pid = 0 }) => {
        await whenSending(pid, "measure/sender.js");
        fs.truncateSync(file, 1000);
      },
    });
    expect(stderr).toContain("the file changed while it was sent: it had 400000000 bytes");
    expect(code).toBe(2);
  });

  test.each(["receiver", "sender"])("when the %s dies", async (name) => {
    const file = makeLarge(`death of the ${name}`);
    let pid = 0;
    const { code, stderr } = await runCli(["compare", "file", file, "--only", "sendfile"], {
      onStart: async (child) => {
        pid = child.pid ?? 0;
        process.kill(await whenSending(pid, `measure/${name}.js`), "SIGKILL");
      },
    });
    expect(stderr.trimEnd()).toBe(
      `zerocopy compare: Cannot measure sendfile: the ${name} process ended early (SIGKILL)`,
    );
    expect(code).toBe(2);
    expect(descendants(pid, "measure/")).toEqual([]);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("at %s: exit code %d, no process left", async (signal, expected) => {
    const file = makeLarge(`end by ${signal}`);
    let trial = 0;
    const { code, stderr } = await runCli(["compare", "file", file], {
      onStart: async (child) => {
        trial = await whenSending(child.pid ?? 0, "measure/sender.js");
        child.kill(signal);
      },
    });
    expect(stderr).toBe("zerocopy: interrupted\n");
    expect(code).toBe(expected);
    expect(fs.existsSync(`/proc/${trial}`), "the sender is gone").toBe(false);
  });
});
