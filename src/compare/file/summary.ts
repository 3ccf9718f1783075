/** What the user gains by sending files the other way, in one sentence. */
import { mainRun } from "../report/comparison.ts";
import type { Comparison, MeasuredMechanism, Run } from "../report/comparison.ts";
import { binaryBytes, median, significant } from "../report/format.ts";

/** Nearer to 1 than this, a ratio of two medians is noise. */
const smallestGain = 1.1;

/** Below this, the event loop's own traffic shows in the copies. */
export const tinyBytes: number = 64 * 1024;

export function fileSummary(comparison: Omit<Comparison, "summary">): string {
  const run = mainRun(comparison);
  const pair = pairOf(run);
  if (!pair) return withoutPair(run.mechanisms);
  if (pair.contender.path === "read-write") {
    return "Without a kernel path sendfile read and wrote like the others: no copy was saved.";
  }
  return comparison.runs.length > 1
    ? curveSentence(comparison.runs)
    : gainSentence(pair, run, comparison.situation);
}

interface Pair {
  readonly baseline: MeasuredMechanism;
  readonly contender: MeasuredMechanism;
}

function pairOf({ mechanisms }: Run): Pair | undefined {
  const baseline = mechanisms.find((mechanism) => mechanism.baseline);
  const contender = mechanisms.find((mechanism) => mechanism.contender);
  return baseline && contender && { baseline, contender };
}

/** How many times less CPU time the contender takes than the baseline; undefined without both. */
export function cpuGain(run: Run): number | undefined {
  const pair = pairOf(run);
  return pair && cpuRatio(pair);
}

function cpuRatio({ baseline, contender }: Pair): number {
  return cpuOf(contender) > 0 ? cpuOf(baseline) / cpuOf(contender) : 1;
}

function gainSentence(pair: Pair, { input }: Run, situation: Comparison["situation"]): string {
  const { baseline, contender } = pair;
  const names = `${contender.label} instead of ${baseline.label}`;
  const cpu = cpuRatio(pair);
  if (cpu < smallestGain) {
    return (
      `On this file ${names} saves no CPU time: ` +
      "starting a transfer costs more here than the copies it avoids."
    );
  }
  const gains = [`takes ${significant(cpu)}× less CPU time`];
  if (input.bytes >= tinyBytes) {
    const copies = [contender, baseline].map(({ figures }) =>
      median(figures.copiesPerByte, (value) => String(Number(value.toFixed(2)))),
    );
    gains.push(`makes ${copies.join(" instead of ")} copies of each byte`);
  }
  const speed = timeOf(baseline) / timeOf(contender);
  // A slow reader alone decides how long a transfer lasts.
  if (speed >= smallestGain && !situation.slowReader)
    gains.push(`is ${significant(speed)}× as fast`);
  const list = gains.length > 1 ? `${gains.slice(0, -1).join(", ")} and ${gains.at(-1)}` : gains[0];
  return `On this file and this machine ${names} ${list}.`;
}

/** Where zero-copy starts to pay: the size from which it always gains. */
function curveSentence(runs: readonly Run[]): string {
  const gains = runs.map((run) => cpuGain(run) ?? 1);
  const from = gains.findLastIndex((gain) => gain < smallestGain) + 1;
  const { baseline, contender } = pairOf(runs.at(-1)!)!;
  const names = `${contender.label} instead of ${baseline.label}`;
  const first = runs[from];
  if (!first)
    return `On this machine ${names} does not save CPU time at the largest of these sizes.`;
  const sizes = [first, runs.at(-1)!].map(({ input }) => binaryBytes(input.bytes));
  return (
    `On this machine ${names} starts to save CPU time at ${sizes[0]}, ` +
    `and takes ${significant(gains.at(-1) ?? 1)}× less at ${sizes[1]}.`
  );
}

function withoutPair(mechanisms: readonly MeasuredMechanism[]): string {
  const best = mechanisms.toSorted((a, b) => cpuOf(a) - cpuOf(b))[0];
  if (!best) return "Nothing could be measured here.";
  return mechanisms.length === 1
    ? `Only ${best.label} was measured: there is nothing to compare it with.`
    : `Of these ${best.label} takes the least CPU time.`;
}

function cpuOf({ figures }: MeasuredMechanism): number {
  return figures.cpuSecondsPerTransfer?.median ?? Infinity;
}

function timeOf({ figures }: MeasuredMechanism): number {
  return figures.secondsPerTransfer?.median ?? Infinity;
}
