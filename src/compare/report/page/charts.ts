/** What the charts show, as plain data: the page draws it, the table repeats it. */
import type { ChartData, CurveData, Role } from "./browser/chartData.ts";
import type { Figure, Figures } from "../../measure/statistics.ts";
import type { Comparison, MeasuredMechanism, Run } from "../comparison.ts";
import { binaryBytes, bytes, count, significant, unknown } from "../format.ts";

/** A figure that is shown: in the table, in a chart when it has a title. */
export interface Metric {
  readonly id: string;
  readonly header: string;
  readonly title?: string;
  readonly explanation?: string;
  readonly of: (figures: Figures) => Figure;
  /** Turns a stored value into the one that is drawn. */
  readonly scale: number;
  readonly format: (value: number) => string;
}

export const metrics: readonly Metric[] = [
  {
    id: "cpu",
    header: "CPU-s/GB",
    title: "CPU time, seconds per GB",
    explanation: "What the sending process pays, user and system together. Less is better.",
    of: (figures) => figures.cpuSecondsPerGB,
    scale: 1,
    format: significant,
  },
  {
    id: "copies",
    header: "copies/B",
    title: "Copies of each byte",
    explanation: "Across the border of user space, counted. Less is better.",
    of: (figures) => figures.copiesPerByte,
    scale: 1,
    format: (value) => value.toFixed(2),
  },
  {
    id: "throughput",
    header: "GB/s",
    title: "Throughput, GB per second",
    explanation: "Over loopback, to another process. More is better.",
    of: (figures) => figures.bytesPerSecond,
    scale: 1e-9,
    format: (value) => significant(value / 1e9),
  },
  {
    id: "memory",
    header: "peak RSS",
    title: "Memory, MB above idle",
    explanation:
      "Peak resident size of the sender. Mapped pages count, though they are the cache's own.",
    of: (figures) => figures.peakRssBytes,
    scale: 1e-6,
    format: bytes,
  },
  {
    id: "switches",
    header: "switches",
    title: "Context switches",
    explanation: "How often a thread of the sender had to wait or was made to. Less is better.",
    of: (figures) => figures.contextSwitches,
    scale: 1,
    format: count,
  },
  {
    id: "user",
    header: "user",
    of: (figures) => figures.cpuUserSecondsPerGB,
    scale: 1,
    format: significant,
  },
  {
    id: "system",
    header: "system",
    of: (figures) => figures.cpuSystemSecondsPerGB,
    scale: 1,
    format: significant,
  },
  {
    id: "faults",
    header: "page faults",
    of: (figures) => figures.pageFaults,
    scale: 1,
    format: count,
  },
  { id: "calls", header: "I/O calls", of: (figures) => figures.ioCalls, scale: 1, format: count },
];

export function roleOf({ baseline, contender }: MeasuredMechanism): Role {
  if (contender) return "contender";
  return baseline ? "baseline" : "other";
}

/** The metrics that have a chart; none for a figure that this system does not tell. */
export function chartsOf({ mechanisms }: Run): ChartData[] {
  const charted = metrics.filter(
    ({ title, of }) => title !== undefined && mechanisms.every(({ figures }) => of(figures)),
  );
  return charted.map(({ id, of, scale }) => {
    const figures = mechanisms.map((mechanism) => of(mechanism.figures)!);
    return {
      id: `chart-${id}`,
      labels: mechanisms.map((mechanism) => mechanism.id),
      roles: mechanisms.map(roleOf),
      median: figures.map((figure) => figure.median * scale),
      min: figures.map((figure) => figure.min * scale),
      max: figures.map((figure) => figure.max * scale),
    };
  });
}

/** CPU time over sizes; none for a single size. */
export function curvesOf({ runs }: Comparison): CurveData[] {
  const last = runs.at(-1);
  if (!last || runs.length === 1) return [];
  const others = last.mechanisms.filter((mechanism) => roleOf(mechanism) === "other");
  return [
    {
      id: "curve-cpu",
      sizes: runs.map(({ input }) => input.bytes),
      sizeLabels: runs.map(({ input }) => binaryBytes(input.bytes)),
      lines: last.mechanisms.map((mechanism) => ({
        label: mechanism.label,
        role: roleOf(mechanism),
        shade: others.indexOf(mechanism),
        values: runs.map((run) => {
          const same = run.mechanisms.find(({ id }) => id === mechanism.id);
          return same?.figures.cpuSecondsPerTransfer?.median || null;
        }),
      })),
    },
  ];
}

/** The median as text, and the range when it shows one. */
export function figureText(
  { of, format }: Pick<Metric, "of" | "format">,
  { figures }: MeasuredMechanism,
): { median: string; range: string | undefined } {
  const figure = of(figures);
  if (!figure) return { median: unknown, range: undefined };
  const [median, min, max] = [figure.median, figure.min, figure.max].map(format) as [
    string,
    string,
    string,
  ];
  return { median, range: min === max ? undefined : `${min}–${max}` };
}
