/** From a recording, or two, to the tree that the page holds. Sums stay what they are. */
import type {
  FrameRecord,
  FunctionRecord,
  OriginRecord,
  Recording,
  ThreadRecord,
} from "../../model.ts";
import { StackReader, unsampledOf, unsampledSite } from "../../sites.ts";
import type { Site } from "../../sites.ts";
import { copyKindOf, frameKinds } from "./copyTree.ts";
import type { CopyTree, FrameKind } from "./copyTree.ts";
import { shown, shownPath } from "./shown.ts";
import { anonymous } from "./words.ts";

/** Deeper frames, and nodes beyond, are left out: their bytes stay with the frames above. */
export const limits = { depth: 120, nodes: 300_000 };

/**
 * The tree of a recording; with `before`, of both: every leaf then has the bytes of either. What was
 * counted and not sampled is in it too, so it adds up to all that was counted.
 */
export function treeOf(after: Recording, before?: Recording): CopyTree {
  const planted = new Planted(after, before !== undefined);
  // Lines are shown where the later recording has them.
  for (const stack of after.stacks) planted.meet(after, stack.frames);
  // The largest first: where there is no room for all, the small ones go without their innermost frames.
  const all = [...chargesOf(after, true), ...(before ? chargesOf(before, false) : [])];
  all.sort((a, b) => b.site.bytes - a.site.bytes);
  for (const charge of all) planted.add(charge);
  return planted.tree();
}

/** Bytes of one recording, and where they belong. */
interface Charge {
  readonly recording: Recording;
  readonly isAfter: boolean;
  readonly site: Pick<Site, "kind" | "isModelled" | "api" | "bytes" | "error" | "samples">;
  /** The function of libc. */
  readonly call: string;
  readonly frames: readonly FrameRecord[];
  readonly origin: OriginRecord | undefined;
  readonly thread: ThreadRecord | undefined;
}

function chargesOf(recording: Recording, isAfter: boolean): Charge[] {
  const reader = new StackReader(recording);
  const sampled = recording.stacks.map((stack) => ({
    recording,
    isAfter,
    site: reader.siteOf(stack),
    call: stack.call,
    frames: stack.frames,
    origin: recording.origins[stack.origin],
    thread: recording.threads[stack.thread],
  }));
  const rest = [...unsampledOf(recording)].map(([call, bytes]) => ({
    recording,
    isAfter,
    site: unsampledSite(call, bytes),
    call,
    frames: [],
    origin: undefined,
    thread: undefined,
  }));
  return [...sampled, ...rest];
}

interface Place {
  readonly file: string;
  readonly line: number;
  /** Of the line, where that and not its number tells it from others. */
  readonly text: string | undefined;
}

/** The columns of a tree while it grows. */
class Planted {
  readonly #texts = new Index<string>();
  readonly #frames = new Index<string>();
  readonly #frameColumns = {
    name: [] as number[],
    file: [] as number[],
    line: [] as number[],
    kind: [] as number[],
  };
  readonly #nodes = { parent: [0], frame: [0] };
  readonly #children = new Map<number, number>();
  readonly #leaves = new Index<string>();
  readonly #leafColumns = {
    node: [] as number[],
    api: [] as number[],
    call: [] as number[],
    thread: [] as number[],
    bytes: [] as number[],
    before: [] as number[],
    error: [] as number[],
    samples: [] as number[],
  };
  readonly #threads = new Index<string>();
  readonly #known = new Map<FunctionRecord, Map<number, number>>();
  readonly #cut = { stacks: 0, bytes: 0 };
  readonly #isDifference: boolean;
  /** The script that was started is one file, whatever its name in the earlier recording. */
  readonly #script: string;

  constructor({ program }: Recording, isDifference: boolean) {
    this.#script = shownPath(program.command[0] ?? "", program.directory);
    this.#isDifference = isDifference;
    this.#frame("nowhere", "on no line of the program");
  }

  /** Numbers frames, and so says which of their lines is shown. */
  meet(recording: Recording, frames: readonly FrameRecord[]): void {
    for (const frame of frames) this.#frameOf(recording, frame);
  }

  add(charge: Charge): void {
    const { site, isAfter } = charge;
    const kind = copyKindOf(site);
    const node = this.#nodeOf(charge);
    const api = this.#frame(kind, site.api);
    const call = this.#frame(kind, charge.call);
    const thread = this.#threads.of(this.#threadName(charge.thread));
    const columns = this.#leafColumns;
    const leaf = this.#leaves.of(`${node} ${api} ${call} ${thread}`);
    if (leaf === columns.node.length) {
      columns.node.push(node);
      columns.api.push(api);
      columns.call.push(call);
      columns.thread.push(thread);
      for (const sum of [columns.bytes, columns.error, columns.samples]) sum.push(0);
      if (this.#isDifference) columns.before.push(0);
    }
    columns[isAfter ? "bytes" : "before"][leaf]! += site.bytes;
    columns.error[leaf] = Math.hypot(columns.error[leaf]!, site.error);
    columns.samples[leaf]! += site.samples;
  }

  /** The kernel's numbers are others in every run: two recordings have only the kinds in common. */
  #threadName(thread: ThreadRecord | undefined): string {
    if (!thread) return "";
    if (thread.tid < 0) return "threads without a record";
    return this.#isDifference ? `${thread.kind} threads` : `${thread.kind} thread ${thread.tid}`;
  }

  /** The way to a copy, outermost first: what started it, and what was there when it copied. */
  #nodeOf({ recording, origin, frames, site }: Charge): number {
    const path = origin ? this.#path(recording, origin.frames) : [];
    if (origin) path.push(this.#frame("later", `later: ${origin.operation}`));
    path.push(...this.#path(recording, frames));
    let node = 0;
    for (const [depth, frame] of path.entries()) {
      const next = depth < limits.depth ? this.#child(node, frame) : undefined;
      if (next === undefined) {
        this.#cut.stacks++;
        this.#cut.bytes += site.bytes;
        break;
      }
      node = next;
    }
    return node;
  }

  #path(recording: Recording, frames: readonly FrameRecord[]): number[] {
    // One more than there is room for tells that there are more.
    const outermost = frames.slice(-limits.depth - 1);
    return outermost.map((frame) => this.#frameOf(recording, frame)).toReversed();
  }

  #child(node: number, frame: number): number | undefined {
    const key = node * 2 ** 24 + frame;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const { parent, frame: frames } = this.#nodes;
    if (parent.length >= limits.nodes) return undefined;
    this.#children.set(key, parent.length);
    frames.push(frame);
    return parent.push(node) - 1;
  }

  /** Most functions are in many stacks: their texts are made once. */
  #frameOf({ functions, program, sources }: Recording, [index, line]: FrameRecord): number {
    const fn = functions[index]!;
    const lines = this.#known.get(fn) ?? new Map<number, number>();
    this.#known.set(fn, lines);
    const known = lines.get(line);
    if (known !== undefined) return known;
    const name = fn.name || (fn.kind === "inlined" ? "(inlined)" : anonymous);
    // Between two recordings lines move: those with the same text are the same.
    const text = this.#isDifference ? sources[fn.file]?.[line]?.trim() : undefined;
    const isScript = fn.file !== "" && fn.file === program.command[0];
    const frame = this.#frame(fn.kind, name, {
      file: isScript ? this.#script : shownPath(fn.file, program.directory),
      line,
      text,
    });
    lines.set(line, frame);
    return frame;
  }

  #frame(
    kind: FrameKind,
    name: string,
    place: Place = { file: "", line: 0, text: undefined },
  ): number {
    const shownName = this.#texts.of(shown(name));
    const file = this.#texts.of(place.file);
    const frame = this.#frames.of(`${kind} ${shownName} ${file} ${place.text ?? place.line}`);
    const columns = this.#frameColumns;
    if (frame === columns.name.length) {
      columns.name.push(shownName);
      columns.file.push(file);
      columns.line.push(place.line);
      columns.kind.push(frameKinds.indexOf(kind));
    }
    return frame;
  }

  tree(): CopyTree {
    const { bytes, before, error, ...rest } = this.#leafColumns;
    const whole = (column: readonly number[]): number[] => column.map(Math.round);
    const leaves = { ...rest, bytes: whole(bytes), before: whole(before), error: whole(error) };
    return {
      texts: this.#texts.all(),
      frames: this.#frameColumns,
      nodes: this.#nodes,
      leaves,
      threads: this.#threads.all(),
      cut: this.#cut,
    };
  }
}

/** Numbers values in the order of their coming. */
class Index<T> {
  readonly #numbers = new Map<T, number>();

  of(value: T): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    this.#numbers.set(value, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  all(): T[] {
    return [...this.#numbers.keys()];
  }
}
