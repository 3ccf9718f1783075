/**
 * The largest sites, a line each: two where the advice does not fit beside them. Below them, what is not
 * shown, so that the columns add up to what was copied.
 */
import { adviceFor } from "../advice.ts";
import type { Advice } from "../advice.ts";
import type { Site } from "../sites.ts";
import { percentages } from "./amounts.ts";
import type { Amounts } from "./amounts.ts";
import { placeOf } from "./place.ts";
import { cutEnd, padEnd, paint, printable, widthOf, wrap } from "./terminal.ts";
import type { TerminalStyle } from "./terminal.ts";

/** All sites of copies, by what the table does with them. */
export interface SitesToShow {
  readonly shown: readonly Site[];
  readonly others: readonly Site[];
  /** Without a line or function of the program. */
  readonly unattributed: readonly Site[];
}

interface Row {
  /** Bytes, percent, error, kind. */
  readonly head: string;
  readonly site: Site;
  readonly api: string;
  readonly advice: Advice | undefined;
  /** Bytes; with a sign in front where it is the most that can be saved. */
  readonly saves: string;
}

/** With less room for places, advice takes a line of its own. */
const leastForPlace = 24;

const mostForApi = 28;

/** A space where no line is broken. */
const joint = "\u00a0";

/** @param directory - that paths are shown relative to. */
export function siteTable(
  sites: SitesToShow,
  amounts: Amounts,
  directory: string,
  style: TerminalStyle,
): string[] {
  const others = sumOf(sites.others);
  const unattributed = sumOf(sites.unattributed);
  const parts = [...sites.shown.map(({ bytes }) => bytes), others, unattributed];
  const figures = figuresOf(parts, amounts);
  const rows = sites.shown.map((site, at) =>
    rowOf(site, figures.bytes[at]!, figures.rows[at]!, amounts),
  );
  const at = sites.shown.length;
  const rest = (row: number, words: string): string[] => {
    const figure = figures.rows[row]!;
    const isNothing = !/[1-9]/.test(figures.bytes[row]!);
    return isNothing ? [] : wrapWhole(`${figure}  ${words}`, style.columns, figure.length + 2);
  };
  return [
    ...siteLines(figures.header, rows, directory, style),
    ...rest(at, `${sites.others.length} more`),
    ...rest(at + 1, unattributedWords(sites.unattributed, amounts)),
    paint(`${figures.sum}  copied`, "bold", style),
  ];
}

/** Columns of bytes and percent, whose rows add up to the sum. */
function figuresOf(
  parts: readonly number[],
  amounts: Amounts,
): { bytes: string[]; header: string; rows: string[]; sum: string } {
  const sum = parts.reduce((total, part) => total + part, 0);
  const rounded = amounts.formatParts(parts);
  const bytes = [amounts.unit, ...rounded, amounts.format(sum)];
  const percent = ["%", ...percentages(parts, sum), "100.0"];
  const width = Math.max(...bytes.map((text) => text.length));
  const lines = bytes.map((text, at) => `${text.padStart(width)} ${percent[at]!.padStart(5)}`);
  return { bytes: rounded, header: lines[0]!, rows: lines.slice(1, -1), sum: lines.at(-1)! };
}

function rowOf(site: Site, bytes: string, figures: string, amounts: Amounts): Row {
  const advice = adviceFor(site);
  return {
    head: `${figures} ${errorOf(site).padStart(4)}  ${kindOf(site).padEnd(5)}`,
    site,
    api: cutEnd(printable(site.api), mostForApi),
    advice,
    saves: advice ? savedBy(advice, site, bytes, amounts) : "",
  };
}

function savedBy({ when, saves }: Advice, site: Site, all: string, amounts: Amounts): string {
  return (when === "" ? "" : "≤") + (saves === 1 ? all : amounts.format(site.bytes * saves));
}

/** Two standard errors, in percent: the truth is within that in 95 of 100 recordings. */
export function errorOf(site: Pick<Site, "bytes" | "error">): string {
  return isByChance(site) ? ">99" : String(percentOf(site));
}

/** As far as samples tell, it may have copied nothing. */
export function isByChance(site: Pick<Site, "bytes" | "error">): boolean {
  return percentOf(site) > 99;
}

function percentOf({ bytes, error }: Pick<Site, "bytes" | "error">): number {
  return bytes === 0 ? 0 : Math.round((200 * error) / bytes);
}

export function kindOf({ kind, isModelled }: Pick<Site, "kind" | "isModelled">): string {
  return isModelled ? `${kind}~` : kind;
}

function siteLines(
  figures: string,
  rows: readonly Row[],
  directory: string,
  style: TerminalStyle,
): string[] {
  if (rows.length === 0) return [paint(figures, "dim", style)];
  const header = `${figures} ${"±%".padStart(4)}  kind `;
  const apis = widest(["API", ...rows.map(({ api }) => api)]);
  const insteads = widest(["instead", ...rows.map(({ advice }) => advice?.replacement ?? "")]);
  const saves = widest(["saves", ...rows.map((row) => row.saves)]);
  const room = style.columns - header.length - apis - 4;
  const roomBesideAdvice = room - insteads - saves - 4;
  const isOneLine = roomBesideAdvice >= leastForPlace;
  const places = Math.min(
    widest(["call site", ...rows.map(({ site }) => placeOf(site, directory))]),
    isOneLine ? roomBesideAdvice : room,
  );
  const cells = (head: string, place: string, api: string): string =>
    `${head} ${padEnd(place, places)}  ${padEnd(api, apis)}`;
  const advised = (words: string, saved: string): string =>
    isOneLine ? `  ${padEnd(words, insteads)}  ${saved.padStart(saves)}` : "";
  const indent = " ".repeat(header.length + 1);
  return [
    paint(
      (cells(header, "call site", "API") + advised("instead", "saves")).trimEnd(),
      "dim",
      style,
    ),
    ...rows.flatMap(({ head, site, api, advice, saves: saved }) => {
      const line = cells(head, placeOf(site, directory, places), api);
      const isBeside = isOneLine && advice !== undefined;
      return [
        isBeside
          ? line + paint(advised(advice.replacement, saved), "green", style)
          : line.trimEnd(),
        ...callerLine(site, indent, directory, style),
        ...(advice && !isOneLine ? [adviceLine(advice, saved, indent, style)] : []),
      ];
    }),
  ];
}

/** Of a line in a package: where the program comes in. */
function callerLine(
  { caller }: Site,
  indent: string,
  directory: string,
  style: TerminalStyle,
): string[] {
  if (!caller) return [];
  const words = `${indent}called at `;
  return [paint(words + placeOf(caller, directory, style.columns - words.length), "dim", style)];
}

function adviceLine(
  { replacement }: Advice,
  saved: string,
  indent: string,
  style: TerminalStyle,
): string {
  const words = `${indent}→ ${replacement}`;
  const saving = `saves ${saved}`.padStart(Math.max(0, style.columns - widthOf(words) - 1));
  return paint(`${words} ${saving}`, "green", style);
}

function unattributedWords(sites: readonly Site[], amounts: Amounts): string {
  const byApi = new Map<string, number>();
  for (const { api, bytes } of sites) byApi.set(api, (byApi.get(api) ?? 0) + bytes);
  const largest = [...byApi].toSorted(([, a], [, b]) => b - a).slice(0, 3);
  const named = largest.flatMap(([api, bytes]) => {
    const amount = amounts.format(bytes);
    return /[1-9]/.test(amount) ? [`${printable(api)} ${amount}`.replaceAll(" ", joint)] : [];
  });
  return `unattributed: ${byApi.size > 3 ? "mostly " : ""}${named.join(", ")}`;
}

/** What is joined by {@link joint} stays on a line. */
function wrapWhole(text: string, width: number, indent: number): string[] {
  return wrap(text, width, " ".repeat(indent)).map((line) => line.replaceAll(joint, " "));
}

function sumOf(sites: readonly Site[]): number {
  return sites.reduce((sum, { bytes }) => sum + bytes, 0);
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(widthOf));
}
