/** What the user gains on this file and this machine, in one sentence. */
import type { Comparison, MeasuredMechanism } from "./comparison.ts";
import { median, significant } from "./format.ts";

/** Nearer to 1 than this, a ratio of two medians is noise. */
const smallestGain = 1.1;

export function summarySentence(comparison: Omit<Comparison, "summary">): string {
  const contender = comparison.mechanisms.find((mechanism) => mechanism.contender);
  const baseline = comparison.mechanisms.find((mechanism) => mechanism.baseline);
  if (contender?.path === "read-write") {
    return "Without a kernel path sendfile read and wrote like the others: no copy was saved.";
  }
  if (!contender || !baseline) return withoutPair(comparison.mechanisms);
  return pair(baseline, contender);
}

function pair(baseline: MeasuredMechanism, contender: MeasuredMechanism): string {
  const cpu = ratio(baseline.figures.cpuSeconds, contender.figures.cpuSeconds);
  const time = ratio(baseline.figures.wallSeconds, contender.figures.wallSeconds);
  const names = `${contender.label} instead of ${baseline.label}`;
  if (cpu < smallestGain) {
    return (
      `On this file ${names} saves no CPU time: ` +
      "starting a transfer costs more here than the copies it avoids."
    );
  }
  const copies = [contender, baseline].map(({ figures }) =>
    median(figures.copiesPerByte, (value) => String(Number(value.toFixed(2)))),
  );
  const gains = [
    `takes ${significant(cpu)}× less CPU time`,
    `makes ${copies.join(" instead of ")} copies of each byte`,
  ];
  if (time >= smallestGain) gains.push(`is ${significant(time)}× as fast`);
  const last = gains.pop();
  return `On this file and this machine ${names} ${gains.join(", ")} and ${last}.`;
}

function withoutPair(mechanisms: readonly MeasuredMechanism[]): string {
  const best = mechanisms.toSorted((a, b) => cpuOf(a) - cpuOf(b))[0];
  if (!best) return "Nothing could be measured here.";
  return mechanisms.length === 1
    ? `Only ${best.label} was measured: there is nothing to compare it with.`
    : `Of these ${best.label} takes the least CPU time.`;
}

function cpuOf({ figures }: MeasuredMechanism): number {
  return figures.cpuSeconds?.median ?? Infinity;
}

function ratio(a: { median: number } | null, b: { median: number } | null): number {
  return a && b && b.median > 0 ? a.median / b.median : 1;
}
