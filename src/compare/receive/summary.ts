/** What is gained by receiving into memory of one's own, in one sentence. */
import { cpuGain } from "../file/summary.ts";
import { mainRun } from "../report/comparison.ts";
import type { Comparison } from "../report/comparison.ts";
import { median, significant } from "../report/format.ts";

/** Nearer to 1 than this, a ratio of two medians is noise. */
const smallestGain = 1.1;

export function receiveSummary(comparison: Omit<Comparison, "summary">): string {
  const run = mainRun(comparison);
  const { mechanisms } = run;
  const baseline = mechanisms.find((mechanism) => mechanism.baseline);
  const contender = mechanisms.find((mechanism) => mechanism.contender);
  if (!baseline || !contender) {
    return mechanisms.length === 1
      ? `Only ${mechanisms[0]?.label} was measured: there is nothing to compare it with.`
      : "Without both chunks and memory of one's own there is no gain to tell.";
  }
  const gain = cpuGain(run) ?? 1;
  const names = `${contender.label}, instead of ${baseline.label}`;
  if (gain < smallestGain) return `On this machine ${names}, saves no CPU time.`;
  const [few, many] = [contender, baseline].map(({ figures }) =>
    median(figures.copiesPerByte, (value) => String(Number(value.toFixed(2)))),
  );
  const copies = few === many ? "" : ` and makes ${few} instead of ${many} copies of each byte`;
  return `On this machine ${names}, takes ${significant(gain)}× less CPU time${copies}.`;
}
