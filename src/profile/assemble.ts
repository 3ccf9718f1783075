/**
 * Makes a {@link Recording} of a {@link Snapshot}: names functions and lines, tells the engine's threads from
 * others, and scales what was sampled to what was counted. It reads files: binaries, scripts, source
 * maps.
 */
import type { RawThread } from "../native/profileAddon.ts";
import { kindOf, modelledBlindSpots, nativeBlindSpots, recordingVersion } from "./model.ts";
import type { CallCount, Recording, StackRecord, ThreadRecord } from "./model.ts";
import { OriginTable } from "./originTable.ts";
import { Resolver } from "./resolve.ts";
import { stackHead, userCalls } from "./rows.ts";
import type { Snapshot } from "./snapshot.ts";
import { sourceLines } from "./sourceLines.ts";
import { timelineOf } from "./timeline.ts";

/** @param withSources - whether the recording has the text of the lines that it names. */
export function assemble(snapshot: Snapshot, withSources = true): Recording {
  const resolver = new Resolver(snapshot);
  const kinds = threadKinds(snapshot, resolver);
  const threads = snapshot.threads.map((thread, index) =>
    threadRecord(thread, kinds[index]!, snapshot.calls),
  );
  const origins = new OriginTable(snapshot, resolver);
  const stacks = snapshot.stacks
    .filter((row) => !isOfEngine(row, threads))
    .map((row) => withOrigin(stackRecord(row, snapshot.calls, resolver), row, origins));
  return {
    format: "zerocopy-profile",
    version: recordingVersion,
    tier: snapshot.reason === "" ? "native" : "modelled",
    reason: snapshot.reason,
    runtime: snapshot.runtime,
    program: snapshot.program,
    startedAt: snapshot.startedAt,
    durationMs: snapshot.durationMs,
    options: snapshot.options,
    threads,
    functions: resolver.functions,
    stacks: scaled(stacks, threads),
    origins: origins.records,
    timeline: timelineOf(snapshot.timeline, threads),
    sources: withSources ? sourceLines(resolver.functions, stacks, resolver.sources) : {},
    lostSamples: snapshot.lostSamples,
    foreignSlots: snapshot.foreignSlots,
    blindSpots: blindSpots(snapshot),
  };
}

function blindSpots({ reason, unwrapped }: Snapshot): readonly string[] {
  const known = reason === "" ? nativeBlindSpots : modelledBlindSpots;
  return unwrapped.length === 0
    ? known
    : [...known, `frozen, and not wrapped: ${unwrapped.join(", ")}`];
}

function threadRecord(
  [tid, , , movedCalls, movedBytes, counters]: RawThread,
  kind: ThreadRecord["kind"],
  names: readonly string[],
): ThreadRecord {
  const counts: Record<string, CallCount> = {};
  const collected = { calls: movedCalls, bytes: movedBytes };
  for (const [index, name] of names.entries()) {
    const [calls, bytes] = [counters[2 * index]!, counters[2 * index + 1]!];
    if (calls === 0) continue;
    if (kind === "engine" && index < userCalls) {
      collected.calls += calls;
      collected.bytes += bytes;
    } else counts[name] = { calls, bytes };
  }
  return { tid, kind, counts, collected };
}

/** Helpers of V8 run nothing but V8, which collects and compiles: one caller tells them. */
function threadKinds({ threads, stacks }: Snapshot, resolver: Resolver): ThreadRecord["kind"][] {
  const callers = threads.map(([, , caller]) => [caller]);
  for (const row of stacks) {
    if (row[0]! < userCalls) callers[row[1]!]?.push(row[7]!);
  }
  return threads.map(([, isJavaScript], index) => {
    if (isJavaScript === 1) return "javascript";
    const isEngine = callers[index]!.some((caller) =>
      /^(v8|heap)::/.test(resolver.nativeName(caller)),
    );
    return isEngine ? "engine" : "other";
  });
}

const noJournal = 255;

/** Copies of helpers of V8, and of a worker that was still being set up: `collected` has them. */
function isOfEngine(row: Float64Array, threads: readonly ThreadRecord[]): boolean {
  const [call = 0, thread = 0, state = 0] = row;
  const { kind } = threads[thread]!;
  if (call >= userCalls) return false;
  return kind === "engine" || (kind === "javascript" && state === noJournal);
}

function stackRecord(row: Float64Array, names: readonly string[], resolver: Resolver): StackRecord {
  const [call = 0, thread = 0, , samples = 0, bytes = 0, variance = 0, , caller = 0, callback = 0] =
    row;
  const name = names[call]!;
  return {
    thread,
    call: name,
    kind: kindOf(name),
    samples,
    bytes,
    error: Math.sqrt(variance),
    frames: name.startsWith("modelled")
      ? resolver.modelledFramesOf(row, stackHead, caller)
      : resolver.framesOf(row, stackHead, caller, callback),
    origin: -1,
  };
}

/** Where the program is on the stack, that says more. */
function withOrigin(stack: StackRecord, row: Float64Array, origins: OriginTable): StackRecord {
  return { ...stack, origin: origins.indexFor(stack.frames, row[stackHead - 1]!) };
}

/** Estimates, made to add up to what was counted, thread by thread and call by call. */
function scaled(
  stacks: readonly StackRecord[],
  threads: readonly ThreadRecord[],
): readonly StackRecord[] {
  const sums = new Map<string, number>();
  const keyOf = ({ thread, call }: StackRecord): string => `${thread} ${call}`;
  for (const stack of stacks) {
    sums.set(keyOf(stack), (sums.get(keyOf(stack)) ?? 0) + stack.bytes);
  }
  return stacks.map((stack) => {
    const exact = threads[stack.thread]?.counts[stack.call]?.bytes ?? 0;
    const factor = exact / sums.get(keyOf(stack))!;
    return { ...stack, bytes: stack.bytes * factor, error: stack.error * factor };
  });
}
