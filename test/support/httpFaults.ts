/** Responses of a process of their own, under native/test/shim/faults.c or with few descriptors: faults/http.mjs. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "vitest";
import { temporaryFolder } from "./content.ts";

const driver = fileURLToPath(new URL("./faults/http.mjs", import.meta.url));

interface Told {
  readonly bytes?: number;
  readonly path?: string;
  readonly paths?: Readonly<Record<string, number>>;
  readonly reason?: string;
  readonly error?: string;
}

export interface Outcome {
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

/** Rejects when the process hangs or dies. */
async function answers(environment: Environment): Promise<readonly Outcome[]> {
  const ended = await promisify(execFile)(process.execPath, [driver, temporaryFolder()], {
    env: { ...process.env, ...environment },
    timeout: 25_000,
    killSignal: "SIGABRT",
  });
  return truthful(ended);
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

/** Codes of what failed. */
export const failed = (outcomes: readonly Outcome[]): readonly string[] => [
  ...new Set(outcomes.flatMap(({ told }) => told.flatMap(({ error }) => (error ? [error] : [])))),
];
/** The same for each of several calls. */
export const everywhere = (calls: readonly string[], rule: string): string =>
  calls.map((call) => `${call}:${rule}`).join(";");

/** For bodies that are copied behind their heads, and for those that never are. */
export async function underFaults(library: string, rules: string): Promise<readonly Outcome[]> {
  const environment = { LD_PRELOAD: library, FAULTS: rules };
  const installed = await answers(environment);
  return [...installed, ...(await answers({ ...environment, ZEROCOPY_THRESHOLD: "0" }))];
}

/** With room for 0, 1, 2, … up to 7 descriptors. */
export async function withFewDescriptors(): Promise<readonly Outcome[]> {
  const command = `ulimit -n 64 && exec "${process.execPath}" "${driver}" "${temporaryFolder()}" descriptors`;
  return truthful(await promisify(execFile)("sh", ["-c", command]));
}

function truthful({ stdout }: { stdout: string }): readonly Outcome[] {
  const { outcomes, open } = JSON.parse(stdout) as { outcomes: Outcome[]; open: string[] };
  expect(open, "left open").toEqual([]);
  for (const outcome of outcomes) expectTruth(outcome);
  return outcomes;
}
