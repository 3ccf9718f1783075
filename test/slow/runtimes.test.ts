/** One binary of the addon serves every supported major of Node. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { runtimes } from "../../tools/runtimes/runtimes.mjs";

const execute = promisify(execFile);

describe.for(runtimes())("Node $major", ({ major, path }) => {
  /** Rejects, with what was printed, unless it exits with code 0 and without a signal. */
  const run = (driver: string, ...options: string[]): Promise<{ stdout: string }> => {
    const script = fileURLToPath(new URL(`drivers/${driver}`, import.meta.url));
    return execute(path, [script, ...options], { timeout: 60_000 });
  };

  test("is the version that its name says", async () => {
    const { stdout } = await execute(path, ["--version"]);
    expect(stdout).toMatch(new RegExp(`^v${major}\\.`));
  });

  test("sends in call order in the main thread", () => run("writeOrder.mjs"));

  test("sends in call order in a worker that alone loaded the addon", () =>
    run("writeOrder.mjs", "worker"));

  test("sends the bodies of HTTP messages past their streams", () => run("httpBodies.mjs"));

  test("maps files, loses pages of them and unmaps them", () => run("mappedFile.mjs"));

  test("survives a worker that is terminated in the middle of a transfer", () =>
    run("terminate.mjs"));
});
