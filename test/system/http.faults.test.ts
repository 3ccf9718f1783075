/** System calls that fail under responses, and descriptors that run out: whole and right, or refused, or ended. */
import { execFile, execFileSync } from "node:child_process";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../support/content.ts";
import { describeNative } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { buildFaults } from "../support/storm.ts";

leaveNothingOpen();

const driver = fileURLToPath(new URL("../support/faults/http.mjs", import.meta.url));
const { EAGAIN, EINTR, EINVAL, EIO, EMFILE, ENOMEM, ENOSYS, EPIPE, ECONNRESET } =
  os.constants.errno;

interface Told {
  readonly bytes?: number;
  readonly path?: string;
  readonly paths?: Readonly<Record<string, number>>;
  readonly reason?: string;
  readonly error?: string;
}

interface Outcome {
  readonly by: string;
  readonly size: number;
  readonly told: readonly Told[];
  readonly arrived: readonly {
    refused?: boolean;
    right?: boolean;
    whole?: boolean;
    foreign?: string;
  }[];
}

type Environment = Readonly<Record<string, string>>;

async function run(environment: Environment, ...words: string[]): Promise<readonly Outcome[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [driver, temporaryFolder(), ...words],
    { env: { ...process.env, ...environment }, timeout: 25_000, killSignal: "SIGABRT" },
  );
  const { outcomes, open } = JSON.parse(stdout) as { outcomes: Outcome[]; open: string[] };
  expect(open, "left open").toEqual([]);
  for (const outcome of outcomes) expectTruth(outcome);
  return outcomes;
}

/** Who was told of success has been sent everything; who was told of an error has been sent a beginning, or a refusal. */
function expectTruth(outcome: Outcome): void {
  const said = JSON.stringify(outcome);
  const { told, arrived, size } = outcome;
  expect(
    arrived.filter(({ foreign }) => foreign !== undefined),
    said,
  ).toEqual([]);
  expect(
    arrived.every(({ right }) => right),
    said,
  ).toBe(true);
  // Nothing follows a body that is not whole.
  expect(
    arrived.slice(0, -1).every(({ whole }) => whole),
    said,
  ).toBe(true);
  for (const [index, one] of told.entries()) {
    const response = arrived[index];
    const isSent = response?.whole === true && !response.refused;
    expect(one.error === undefined, said).toBe(isSent || one.bytes === size);
    expect(one.bytes ?? size, said).toBe(size);
  }
}

const failed = (outcomes: readonly Outcome[]): readonly string[] => [
  ...new Set(outcomes.flatMap(({ told }) => told.flatMap(({ error }) => (error ? [error] : [])))),
];
const everywhere = (calls: readonly string[], rule: string): string =>
  calls.map((call) => `${call}:${rule}`).join(";");

describeNative("responses, under system calls that", () => {
  let library: string;
  beforeEach((context) => {
    const built = buildFaults(temporaryFolder());
    if (built === undefined) return context.skip("there is no C compiler to make the faults with");
    library = built;
  });

  /** For bodies that are copied behind their heads, and for those that never are. */
  async function under(rules: string): Promise<readonly Outcome[]> {
    const environment = { LD_PRELOAD: library, FAULTS: rules };
    const installed = await run(environment);
    return [...installed, ...(await run({ ...environment, ZEROCOPY_THRESHOLD: "0" }))];
  }

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

  test("have no descriptors to open are refused, or copied, and the next are served", async () => {
    const limited = `ulimit -n 64 && exec "${process.execPath}" "${driver}" "${temporaryFolder()}" descriptors`;
    const { outcomes, open } = JSON.parse(String(execFileSync("sh", ["-c", limited]))) as {
      outcomes: Outcome[];
      open: string[];
    };
    expect(open).toEqual([]);
    for (const outcome of outcomes) expectTruth(outcome);
    expect(failed(outcomes)).toEqual(["EMFILE"]);
    const last = outcomes.slice(-8); // seven are left by then
    expect(last.flatMap(({ told }) => told.map(({ bytes }) => bytes))).toEqual(
      last.flatMap(({ size }) => [size, size]),
    );
  });
});
