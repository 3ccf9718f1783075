/** A comparison for the terminal: what happened to the bytes first, what it cost below. */
import type { Figure, Figures } from "../measure/statistics.ts";
import { fileSystemOf, mainRun } from "./comparison.ts";
import type { Comparison, MeasuredMechanism, Run } from "./comparison.ts";
import { binaryBytes, bytes, count, median, oneLine, significant, spread } from "./format.ts";
import { cpuGain, tinyBytes } from "./summary.ts";

export interface TableStyle {
  /** ANSI colours and block characters; without it, plain ASCII bars. */
  readonly rich: boolean;
}

/** Below this, times say more than rates. */
const smallBytes = 1e6;

export function renderTable(comparison: Comparison, style: TableStyle): string {
  const run = mainRun(comparison);
  const { environment } = comparison;
  const lines = [
    bold(headline(comparison), style),
    ...(run.input.temporary
      ? []
      : [dim(`${oneLine(run.input.path)} (${fileSystemOf(comparison)})`, style)]),
    dim(
      `Node ${environment.node} · ${environment.system} · ${environment.cores} × ${environment.cpu}`,
      style,
    ),
    "",
    ...(comparison.runs.length > 1
      ? curve(comparison.runs)
      : [...overview(run, style), "", ...details(run)]),
    "",
    bold(comparison.summary, style),
    ...notes(comparison, run),
  ];
  return `${lines.join("\n")}\n`;
}

/** What was done, in what situation. */
function headline({ runs, rounds, situation }: Comparison): string {
  const [first, last] = [runs[0]!, runs.at(-1)!].map(({ input }) => input.bytes);
  const size = runs.length > 1 ? `${binaryBytes(first!)} to ${binaryBytes(last!)}` : bytes(last!);
  const parts = [
    `${size} over TCP to another process`,
    ...(situation.cold ? ["from a cold page cache"] : []),
    ...(situation.concurrency > 1 ? [`${situation.concurrency} transfers at a time`] : []),
    ...(situation.slowReader ? ["a slow reader"] : []),
    `${rounds} ${rounds === 1 ? "round" : "rounds, medians, ± half the range"}`,
  ];
  return parts.join(", ");
}

/** CPU time for every size and mechanism; the last column says what the contender saves. */
function curve(runs: readonly Run[]): string[] {
  const ids = mainRun({ runs }).mechanisms.map(({ id }) => id);
  const cpu = (run: Run, id: string): string => {
    const figures = run.mechanisms.find((mechanism) => mechanism.id === id)?.figures;
    return median(scale(figures?.cpuSecondsPerTransfer ?? null, 1e6), significant);
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

function overview({ mechanisms, input }: Run, style: TableStyle): string[] {
  const small = input.bytes < smallBytes;
  const copies = ({ figures }: MeasuredMechanism): Figure => figures.copiesPerByte;
  const cpu = ({ figures }: MeasuredMechanism): Figure =>
    small ? scale(figures.cpuSecondsPerTransfer, 1e6) : figures.cpuSecondsPerGB;
  const speed = ({ figures }: MeasuredMechanism): Figure =>
    small ? scale(figures.secondsPerTransfer, 1e6) : scale(figures.bytesPerSecond, 1e-9);
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
  return lines.map((line, index) => paint(line, mechanisms[index - 1], style));
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

function notes({ notRun, environment, situation }: Comparison, run: Run): string[] {
  const lines: string[] = [];
  if (environment.addon !== "loaded") {
    const { missing, advice } = environment.addon;
    lines.push(`Kernel paths are missing: ${missing}${advice && `; to get them, ${advice}`}.`);
  }
  for (const { label, reason } of notRun) lines.push(`Not run: ${label}; ${reason}.`);
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

function scale(figure: Figure, factor: number): Figure {
  return (
    figure && {
      median: figure.median * factor,
      min: figure.min * factor,
      max: figure.max * factor,
    }
  );
}

const twoDigits = (value: number): string => value.toFixed(2);

/** One bar per figure, the largest `width` long. */
function bars(figures: readonly Figure[], width: number): string[] {
  const largest = Math.max(...figures.map((figure) => figure?.median ?? 0));
  return figures.map((figure) =>
    "#".repeat(largest > 0 ? Math.round(((figure?.median ?? 0) / largest) * width) : 0),
  );
}

interface Column {
  readonly header: string;
  readonly cells: readonly string[];
  readonly right?: true;
}

/** The header line, then one line per cell. */
function layOut(columns: readonly Column[]): string[] {
  const padded = columns.map(({ header, cells, right }) => {
    const column = [header, ...cells];
    const width = Math.max(...column.map((cell) => cell.length));
    return column.map((cell) => (right ? cell.padStart(width) : cell.padEnd(width)));
  });
  return (padded[0] ?? []).map((_, row) =>
    padded
      .map((column) => column[row])
      .join(" ")
      .trimEnd(),
  );
}

const ansi = {
  bold: "\x1b[1m",
  dim: "\x1b[2m",
  green: "\x1b[32m",
  yellow: "\x1b[33m",
  off: "\x1b[0m",
};

function paint(line: string, mechanism: MeasuredMechanism | undefined, style: TableStyle): string {
  if (!style.rich) return line;
  const blocks = line.replaceAll("#", "█");
  if (mechanism?.contender) return `${ansi.green}${blocks}${ansi.off}`;
  if (mechanism?.baseline) return `${ansi.yellow}${blocks}${ansi.off}`;
  return mechanism ? blocks : `${ansi.dim}${blocks}${ansi.off}`;
}

function dim(text: string, { rich }: TableStyle): string {
  return rich ? `${ansi.dim}${text}${ansi.off}` : text;
}

function bold(text: string, { rich }: TableStyle): string {
  return rich ? `${ansi.bold}${text}${ansi.off}` : text;
}
