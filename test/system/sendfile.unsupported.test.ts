/** Without the addon a system call says what is missing, and how to get it. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { fallback } from "../support/modes.ts";

describe("without the addon", () => {
  const wanted = {
    name: "ZeroCopyError",
    code: "ERR_NOT_SUPPORTED",
    message:
      "Cannot call sendfile: wanted the native addon, found that ZEROCOPY_DISABLE_NATIVE=1 is set",
  };

  test("os.sendfile throws ERR_NOT_SUPPORTED", () => {
    expect(() => fallback.os.sendfile(1, 0, 0, 0)).toThrow(expect.objectContaining(wanted));
  });

  test("os.promises.sendfile rejects with ERR_NOT_SUPPORTED", async () => {
    await expect(fallback.os.promises.sendfile(1, 0, 0, 0)).rejects.toMatchObject(wanted);
  });

  test("wrong arguments are reported all the same", () => {
    expect(() => fallback.os.sendfile("1" as unknown as number, 0, 0, 0)).toThrow(TypeError);
  });
});

/** Runs `code` as a module in a process of its own; what it printed. */
function run(code: string, environment: Record<string, string>): string {
  return execFileSync(process.execPath, ["--input-type=module", "--eval", code], {
    cwd: import.meta.dirname,
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
}

const printError = `
  import { sendfile } from "zerocopy/os";
  try { sendfile(1, 0, 0, 0); } catch (error) { console.log(error.code, error.message); }`;

test("ZEROCOPY_DISABLE_NATIVE=1 is what os.sendfile names in a process of its own", () => {
  expect(run(printError, { ZEROCOPY_DISABLE_NATIVE: "1" })).toBe(
    "ERR_NOT_SUPPORTED Cannot call sendfile: wanted the native addon, " +
      "found that ZEROCOPY_DISABLE_NATIVE=1 is set\n",
  );
});

test("importing the package without the addon does not throw", () => {
  const code = `
    import * as zerocopy from "zerocopy";
    import * as net from "zerocopy/net";
    console.log(typeof zerocopy.OSError, typeof net.sendFile);`;
  expect(run(code, { ZEROCOPY_DISABLE_NATIVE: "1" })).toBe("function function\n");
});

test("--no-addons is told apart from an addon that is missing", (context) => {
  const anyway = run(printError, {});
  if (anyway.includes("there is no zerocopy.node")) context.skip("there is no native addon");
  expect(run(printError, { NODE_OPTIONS: "--no-addons" })).toContain(
    "found that Node was told not to load addons\n",
  );
});
