/**
 * What a process knows of its own recording, as plain data. Taking it is quick, and it may be sent
 * elsewhere: names of native code, lines and source maps need files, which `assemble.ts` reads, in
 * the same process or in another one.
 */
import type { CopyCounter, RawThread } from "../native/profileAddon.ts";
import type { ProgramRecord, Recording, RecordingOptions } from "./model.ts";
import { originHead, stackHead } from "./rows.ts";
import type { Moved, Timeline } from "./timeline.ts";

/** Where the linker finds an address. */
export interface Location {
  /** Null when it belongs to no binary. */
  readonly file: string | null;
  readonly offset: number;
  /** Null when it is not exported. */
  readonly symbol: string | null;
}

/** What does not come from the counter. */
export interface Circumstances {
  readonly reason: string;
  readonly program: ProgramRecord;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly options: RecordingOptions;
  readonly foreignSlots: number;
  /** Names of what is frozen, and could not be wrapped. */
  readonly unwrapped: readonly string[];
}

/** The rows are those of {@link CopyCounter}. */
export interface Snapshot extends Circumstances {
  readonly runtime: Recording["runtime"];
  readonly execPath: string;
  readonly calls: readonly string[];
  readonly threads: readonly RawThread[];
  /** Adds up to the counters of `threads`. */
  readonly timeline: readonly Moved[];
  readonly lostSamples: number;
  readonly stacks: readonly Float64Array[];
  /** Names of kinds of operations. */
  readonly kinds: readonly string[];
  readonly origins: readonly Float64Array[];
  readonly code: readonly (number | string | null)[];
  readonly places: ReadonlyMap<number, Location>;
}

export function takeSnapshot(
  counter: CopyCounter,
  timeline: Timeline,
  circumstances: Circumstances,
): Snapshot {
  const [lostSamples, stacks] = counter.stacks();
  const threads = counter.threads();
  const origins = counter.origins(0, 2 ** 32);
  timeline.look(threads, circumstances.durationMs);
  const { versions, platform, arch, execPath } = process;
  return {
    ...circumstances,
    runtime: { node: versions.node, v8: versions.v8, platform, arch },
    execPath,
    calls: counter.calls(),
    threads,
    timeline: timeline.entries,
    lostSamples,
    stacks,
    kinds: counter.kinds(),
    origins,
    code: counter.code(),
    places: placesOf(counter, addressesIn(stacks, origins, threads)),
  };
}

/** Of native code, in the stacks and of those who began a thread. */
function addressesIn(
  stacks: readonly Float64Array[],
  origins: readonly Float64Array[],
  threads: readonly RawThread[],
): ReadonlySet<number> {
  const addresses = new Set(threads.map(([, , caller]) => caller));
  for (const row of stacks) {
    addresses.add(row[7]!).add(row[8]!);
    addFrames(addresses, row, stackHead);
  }
  for (const row of origins) addFrames(addresses, row, originHead);
  return addresses;
}

function addFrames(addresses: Set<number>, row: Float64Array, head: number): void {
  for (let at = head; at < row.length; at += 2) {
    if (row[at] === 0) addresses.add(row[at + 1]!);
  }
}

function placesOf(counter: CopyCounter, addresses: ReadonlySet<number>): Map<number, Location> {
  const wanted = Float64Array.from(addresses).filter((address) => address > 0);
  const found = counter.locate(wanted);
  return new Map(
    [...wanted].map((address, index) => {
      const [file, offset, symbol] = found.slice(3 * index, 3 * index + 3);
      return [address, { file, offset, symbol } as Location];
    }),
  );
}
