/** Errors that a healthy kernel does not make, made by a preloaded splice(2). */
import { execFileSync, spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../support/content.ts";
import { describeNative } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";

leaveNothingOpen();

const size = 3_000_000;
const driver = fileURLToPath(new URL("../support/faults/relay.mjs", import.meta.url));
const shimSource = fileURLToPath(new URL("../support/faults/splice.c", import.meta.url));
const { EINVAL, EINTR, EAGAIN, EIO, ENOSYS, EPERM, ENOSPC, ECONNRESET } = os.constants.errno;

interface Outcome {
  readonly result?: { bytes: number; path: string; paths?: unknown };
  readonly error?: { name: string; code: string; syscall: string; bytes: number };
  readonly arrived: number;
  readonly right: boolean;
  readonly destroyed: boolean;
}

for (const call of ["relay", "saveTo"])
  describeNative(`${call}, with a splice(2) that`, () => tests(call));

function tests(call: string): void {
  let shim = "";
  beforeEach((context) => {
    shim = path.join(temporaryFolder(), "splice.so");
    const words = ["-shared", "-fPIC", "-D_GNU_SOURCE", shimSource, "-o", shim];
    const built = spawnSync(process.env["CC"] ?? "cc", words);
    if (built.status !== 0) context.skip("there is no C compiler to make the faults with");
  });

  function run(faults: Readonly<Record<string, number | string>>): Outcome {
    const settings = Object.entries(faults).map(([name, value]) => [`FAULT_${name}`, `${value}`]);
    const file = call === "saveTo" ? [path.join(temporaryFolder(), "saved.bin")] : [];
    const output = execFileSync(process.execPath, [driver, `${size}`, ...file], {
      env: { ...process.env, ...Object.fromEntries(settings), LD_PRELOAD: shim },
    });
    return JSON.parse(String(output)) as Outcome;
  }

  test.each([
    ["moves 1,000 bytes at a time", { MOST: 1000 }],
    ["is interrupted while it fills", { SIDE: "fill", ERRNO: EINTR, TIMES: 50, MOST: 50_000 }],
    ["is interrupted while it empties", { SIDE: "empty", ERRNO: EINTR, TIMES: 50, MOST: 50_000 }],
    ["says EAGAIN again and again", { SIDE: "fill", ERRNO: EAGAIN, TIMES: 200, MOST: 10_000 }],
  ])("%s moves everything all the same", (_what, faults) => {
    const { result, right } = run(faults);
    expect({ result, right }).toEqual({ result: { bytes: size, path: "splice" }, right: true });
  });

  test.each([
    ["EINVAL", EINVAL],
    ["ENOSYS", ENOSYS],
    ["EPERM", EPERM],
  ])("says %s to the first byte is replaced by reading and writing", (_name, errno) => {
    const { result, right } = run({ SIDE: "fill", ERRNO: errno });
    expect({ result, right }).toEqual({ result: { bytes: size, path: "read-write" }, right: true });
  });

  test("says EINVAL in the middle is continued from there, and the result says both paths", () => {
    const first = 1_234_567;
    const { result, right } = run({ SIDE: "fill", ERRNO: EINVAL, AFTER: first });
    expect(right).toBe(true);
    expect(result).toEqual({
      ...{ bytes: size, path: "read-write" },
      paths: { splice: first, "read-write": size - first },
    });
  });

  test.each([
    ["ECONNRESET", "fill", ECONNRESET, "ECONNRESET"],
    ["EIO", "empty", EIO, "EIO"],
    ["ENOSPC", "empty", ENOSPC, "ENOSPC"],
    ["EINVAL for bytes that have left the socket", "empty", EINVAL, "EIO"],
  ])("says %s rejects, and destroys the socket", (_name, side, errno, code) => {
    const outcome = run({ SIDE: side, ERRNO: errno, AFTER: 100_000 });
    expect(outcome.error).toMatchObject({ name: "OSError", code, syscall: "splice" });
    expect(outcome.error!.bytes).toBeLessThanOrEqual(100_000);
    expect(outcome.destroyed).toBe(true);
  });
}
