/** Recordings that nobody has recorded: any that the format allows, and small ones to look at by hand. */
import * as fc from "fast-check";
import type { FunctionRecord, Recording, StackRecord, ThreadRecord } from "zerocopy/profile";
import { kindOf, recordingVersion } from "../../../dist/profile/model.js";

/** An empty recording, but for what is given. */
export function recording(parts: Partial<Recording> = {}): Recording {
  return {
    format: "zerocopy-profile",
    version: recordingVersion,
    tier: "native",
    reason: "",
    runtime: { node: "24.1.0", v8: "13.6", platform: "linux", arch: "x64" },
    program: { command: ["/srv/app/server.js"], directory: "/srv/app", pid: 1 },
    startedAt: "2026-01-01T00:00:00.000Z",
    durationMs: 1000,
    options: { minimumBytes: 256, bytesPerSample: 524288, isAdaptive: true, seed: 1 },
    threads: [],
    functions: [],
    stacks: [],
    origins: [],
    timeline: [],
    sources: {},
    lostSamples: 0,
    foreignSlots: 0,
    blindSpots: [],
    ...parts,
  };
}

export function fn(name: string, parts: Partial<FunctionRecord> = {}): FunctionRecord {
  return { name, kind: "user", file: "/srv/app/server.js", line: 1, column: 1, ...parts };
}

export function stack(parts: Partial<StackRecord>): StackRecord {
  const call = parts.call ?? "memcpy";
  return {
    ...{ thread: 0, call, kind: kindOf(call), samples: 1, bytes: 1, error: 0, frames: [] },
    origin: -1,
    ...parts,
  };
}

/** One thread whose counts are those of its stacks. */
export function threadOf(stacks: readonly StackRecord[]): ThreadRecord {
  const counts: Record<string, { calls: number; bytes: number }> = {};
  for (const { call, bytes } of stacks) {
    counts[call] = { calls: 1, bytes: (counts[call]?.bytes ?? 0) + bytes };
  }
  return { tid: 1, kind: "javascript", counts, collected: { calls: 0, bytes: 0 } };
}

const calls = ["memcpy", "memmove", "read", "write", "recvmsg", "writev", "sendfile", "splice"];
const modelled = ["modelled", "modelled-in", "modelled-out"];

const anyFunction: fc.Arbitrary<FunctionRecord> = fc.record({
  name: fc.constantFrom(
    "",
    "concat",
    "toString",
    "handle",
    "Readable.push",
    "TypedArrayPrototypeSet",
  ),
  kind: fc.constantFrom("user", "zerocopy", "node", "builtin", "native", "inlined"),
  file: fc.constantFrom("", "/srv/app/a.js", "node:buffer", "node:internal/deps/undici/undici"),
  line: fc.nat(50),
  column: fc.nat(50),
});

/** Of any stacks: each thread's counts hold what its stacks say, as of the recorder. */
export const anyRecording: fc.Arbitrary<Recording> = fc
  .record({
    functions: fc.array(anyFunction, { minLength: 1, maxLength: 8 }),
    threads: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ functions, threads }) => {
    const frame = fc.tuple(fc.nat(functions.length - 1), fc.nat(50));
    const origins = fc.array(
      fc.record({ operation: fc.constantFrom("TCPWRAP", "PROMISE"), frames: fc.array(frame) }),
      { maxLength: 3 },
    );
    return fc
      .record({
        origins,
        counts: fc.array(anyCounts, { minLength: threads, maxLength: threads }),
        weights: fc.array(
          fc.record({
            thread: fc.nat(threads - 1),
            call: fc.constantFrom(...calls, ...modelled),
            weight: fc.double({ min: 0.1, max: 10, noNaN: true }),
            frames: fc.array(frame, { maxLength: 5 }),
            origin: fc.integer({ min: -1, max: 2 }),
          }),
          { maxLength: 40 },
        ),
      })
      .map(({ origins: known, counts, weights }) => {
        const threadRecords = counts.map((count, tid): ThreadRecord => {
          const collected = { calls: 1, bytes: 77 };
          return { tid, kind: "javascript", counts: count, collected };
        });
        const stacks = scaled(weights, counts).map(({ origin, ...rest }) =>
          stack({ ...rest, origin: Math.min(origin, known.length - 1) }),
        );
        return recording({ functions, threads: threadRecords, stacks, origins: known });
      });
  });

const anyCounts = fc.dictionary(
  fc.constantFrom(...calls, ...modelled),
  fc.record({ calls: fc.integer({ min: 1, max: 100 }), bytes: fc.nat(2 ** 40) }),
  { noNullPrototype: true },
);

interface Weighted {
  readonly thread: number;
  readonly call: string;
  readonly weight: number;
  readonly frames: readonly (readonly [number, number])[];
  readonly origin: number;
}

/** As the recorder does: the stacks of a thread and call add up to its count; there are none without. */
function scaled(
  weights: readonly Weighted[],
  counts: readonly ThreadRecord["counts"][],
): (Omit<Weighted, "weight"> & { bytes: number })[] {
  const sums = new Map<string, number>();
  const keyOf = ({ thread, call }: Weighted): string => `${thread} ${call}`;
  for (const each of weights) sums.set(keyOf(each), (sums.get(keyOf(each)) ?? 0) + each.weight);
  return weights
    .filter(({ thread, call }) => counts[thread]![call] !== undefined)
    .map((each) => {
      const { thread, call, frames, origin, weight } = each;
      const bytes = (counts[thread]![call]!.bytes * weight) / sums.get(keyOf(each))!;
      return { thread, call, frames, origin, bytes };
    });
}
