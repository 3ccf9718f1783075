/**
 * From trials to figures and ratios. A ratio is made in every round, of two trials that ran within
 * seconds of each other, because a machine's speed drifts; what is shown is the median of the ratios.
 */
import { units } from "./case.ts";
import type { Bar, Case } from "./case.ts";
import { median } from "./measure.ts";
import type { Outcome } from "./outcome.ts";

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export type SubjectResult =
  | (Spread & {
      readonly best: number;
      /** By this library, in one run over all items. */
      readonly copiedBytes: number;
      /** One figure per round. */
      readonly trials: readonly number[];
    })
  | Exclude<Outcome, { figure: number }>;

export interface BarResult {
  readonly subject: string;
  /** The fastest of those it is compared with; absent when the bar bounds the figure itself. */
  readonly against?: string;
  readonly max: number;
  readonly found: Spread;
  /** The same of the best samples of all rounds: what noise cannot make worse. */
  readonly best: number;
  readonly met: boolean;
}

export interface CaseResult {
  readonly name: string;
  readonly item: string;
  readonly unit: string;
  readonly subjects: Readonly<Record<string, SubjectResult>>;
  readonly bars: readonly BarResult[];
  /** Bars that could not be judged, and why. */
  readonly notJudged: readonly string[];
}

function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** `rounds`: what every subject's trial found, round by round. */
export function evaluate(
  { name, item, measure, unit = units[measure], bars }: Case,
  rounds: ReadonlyMap<string, readonly Outcome[]>,
): CaseResult {
  const subjects = Object.fromEntries(
    [...rounds].map(([subject, outcomes]) => [subject, summarise(outcomes)]),
  );
  const judged = bars.map((bar) => judge(bar, subjects));
  return {
    name,
    item,
    unit,
    subjects,
    bars: judged.filter((bar) => typeof bar !== "string"),
    notJudged: judged.filter((bar) => typeof bar === "string"),
  };
}

function summarise(outcomes: readonly Outcome[]): SubjectResult {
  const found: Extract<Outcome, { figure: number }>[] = [];
  for (const outcome of outcomes) {
    if (!("figure" in outcome)) return outcome;
    found.push(outcome);
  }
  const trials = found.map(({ figure }) => figure);
  return {
    ...spread(trials),
    best: Math.min(...found.map(({ best }) => best)),
    copiedBytes: found[0]?.copied ?? 0,
    trials,
  };
}

function judge(bar: Bar, subjects: CaseResult["subjects"]): BarResult | string {
  const { subject, max } = bar;
  const own = subjects[subject];
  if (!own || !("trials" in own)) return `${subject} ${reasonOf(own)}`;
  if (!bar.against)
    return { subject, max, found: spread(own.trials), best: own.best, met: own.median <= max };

  const rivals = bar.against.flatMap((name) => {
    const result = subjects[name];
    return result && "trials" in result ? [{ name, ...result }] : [];
  });
  const [best] = rivals.toSorted((a, b) => a.median - b.median);
  if (!best) {
    const reasons = bar.against.map((name) => `${name} ${reasonOf(subjects[name])}`);
    return `${subject} against ${reasons.join(", ")}`;
  }
  const found = spread(own.trials.map((trial, round) => trial / (best.trials[round] ?? NaN)));
  const met = found.median <= max;
  return { subject, against: best.name, max, found, best: own.best / best.best, met };
}

function reasonOf(result: SubjectResult | undefined): string {
  if (result && "failed" in result) return "failed";
  return result && "unavailable" in result ? `(${result.unavailable})` : "was not measured";
}
