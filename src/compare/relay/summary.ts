/** What a proxy gains by relay, in one sentence. */
import { cpuGain } from "../file/summary.ts";
import { mainRun } from "../report/comparison.ts";
import type { Comparison } from "../report/comparison.ts";
import { median, significant } from "../report/format.ts";

/** Nearer to 1 than this, a ratio of two medians is noise. */
const smallestGain = 1.1;

export function relaySummary(comparison: Omit<Comparison, "summary">): string {
  const run = mainRun(comparison);
  const { mechanisms } = run;
  const baseline = mechanisms.find((mechanism) => mechanism.baseline);
  const contender = mechanisms.find((mechanism) => mechanism.contender);
  if (!baseline || !contender) {
    return `Only ${mechanisms[0]?.label} was measured: there is nothing to compare it with.`;
  }
  if (contender.path === "read-write") {
    return "Without a kernel path relay read and wrote as pipe does: no copy was saved.";
  }
  const gain = cpuGain(run) ?? 1;
  const names = `${contender.label} instead of ${baseline.label}`;
  if (gain < smallestGain) return `On this machine ${names} saves no CPU time.`;
  const [few, many] = [contender, baseline].map(({ figures }) =>
    median(figures.copiesPerByte, (value) => String(Number(value.toFixed(2)))),
  );
  return (
    `On this machine ${names} takes ${significant(gain)}× less CPU time ` +
    `and makes ${few} instead of ${many} copies of each byte.`
  );
}
