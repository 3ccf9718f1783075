/**
 * What is run in every runtime: the recorded vectors over every kind of memory, and what engines are known to
 * differ in. It reaches the library by name, as users do, and imports nothing of Node.
 */
import { backings } from "../../conformance/backings.ts";
import type { Backing } from "../../conformance/backings.ts";
import { parse, run } from "../../conformance/machine.ts";
import type { Header } from "../../conformance/machine.ts";
import type { Settings } from "../../conformance/operations.ts";
import { bulkChecks } from "./bulk.ts";
import { goneChecks } from "./gone.ts";
import { habitChecks } from "./habits.ts";

export interface Report {
  /** Of the vectors: those that were run. */
  steps: number;
  /** And those that were not: where CPython refuses what this library does, unless it is strict. */
  extensions: number;
  failed: number;
  /** The first ones. */
  failures: string[];
}

/** What V8 and JavaScriptCore have: how many calls an error takes down. */
const Traced = Error as unknown as { stackTraceLimit: number };

/** Runs everything over the memories of these names. The files of the vectors are given as text. */
export async function runSuite(
  texts: readonly string[],
  memories: readonly string[],
): Promise<Report> {
  const files = texts.map(parse);
  const failures = await problems(Object.entries(goneChecks));
  const done = { steps: 0, extensions: 0 };
  // Of an error only the class counts. Without their stacks the whole takes a sixth less.
  Traced.stackTraceLimit = 0;
  for (const backing of memories.map(backingOf)) {
    const checks = Object.entries({ ...bulkChecks, ...habitChecks });
    const found = await problems(checks.map(([name, check]) => [name, () => check(backing)]));
    for (const { header, vectors } of files) {
      for (const settings of waysToRun(header, backing)) {
        const report = run(vectors, settings);
        done.steps += report.steps;
        done.extensions += report.extensions;
        found.push(...report.failures);
      }
    }
    failures.push(...found.map((failure) => `over ${backing.name}: ${failure}`));
  }
  return { ...done, failed: failures.length, failures: failures.slice(0, 20) };
}

/** What bytes answer does not depend on strictness, nor how a question is worded on the memory. */
function waysToRun({ of }: Header, backing: Backing): Settings[] {
  const isPlain = backing === backings[0];
  const ways: Settings[] = [{ backing, strict: true, lent: !isPlain }];
  if (of !== "bytes") ways.push({ backing, strict: false });
  if (isPlain) ways.push({ backing, strict: true, respelled: true });
  return ways;
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
