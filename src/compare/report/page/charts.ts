/** What the charts show, as plain data: the page draws it, the table repeats it. */
import type { ChartData, CurveData, Role } from "./browser/chartData.ts";
import { mainRun } from "../comparison.ts";
import type { Comparison, MeasuredMechanism, Run } from "../comparison.ts";
import { binaryBytes, unknown } from "../format.ts";
import type { CurveMetric, Metric } from "../telling.ts";

export function roleOf({ baseline, contender }: MeasuredMechanism): Role {
  if (contender) return "contender";
  return baseline ? "baseline" : "other";
}

/** The metrics that have a chart; none for a figure that this system does not tell. */
export function chartsOf(run: Run, metrics: readonly Metric[]): ChartData[] {
  const { mechanisms } = run;
  const charted = metrics.filter(
    ({ title, of }) =>
      title !== undefined && mechanisms.every(({ figures }) => of(figures, run) !== null),
  );
  return charted.map(({ id, of, scale, format, written }) => {
    const figures = mechanisms.map((mechanism) => of(mechanism.figures, run)!);
    return {
      id: `chart-${id}`,
      labels: mechanisms.map((mechanism) => mechanism.id),
      roles: mechanisms.map(roleOf),
      median: figures.map((figure) => figure.median * scale),
      min: figures.map((figure) => figure.min * scale),
      max: figures.map((figure) => figure.max * scale),
      texts: written ? figures.map((figure) => format(figure.median)) : [],
    };
  });
}

/** Figures over sizes; none for a single size. */
export function curvesOf(comparison: Comparison, metrics: readonly CurveMetric[]): CurveData[] {
  const { runs } = comparison;
  if (runs.length === 1) return [];
  const { mechanisms } = mainRun(comparison);
  const others = mechanisms.filter((mechanism) => roleOf(mechanism) === "other");
  return metrics.map((metric) => ({
    id: `curve-${metric.id}`,
    unit: metric.unit,
    sizes: runs.map(({ input }) => input.bytes),
    sizeLabels: runs.map(({ input }) => binaryBytes(input.bytes)),
    lines: mechanisms.map((mechanism) => ({
      label: mechanism.label,
      role: roleOf(mechanism),
      shade: others.indexOf(mechanism),
      values: runs.map((run) => valueOf(metric, run, mechanism.id)),
    })),
  }));
}

function valueOf({ of, unit }: CurveMetric, run: Run, id: string): number | null {
  const same = run.mechanisms.find((mechanism) => mechanism.id === id);
  const value = (same && of(same.figures, run)?.median) ?? null;
  return value === 0 && unit === "seconds" ? null : value; // a logarithmic axis has no zero
}

/** The median as text, and the range when it shows one. */
export function figureText(
  { of, format }: Pick<Metric, "of" | "format">,
  { figures }: MeasuredMechanism,
  run: Run,
): { median: string; range: string | undefined } {
  const figure = of(figures, run);
  if (!figure) return { median: unknown, range: undefined };
  const [median, min, max] = [figure.median, figure.min, figure.max].map(format) as [
    string,
    string,
    string,
  ];
  return { median, range: min === max ? undefined : `${min}–${max}` };
}
