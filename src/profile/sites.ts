/** Sites: which line of the program copies how much, by which API. A view of a recording. */
import { calledName, isPreparation, plainName, withDirection, workName } from "./apiNames.ts";
import { kindOf } from "./model.ts";
import type { FrameRecord, Kind, Recording, StackRecord } from "./model.ts";
import { ownCodeOf } from "./ownCode.ts";

export interface Place {
  readonly file: string;
  /** 0 when it is not certain: then the function is all that is known. */
  readonly line: number;
  readonly functionName: string;
}

/** Its place is that of the innermost function of a file; the file is empty when no such function is known. */
export interface Site extends Place {
  /** What that line has called, as people write it: `Buffer.concat`; or what Node did of its own: `socket read`. */
  readonly api: string;
  readonly kind: Kind;
  /** How the line is known: it was on the stack, or it has started what copied later. */
  readonly via: "stack" | "origin" | "none";
  /** Of a line in a package, the line of the program itself that has called into it: the one with most bytes. */
  readonly caller: Place | undefined;
  /** What it has started, where it is an origin: `TCPWRAP`. */
  readonly operation: string;
  /** Calculated from what was asked for, where libc sees nothing: base64, UTF-16, loops over elements. */
  readonly isModelled: boolean;
  readonly bytes: number;
  /** The standard error of `bytes`. */
  readonly error: number;
  readonly samples: number;
}

const nowhere = {
  file: "",
  line: 0,
  functionName: "",
  via: "none",
  caller: undefined,
  operation: "",
  bytes: 0,
  error: 0,
  samples: 0,
} as const;

/** Whether a call of a recording is no call of libc, but what the JavaScript tier has charged. */
export function isModelledCall(call: string): boolean {
  return call.startsWith("modelled");
}

function whatOf(call: string): Pick<Site, "kind" | "isModelled"> {
  return { kind: kindOf(call), isModelled: isModelledCall(call) };
}

/**
 * Who copies, largest first. They add up to what was counted.
 *
 * *Copies:* none. *Complexity:* O(frames of all stacks).
 *
 * @example
 * ```ts
 * import { sitesOf, startProfile } from "zerocopy/profile";
 *
 * const profile = startProfile();
 * Buffer.concat([Buffer.alloc(1 << 24)]);
 * for (const site of sitesOf(profile.stop())) console.log(site.file, site.line, site.api, site.bytes);
 * ```
 */
export function sitesOf(recording: Recording): Site[] {
  const reader = new StackReader(recording);
  const sites = recording.stacks.map((stack): Site => reader.siteOf(stack));
  for (const [call, bytes] of unsampledOf(recording)) sites.push(unsampledSite(call, bytes));
  // Of several callers, the largest comes first, and stays.
  const byCaller = joined(sites, (site) => `${siteKey(site)}\0${callerKey(site)}`);
  return joined(byCaller, siteKey);
}

/** Those with the same key as one, which is at the place of the first; largest first. */
function joined(sites: readonly Site[], keyOf: (site: Site) => string): Site[] {
  const known = new Map<string, { site: Site; bytes: number; error: number; samples: number }>();
  for (const site of sites) {
    const { bytes, error, samples } = site;
    const key = keyOf(site);
    const sums = known.get(key);
    if (!sums) {
      known.set(key, { site, bytes, error, samples });
      continue;
    }
    sums.bytes += bytes;
    sums.samples += samples;
    // Errors of samples are independent: their squares add up.
    sums.error = Math.hypot(sums.error, error);
  }
  return Array.from(known.values(), ({ site, ...sums }) => ({ ...site, ...sums })).toSorted(
    (a, b) => b.bytes - a.bytes,
  );
}

/** Who a stack is charged to. Looks at each function once, however many stacks it is in. */
export class StackReader {
  readonly #recording: Recording;
  readonly #called: readonly string[];
  readonly #work: readonly string[];
  readonly #isOwn: readonly boolean[];
  /** Where HTTP is parsed. */
  readonly #parsed: ReadonlySet<string>;

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#isOwn = recording.functions.map(ownCodeOf(recording));
    this.#called = recording.functions.map(calledName);
    this.#work = recording.functions.map(workName);
    const sites = recording.stacks.map((stack) => this.#chargedTo(stack));
    const parsing = sites.filter(({ api }) => api === "HTTP parser" || api === "fetch body");
    this.#parsed = new Set(parsing.map(placeKey));
  }

  /** A socket that HTTP is read from is not the program's to take: what it reads has another name. */
  siteOf(stack: StackRecord): Site {
    const site = this.#chargedTo(stack);
    const isOfParser = site.api === "socket read" && site.file !== "";
    return isOfParser && this.#parsed.has(placeKey(site)) ? { ...site, api: "HTTP read" } : site;
  }

  #chargedTo(stack: StackRecord): Site {
    const { call, frames, bytes, error, samples } = stack;
    const what = { ...nowhere, ...whatOf(call), bytes, error, samples };
    const at = this.#userAt(frames);
    if (at >= 0) {
      const api = this.#apiCalled(call, frames.slice(0, at));
      return { ...what, ...this.#placesFrom(frames.slice(at)), api, via: "stack" };
    }
    const origin = this.#recording.origins[stack.origin];
    const started = origin ? this.#userAt(origin.frames) : -1;
    if (!origin || started < 0) return { ...what, api: this.#apiWorking(stack, []) };
    const api = this.#apiWorking(stack, origin.frames.slice(0, started));
    const { operation } = origin;
    const places = this.#placesFrom(origin.frames.slice(started));
    return { ...what, ...places, api, via: "origin", operation };
  }

  /** The first of these, and who has called it. */
  #placesFrom(frames: readonly FrameRecord[]): Place & Pick<Site, "caller"> {
    const own = frames.find(([fn]) => this.#isOwn[fn]!);
    const caller = own && own !== frames[0] ? this.#placeOf(own) : undefined;
    return { ...this.#placeOf(frames[0]!), caller };
  }

  #placeOf([fn, line]: FrameRecord): Place {
    const { file, name } = this.#recording.functions[fn]!;
    return { file, line, functionName: name };
  }

  /** What `eval` and `new Function` have made is in no file: whoever has called it is. */
  #userAt(frames: readonly FrameRecord[]): number {
    return frames.findIndex(([fn]) => {
      const { kind, file } = this.#recording.functions[fn]!;
      return kind === "user" && file !== "";
    });
  }

  /** What the program has called is the outermost of what is not the program. */
  #apiCalled(call: string, inner: readonly FrameRecord[]): string {
    // Loops of the engine over arrays call memcpy themselves, from code without a frame.
    if (inner.length === 0) return call.startsWith("mem") ? "array copy" : call;
    const called = this.#outermostCall(inner);
    const work = this.#innermostWork(inner);
    if (isPreparation(work) && called !== "require" && called !== "import") return work;
    return called || work || this.#anyName(inner) || call;
  }

  /**
   * Where the program is not on the stack, the outermost is the event loop: the innermost work says more.
   * Of the thread pool, and where fetch and others use what programs do too, what was asked for says most.
   */
  #apiWorking({ frames, kind, call }: StackRecord, started: readonly FrameRecord[]): string {
    const work = this.#innermostWork(frames);
    const asked = /^(file %|zlib|crypto|stream\.tee)$/.test(work)
      ? this.#outermostCall(started)
      : "";
    // A connection brings about what it was not opened for: what comes in is written to a file.
    const isAsked = asked !== "" && !/^(server|net|socket|https?|fetch)\b/.test(asked);
    if (work === "socket write" && this.#outermostCall(frames).startsWith("res."))
      return "res.write";
    return (
      withDirection(isAsked ? asked : work, kind) ||
      this.#outermostCall(frames) ||
      this.#anyName(frames) ||
      call
    );
  }

  #outermostCall(inner: readonly FrameRecord[]): string {
    const names = inner.map(([fn]) => this.#called[fn]!).filter((name) => name !== "");
    const name = names.at(-1) ?? "";
    // A method that many streams inherit: further in is the stream.
    if (!name.startsWith("writable.")) return name;
    const stream = names.findLast((candidate) =>
      /^(socket|res|writeStream|process)\./.test(candidate),
    );
    return stream?.startsWith("process")
      ? stream
      : name.replace("writable", stream?.split(".")[0] ?? "writable");
  }

  #innermostWork(frames: readonly FrameRecord[]): string {
    for (const [fn] of frames) if (this.#work[fn] !== "") return this.#work[fn]!;
    return "";
  }

  #anyName(frames: readonly FrameRecord[]): string {
    const { functions } = this.#recording;
    const [fn] = frames.find(([candidate]) => functions[candidate]!.name !== "") ?? [];
    return fn === undefined ? "" : plainName(functions[fn]!);
  }
}

/** Bytes by call that were counted and are in no stack: so few that no point of the sampler fell into them. */
export function unsampledOf({ threads, stacks }: Recording): Map<string, number> {
  const rest = new Map<string, number>();
  const add = (call: string, bytes: number): void => {
    rest.set(call, (rest.get(call) ?? 0) + bytes);
  };
  for (const { counts } of threads) for (const call in counts) add(call, counts[call]!.bytes);
  for (const { call, bytes } of stacks) add(call, -bytes);
  // Less than half a byte is what floating point leaves.
  for (const [call, bytes] of rest) if (bytes < 0.5) rest.delete(call);
  return rest;
}

/** What the kernel moves by itself is never sampled: its call is all there is to tell. */
export function unsampledSite(call: string, bytes: number): Site {
  const what = whatOf(call);
  return { ...nowhere, ...what, api: what.kind === "moved" ? call : "not sampled", bytes };
}

function siteKey(site: Site): string {
  const { api, kind, via, operation, isModelled } = site;
  return [placeKey(site), api, kind, via, operation, isModelled].join("\0");
}

function callerKey({ caller }: Site): string {
  return caller ? placeKey(caller) : "";
}

function placeKey({ file, line, functionName }: Place): string {
  return [file, line, functionName].join("\0");
}
