/** Results of `compare memory growing` with known figures. */
import { chunksOf, expectedCopies } from "../../src/compare/memory/growing/mechanism.ts";
import { mechanisms } from "../../src/compare/memory/growing/mechanisms.ts";
import type { Comparison, MeasuredMechanism, Run } from "../../src/compare/report/comparison.ts";
import { comparisonOf, mechanismOf, runOf } from "./comparison.ts";

/** A GiB a second, and a microsecond for a chunk. */
export function grown(id: string, bytes: number): MeasuredMechanism {
  const mechanism = mechanisms.find((candidate) => candidate.id === id);
  if (!mechanism) throw new Error(`there is no mechanism ${id}`);
  const { label, description, path, baseline = false, contender = false } = mechanism;
  const copied = expectedCopies(mechanism, bytes);
  const seconds = copied / 2 ** 30 + chunksOf(bytes) / 1e6;
  return mechanismOf(
    { id, label, description, path, baseline, contender },
    {
      ...{ bytes, path, wallSeconds: seconds, cpuUserSeconds: seconds, cpuSystemSeconds: 0 },
      ...{ readBytes: 0, writtenBytes: 0, copiedBytes: copied, copiesPerByte: copied / bytes },
      ...{ readCalls: 0, writeCalls: 0, residentFraction: null },
    },
  );
}

export function growingRun(
  bytes: number,
  ids: readonly string[] = mechanisms.map(({ id }) => id),
): Run {
  const input = { path: "memory", temporary: true, fileBytes: bytes, bytes };
  return { ...runOf([], input), mechanisms: ids.map((id) => grown(id, bytes)) };
}

export function growingComparison(runs: Run | readonly Run[]): Comparison {
  const command = "zerocopy compare memory growing";
  return comparisonOf(runs, { chapter: "memory-growing", command });
}
