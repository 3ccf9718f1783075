/**
 * The exports of `zerocopy-profile.node` (native/src/profile/addon.c). Only src/profile calls them. What
 * they count belongs to the process, stacks to the thread that has called `attach`.
 */

/** [objects, slots taken, slots that lead to somebody else]. */
export type Slots = readonly [objects: number, taken: number, foreign: number];

export type RawThread = readonly [
  tid: number,
  isJavaScript: number,
  /** Who called the first copy in user space: an address, or 0. */
  caller: number,
  movedCalls: number,
  movedBytes: number,
  /** Calls and bytes in turn, in the order of {@link ProfileAddon.calls}. */
  counters: Float64Array,
];

/** Who counts copies and samples them: the addon, and what stands in for it where there is none. */
export interface CopyCounter {
  /** Counts from 0, from now on. `rate` 0 takes no samples. Negative: `-errno`. */
  start(minimum: number, rate: number, adapts: number, seed: number): Slots | number;
  /** `taken`: slots that could not be given back. */
  stop(): Slots;
  /** 1: what this thread does is not counted, until 0. May be nested. */
  guard(on: number): void;
  /** Names in libc: user space first, then `modelled`, then in, then out, then inside the kernel. */
  calls(): string[];
  threads(): RawThread[];
  /**
   * Rows of: call, thread (index into `threads`), state of V8 (255: the thread took no stacks), samples, estimated bytes, their variance,
   * bytes of the samples, address of the caller (of `modelled`: the operation), address of the C++ that JavaScript has called or 0, number of the origin or 0;
   * then for each frame, innermost first: a code's id and a position, or 0 and an address. A position is
   * one in the function's own source; -1 unknown; -2 - p when p is of a function taken in, of which
   * nothing else is known (code 0).
   */
  stacks(): [lost: number, rows: Float64Array[]];
  /** By number. */
  kinds(): string[];
  /** Rows of: kind, then frames as in `stacks`. The first is that of the origin `from + 1`. */
  origins(from: number, limit: number): Float64Array[];
  /** id, name: of all code that stacks and origins name. */
  code(): (number | string | null)[];
  /** File, address in the file, symbol: of each address. */
  locate(addresses: Float64Array): (string | number | null)[];
}

export interface ProfileAddon extends CopyCounter {
  /** 1 while any thread has started a count: there is one of the process. */
  isCounting(): number;
  /** Takes the slots of what has been loaded since. */
  renew(): Slots;
  /** The name that this V8 lacks, or null. Before `attach`. */
  missing(): string | null;
  /** 1 when this thread takes stacks from now on. `isFirst`: nothing of the program has run on it. */
  attach(isFirst: number): number;
  /** Keeps what this thread has sampled from being lost. */
  settle(): void;
  /**
   * Bytes of this thread by memcpy, by memmove, and charged to it, 64 bits each, as they are at any
   * time. Null where Node allows no such memory.
   */
  counters(): ArrayBuffer | null;
  /** Counts what this thread has copied without libc, as the call `modelled`. */
  charge(bytes: number, operation: number): void;
  /** Finds where Node keeps the async id of what runs, which is this one now. 0: it was not found. */
  find(id: number, triggerId: number): number;
  /**
   * From now on samples on this thread have origins: pairs of the lower half of an async id and its origin,
   * which the caller writes, at twice the id modulo the number of pairs, a power of two; and behind them the
   * origin of the promise that goes on now, for what has no id. Null ends it.
   */
  follow(recent: Uint32Array | null): void;
  /**
   * From now on V8 calls these, with a promise, when it is made, and before and after what waits for it runs; and
   * nobody else's.
   */
  hookPromises(
    begins: (promise: object) => void,
    goesOn: (promise: object) => void,
    pauses: (promise: object) => void,
  ): void;
  /** The number of this moment's stack as an origin of a kind of operation; 0 without JavaScript. */
  started(kind: number): number;
  /** The operation of an async id has this origin, as long as nobody says 0. For what outlives the pairs. */
  remember(id: number, origin: number): void;
  /** The origin of an async id, or 0. */
  recall(id: number): number;
  /** The number of a kind of operation. */
  kind(name: string): number;
  codeName(id: number): string;
}
