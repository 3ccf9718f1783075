/** Connections that break and are made again all the time, in a process of their own: faults/churn.mjs. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export interface Churn {
  readonly visits: number;
  /** Visits at the same time. */
  readonly at: number;
  readonly seed: number;
  /** Threads that do the same, and are terminated amid it. */
  readonly workers: number;
  /** One mechanism instead of all. */
  readonly only?: string;
}

export interface Churned {
  readonly whole: number;
  readonly broken: number;
  /** Of resident memory, in bytes. */
  readonly growth: number;
}

const driver = fileURLToPath(new URL("./faults/churn.mjs", import.meta.url));

/** Rejects, with what was found, when one byte is foreign or anything is left open. */
export async function churn(
  task: Churn,
  environment: Readonly<Record<string, string>> = {},
): Promise<Churned> {
  const { stdout } = await promisify(execFile)(process.execPath, [driver, JSON.stringify(task)], {
    env: { ...process.env, ...environment },
  });
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Churned;
}
