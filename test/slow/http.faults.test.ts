/** Every system call that fails under responses, by itself: whole and right, or refused, or ended. */
import os from "node:os";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../support/content.ts";
import { everywhere, failed, underFaults } from "../support/httpFaults.ts";
import { describeNative } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { buildFaults } from "../support/storm.ts";

leaveNothingOpen();

const { EAGAIN, EINTR, EINVAL, EIO, EMFILE, ENOMEM, ENOSYS, EPIPE, ECONNRESET } =
  os.constants.errno;

describeNative("responses, under system calls that", () => {
  let library: string;
  beforeEach((context) => {
    const built = buildFaults(temporaryFolder());
    if (built === undefined) return context.skip("there is no C compiler to make the faults with");
    library = built;
  });
  const under = (rules: string) => underFaults(library, rules);

  test.each([
    [
      "are interrupted",
      everywhere(["sendmsg", "sendfile", "preadv2", "openat2"], `${EINTR}:chance=3`),
    ],
    ["say EAGAIN", everywhere(["sendmsg", "sendfile"], `${EAGAIN}:chance=2`)],
    ["have no room for more than a byte", "sendmsg:short:chance=2"],
    ["have no room for more than a part of the head", "sendmsg:short:most=40"],
    ["have no room for all of head and body", "sendmsg:short:most=500"],
    ["send a page at a time", "sendfile:short:most=4096"],
    ["read less than there is", "preadv2:short"],
    ["cannot be asked what is in memory", everywhere(["cachestat"], `${ENOSYS}`)],
    ["cannot open at once", everywhere(["openat2"], `${ENOSYS}`)],
    ["would have to wait to open", everywhere(["openat2"], `${EAGAIN}`)],
    ["cannot read without waiting", everywhere(["preadv2"], `${EAGAIN}`)],
  ])("%s, arrive whole", async (_, rules) => {
    expect(failed(await under(rules))).toEqual([]);
  });

  test.each([
    ["sendfile", EINVAL],
    ["sendfile", ENOSYS],
    ["fcntl", EMFILE],
    ["epoll_create1", EMFILE],
    ["pthread_create", EAGAIN],
  ])("%s of errno %d, arrive whole by copying, and say why", async (call, error) => {
    const outcomes = await under(`${call}:${error}`);
    expect(failed(outcomes)).toEqual([]);
    const copied = outcomes
      .flatMap(({ told }) => told)
      .filter(({ reason }) => reason !== undefined);
    expect(copied.length).toBeGreaterThan(0);
    for (const { path } of copied) expect(path).toBe("read-write");
  });

  test("sendfile that fails in the middle with EINVAL is continued at the exact byte", async () => {
    const outcomes = await under(`sendfile:${EINVAL}:after=1234567`);
    expect(failed(outcomes)).toEqual([]);
    const mixed = outcomes.flatMap(({ told }) => told).filter(({ paths }) => paths !== undefined);
    expect(mixed.length).toBeGreaterThan(0);
  });

  test.each([
    ["sendfile", EIO, "EIO"],
    ["sendfile", EPIPE, "EPIPE"],
    ["sendfile", ECONNRESET, "ECONNRESET"],
    ["sendfile", ENOMEM, undefined],
    ["sendmsg", EPIPE, undefined],
    ["sendmsg", ENOMEM, undefined],
    ["preadv2", EIO, undefined],
  ])(
    "%s of errno %d now and then, arrive whole or end their connections",
    async (call, error, code) => {
      for (const rule of ["every=3", "skip=2:times=1"]) {
        const outcomes = await under(`${call}:${error}:${rule}`);
        expect(["ERR_SOCKET_CLOSED", code]).toEqual(expect.arrayContaining([...failed(outcomes)]));
      }
    },
  );
});
