/**
 * Express 4 and 5 and serve-static, unmodified, above our `send` instead of npm's: what clients get and
 * what callbacks and error handlers are told is the same. test/support/sending/expressApp.cjs.
 */
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import type { BodyCounts } from "zerocopy/http";
import { temporaryFolder } from "../support/content.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { makeFiles } from "../support/sending/cases.ts";
import { whyNotNative } from "../support/sending/subjects.ts";

leaveNothingOpen();

interface Output {
  readonly results: readonly { request: unknown; answer: string; log: unknown[] }[];
  readonly counts?: BodyCounts;
}

const sending = path.resolve(import.meta.dirname, "../support/sending");

async function run(framework: string, folder: string, env: NodeJS.ProcessEnv): Promise<Output> {
  const args = ["-r", path.join(sending, "replaceSend.cjs"), path.join(sending, "expressApp.cjs")];
  const running = promisify(execFile)(process.execPath, [...args, framework, folder], {
    env: { ...process.env, NODE_ENV: "production", ...env },
    maxBuffer: 1 << 28,
  });
  const { stdout } = await running.catch((error: { code?: number; signal?: string }) => {
    throw new Error(`ended by ${error.signal ?? error.code} with ${env["SEND"]}`, { cause: error });
  });
  return JSON.parse(stdout) as Output;
}

describe.each(["express", "express4", "connect"])("%s above our send", (framework) => {
  test("does what it does above npm send, by the kernel and without it", async (context) => {
    const missing = whyNotNative();
    if (missing) context.skip(missing);
    const folder = temporaryFolder();
    makeFiles(folder);
    fs.writeFileSync(path.join(folder, "closed"), "closed", { mode: 0 });
    fs.writeFileSync(path.join(folder, "huge.bin"), "");
    fs.truncateSync(path.join(folder, "huge.bin"), 64 << 20); // more than sockets hold
    const ours = { SEND: "ours", ZEROCOPY_THRESHOLD: "0" };
    const [wanted, native, without] = await Promise.all([
      run(framework, folder, { SEND: "npm" }),
      run(framework, folder, ours),
      run(framework, folder, { ...ours, ZEROCOPY_DISABLE_NATIVE: "1" }),
    ]);
    expect(wanted.results.length).toBeGreaterThan(250);
    for (const [index, result] of wanted.results.entries()) {
      expect(native.results[index]).toEqual(result);
      expect(without.results[index]).toEqual(result);
    }
    expect(native.counts?.paths["sendfile"]?.bodies).toBeGreaterThan(50);
    expect(Object.keys(without.counts?.paths ?? {})).toEqual(["read-write"]);
  });
});
