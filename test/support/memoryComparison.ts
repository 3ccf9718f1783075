/** Results of `compare memory` with known figures. */
import { expectedCopies, piecesOf } from "../../src/compare/memory/mechanism.ts";
import { mechanisms } from "../../src/compare/memory/mechanisms.ts";
import type { Comparison, MeasuredMechanism, Run } from "../../src/compare/report/comparison.ts";
import { comparisonOf, mechanismOf, runOf } from "./comparison.ts";

/** Seconds of one step; that of the copy of the rest is for a rest of 1 MiB. */
const stepSeconds: Readonly<Record<string, number>> = {
  slice: 100e-6,
  pieces: 2e-6,
  subarray: 60e-9,
  memoryview: 20e-9,
};

export function consumed(id: string, bytes: number): MeasuredMechanism {
  const mechanism = mechanisms.find((candidate) => candidate.id === id);
  if (!mechanism) throw new Error(`there is no mechanism ${id}`);
  const { label, description, path, baseline = false, contender = false } = mechanism;
  const share = path === "copy-rest" ? bytes / 2 ** 20 : 1;
  const seconds = piecesOf(bytes) * (stepSeconds[id] ?? 0) * share;
  const copied = expectedCopies(mechanism, bytes);
  return mechanismOf(
    { id, label, description, path, baseline, contender },
    {
      ...{ bytes, path, wallSeconds: seconds, cpuUserSeconds: seconds, cpuSystemSeconds: 0 },
      ...{ readBytes: 0, writtenBytes: 0, copiedBytes: copied, copiesPerByte: copied / bytes },
      ...{ readCalls: 0, writeCalls: 0, residentFraction: null },
    },
  );
}

export function memoryRun(bytes: number, ids: readonly string[] = Object.keys(stepSeconds)): Run {
  const input = { path: "memory", temporary: true, fileBytes: bytes, bytes };
  const run = runOf([], input);
  return { ...run, mechanisms: ids.map((id) => consumed(id, bytes)) };
}

export function memoryComparison(
  runs: Run | readonly Run[],
  fields: Partial<Comparison> = {},
): Comparison {
  return comparisonOf(runs, { chapter: "memory", command: "zerocopy compare memory", ...fields });
}
