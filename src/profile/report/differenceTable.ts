/** Two recordings side by side for the terminal: the ratio before and after, and the lines that have changed most. */
import { significant } from "../../compare/report/format.ts";
import type { Difference, SiteDifference } from "../diff.ts";
import { Amounts } from "./amounts.ts";
import { placeOf } from "./place.ts";
import { kindOf } from "./siteTable.ts";
import { cutEnd, padEnd, paint, printable, widthOf, wrap } from "./terminal.ts";
import type { TerminalStyle } from "./terminal.ts";

export interface DifferenceStyle extends TerminalStyle {
  /** Sites that are shown, 10 if not said. */
  readonly top?: number;
  /** That paths are shown relative to. */
  readonly directory?: string;
}

/** In fewer columns nothing of it can be read. */
const leastColumns = 60;

const mostForApi = 28;

/** Ends with a line break. */
export function renderDifference(difference: Difference, wanted: DifferenceStyle): string {
  const style = { ...wanted, columns: Math.max(wanted.columns, leastColumns) };
  const { before, after, sites } = difference;
  const amounts = new Amounts(Math.max(before.copies, after.copies));
  const copies = sites.filter(({ kind }) => kind !== "moved");
  const changed = copies.filter(({ file, change }) => file !== "" && change !== 0);
  const shown = changed.slice(0, style.top ?? 10);
  const paragraph = (text: string): string[] => wrap(text, style.columns, "  ");
  return [
    ...paragraph(tierWords(difference) + ratios(difference)).map((line) =>
      paint(line, "bold", style),
    ),
    ...sums(difference, amounts).flatMap(paragraph),
    "",
    ...rows(shown, copies, amounts, style),
    "",
    ...notes(shown)
      .flatMap(paragraph)
      .map((line) => paint(line, "dim", style)),
    "",
  ].join("\n");
}

function payload({ bytesIn, bytesOut }: Difference["before"]): number {
  return Math.max(bytesIn, bytesOut);
}

/** Before the ratio of what was not measured, or only once. */
export function tierWords({ tiers: { before, after } }: Pick<Difference, "tiers">): string {
  if (before === "native" && after === "native") return "";
  if (before === after) return "Modelled, not measured: ";
  return `${before === "native" ? "Measured, then modelled" : "Modelled, then measured"}: `;
}

function ratios({ before, after }: Difference): string {
  const [from, to] = [before.copiesPerByte, after.copiesPerByte];
  if (from === undefined && to === undefined) return "No payload in either: nothing went in or out";
  if (from === undefined || to === undefined) {
    return `${ratioOf(from)} → ${ratioOf(to)} copies per payload byte`;
  }
  return `${significant(from)} → ${significant(to)} copies per payload byte (${percentOf(from, to)})`;
}

function ratioOf(ratio: number | undefined): string {
  return ratio === undefined ? "no payload" : significant(ratio);
}

function percentOf(from: number, to: number): string {
  return from === 0 ? "new" : `${signed(Math.round((to / from - 1) * 100), String)} %`;
}

function sums({ before, after }: Difference, amounts: Amounts): string[] {
  const through = new Amounts(Math.max(payload(before), payload(after)));
  const pair = (a: number, b: number, of = amounts): string => `${of.format(a)} → ${of.format(b)}`;
  const calculated = before.modelled + after.modelled;
  const moved = before.moved + after.moved;
  return [
    `${pair(before.copies, after.copies)} ${amounts.unit} copied: within user space ${pair(before.copied, after.copied)}` +
      (calculated > 0 ? `, calculated ${pair(before.modelled, after.modelled)}` : "") +
      `, from the kernel ${pair(before.in, after.in)}, to it ${pair(before.out, after.out)}`,
    `${pair(payload(before), payload(after), through)} ${through.unit} payload` +
      (moved > 0 ? `; ${pair(before.moved, after.moved, through)} moved by the kernel alone` : ""),
  ];
}

type Cells = readonly [before: string, after: string, change: string];

function rows(
  shown: readonly SiteDifference[],
  all: readonly SiteDifference[],
  amounts: Amounts,
  style: DifferenceStyle,
): string[] {
  const isShown = new Set(shown);
  const rest = all.filter((site) => !isShown.has(site));
  const others = rest.filter(({ file }) => file !== "");
  const unattributed = rest.filter(({ file }) => file === "");
  const figures = figuresOf([...shown.map((site) => [site]), others, unattributed], amounts);
  const apis = widest(["API", ...shown.map(apiOf)]);
  const room = style.columns - widthOf(figures.header) - apis - 16;
  const places = Math.min(
    room,
    widest(["call site", ...shown.map((site) => placeOf(site, style.directory ?? ""))]),
  );
  const line = (head: string, mark: string, kind: string, place: string, api: string): string =>
    `${head} ${mark.padEnd(4)}  ${kind.padEnd(5)}  ${padEnd(place, places)}  ${api}`.trimEnd();
  return [
    paint(line(figures.header, "", "kind", "call site", "API"), "dim", style),
    ...shown.map((site, at) => {
      const place = placeOf(site, style.directory ?? "", places);
      const text = line(figures.rows[at]!, markOf(site), kindOf(site), place, apiOf(site));
      return paint(text, colourOf(site), style);
    }),
    ...(others.length > 0 ? [`${figures.rows.at(-2)!}       ${others.length} more`] : []),
    ...(unattributed.length > 0 ? [`${figures.rows.at(-1)!}       unattributed`] : []),
    paint(`${figures.sum}       copied`, "bold", style),
  ];
}

/** Before, after and change of each group, and of all. Columns and rows add up. */
function figuresOf(
  groups: readonly (readonly SiteDifference[])[],
  amounts: Amounts,
): { header: string; rows: string[]; sum: string } {
  const side = (of: "before" | "after"): number[] =>
    amounts.roundedParts(groups.map((sites) => sites.reduce((sum, site) => sum + site[of], 0)));
  const [before, after] = [side("before"), side("after")];
  const total = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0);
  const cells: Cells[] = [...before, total(before)].map((from, at) => {
    const to = [...after, total(after)][at]!;
    return [
      amounts.text(from),
      amounts.text(to),
      signed(to - from, (value) => amounts.text(value)),
    ];
  });
  const table: Cells[] = [[`${amounts.unit} before`, "after", "change"], ...cells];
  const widths = [0, 1, 2].map((column) => widest(table.map((row) => row[column]!)));
  const lines = table.map((row) =>
    row.map((cell, column) => cell.padStart(widths[column]!)).join("  "),
  );
  return { header: lines[0]!, rows: lines.slice(1, -1), sum: lines.at(-1)! };
}

/** With a real minus sign, and none before a zero. */
function signed(value: number, format: (value: number) => string): string {
  const text = format(Math.abs(value));
  if (!/[1-9]/.test(text)) return text;
  return (value < 0 ? "−" : "+") + text;
}

function markOf({ before, after, isCertain }: SiteDifference): string {
  if (!isCertain) return "?";
  if (before === 0) return "new";
  return after === 0 ? "gone" : "";
}

function colourOf({ change, isCertain }: SiteDifference): "dim" | "green" | "red" {
  if (!isCertain) return "dim";
  return change < 0 ? "green" : "red";
}

function apiOf({ api }: SiteDifference): string {
  return cutEnd(printable(api), mostForApi);
}

function notes(shown: readonly SiteDifference[]): string[] {
  const uncertain = shown.some(({ isCertain }) => !isCertain);
  return [
    ...(shown.length === 0 ? ["No line of the program has changed."] : []),
    ...(uncertain ? ["? is within the error: two recordings of one program differ as much."] : []),
  ];
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(widthOf));
}
