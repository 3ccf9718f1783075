/**
 * What a directory holds, in the order in which people look for it.
 *
 * A directory may be huge, and its names come from anybody who may write there:
 *
 * - at most {@link limits}.entries names are read, and {@link limits}.page of them are looked at in
 *   detail and shown at a time, so one request never holds much memory or keeps the event loop busy;
 * - a name that cannot be asked for is shown without a link: what leads outside the root or nowhere,
 *   what is neither file nor directory, what is not valid UTF-8.
 *
 * Nothing here decides what may be read: a link that is shown is checked again when it is followed.
 */
import fs from "node:fs";
import type { Dirent, Stats } from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";

export const limits = { entries: 20_000, page: 1000 } as const;

/** How many names are sorted without a pause. */
const pieceEntries = 1000;

/** How many files are looked at at the same time: others wait for the same threads. */
const together = 64;

export interface ListingRequest {
  /** Where it lies; `/proc/self/fd/N` lists exactly what has been opened. */
  readonly directory: string;
  /** What was asked for: decoded, with a slash at both ends. */
  readonly pathname: string;
  /** Shown only if "allow". */
  readonly dotfiles: "allow" | "deny" | "ignore";
  readonly symlinks?: "inside" | "follow" | "never";
  /** Where `symlinks: "inside"` ends. Default: the directory itself. */
  readonly root?: string;
  /** From 1. */
  readonly page?: number;
}

export interface ListedEntry {
  readonly name: string;
  readonly kind: "directory" | "file" | "other";
  /** Of a file. */
  readonly size?: number;
  readonly modified?: Date;
  /** Relative to the directory; left out when it could not be opened, and then `note` says why. */
  readonly href?: string;
  readonly note?: string;
}

export interface Listing {
  readonly path: string;
  readonly entries: readonly ListedEntry[];
  readonly page: number;
  readonly pages: number;
  /** Of the directory, as far as they were read. */
  readonly total: number;
  /** False when there are more than were read. */
  readonly complete: boolean;
}

/** How many directories are read at a time: to ask for one costs little, to read one may cost much. */
const mostReadings = 2;
let readings = 0;
const waiting: (() => void)[] = [];

/** @throws the error of opendir(3): ENOENT, EACCES, ENOTDIR, EMFILE. */
export async function readListing(request: ListingRequest): Promise<Listing> {
  if (readings < mostReadings) readings++;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await readNow(request);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else readings--;
  }
}

async function readNow(request: ListingRequest): Promise<Listing> {
  const { directory, pathname, dotfiles, symlinks = "inside", root = directory } = request;
  const { found, complete } = await readNames(directory, dotfiles === "allow");
  const look = { directory, symlinks, root: await fs.promises.realpath(root) };
  // Links first, whatever the page: only what they lead to says whether they stand among folders.
  const links = found.filter((entry) => entry.isSymbolicLink());
  const seen = await lookAt(links.map(nameOf), look);
  const sorted = await inOrder(found.map((entry) => seen.get(entry.name) ?? unseen(entry)));
  const pages = Math.max(1, Math.ceil(sorted.length / limits.page));
  const page = Math.min(Math.max(1, request.page ?? 1), pages);
  const shown = sorted.slice((page - 1) * limits.page, page * limits.page).map(nameOf);
  const unlooked = shown.filter((name) => !seen.has(name));
  for (const [name, entry] of await lookAt(unlooked, look)) seen.set(name, entry);
  const entries = shown.map((name) => seen.get(name)).filter((entry) => entry !== undefined);
  return { path: pathname, entries, page, pages, total: sorted.length, complete };
}

/** As many as may be read, in no order. */
async function readNames(
  directory: string,
  hidden: boolean,
): Promise<{ found: Dirent[]; complete: boolean }> {
  const found: Dirent[] = [];
  for await (const entry of await fs.promises.opendir(directory, { bufferSize: 512 })) {
    if (!hidden && entry.name.startsWith(".")) continue;
    if (found.length === limits.entries) return { found, complete: false };
    found.push(entry);
  }
  return { found, complete: true };
}

const nameOf = ({ name }: { readonly name: string }): string => name;

function unseen(entry: Dirent): ListedEntry {
  return { name: entry.name, kind: entry.isDirectory() ? "directory" : "file" };
}

/**
 * Folders first; `file9` before `file10`; case and accents matter only between equals. In pieces, so
 * that others have their turn: the last step only merges what has been sorted.
 */
async function inOrder(entries: readonly ListedEntry[]): Promise<ListedEntry[]> {
  const runs: Keyed[] = [];
  for (let start = 0; start < entries.length; start += pieceEntries) {
    const piece = entries.slice(start, start + pieceEntries);
    runs.push(...piece.map((entry) => ({ entry, key: sortKey(entry) })).toSorted(byKey));
    await setImmediate();
  }
  return runs.toSorted(byKey).map(({ entry }) => entry);
}

interface Keyed {
  readonly entry: ListedEntry;
  readonly key: string;
}

function byKey(a: Keyed, b: Keyed): number {
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}

/** A string that sorts by plain comparison, which is quicker than by Intl.Collator. */
function sortKey({ name, kind }: ListedEntry): string {
  const natural = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, "").padStart(20, "0"));
  return `${kind === "directory" ? 0 : 1}${natural}\0${name}`;
}

interface Look {
  readonly directory: string;
  readonly symlinks: "inside" | "follow" | "never";
  readonly root: string;
}

/** By name; undefined what has been removed meanwhile. */
type Seen = Map<string, ListedEntry | undefined>;

async function lookAt(names: readonly string[], look: Look): Promise<Seen> {
  const seen: Seen = new Map();
  for (let start = 0; start < names.length; start += together) {
    const some = names.slice(start, start + together);
    const entries = await Promise.all(some.map((name) => describe(name, look)));
    for (const [index, name] of some.entries()) seen.set(name, entries[index]);
  }
  return seen;
}

async function describe(name: string, look: Look): Promise<ListedEntry | undefined> {
  // What readdir(3) found is bytes; those that are no text came as U+FFFD, and name nothing.
  if (/\uFFFD|\p{Surrogate}/u.test(name)) return { name, kind: "other", note: "name is not UTF-8" };
  const file = path.join(look.directory, name);
  try {
    const own = await fs.promises.lstat(file);
    if (!own.isSymbolicLink()) return entryOf(name, own);
    if (look.symlinks === "never") return { name, kind: "other", note: "link, not followed" };
    const target = await fs.promises.realpath(file);
    if (look.symlinks === "inside" && !liesIn(look.root, target)) {
      return { name, kind: "other", note: "link, leads outside" };
    }
    return entryOf(name, await fs.promises.stat(target));
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && syscall === "lstat") return undefined;
    const broken = code === "ENOENT" || code === "ELOOP" || code === "ENOTDIR";
    return { name, kind: "other", note: broken ? "link, leads nowhere" : `not readable (${code})` };
  }
}

function liesIn(root: string, target: string): boolean {
  const relative = path.relative(root, target);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function entryOf(name: string, stats: Stats): ListedEntry {
  const modified = stats.mtime;
  const href = encodeURIComponent(name);
  if (stats.isDirectory()) return { name, kind: "directory", modified, href: `${href}/` };
  if (stats.isFile()) return { name, kind: "file", size: stats.size, modified, href };
  return { name, kind: "other", modified, note: "neither file nor folder" };
}
