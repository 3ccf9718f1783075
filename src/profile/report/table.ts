/** A recording for the terminal. The first screen is enough: what was copied, where, what to do about it. */
import { binaryBytes, count, duration, significant } from "../../compare/report/format.ts";
import { adviceFor } from "../advice.ts";
import type { Recording } from "../model.ts";
import { sitesOf } from "../sites.ts";
import type { Site } from "../sites.ts";
import { totalsOf } from "../totals.ts";
import type { Totals } from "../totals.ts";
import { Amounts } from "./amounts.ts";
import { nearPath } from "./place.ts";
import { errorOf, isByChance, siteTable } from "./siteTable.ts";
import type { SitesToShow } from "./siteTable.ts";
import { paint, printable, wrap } from "./terminal.ts";
import type { TerminalStyle } from "./terminal.ts";

export interface TableStyle extends TerminalStyle {
  /** Sites that are shown, 10 if not said. */
  readonly top?: number;
}

/** Nobody copies a payload so often: what went in and out is not what was copied. */
const muchInside = 100;

/** In fewer columns nothing of it can be read. */
const leastColumns = 60;

/** Ends with a line break. */
export function renderTable(recording: Recording, wanted: TableStyle): string {
  const style = { ...wanted, columns: Math.max(wanted.columns, leastColumns) };
  const sites = sitesOf(recording);
  const totals = totalsOf(recording, sites);
  const amounts = new Amounts(totals.copies);
  const toShow = split(sites, style.top ?? 10);
  const [title, ...sums] = headline(recording, totals, amounts);
  const lines = (texts: readonly string[], colour?: "bold" | "dim"): string[] =>
    texts
      .flatMap((text) => wrap(printable(text), style.columns, "  "))
      .map((line) => (colour ? paint(line, colour, style) : line));
  return [
    ...lines([title!], "bold"),
    ...lines(sums),
    ...lines(conditions(recording, totals, toShow), "dim"),
    "",
    ...(totals.copies > 0
      ? [...siteTable(toShow, amounts, recording.program.directory, style), ""]
      : []),
    ...lines(notes(recording, toShow), "dim"),
    ...lines(limits(recording, totals), "dim"),
    "",
  ].join("\n");
}

/**
 * What the kernel moves by itself is no copy: the headline has it. Sites of a few samples are others in every
 * recording, and only shown where there is nothing else.
 */
function split(sites: readonly Site[], top: number): SitesToShow {
  const copies = sites.filter(({ kind }) => kind !== "moved");
  const attributed = copies.filter(({ file }) => file !== "");
  const known = attributed.filter((site) => !isByChance(site));
  const shown = new Set((known.length > 0 ? known : attributed).slice(0, top));
  return {
    shown: [...shown],
    others: attributed.filter((site) => !shown.has(site)),
    unattributed: copies.filter(({ file }) => file === ""),
  };
}

/** The number to compare and, a sentence each, what it is made of. */
function headline({ tier }: Pick<Recording, "tier">, totals: Totals, amounts: Amounts): string[] {
  const { copied, modelled, in: read, out, moved, bytesIn, bytesOut, copies } = totals;
  const parts = amounts.formatParts([copied, modelled, read, out]);
  const calculated = /[1-9]/.test(parts[1]!) ? ` + ${parts[1]} calculated` : "";
  const payload = Math.max(bytesIn, bytesOut);
  const through = new Amounts(payload);
  return [
    tier === "native" ? ratioOf(totals) : `Modelled, not measured: ${ratioOf(totals)}`,
    `${amounts.withUnit(copies)} copied = ${parts[0]} within user space${calculated}` +
      ` + ${parts[2]} from the kernel + ${parts[3]} to it`,
    `${through.withUnit(payload)} payload: the larger of ` +
      `${through.format(bytesIn)} in and ${through.format(bytesOut)} out` +
      (moved > 0 ? `; ${through.format(moved)} moved by the kernel alone` : ""),
  ];
}

function ratioOf({ copies, copiesPerByte }: Totals): string {
  if (copies === 0) return "Nothing was copied";
  if (copiesPerByte === undefined) return "Nothing went in or out: all copies are inside";
  const ratio = `${significant(copiesPerByte)} copies per payload byte`;
  return copiesPerByte > muchInside
    ? `Hardly any payload: nearly all copies are inside (${ratio})`
    : ratio;
}

function conditions(
  recording: Recording,
  { samples }: Totals,
  { shown: [largest] }: SitesToShow,
): string[] {
  const { tier, reason, options, runtime, program, durationMs } = recording;
  const how = tier === "native" ? "native tier, sums counted" : `${tier} tier: ${reason}`;
  const size = binaryBytes(options.bytesPerSample);
  const error = largest && !isByChance(largest) ? ` · largest line ±${errorOf(largest)} %` : "";
  const { node, platform, arch } = runtime;
  return [
    `${how} · ${count(samples)} ${samples === 1 ? "sample" : "samples"} of ≥ ${size}${error}`,
    [
      `Node ${node} ${platform} ${arch}`,
      duration(durationMs / 1000),
      ...(program.command.length > 0 ? [commandOf(program)] : []),
    ].join(" · "),
  ];
}

/** With its script as a person would name it. */
function commandOf({ command: [script = "", ...words], directory }: Recording["program"]): string {
  return [nearPath(script, directory), ...words].join(" ");
}

/** What the signs in the table mean; those that are there. */
function notes({ stacks }: Recording, { shown, others }: SitesToShow): string[] {
  const signs = [
    shown.length > 0 && "±% is two standard errors: 95 of 100 recordings are closer to the truth.",
    shown.some(({ isModelled }) => isModelled) && "~ is calculated, not measured.",
    shown.some(({ via }) => via === "origin") && "← has started what copied later, without it.",
    shown.some((site) => adviceFor(site)?.when) && "≤ holds under a condition: explain says which.",
    shown.some(({ line }) => line === 0) && "Without a line, only the function is certain.",
    stacks.length === 0 && "No line is known: too little was copied for a sample.",
    mayBeChance([...shown, ...others]) &&
      "Lines of under five samples may be chance: --rate 64K takes more of them.",
  ].filter((sign) => sign !== false);
  const example = shown.find((site) => adviceFor(site));
  return [
    ...(signs.length > 0 ? [signs.join(" ")] : []),
    ...(example ? [`More about an API: zerocopy profile explain ${quoted(example.api)}`] : []),
  ];
}

/** Enough of it to be worth another recording. */
function mayBeChance(sites: readonly Site[]): boolean {
  const sum = (of: readonly Site[]): number => of.reduce((all, { bytes }) => all + bytes, 0);
  return sum(sites.filter(isByChance)) > 0.05 * sum(sites);
}

function quoted(word: string): string {
  return /^[\w.]+$/.test(word) ? word : `"${word}"`;
}

/** What is not in the sums, and why. */
function limits(recording: Recording, { collected }: Totals): string[] {
  const { lostSamples, foreignSlots, options, blindSpots } = recording;
  return [
    ...(collected > 0
      ? [
          `Apart: ${new Amounts(collected).withUnit(collected)} that the engine moved, collecting garbage and compiling.`,
        ]
      : []),
    ...(lostSamples > 0
      ? [`${count(lostSamples)} samples found no room: lines are less exact, sums are not.`]
      : []),
    ...(foreignSlots > 0
      ? [
          `${count(foreignSlots)} ways into libc are taken by others: what goes there is not counted.`,
        ]
      : []),
    `Not seen: copies below ${binaryBytes(options.minimumBytes)}` +
      blindSpots
        .filter((spot) => !spot.includes("the minimum"))
        .map((spot) => `; ${spot}`)
        .join("") +
      ".",
  ];
}
