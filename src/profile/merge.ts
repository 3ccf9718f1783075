/** Several processes as one: their threads side by side, their stacks by the same functions. */
import { ValueError } from "../core/errors.ts";
import type { FrameRecord, FunctionRecord, Recording, TimelineRecord } from "./model.ts";

/**
 * What is not of a thread is the first recording's: that of the program that has started the others.
 *
 * @throws {ValueError} for no recording at all.
 */
export function mergeRecordings(recordings: readonly Recording[]): Recording {
  const [first] = recordings;
  if (!first) throw new ValueError("Cannot merge recordings: wanted one or more, found none");
  if (recordings.length === 1) return first;
  const functions = new Functions();
  const merged = {
    threads: [] as Recording["threads"][number][],
    stacks: [] as Recording["stacks"][number][],
    origins: [] as Recording["origins"][number][],
  };
  for (const recording of recordings) {
    const places = recording.functions.map((record) => functions.indexOf(record));
    const frames = (list: readonly FrameRecord[]): FrameRecord[] =>
      list.map(([fn, line]) => [places[fn]!, line]);
    const [threads, origins] = [merged.threads.length, merged.origins.length];
    merged.threads.push(...recording.threads);
    for (const origin of recording.origins) {
      merged.origins.push({ ...origin, frames: frames(origin.frames) });
    }
    for (const stack of recording.stacks) {
      merged.stacks.push({
        ...stack,
        thread: stack.thread + threads,
        origin: stack.origin < 0 ? -1 : stack.origin + origins,
        frames: frames(stack.frames),
      });
    }
  }
  const modelled = recordings.find(({ tier }) => tier !== "native");
  const sum = (of: (recording: Recording) => number): number =>
    recordings.reduce((all, recording) => all + of(recording), 0);
  return {
    ...first,
    ...merged,
    functions: functions.records,
    tier: modelled?.tier ?? "native",
    reason: modelled?.reason ?? "",
    durationMs: Math.max(...recordings.map((each) => sinceStart(first, each) + each.durationMs)),
    timeline: mergeTimelines(recordings),
    sources: mergeSources(recordings),
    lostSamples: sum(({ lostSamples }) => lostSamples),
    foreignSlots: sum(({ foreignSlots }) => foreignSlots),
    blindSpots: [...new Set(recordings.flatMap(({ blindSpots }) => blindSpots))],
  };
}

/** Each once. */
class Functions {
  readonly records: FunctionRecord[] = [];
  readonly #indices = new Map<string, number>();

  indexOf(record: FunctionRecord): number {
    const { kind, file, line, column, name } = record;
    const key = [kind, file, line, column, name].join("\0");
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    const index = this.records.push(record) - 1;
    this.#indices.set(key, index);
    return index;
  }
}

function sinceStart(first: Recording, { startedAt }: Recording): number {
  return Date.parse(startedAt) - Date.parse(first.startedAt);
}

function mergeTimelines(recordings: readonly Recording[]): TimelineRecord[] {
  return recordings
    .flatMap((recording) => {
      const offset = sinceStart(recordings[0]!, recording);
      return recording.timeline.map(({ atMs, bytes }) => ({ atMs: atMs + offset, bytes }));
    })
    .toSorted((a, b) => a.atMs - b.atMs);
}

function mergeSources(recordings: readonly Recording[]): Recording["sources"] {
  const merged: Record<string, Readonly<Record<number, string>>> = {};
  for (const { sources } of recordings) {
    for (const [file, lines] of Object.entries(sources)) {
      merged[file] = { ...merged[file], ...lines };
    }
  }
  return merged;
}
