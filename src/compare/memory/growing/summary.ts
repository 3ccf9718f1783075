/** What it saves not to copy all for each chunk, in a few sentences. */
import { mainRun } from "../../report/comparison.ts";
import type { Comparison, MeasuredMechanism } from "../../report/comparison.ts";
import { binaryBytes } from "../../report/format.ts";
import { copiedText, growth, timeText, withoutPair } from "../summary.ts";
import { chunkBytes } from "./mechanism.ts";

export function growingSummary(comparison: Omit<Comparison, "summary">): string {
  const run = mainRun(comparison);
  const { mechanisms, input } = run;
  const baseline = mechanisms.find((mechanism) => mechanism.baseline);
  const contender = mechanisms.find((mechanism) => mechanism.contender);
  if (!contender || mechanisms.length === 1) return withoutPair(mechanisms);

  const costs = (one: MeasuredMechanism, against: MeasuredMechanism): string =>
    `${one.label} copies ${copiedText(one, run)} and takes ${timeText(one, against)}`;
  const others = mechanisms
    .filter((one) => one !== baseline && one !== contender)
    .map((one) => costs(one, contender));
  const beside = others.length > 0 ? ` Beside it, ${others.join("; ")}.` : "";
  if (!baseline) return `${contender.label} copies ${copiedText(contender, run)}.${beside}`;
  const job = `to collect ${binaryBytes(input.bytes)} from ${binaryBytes(chunkBytes)} chunks`;
  return (
    `On this machine ${baseline.label} copies ${copiedText(baseline, run)} ${job}; ` +
    `${costs(contender, baseline)}.${beside}` +
    growth(comparison.runs, chunkBytes, baseline, contender)
  );
}
