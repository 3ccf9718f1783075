/**
 * Two recordings side by side: what each site and stack has copied before and after a change.
 *
 * Lines move when a file is edited, so a line is known by its function, the API that it calls and its
 * text; by its number only where the recordings hold no text. What is left over in a function is paired
 * in its order: a line that was edited. Files are known by their path in the directory of their program,
 * so that two checkouts can be compared, and the script that was started is one file whatever its name.
 */
import path from "node:path";
import type { FrameRecord, FunctionRecord, Kind, Recording } from "./model.ts";
import { sitesOf } from "./sites.ts";
import type { Site } from "./sites.ts";
import { totalsOf } from "./totals.ts";
import type { Totals } from "./totals.ts";

/** A site as the later recording has it; one that is gone, as the earlier one had it. */
export interface SiteDifference extends Pick<
  Site,
  "file" | "line" | "functionName" | "api" | "kind" | "via" | "operation" | "isModelled"
> {
  readonly before: number;
  readonly after: number;
  /** `after - before`. */
  readonly change: number;
  /** The standard error of `change`. */
  readonly error: number;
  /** Whether it is more than samples differ by chance: more than two standard errors. */
  readonly isCertain: boolean;
}

/** Bytes of one stack, of all threads. */
export interface StackDifference {
  readonly kind: Kind;
  /** Innermost first; functions are those of the difference. */
  readonly frames: readonly FrameRecord[];
  readonly before: number;
  readonly after: number;
}

export interface Difference {
  readonly before: Totals;
  readonly after: Totals;
  /** How each was recorded: sums of a modelled one are not measured. */
  readonly tiers: { readonly before: Recording["tier"]; readonly after: Recording["tier"] };
  /** Largest change first, of either sign. */
  readonly sites: readonly SiteDifference[];
  readonly functions: readonly FunctionRecord[];
  readonly stacks: readonly StackDifference[];
}

/**
 * What has changed from one recording to another of the same program.
 *
 * *Copies:* none. *Complexity:* O(frames of all stacks).
 *
 * @example
 * ```ts
 * import { differenceOf, startProfile } from "zerocopy/profile";
 *
 * const profile = startProfile();
 * const before = profile.read();
 * Buffer.concat([Buffer.alloc(1 << 24)]);
 * const { sites } = differenceOf(before, profile.stop());
 * console.log(sites[0]?.api, sites[0]?.change);
 * ```
 */
export function differenceOf(before: Recording, after: Recording): Difference {
  const sites = { before: sitesOf(before), after: sitesOf(after) };
  return {
    before: totalsOf(before, sites.before),
    after: totalsOf(after, sites.after),
    tiers: { before: before.tier, after: after.tier },
    sites: pairs(
      sites.before.map((site) => labelled(site, before)),
      sites.after.map((site) => labelled(site, after)),
    )
      .map(([from, to]) => siteDifference(from, to))
      .toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change)),
    // The later one first: functions and lines that both have are shown as they are now.
    ...new StackJoin().add(after, "after").add(before, "before").result(),
  };
}

interface LabelledSite {
  readonly site: Site;
  /** What it must have in common with its like. */
  readonly group: string;
  /** What tells lines of a group apart. */
  readonly label: string;
}

type Pair = readonly [before: Site | undefined, after: Site | undefined];

function labelled(site: Site, recording: Recording): LabelledSite {
  const { file, functionName, api, kind, isModelled, line } = site;
  const group = [localFile(file, recording), functionName, api, kind, isModelled].join("\0");
  return { site, group, label: labelOf(file, line, recording) };
}

/** The text of a line; its number where nobody knows the text. */
function labelOf(file: string, line: number, { sources }: Recording): string {
  return sources[file]?.[line]?.trim() ?? `:${line}`;
}

/** The script that was started has one name: two versions of it may have two. */
function localFile(file: string, { program }: Recording): string {
  if (file === program.command[0]) return "(script)";
  const local = path.relative(program.directory, file);
  return !path.isAbsolute(file) || local.startsWith("..") ? file : local;
}

/** By label first, then what is left of a group; both in the order of lines. */
function pairs(before: readonly LabelledSite[], after: readonly LabelledSite[]): Pair[] {
  const [same, left] = pairsBy(before, after, ({ group, label }) => `${group}\0${label}`);
  const [edited, gone] = pairsBy(left.before, left.after, ({ group }) => group);
  return [
    ...same,
    ...edited,
    ...gone.before.map(({ site }): Pair => [site, undefined]),
    ...gone.after.map(({ site }): Pair => [undefined, site]),
  ];
}

interface Sides {
  readonly before: LabelledSite[];
  readonly after: LabelledSite[];
}

function pairsBy(
  before: readonly LabelledSite[],
  after: readonly LabelledSite[],
  keyOf: (site: LabelledSite) => string,
): [pairs: Pair[], left: Sides] {
  const waiting = new Map<string, LabelledSite[]>();
  for (const site of byLine(before)) {
    const key = keyOf(site);
    const known = waiting.get(key);
    if (known) known.push(site);
    else waiting.set(key, [site]);
  }
  const found: Pair[] = [];
  const left: LabelledSite[] = [];
  for (const site of byLine(after)) {
    const like = waiting.get(keyOf(site))?.shift();
    if (like) found.push([like.site, site.site]);
    else left.push(site);
  }
  return [found, { before: [...waiting.values()].flat(), after: left }];
}

function byLine(sites: readonly LabelledSite[]): LabelledSite[] {
  return sites.toSorted((a, b) => a.site.line - b.site.line);
}

function siteDifference(from: Site | undefined, to: Site | undefined): SiteDifference {
  const { file, line, functionName, api, kind, via, operation, isModelled } = (to ?? from)!;
  const place = { file, line, functionName, api, kind, via, operation, isModelled };
  const [before, after] = [from?.bytes ?? 0, to?.bytes ?? 0];
  const change = after - before;
  const error = Math.hypot(from?.error ?? 0, to?.error ?? 0);
  return { ...place, before, after, change, error, isCertain: Math.abs(change) > 2 * error };
}

interface JoinedStack {
  readonly kind: Kind;
  readonly frames: readonly FrameRecord[];
  before: number;
  after: number;
}

/** Stacks of both recordings, over one table of functions. */
class StackJoin {
  readonly #functions: FunctionRecord[] = [];
  readonly #indices = new Map<string, number>();
  /** Numbers of lines of functions, by function and label. */
  readonly #places = new Map<string, number>();
  readonly #stacks = new Map<string, JoinedStack>();

  add(recording: Recording, side: "before" | "after"): this {
    const indices = recording.functions.map((fn) => this.#indexOf(fn, recording));
    const placeOf = this.#placesOf(recording, indices);
    for (const { kind, frames, bytes } of recording.stacks) {
      const key = `${kind} ${frames.map(placeOf).join(" ")}`;
      let joined = this.#stacks.get(key);
      if (!joined) {
        const own = frames.map(([fn, line]): FrameRecord => [indices[fn]!, line]);
        joined = { kind, frames: own, before: 0, after: 0 };
        this.#stacks.set(key, joined);
      }
      joined[side] += bytes;
    }
    return this;
  }

  result(): Pick<Difference, "functions" | "stacks"> {
    return { functions: this.#functions, stacks: [...this.#stacks.values()] };
  }

  #indexOf(fn: FunctionRecord, recording: Recording): number {
    const key = [fn.kind, localFile(fn.file, recording), fn.name].join("\0");
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = this.#functions.push(fn) - 1;
      this.#indices.set(key, index);
    }
    return index;
  }

  /** Looks at each line once, however many stacks it is in. */
  #placesOf(recording: Recording, indices: readonly number[]): (frame: FrameRecord) => number {
    const known = recording.functions.map(() => new Map<number, number>());
    return ([fn, line]) => {
      let place = known[fn]!.get(line);
      if (place === undefined) {
        const key = `${indices[fn]!} ${labelOf(recording.functions[fn]!.file, line, recording)}`;
        place = this.#places.get(key) ?? this.#places.size;
        this.#places.set(key, place);
        known[fn]!.set(line, place);
      }
      return place;
    };
  }
}
