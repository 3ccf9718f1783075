/**
 * When bytes were copied: what each thread has added to its counters between two looks at them. Kept
 * by thread, because who of them is the engine is known in the end only.
 */
import type { RawThread } from "../native/profileAddon.ts";
import { kindOf } from "./model.ts";
import type { Kind, ThreadRecord, TimelineRecord } from "./model.ts";

/** Until `atMs`, since the entry before: index of the thread, index in {@link kinds}, bytes, in turn. */
export interface Moved {
  readonly atMs: number;
  readonly bytes: readonly number[];
}

const kinds: readonly Kind[] = ["copy", "in", "out", "moved"];

/** When there are more, neighbours become one. */
const mostEntries = 1000;

export class Timeline {
  readonly #kinds: readonly number[];
  /** By thread and kind, as of the last look. */
  readonly #known: number[] = [];
  #entries: Moved[] = [];
  /** Looks that make one entry: doubles whenever there are too many. */
  #looksPerEntry = 1;
  #looks = 0;

  constructor(calls: readonly string[]) {
    this.#kinds = calls.map((call) => kinds.indexOf(kindOf(call)));
  }

  get entries(): readonly Moved[] {
    return this.#entries;
  }

  look(threads: readonly RawThread[], atMs: number): void {
    const bytes = threads.flatMap((thread, index) => this.#movedBy(thread, index));
    if (this.#looks % this.#looksPerEntry === 0) {
      if (this.#entries.length === mostEntries) this.#halve();
      this.#entries.push({ atMs, bytes });
    } else {
      const last = this.#entries.pop()!;
      this.#entries.push({ atMs, bytes: joined(last.bytes, bytes) });
    }
    this.#looks += 1;
  }

  #movedBy([, , , , , counters]: RawThread, thread: number): number[] {
    const sums = kinds.map(() => 0);
    for (const [call, kind] of this.#kinds.entries()) sums[kind]! += counters[2 * call + 1]!;
    return sums.flatMap((sum, kind) => {
      const at = thread * kinds.length + kind;
      const known = this.#known[at] ?? 0;
      this.#known[at] = sum;
      if (sum < known) this.#forget(thread, kind);
      const bytes = sum < known ? sum : sum - known;
      return bytes === 0 ? [] : [thread, kind, bytes];
    });
  }

  /** A worker has turned out to have been set up only: what it had copied was the engine's. */
  #forget(thread: number, kind: number): void {
    this.#entries = this.#entries.map(({ atMs, bytes }) => ({
      atMs,
      bytes: triplesOf(bytes)
        .filter((triple) => triple[0] !== thread || triple[1] !== kind)
        .flat(),
    }));
  }

  /** Each holds as many looks, and there is an even number of them. */
  #halve(): void {
    this.#entries = Array.from({ length: mostEntries / 2 }, (_, at) => {
      const [first, second] = [this.#entries[2 * at]!, this.#entries[2 * at + 1]!];
      return { atMs: second.atMs, bytes: joined(first.bytes, second.bytes) };
    });
    this.#looksPerEntry *= 2;
    this.#looks = 0;
  }
}

/** Adds up what is of the same thread and kind. */
function joined(first: readonly number[], second: readonly number[]): number[] {
  const sums = new Map<string, [number, number, number]>();
  for (const [thread, kind, bytes] of [...triplesOf(first), ...triplesOf(second)]) {
    const known = sums.get(`${thread} ${kind}`);
    if (known) known[2] += bytes;
    else sums.set(`${thread} ${kind}`, [thread, kind, bytes]);
  }
  return [...sums.values()].flat();
}

function triplesOf(list: readonly number[]): [thread: number, kind: number, bytes: number][] {
  return Array.from({ length: list.length / 3 }, (_, at) => [
    list[3 * at]!,
    list[3 * at + 1]!,
    list[3 * at + 2]!,
  ]);
}

/** What the engine copies for itself is no one's. */
export function timelineOf(
  entries: readonly Moved[],
  threads: readonly ThreadRecord[],
): TimelineRecord[] {
  return entries.map(({ atMs, bytes }) => {
    const sums = { copy: 0, in: 0, out: 0, moved: 0 };
    for (const [thread, index, count] of triplesOf(bytes)) {
      const kind = kinds[index]!;
      const isOfEngine = kind === "copy" && threads[thread]?.kind === "engine";
      if (!isOfEngine) sums[kind] += count;
    }
    return { atMs, bytes: sums };
  });
}
