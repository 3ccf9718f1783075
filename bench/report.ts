/** The result as a table: of each case the figures of its subjects, then its bars. */
import type { BarResult, CaseResult, Spread } from "./evaluate.ts";

export function renderCase({ name, item, unit, subjects, bars, notJudged }: CaseResult): string {
  const rows = Object.entries(subjects).map(([subject, result]) =>
    "trials" in result
      ? [
          subject,
          `${digits(result.median)} ${unit}`,
          `${range(result)} best ${digits(result.best)}${copied(result.copiedBytes)}`,
        ]
      : [subject, "-", "failed" in result ? `FAILED ${result.failed}` : result.unavailable],
  );
  return [
    `${name}: ${unit} of one ${item}`,
    ...rows.map(([subject = "", figure = "", rest = ""]) =>
      `  ${subject.padEnd(24)}${figure.padStart(12)}  ${rest}`.trimEnd(),
    ),
    ...bars.map((bar) => `  ${renderBar(bar, unit)}`),
    ...notJudged.map((reason) => `  not judged: ${reason}`),
    "",
  ].join("\n");
}

function renderBar({ subject, against, max, found, best, met }: BarResult, unit: string): string {
  const verdict = met ? "met   " : "MISSED";
  const what = against ? `${subject} / ${against}` : subject;
  const suffix = against ? "×" : ` ${unit}`;
  const figures = `${digits(found.median)}${suffix} ${range(found)} best ${digits(best)}${suffix}`;
  return `${verdict} ${what}: ${figures}, at most ${digits(max)}${suffix}`;
}

export function renderSummary(results: readonly CaseResult[]): string {
  const bars = results.flatMap((result) => result.bars);
  const missed = bars.filter(({ met }) => !met).length;
  const notJudged = results.flatMap((result) => result.notJudged).length;
  return `${bars.length - missed} bars met, ${missed} missed, ${notJudged} not judged`;
}

function copied(bytes: number): string {
  return bytes === 0 ? "" : `, copies ${bytes.toLocaleString("en")} bytes`;
}

function range({ min, max }: Spread): string {
  return `(${digits(min)}–${digits(max)})`;
}

function digits(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
