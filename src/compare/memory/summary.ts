/** What views save, in one or two sentences. */
import { mainRun } from "../report/comparison.ts";
import type { Comparison, MeasuredMechanism, Run } from "../report/comparison.ts";
import { binaryBytes, significant } from "../report/format.ts";
import { pieceBytes } from "./mechanism.ts";

/** Nearer to 1 than this, a ratio of two medians is noise. */
const smallestGain = 1.1;

export function memorySummary(comparison: Omit<Comparison, "summary">): string {
  const run = mainRun(comparison);
  const { mechanisms, input } = run;
  const baseline = mechanisms.find((mechanism) => mechanism.baseline);
  const contender = mechanisms.find((mechanism) => mechanism.contender);
  if (!contender || mechanisms.length === 1) return withoutPair(mechanisms);

  const gain = `${contender.label} copies ${copiedText(contender, run)}`;
  const others = besides(contender, mechanisms);
  if (!baseline) return `${gain}.${others}`;
  const job = `to consume ${binaryBytes(input.bytes)} in ${binaryBytes(pieceBytes)} slices`;
  return (
    `On this machine ${baseline.label} copies ${copiedText(baseline, run)} ${job}; ` +
    `${gain} and takes ${timeText(contender, baseline)}.${others}` +
    growth(comparison.runs, pieceBytes, baseline, contender)
  );
}

/** Against the fastest of the other views: without copies, what the view itself costs remains. */
function besides(contender: MeasuredMechanism, mechanisms: readonly MeasuredMechanism[]): string {
  const [fastest] = mechanisms
    .filter(({ path, contender: own }) => path === contender.path && !own)
    .toSorted((a, b) => secondsOf(a) - secondsOf(b));
  if (!fastest) return "";
  const time = timeText(contender, fastest);
  return ` Against ${fastest.label}, which copies nothing either, it takes ${time}.`;
}

export function timeText(own: MeasuredMechanism, other: MeasuredMechanism): string {
  const ratio = secondsOf(other) / secondsOf(own);
  if (ratio >= smallestGain) return `${significant(ratio)}× less time`;
  return 1 / ratio >= smallestGain ? `${significant(1 / ratio)}× more time` : "about as much time";
}

/** With the size, from the smallest to the largest that both were measured at. `stepBytes`: of a pass. */
export function growth(
  runs: readonly Run[],
  stepBytes: number,
  ...pair: readonly MeasuredMechanism[]
): string {
  const powers = pair.map(({ id }) => exponent(runs, id, stepBytes));
  const [first, second] = powers.map((power) => power?.toFixed(1));
  if (first === undefined || second === undefined) return "";
  return (
    ` Time grows with the size to the power of ${first} for ${pair[0]?.label}, ` +
    `of ${second} for ${pair[1]?.label}.`
  );
}

/** Below so many steps, what starting a pass costs hides how time grows. */
const fewSteps = 64;

/** p in time = c · sizeᵖ, by the smallest and the largest size that tell. */
export function exponent(runs: readonly Run[], id: string, stepBytes: number): number | undefined {
  const points = runs.flatMap(({ input, mechanisms }) => {
    const same = mechanisms.find((mechanism) => mechanism.id === id);
    return same && input.bytes > (fewSteps - 1) * stepBytes
      ? [{ size: input.bytes, seconds: secondsOf(same) }]
      : [];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first.size === last.size) return undefined;
  const power = Math.log(last.seconds / first.seconds) / Math.log(last.size / first.size);
  return Number.isFinite(power) ? power : undefined;
}

export function withoutPair(mechanisms: readonly MeasuredMechanism[]): string {
  const best = mechanisms.toSorted((a, b) => secondsOf(a) - secondsOf(b))[0];
  if (!best) return "Nothing could be measured here.";
  return mechanisms.length === 1
    ? `Only ${best.label} was measured: there is nothing to compare it with.`
    : `Of these ${best.label} takes the least time.`;
}

export function copiedText({ figures }: MeasuredMechanism, { input }: Run): string {
  const copied = (figures.copiesPerByte?.median ?? 0) * input.bytes;
  return copied === 0 ? "nothing" : binaryBytes(copied);
}

function secondsOf({ figures }: MeasuredMechanism): number {
  return figures.secondsPerTransfer?.median ?? Infinity;
}
