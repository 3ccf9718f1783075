/** Errors that a healthy kernel does not make, made by a preloaded sendmsg(2) and recv(2). */
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
const faults = fileURLToPath(new URL("../support/faults/", import.meta.url));
const { EAGAIN, ECONNRESET, EINTR, ENOBUFS, ENOTSOCK, EPIPE } = os.constants.errno;

interface Outcome {
  readonly sent: object;
  readonly received: object;
  readonly destroyed: boolean;
  readonly whole: boolean;
}

describeNative("natively", () => {
  let shim = "";
  beforeEach((context) => {
    shim = path.join(temporaryFolder(), "sockets.so");
    const words = ["-shared", "-fPIC", path.join(faults, "sockets.c"), "-o", shim];
    const built = spawnSync(process.env["CC"] ?? "cc", words);
    if (built.status !== 0) context.skip("there is no C compiler to make the faults with");
  });

  function run(settings: Readonly<Record<string, number>>): Outcome {
    const entries = Object.entries(settings).map(([name, value]) => [`FAULT_${name}`, `${value}`]);
    const env = { ...process.env, ...Object.fromEntries(entries), LD_PRELOAD: shim };
    const words = [path.join(faults, "views.mjs"), String(size)];
    return JSON.parse(String(execFileSync(process.execPath, words, { env }))) as Outcome;
  }

  test.each([
    ["a sendmsg that says EAGAIN again and again", { ERRNO: EAGAIN, TIMES: 200, MOST: 3000 }],
    ["a sendmsg that always says EAGAIN", { ERRNO: EAGAIN }],
    ["a sendmsg that is interrupted by signals", { ERRNO: EINTR, TIMES: 100, MOST: 5000 }],
    ["a sendmsg that moves a byte less than a piece", { MOST: 5999 }],
    ["a sendmsg that knows no sockets", { ERRNO: ENOTSOCK }],
    ["a recv that says EAGAIN again and again", { RECV: EAGAIN, TIMES: 200, MOST: 3000 }],
    ["a recv that is interrupted by signals", { RECV: EINTR, TIMES: 100, MOST: 5000 }],
    ["a recv that moves a little at a time", { MOST: 777 }],
  ])("%s delivers all the same", (_what, settings) => {
    expect(run(settings)).toEqual({
      ...{ sent: { bytes: size, path: "writev" }, received: { bytes: size, path: "recv" } },
      ...{ destroyed: false, whole: true },
    });
  });

  test.each([
    ["EPIPE", EPIPE],
    ["ENOBUFS", ENOBUFS],
  ])("a sendmsg that says %s in the middle destroys the socket with it", (code, errno) => {
    const outcome = run({ ERRNO: errno, AFTER: 1 });
    const sent = { name: "OSError", code, syscall: "sendmsg" };
    expect(outcome).toMatchObject({ sent, destroyed: true, whole: false });
    // What went through the socket's own stream in between counts too.
    expect((outcome.sent as { bytes: number }).bytes).toBeGreaterThan(1);
  });

  test("a recv that says ECONNRESET rejects with the bytes that had come", () => {
    const received = { name: "OSError", code: "ECONNRESET", syscall: "recv" };
    expect(run({ RECV: ECONNRESET, AFTER: 500_000 })).toMatchObject({ received });
  });
});
