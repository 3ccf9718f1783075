/** Errors that a healthy kernel does not make, made by a preloaded sendfile(2). */
import { execFileSync, spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { content, sha256, taggedFile, temporaryFolder } from "../support/content.ts";
import { describeNative } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";

leaveNothingOpen();

const size = 3_000_000;
const shimSource = fileURLToPath(new URL("../support/faults/sendfile.c", import.meta.url));
const sender = fileURLToPath(new URL("../support/faults/send.mjs", import.meta.url));
const { EINVAL, EINTR, EAGAIN, EIO, ENOSYS, EPERM, ECONNRESET, EOPNOTSUPP } = os.constants.errno;

interface Outcome {
  readonly result?: unknown;
  readonly error?: unknown;
  readonly destroyed: boolean;
  readonly received: number;
  readonly sha256: string;
}

describeNative("a sendfile(2) that", () => {
  let shim = "";
  beforeEach((context) => {
    shim = path.join(temporaryFolder(), "sendfile.so");
    const words = ["-shared", "-fPIC", shimSource, "-o", shim];
    const built = spawnSync(process.env["CC"] ?? "cc", words);
    if (built.status !== 0) context.skip("there is no C compiler to make the faults with");
  });

  function send(faults: Readonly<Record<string, number>>): Outcome {
    const settings = Object.entries(faults).map(([name, value]) => [`FAULT_${name}`, `${value}`]);
    const output = execFileSync(process.execPath, [sender, taggedFile(1, size)], {
      env: { ...process.env, ...Object.fromEntries(settings), LD_PRELOAD: shim },
    });
    return JSON.parse(String(output)) as Outcome;
  }

  const whole = { received: size, sha256: sha256(content(1, size)), destroyed: false };
  const natively = { bytes: size, path: "sendfile", copies: 0 };

  test.each([
    ["moves a page at a time", { MOST: 4096 }],
    ["moves a byte less than a window", { MOST: (1 << 20) - 1 }],
    ["is interrupted by signals", { ERRNO: EINTR, TIMES: 50, MOST: 50_000 }],
    ["says EAGAIN again and again, writable or not", { ERRNO: EAGAIN, TIMES: 200, MOST: 10_000 }],
  ])("%s delivers all the same", (_what, faults) => {
    expect(send(faults)).toEqual({ ...whole, result: natively });
  });

  test.each([
    ["EINVAL", EINVAL],
    ["ENOSYS", ENOSYS],
    ["EPERM", EPERM],
    ["EOPNOTSUPP", EOPNOTSUPP],
  ])("says %s at once is replaced by reading and writing", (_name, errno) => {
    expect(send({ ERRNO: errno })).toEqual({
      ...whole,
      result: { bytes: size, path: "read-write", copies: 2 },
    });
  });

  test("says EINVAL in the middle is continued from there, and the result says both paths", () => {
    const first = 1_234_567;
    expect(send({ ERRNO: EINVAL, AFTER: first })).toEqual({
      ...whole,
      result: {
        bytes: size,
        path: "read-write",
        copies: expect.closeTo((2 * (size - first)) / size, 9) as number,
        paths: { sendfile: first, "read-write": size - first },
      },
    });
  });

  test("says EIO before the first byte rejects, and the socket stays usable", () => {
    expect(send({ ERRNO: EIO })).toMatchObject({
      error: { name: "OSError", code: "EIO", syscall: "sendfile", bytes: 0 },
      destroyed: false,
      received: 0,
    });
  });

  test("says EIO in the middle rejects with the bytes sent, and destroys the socket", () => {
    expect(send({ ERRNO: EIO, AFTER: 500_000 })).toMatchObject({
      error: { name: "OSError", code: "EIO", syscall: "sendfile", bytes: 500_000 },
      destroyed: true,
    });
  });

  test("says ECONNRESET rejects, and destroys the socket", () => {
    expect(send({ ERRNO: ECONNRESET })).toMatchObject({
      error: { name: "OSError", code: "ECONNRESET", syscall: "sendfile", bytes: 0 },
      destroyed: true,
      received: 0,
    });
  });
});
