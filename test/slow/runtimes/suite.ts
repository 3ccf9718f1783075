/**
 * What is run in every runtime: the recorded vectors over every kind of memory, and what engines are known to
 * differ in. It reaches the library by name, as users do, and imports nothing of Node.
 */
import { backings } from "../../conformance/backings.ts";
import type { Backing } from "../../conformance/backings.ts";
import { parse, run } from "../../conformance/machine.ts";
import { bulkChecks } from "./bulk.ts";
import { goneChecks } from "./gone.ts";
import { habitChecks } from "./habits.ts";

export interface Report {
  /** Steps of the vectors, run strictly. */
  executed: number;
  failed: number;
  /** The first ones. */
  failures: string[];
}

/** Runs everything over the memories of these names. The files of the vectors are given as text. */
export async function runSuite(
  texts: readonly string[],
  memories: readonly string[],
): Promise<Report> {
  const files = texts.map(parse);
  const failures = await problems(Object.entries(goneChecks));
  let executed = 0;
  for (const backing of memories.map(backingOf)) {
    const checks = Object.entries({ ...bulkChecks, ...habitChecks });
    const found = await problems(checks.map(([name, check]) => [name, () => check(backing)]));
    for (const { header, vectors } of files) {
      const strict = run(vectors, { backing, strict: true, lent: backing !== backings[0] });
      executed += strict.steps;
      found.push(...strict.failures);
      if (header.of !== "bytes") found.push(...run(vectors, { backing, strict: false }).failures);
    }
    failures.push(...found.map((failure) => `over ${backing.name}: ${failure}`));
  }
  return { executed, failed: failures.length, failures: failures.slice(0, 20) };
}

/** @throws when this runtime does not have it. */
function backingOf(name: string): Backing {
  const { Buffer } = globalThis as { Buffer?: { from(content: Uint8Array): Uint8Array } };
  if (name === "pooled Buffer" && Buffer) return { name, hold: (bytes) => Buffer.from(bytes) };
  const found = backings.find((backing) => backing.name === name);
  if (found === undefined) throw new Error(`this runtime has no ${name}`);
  return found;
}

type NamedCheck = readonly [name: string, check: () => void | Promise<void>];

async function problems(checks: readonly NamedCheck[]): Promise<string[]> {
  const found: string[] = [];
  for (const [name, check] of checks) {
    try {
      await check();
    } catch (error) {
      found.push(`${name}: ${String(error)}`);
    }
  }
  return found;
}
