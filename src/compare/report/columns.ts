/** Columns, bars and colours of the tables in the terminal. */
import type { Figure } from "../measure/figure.ts";
import type { MeasuredMechanism } from "./comparison.ts";

export interface TableStyle {
  /** ANSI colours and block characters; without it, plain ASCII bars. */
  readonly rich: boolean;
}

export interface Column {
  readonly header: string;
  readonly cells: readonly string[];
  readonly right?: true;
}

/** The header line, then one line per cell. */
export function layOut(columns: readonly Column[]): string[] {
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

/** One bar per figure, the largest `width` long. */
export function bars(figures: readonly Figure[], width: number): string[] {
  const largest = Math.max(...figures.map((figure) => figure?.median ?? 0));
  return figures.map((figure) =>
    "#".repeat(largest > 0 ? Math.round(((figure?.median ?? 0) / largest) * width) : 0),
  );
}

const ansi = {
  bold: "\x1b[1m",
  dim: "\x1b[2m",
  green: "\x1b[32m",
  yellow: "\x1b[33m",
  off: "\x1b[0m",
};

/** The lines of {@link layOut}, whose cells are one per mechanism. */
export function paintRows(
  lines: readonly string[],
  mechanisms: readonly MeasuredMechanism[],
  style: TableStyle,
): string[] {
  return lines.map((line, index) => paint(line, mechanisms[index - 1], style));
}

function paint(line: string, mechanism: MeasuredMechanism | undefined, style: TableStyle): string {
  if (!style.rich) return line;
  const blocks = line.replaceAll("#", "█");
  if (mechanism?.contender) return `${ansi.green}${blocks}${ansi.off}`;
  if (mechanism?.baseline) return `${ansi.yellow}${blocks}${ansi.off}`;
  return mechanism ? blocks : `${ansi.dim}${blocks}${ansi.off}`;
}

export function dim(text: string, { rich }: TableStyle): string {
  return rich ? `${ansi.dim}${text}${ansi.off}` : text;
}

export function bold(text: string, { rich }: TableStyle): string {
  return rich ? `${ansi.bold}${text}${ansi.off}` : text;
}
