/**
 * System calls that fail where a healthy kernel does not let them, under every mechanism: the bytes are
 * exact or an error says what went wrong, the result's path is true, nothing is left open.
 */
import os from "node:os";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../support/content.ts";
import { describeNative } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import {
  buildFaults,
  draining,
  everything,
  expectTruth,
  memory,
  sending,
  storm,
} from "../support/storm.ts";
import type { Outcome } from "../support/storm.ts";

leaveNothingOpen();

const { EAGAIN, EINTR, EINVAL, EIO, EMFILE, ENOSYS, ENOSPC } = os.constants.errno;

/** The same for each of several calls. */
const all = (calls: readonly string[], rule: string): string =>
  calls.map((call) => `${call}:${rule}`).join(";");

const toSocket = ["sendfile", "splice", "sendmsg", "recv"];
const moving = [...toSocket, "copy_file_range", "preadv2", "pwritev2"];
const network = [...sending, ...draining];

describeNative("every mechanism, with system calls that", () => {
  let library: string;
  beforeEach((context) => {
    const built = buildFaults(temporaryFolder());
    if (built === undefined) return context.skip("there is no C compiler to make the faults with");
    library = built;
  });

  /** One process for each of `storms`, of rules for system calls. */
  async function run(
    mechanisms: readonly string[],
    ...storms: readonly string[]
  ): Promise<readonly Outcome[]> {
    const runs = await Promise.all(storms.map((rules) => storm(library, rules, mechanisms)));
    for (const outcome of runs.flat()) expectTruth(outcome);
    return runs.flat();
  }

  const failed = (outcomes: readonly Outcome[]): string[] =>
    outcomes.flatMap(({ name, error }) => (error ? [`${name} ${error.code}`] : []));
  const copied = (outcomes: readonly Outcome[]): string[] =>
    outcomes.flatMap(({ name, path }) => (path === "read-write" ? [name] : []));

  test("are interrupted, say EAGAIN, or move a byte, takes longer and changes nothing", async () => {
    const rules = [
      all([...moving, "cachestat"], `${EINTR}:chance=3`),
      all(toSocket, `${EAGAIN}:chance=3:sockets=1`),
      all(moving.slice(0, 5), "short:chance=3"),
    ];
    const outcomes = await run(everything, rules.join(";"));
    expect(failed(outcomes)).toEqual([]);
    expect(copied(outcomes)).toEqual([]);
    const struck = outcomes.filter(({ calls }) => Object.values(calls).some((one) => one.struck));
    expect(struck.length).toBeGreaterThan(8);
  });

  test("cannot tell what is in memory sends all the same, and as far as possible in the kernel", async () => {
    const outcomes = await run(sending, `cachestat:${ENOSYS};preadv2:${EIO}`);
    expect([failed(outcomes), copied(outcomes)]).toEqual([[], []]);
  });

  test("answer EINVAL after some bytes", async () => {
    const calls = ["sendfile", "splice", "copy_file_range"];
    const outcomes = await run(everything, all(calls, `${EINVAL}:after=700000`));
    // A splice may have taken bytes from its socket that nobody can put back.
    for (const one of failed(outcomes)) expect(one).toMatch(/^(relay|saveTo) EIO$/);
    expect(copied(outcomes)).toContain("sendLarge");
  });

  test("answer EIO after some bytes", async () => {
    const rule = `${EIO}:after=150000`;
    const outcomes = await run(everything, all([...moving, "mmap"], rule));
    expect(failed(outcomes).filter((one) => !one.endsWith(" EIO"))).toEqual([]);
    expect(failed(outcomes).length).toBeGreaterThan(6);
  });

  test("are not there at all", async () => {
    const absent = [...moving, "mmap", "cachestat", "pipe2"];
    const outcomes = await run(everything, all(absent, `${ENOSYS}`));
    expect(new Set(copied(outcomes))).toEqual(
      new Set([...sending, ...draining, "copyFile"].filter((name) => name !== "sendFramed")),
    );
    const wanted = ["sendFramed", ...memory.filter((name) => name !== "copyFile")];
    expect(failed(outcomes)).toEqual(wanted.map((name) => `${name} ENOSYS`));
  });

  test("find no descriptor, no thread and no room in epoll sends and relays by copying", async () => {
    const outcomes = await run(
      network,
      `pthread_create:${EAGAIN}`,
      `fcntl:${EMFILE}:times=9;epoll_ctl:${ENOSPC}`,
    );
    expect(failed(outcomes)).toEqual([]);
    expect(copied(outcomes).length).toBe(outcomes.length);
  });

  test("find no descriptor any more, when the call has sent a part, sends the rest by copying", async () => {
    // The first file of sendSmall takes two descriptors; then the call itself sends 5,000 bytes.
    const rules = `sendfile:short:most=5000:after=200000;fcntl:${EMFILE}:skip=2`;
    expect(await run(["sendSmall"], rules)).toMatchObject([
      { paths: { sendfile: 5000, "read-write": 55_000 }, bytes: 60_000, whole: true },
    ]);
  });
});
