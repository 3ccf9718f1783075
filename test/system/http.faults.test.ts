/**
 * System calls that fail under responses, and descriptors that run out: whole and right, or refused, or
 * ended. Each by itself: test/slow/http.faults.test.ts.
 */
import os from "node:os";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../support/content.ts";
import { everywhere, failed, underFaults, withFewDescriptors } from "../support/httpFaults.ts";
import { describeNative } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { buildFaults } from "../support/storm.ts";

leaveNothingOpen();

const { EAGAIN, EINTR, EINVAL, EIO, EPIPE } = os.constants.errno;

describeNative("responses, under system calls that", () => {
  let library: string;
  beforeEach((context) => {
    const built = buildFaults(temporaryFolder());
    if (built === undefined) return context.skip("there is no C compiler to make the faults with");
    library = built;
  });
  const under = (rules: string) => underFaults(library, rules);

  test("are interrupted, have no room, or move less than they could, arrive whole", async () => {
    const outcomes = await under(
      [
        everywhere(["sendmsg", "sendfile", "preadv2", "openat2"], `${EINTR}:chance=5`),
        everywhere(["sendmsg", "sendfile"], `${EAGAIN}:chance=4:seed=7`),
        everywhere(["sendmsg", "preadv2"], "short:most=40:chance=3:seed=9"),
        "sendfile:short:most=4096:chance=2",
      ].join(";"),
    );
    expect(failed(outcomes)).toEqual([]);
  });

  test("say in the middle that sendfile cannot, are continued at the exact byte, and say why", async () => {
    const outcomes = await under(`sendfile:${EINVAL}:after=1234567`);
    expect(failed(outcomes)).toEqual([]);
    const mixed = outcomes.flatMap(({ told }) => told).filter(({ paths }) => paths !== undefined);
    expect(mixed.length).toBeGreaterThan(0);
    expect(mixed.every(({ reason }) => reason !== undefined)).toBe(true);
  });

  test("fail now and then, arrive whole or end their connections", async () => {
    const outcomes = await under(
      `sendfile:${EIO}:every=5;sendmsg:${EPIPE}:every=7;preadv2:${EIO}:every=6`,
    );
    expect(["EIO", "EPIPE", "ERR_SOCKET_CLOSED"]).toEqual(
      expect.arrayContaining([...failed(outcomes)]),
    );
  });

  test("have no descriptors to open are refused, or copied, and the next are served", async () => {
    const outcomes = await withFewDescriptors();
    expect(failed(outcomes)).toEqual(["EMFILE"]);
    const last = outcomes.slice(-8); // seven are left by then
    expect(last.flatMap(({ told }) => told.map(({ bytes }) => bytes))).toEqual(
      last.flatMap(({ size }) => [size, size]),
    );
  });
});
