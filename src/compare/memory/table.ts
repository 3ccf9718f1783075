/** Consuming memory, told in the terminal. */
import type { Figure } from "../measure/figure.ts";
import { bars, layOut, paintRows } from "../report/columns.ts";
import type { Column, TableStyle } from "../report/columns.ts";
import { mainRun } from "../report/comparison.ts";
import type { Comparison, MeasuredMechanism, Run } from "../report/comparison.ts";
import { binaryBytes, count, duration, median, scaled, spreadPercent } from "../report/format.ts";
import { pieceBytes } from "./mechanism.ts";
import { exponent } from "./summary.ts";

/** `1 MiB to 64 MiB` */
export function sizesOf({ runs }: Comparison): string {
  const ends = [runs[0]!, runs.at(-1)!].map(({ input }) => binaryBytes(input.bytes));
  return [...new Set(ends)].join(" to ");
}

export function memoryHeadline(comparison: Comparison): string {
  return `${sizesOf(comparison)} of memory consumed in ${binaryBytes(pieceBytes)} slices`;
}

/** Of one pass. */
export function copied({ figures }: Pick<MeasuredMechanism, "figures">, { input }: Run): Figure {
  return scaled(figures.copiesPerByte, input.bytes);
}

const time = ({ figures }: MeasuredMechanism): Figure => figures.secondsPerTransfer;

export function memoryTables(run: Run, style: TableStyle): string[] {
  const { mechanisms } = run;
  const column = (header: string, of: (mechanism: MeasuredMechanism) => string): Column => ({
    header,
    cells: mechanisms.map(of),
    right: true,
  });
  const all = mechanisms.map((mechanism) => copied(mechanism, run));
  const lines = layOut([
    { header: "", cells: mechanisms.map(({ label }) => label) },
    { header: "", cells: bars(all, 6) },
    { header: "copied", cells: all.map((figure) => median(figure, binaryBytes)), right: true },
    column("time", (one) => median(time(one), duration)),
    { header: "", cells: mechanisms.map((one) => spreadPercent(time(one))) },
    column("CPU", ({ figures }) => median(figures.cpuSecondsPerTransfer, duration)),
    column("peak RSS", ({ figures }) =>
      median(figures.peakRssBytes, (value) => `+${binaryBytes(value)}`),
    ),
    column("faults", ({ figures }) => median(figures.pageFaults, count)),
  ]);
  return paintRows(lines, mechanisms, style);
}

/**
 * Time and bytes copied for every size; the last line of the first table says how time grows.
 * `stepBytes`: of a step of a pass.
 */
export function curveOf(comparison: Comparison, stepBytes: number): string[] {
  const { runs } = comparison;
  const ids = mainRun(comparison).mechanisms.map(({ id }) => id);
  const growth = ids.map((id) => exponent(runs, id, stepBytes));
  const powers = growth.some((power) => power !== undefined)
    ? growth.map((power) => (power === undefined ? "" : `n^${power.toFixed(2)}`))
    : [];
  return [
    "Time of one pass",
    ...byMechanism(runs, ids, "grows as", powers, (one) => median(time(one), duration)),
    "",
    "Bytes copied in one pass",
    ...byMechanism(runs, ids, "", [], (one, run) => median(copied(one, run), binaryBytes)),
  ];
}

/** A line per size, a column per mechanism, and one more line below. */
function byMechanism(
  runs: readonly Run[],
  ids: readonly string[],
  lastHeader: string,
  lastLine: readonly string[],
  cell: (mechanism: MeasuredMechanism, run: Run) => string,
): string[] {
  const cellOf = (run: Run, id: string): string => {
    const same = run.mechanisms.find((mechanism) => mechanism.id === id);
    return same ? cell(same, run) : "left out";
  };
  const below = lastLine.length > 0;
  const sizes = runs.map(({ input }) => binaryBytes(input.bytes));
  return layOut([
    { header: "", cells: below ? [...sizes, lastHeader] : sizes, right: true },
    ...ids.map((id, index): Column => {
      const cells = runs.map((run) => cellOf(run, id));
      return { header: id, cells: below ? [...cells, lastLine[index] ?? ""] : cells, right: true };
    }),
  ]);
}

/** Beyond this, half the range of a time, as a part of its median, is worth a word. */
const noisy = 0.25;

export function memoryNotes({ runs }: Pick<Comparison, "runs">): string[] {
  const times = runs.flatMap(({ mechanisms }) => mechanisms.map(time));
  const spreads = times.map((one) => (one?.median ? (one.max - one.min) / 2 / one.median : 0));
  const widest = Math.max(...spreads);
  const warning =
    `Times of one pass differ by up to ±${Math.round(widest * 100)} % between rounds: other work on ` +
    "this machine shows in them, and more --rounds make medians steadier.";
  return [
    ...(widest > noisy ? [warning] : []),
    "Figures but the peak RSS are per pass; a trial repeats it for at least 0.1 s. Copies are counted " +
      "where they are made, and agree with arithmetic.",
  ];
}
