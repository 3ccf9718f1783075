/** Mechanisms in a process of their own, whose system calls fail as a test wants: native/test/shim/faults.c. */
import { execFile, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "vitest";
import { temporaryFolder } from "./content.ts";

export interface Calls {
  readonly calls: number;
  readonly struck: number;
  readonly bytes: number;
}

/** What a mechanism said, and what is true: test/support/faults/storm.mjs. */
export interface Outcome {
  readonly name: string;
  readonly bytes?: number;
  readonly path?: string;
  readonly paths?: Readonly<Record<string, number>>;
  readonly error?: {
    readonly name: string;
    readonly code?: string;
    readonly bytes?: number;
    readonly message: string;
  };
  readonly arrived: number;
  readonly right: boolean;
  readonly whole: boolean;
  readonly destroyed?: boolean;
  readonly calls: Readonly<Record<string, Calls>>;
}

export const sending = ["sendSmall", "sendFull", "sendLarge", "sendTmpfs", "sendFramed"] as const;
export const draining = ["relay", "saveTo"] as const;
export const memory = [
  "writeViews",
  "receive",
  "copyFile",
  "mapFile",
  "preadv",
  "pwritev",
] as const;
export const everything: readonly string[] = [...sending, ...draining, ...memory];

const source = fileURLToPath(new URL("../../native/test/shim/faults.c", import.meta.url));
const driver = fileURLToPath(new URL("./faults/storm.mjs", import.meta.url));

/** The compiled library in `folder`, or undefined where there is no compiler. */
export function buildFaults(folder: string): string | undefined {
  const library = path.join(folder, "faults.so");
  const flags = ["-shared", "-fPIC", "-O1", "-D_GNU_SOURCE", "-pthread"];
  const words = [...flags, source, "-o", library, "-ldl"];
  return spawnSync(process.env["CC"] ?? "cc", words).status === 0 ? library : undefined;
}

/** Runs `mechanisms` one after the other in one process; rejects when it hangs or dies. */
export async function storm(
  library: string,
  rules: string,
  mechanisms: readonly string[],
): Promise<readonly Outcome[]> {
  const folder = temporaryFolder();
  const counts = path.join(folder, "counts");
  const { stdout } = await promisify(execFile)(process.execPath, [driver, folder, ...mechanisms], {
    env: { ...process.env, FAULTS: rules, FAULTS_COUNTS: counts, LD_PRELOAD: library },
    timeout: 25_000,
    killSignal: "SIGABRT",
  });
  fs.rmSync(folder, { recursive: true }); // many storms in a test would fill the disk
  const lines = stdout.trim().split("\n").slice(1);
  const { left } = JSON.parse(lines.pop()!) as { left: unknown };
  expect(left, "descriptors left open").toEqual([]);
  expect(lines).toHaveLength(mechanisms.length);
  return lines.map((line) => JSON.parse(line) as Outcome);
}

/**
 * Never silence: either all bytes have arrived and the result says how; or an error says what went
 * wrong, and nothing but a beginning has arrived.
 */
export function expectTruth(outcome: Outcome): void {
  const said = JSON.stringify(outcome);
  expect(outcome.right, `foreign or repeated bytes: ${said}`).toBe(true);
  if (outcome.error) expectHonestError(outcome, said);
  else expectHonestResult(outcome, said);
}

function expectHonestError({ error, arrived, destroyed, name }: Outcome, said: string): void {
  expect(["OSError", "ZeroCopyError", "ValueError"], said).toContain(error?.name);
  expect(error?.code, said).toMatch(/^E[A-Z_]+$/);
  if (name === "copyFile") expect(arrived, `a part of a copy is left: ${said}`).toBe(0);
  // Who has sent a part must not look as if it were the whole.
  if ((error?.bytes ?? 0) > 0 && destroyed !== undefined) expect(destroyed, said).toBe(true);
}

/** os.preadv and os.pwritev move once: fewer bytes are theirs to say. */
const once = new Set(["preadv", "pwritev"]);

function expectHonestResult({ name, bytes, path: most, paths, ...truth }: Outcome, said: string) {
  const { arrived, whole, calls } = truth;
  if (once.has(name)) return expect(bytes, said).toBe(arrived);
  expect(whole, `not all bytes, and no error: ${said}`).toBe(true);
  if (name === "sendFull") expect(arrived, said).toBe(bytes! + 400_000); // written before
  else expect(arrived, said).toBe(bytes);
  const by = paths ?? (most === undefined ? {} : { [most]: bytes! });
  const real = (call: string): number => calls[call]?.bytes ?? 0;
  // sendSmall has sent a file of 200,000 bytes before, by the same calls or by copying.
  if (by["sendfile"] !== undefined && name !== "sendSmall") {
    expect(by["sendfile"], `not what sendfile moved: ${said}`).toBe(real("sendfile"));
  }
  if (by["copy_file_range"] !== undefined) {
    expect(by["copy_file_range"], said).toBe(real("copy_file_range"));
  }
  // Into the pipe, and out of it.
  if (by["splice"] !== undefined) expect(2 * by["splice"], said).toBe(real("splice"));
  if (by["sendfile"] === undefined && name !== "sendSmall") expect(real("sendfile"), said).toBe(0);
  return undefined;
}
