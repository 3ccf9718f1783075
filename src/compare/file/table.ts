/** Sending a file, told in the terminal. */
import type { Figure } from "../measure/figure.ts";
import type { Figures } from "../measure/statistics.ts";
import { bars, layOut, paintRows } from "../report/columns.ts";
import type { Column, TableStyle } from "../report/columns.ts";
import { mainRun } from "../report/comparison.ts";
import type { Comparison, MeasuredMechanism, Run } from "../report/comparison.ts";
import {
  binaryBytes,
  bytes,
  count,
  median,
  scaled,
  significant,
  spread,
} from "../report/format.ts";
import { cpuGain, tinyBytes } from "./summary.ts";

/** Below this, times say more than rates. */
const smallBytes = 1e6;

export function fileHeadline({ runs, situation }: Comparison): string {
  const [first, last] = [runs[0]!, runs.at(-1)!].map(({ input }) => input.bytes);
  const size = runs.length > 1 ? `${binaryBytes(first!)} to ${binaryBytes(last!)}` : bytes(last!);
  const parts = [
    `${size} over TCP to another process`,
    ...(situation.cold ? ["from a cold page cache"] : []),
    ...(situation.concurrency > 1 ? [`${situation.concurrency} transfers at a time`] : []),
    ...(situation.slowReader ? ["a slow reader"] : []),
  ];
  return parts.join(", ");
}

/** CPU time for every size and mechanism; the last column says what the contender saves. */
export function fileCurve({ runs }: Comparison): string[] {
  const ids = mainRun({ runs }).mechanisms.map(({ id }) => id);
  const cpu = (run: Run, id: string): string => {
    const figures = run.mechanisms.find((mechanism) => mechanism.id === id)?.figures;
    return median(scaled(figures?.cpuSecondsPerTransfer ?? null, 1e6), significant);
  };
  const gains = runs.map((run) => cpuGain(run));
  return [
    "CPU µs per transfer",
    ...layOut([
      { header: "", cells: runs.map(({ input }) => binaryBytes(input.bytes)), right: true },
      ...ids.map((id) => ({
        header: id,
        cells: runs.map((run) => cpu(run, id)),
        right: true as const,
      })),
      {
        header: "saves",
        cells: gains.map((gain) => (gain === undefined ? "" : `${significant(gain)}×`)),
        right: true,
      },
    ]),
  ];
}

/** What happened to the bytes first, what it cost below. */
export function fileTables(run: Run, style: TableStyle): string[] {
  return [...overview(run, style), "", ...details(run)];
}

function overview({ mechanisms, input }: Run, style: TableStyle): string[] {
  const small = input.bytes < smallBytes;
  const copies = ({ figures }: MeasuredMechanism): Figure => figures.copiesPerByte;
  const cpu = ({ figures }: MeasuredMechanism): Figure =>
    small ? scaled(figures.cpuSecondsPerTransfer, 1e6) : figures.cpuSecondsPerGB;
  const speed = ({ figures }: MeasuredMechanism): Figure =>
    small ? scaled(figures.secondsPerTransfer, 1e6) : scaled(figures.bytesPerSecond, 1e-9);
  const text = (of: (mechanism: MeasuredMechanism) => string) => mechanisms.map(of);
  const lines = layOut([
    { header: "", cells: text(labelOf) },
    { header: "", cells: bars(mechanisms.map(copies), 6) },
    { header: "copies/B", cells: text((m) => median(copies(m), twoDigits)), right: true },
    { header: "", cells: bars(mechanisms.map(cpu), 8) },
    {
      header: small ? "CPU µs" : "CPU-s/GB",
      cells: text((m) => median(cpu(m), significant)),
      right: true,
    },
    { header: "", cells: text((m) => spread(cpu(m))) },
    {
      header: small ? "µs" : "GB/s",
      cells: text((m) => median(speed(m), significant)),
      right: true,
    },
    { header: "", cells: text((m) => spread(speed(m))) },
  ]);
  return paintRows(lines, mechanisms, style);
}

function details({ mechanisms, input }: Run): string[] {
  const small = input.bytes < smallBytes;
  const perTransfer = (seconds: number): string => significant((seconds * input.bytes) / 1e3);
  const column = (
    header: string,
    of: (figures: Figures) => Figure,
    format: (value: number) => string,
  ): Column => ({
    header,
    cells: mechanisms.map(({ figures }) => median(of(figures), format)),
    right: true,
  });
  return layOut([
    { header: "", cells: mechanisms.map(labelOf) },
    column("user", (figures) => figures.cpuUserSecondsPerGB, small ? perTransfer : significant),
    column("system", (figures) => figures.cpuSystemSecondsPerGB, small ? perTransfer : significant),
    column(
      "peak RSS",
      (figures) => figures.peakRssBytes,
      (value) => `+${bytes(value)}`,
    ),
    column("switches", (figures) => figures.contextSwitches, count),
    column("faults", (figures) => figures.pageFaults, count),
    column("I/O calls", (figures) => figures.ioCalls, count),
  ]);
}

export function fileNotes(comparison: Comparison): string[] {
  const { situation } = comparison;
  const run = mainRun(comparison);
  const lines: string[] = [];
  if (situation.cold) {
    const samples = run.mechanisms.flatMap((mechanism) => mechanism.samples);
    const warmest = Math.max(...samples.map(({ residentFraction }) => residentFraction ?? 1));
    lines.push(
      `Before each trial at most ${(warmest * 100).toFixed(1)} % of the file was in the page cache (cachestat).`,
    );
  }
  if (run.transfers > 1) {
    lines.push(`Figures but the peak RSS are per transfer, of ${run.transfers} in each trial.`);
  }
  if (run.input.bytes < tinyBytes) {
    lines.push(
      "Copies per byte include the event loop's own wake-ups, 8 bytes each, and what readFile reads " +
        "beside the range: much beside so few bytes.",
    );
  }
  return lines;
}

/** A kernel mechanism that had to read and write says so. */
function labelOf({ label, path, contender }: MeasuredMechanism): string {
  return contender && path === "read-write" ? `${label}: read-write` : label;
}

const twoDigits = (value: number): string => value.toFixed(2);
