/** Results of `compare relay` with known figures. */
import { mechanisms } from "../../src/compare/relay/mechanisms.ts";
import type { Sample } from "../../src/compare/measure/sample.ts";
import type { Comparison, MeasuredMechanism, Run } from "../../src/compare/report/comparison.ts";
import { comparisonOf, kernelWay, mechanismOf, runOf } from "./comparison.ts";

/** `path`: that of the contender. */
export function relayed(id: string, path: string = "splice"): MeasuredMechanism {
  const mechanism = mechanisms.find((candidate) => candidate.id === id);
  if (!mechanism) throw new Error(`there is no mechanism ${id}`);
  const { label, description, baseline = false, contender = false } = mechanism;
  const taken = contender ? path : "read-write";
  const figures: Partial<Sample> = taken === "splice" ? kernelWay : {};
  return mechanismOf(
    { id, label, description, path: taken, baseline, contender },
    { ...figures, path: taken, residentFraction: null },
  );
}

export function relayRun(...ids: string[]): Run {
  const input = { path: "content made for this run", temporary: true, bytes: 100e6 };
  return runOf(
    ids.map((id) => relayed(id)),
    input,
  );
}

export function relayComparison(
  runs: Run | readonly Run[],
  fields: Partial<Comparison> = {},
): Comparison {
  return comparisonOf(runs, { chapter: "relay", command: "zerocopy compare relay", ...fields });
}
