/** A comparison for the terminal: what happened to the bytes first, what it cost below. */
import type { Figure, Figures } from "../measure/statistics.ts";
import type { Comparison, MeasuredMechanism } from "./comparison.ts";
import { bytes, median, significant, spread } from "./format.ts";

export interface TableStyle {
  /** ANSI colours and block characters; without it, plain ASCII bars. */
  readonly rich: boolean;
}

/** Below this, times say more than rates. */
const smallBytes = 1e6;
/** Below this, the event loop's own traffic shows in the copies. */
const tinyBytes = 64 * 1024;

export function renderTable(comparison: Comparison, style: TableStyle): string {
  const { input, environment, mechanisms } = comparison;
  const lines = [
    `${bytes(input.bytes)} over TCP to another process, ${comparison.rounds} rounds, medians, ± half the range`,
    dim(`${input.path} (${environment.fileSystem})`, style),
    dim(
      `Node ${environment.node} · ${environment.system} · ${environment.cores} × ${environment.cpu}`,
      style,
    ),
    "",
    ...overview(comparison, style),
    "",
    ...details(mechanisms),
    "",
    bold(comparison.summary, style),
    ...notes(comparison),
  ];
  return `${lines.join("\n")}\n`;
}

function overview({ mechanisms, input }: Comparison, style: TableStyle): string[] {
  const small = input.bytes < smallBytes;
  const copies = ({ figures }: MeasuredMechanism): Figure => figures.copiesPerByte;
  const cpu = ({ figures }: MeasuredMechanism): Figure =>
    small ? scale(figures.cpuSeconds, 1e3) : figures.cpuSecondsPerGB;
  const speed = ({ figures }: MeasuredMechanism): Figure =>
    small ? scale(figures.wallSeconds, 1e3) : scale(figures.bytesPerSecond, 1e-9);
  const text = (of: (mechanism: MeasuredMechanism) => string) => mechanisms.map(of);
  const lines = layOut([
    { header: "", cells: text(labelOf) },
    { header: "", cells: bars(mechanisms.map(copies), 6) },
    { header: "copies/B", cells: text((m) => median(copies(m), twoDigits)), right: true },
    { header: "", cells: bars(mechanisms.map(cpu), 8) },
    {
      header: small ? "CPU ms" : "CPU-s/GB",
      cells: text((m) => median(cpu(m), significant)),
      right: true,
    },
    { header: "", cells: text((m) => spread(cpu(m))) },
    {
      header: small ? "ms" : "GB/s",
      cells: text((m) => median(speed(m), significant)),
      right: true,
    },
    { header: "", cells: text((m) => spread(speed(m))) },
  ]);
  return lines.map((line, index) => paint(line, mechanisms[index - 1], style));
}

function details(mechanisms: readonly MeasuredMechanism[]): string[] {
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
    column("user", (figures) => figures.cpuUserSecondsPerGB, significant),
    column("system", (figures) => figures.cpuSystemSecondsPerGB, significant),
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

function notes({ mechanisms, notRun, input, environment }: Comparison): string[] {
  const lines: string[] = [];
  if (environment.addon !== "loaded") {
    const { missing, advice } = environment.addon;
    lines.push(`Kernel paths are missing: ${missing}${advice && `; to get them, ${advice}`}.`);
  }
  if (notRun.length > 0) {
    lines.push(`Not run without them: ${notRun.map(({ label }) => label).join(", ")}.`);
  }
  if (input.bytes < tinyBytes && mechanisms.some(({ figures }) => figures.copiesPerByte)) {
    lines.push(
      "Copies per byte include the event loop's own wake-ups, 8 bytes each: much beside so few bytes.",
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

const count = (value: number): string => Math.round(value).toLocaleString("en-US");
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
