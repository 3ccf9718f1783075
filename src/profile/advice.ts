/**
 * Advice: what an API copies, and what to write instead. The tables are in advice/, a row for each API and
 * kind of copy. Where nothing copies less, a row says so and advises nothing.
 */
import { files } from "./advice/files.ts";
import { memory } from "./advice/memory.ts";
import { network } from "./advice/network.ts";
import type { Row } from "./advice/row.ts";
import { streams } from "./advice/streams.ts";
import { text } from "./advice/text.ts";
import type { Kind } from "./model.ts";

export interface Advice {
  /** By the name that was asked for. */
  readonly api: string;
  readonly kind: Kind;
  /** What it copies, in one line. */
  readonly copies: string;
  /** Code, or nearly; empty where nothing copies less. */
  readonly replacement: string;
  /** The module that exports the name with which the replacement begins; empty for globals and methods. */
  readonly from: string;
  /** Empty, or what has to be true of the program; then `saves` is the most that can be saved. */
  readonly when: string;
  /** The part of the bytes that is saved, from 0 to 1. */
  readonly saves: number;
  /** Page and anchor, in this package. */
  readonly guide: string;
}

/** A name, the kind of copy, and what is known of it. */
type Entry = readonly [api: string, row: Row];

const entries: readonly Entry[] = [...memory, ...text, ...streams, ...files, ...network].flatMap(
  (row) => row.apis.map((api) => [api, row] as const),
);

const byNameAndKind: ReadonlyMap<string, Entry> = new Map(
  entries.map((entry) => [`${entry[1].kind ?? "copy"} ${plain(entry[0])}`, entry]),
);

/** What to do about a site, if anything is known to copy less. */
export function adviceFor({ api, kind }: { api: string; kind: Kind }): Advice | undefined {
  const entry = byNameAndKind.get(`${kind} ${plain(api)}`);
  return entry && entry[1].instead !== "" ? adviceOf([api, entry[1]]) : undefined;
}

/**
 * All that is known by a name, as people write it: `Buffer.concat`, `concat`, `buf.toString()`,
 * `Uint8Array.prototype.slice`. Several where it means several; none when nothing is known.
 */
export function explain(name: string): Advice[] {
  const wanted = plain(name);
  if (wanted === "") return [];
  const ways: readonly ((api: string) => boolean)[] = [
    (api) => api === wanted,
    (api) => lastPart(api) === lastPart(wanted),
    (api) => api.includes(wanted),
  ];
  for (const matches of ways) {
    const found = entries.filter(([api]) => matches(plain(api)));
    if (found.length > 0) return firstOfEachRow(found).map(adviceOf);
  }
  return [];
}

/** Names that look like one that is not known; at most three, the most alike first. */
export function nearestNames(name: string): string[] {
  const wanted = lastPart(plain(name));
  return [...new Set(entries.map(([api]) => api))]
    .map((api) => ({ api, distance: editDistance(wanted, lastPart(plain(api))) }))
    .filter(({ distance }) => distance <= Math.max(2, wanted.length / 3))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ api }) => api);
}

function adviceOf([api, row]: Entry): Advice {
  const { kind = "copy", copies, instead, from = "", when = "", saves, guide } = row;
  return {
    api,
    kind,
    copies,
    replacement: instead,
    from,
    when,
    saves,
    guide: `docs/guide/${guide}`,
  };
}

/** A row by several names that match is one answer. */
function firstOfEachRow(found: readonly Entry[]): Entry[] {
  const rows = new Map<Row, Entry>();
  for (const entry of found) if (!rows.has(entry[1])) rows.set(entry[1], entry);
  return [...rows.values()];
}

/** `uint8array.slice` of `Uint8Array.prototype.slice(0, 4)`. */
function plain(name: string): string {
  return name
    .replace(/(?<=\w)\(.*/s, "")
    .replace(/^node:|\.prototype(?=\.)/g, "")
    .replaceAll("#", ".")
    .trim()
    .toLowerCase();
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** Letters to put in, take away or exchange (Levenshtein), by the rows of the usual table. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [above, letter] of a.split("").entries()) {
    const next = [above + 1];
    for (const [at, other] of b.split("").entries()) {
      next.push(Math.min(next[at]! + 1, row[at + 1]! + 1, row[at]! + Number(letter !== other)));
    }
    row = next;
  }
  return row.at(-1)!;
}
