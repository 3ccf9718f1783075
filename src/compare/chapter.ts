/**
 * What a comparison is made of. A chapter is a folder: its mechanisms, the trial that measures them, and
 * how the result is told. The rest of `compare` knows chapters only by these types.
 */
import type { Sample } from "./measure/sample.ts";
import type { Telling } from "./report/telling.ts";
import type { Situation } from "./situation.ts";

/** One way to do the job of a chapter: code as its users really write it. */
export interface Mechanism {
  /** As given to `--only`. */
  readonly id: string;
  /** Short enough for the first column of a table. */
  readonly label: string;
  /** One line for `--list`. */
  readonly description: string;
  /** The way without this library that most programs take; gains are stated against it. */
  readonly baseline?: true;
  /** The way this library is for. */
  readonly contender?: true;
  /** Cannot run without the native addon at all. */
  readonly needsAddon?: true;
  /** Why it sits `input` out; undefined: it does not. */
  readonly unfit?: (input: Input) => string | undefined;
}

/** What is sent: a file or a range of it. */
export interface FilePart {
  readonly path: string;
  readonly offset: number;
  readonly count: number;
}

/** What a run works on, checked. */
export interface Input {
  /** What is read; undefined: memory. */
  readonly path: string | undefined;
  /** For the reader: the user's file, when `path` is a copy of it. */
  readonly name: string;
  /** The part that is compared. */
  readonly offset: number;
  readonly count: number;
  /** The size of the whole file, or of the buffer. */
  readonly fileBytes: number;
  /** Made for this run, so that its name says nothing to the reader. */
  readonly temporary: boolean;
  /** Given up when the run ends, however it ends. */
  dispose(): void;
}

export interface InputRequest {
  /** Undefined: the chapter chooses something that is always there. */
  readonly path: string | undefined;
  /** The part to send; by default all of it. `end` is exclusive. */
  readonly range: { readonly start: number; readonly end: number | undefined } | undefined;
  /** Temporary inputs of these sizes instead of a path. */
  readonly sizes: readonly number[] | undefined;
  /** Work on a copy that can be dropped from the page cache. */
  readonly cold: boolean;
}

/** What the command line may set, beside what every chapter takes. */
export type ChapterOption = "path" | "range" | "cold" | "concurrency" | "slow-reader";

export interface TrialOrder<I extends Input = Input> {
  readonly mechanism: Mechanism;
  readonly input: I;
  readonly situation: Situation;
  /** `check`: the content is hashed, once and at rest; `measure`: it is not. */
  readonly phase: "check" | "measure";
  readonly signal: AbortSignal;
}

export interface TrialResult {
  readonly sample: Sample;
  /** Of what arrived; only where content is checked. */
  readonly sha256: string | undefined;
}

/** `I`: what its own inputs are; nobody hands it another chapter's. */
export interface Chapter<I extends Input = Input> {
  readonly id: string;
  /** What is compared, for a list of chapters. */
  readonly title: string;
  readonly mechanisms: readonly Mechanism[];
  readonly options: readonly ChapterOption[];
  readonly telling: Telling;
  /**
   * One input per run: one in all, or one per size, ascending.
   *
   * @throws {InputError}, or the reason of `signal`, with nothing left behind.
   */
  openInputs(request: InputRequest, signal: AbortSignal): Promise<I[]>;
  /** SHA-256 of what every mechanism has to deliver. */
  hash(input: I, signal: AbortSignal): Promise<string>;
  /** Transfers of a measured trial, before it is run; at least, where a trial repeats by the clock. */
  transfers(input: I, situation: Situation): number;
  /** Bytes that a trial moves, for foreseeing how long it takes. */
  workBytes(order: Omit<TrialOrder<I>, "signal">): number;
  /**
   * One trial, in processes of its own.
   *
   * @throws {TrialError}, {@link InputError}, or the reason of `signal`; no process is left.
   */
  trial(order: TrialOrder<I>): Promise<TrialResult>;
}

/** A way of bytes through user space and kernel, from station to station. */
export type Route = readonly Hop[];

export interface Hop {
  readonly from: Station;
  readonly to: Station;
  /**
   * `copy`: the CPU moves the bytes across the border of user space. `reference`: only descriptions of
   * pages move. `device`: DMA, without the CPU. `map`: the same pages, seen from user space.
   */
  readonly by: "copy" | "reference" | "device" | "map";
  /** The system call that does it. */
  readonly call?: "read" | "write" | "sendfile" | "splice";
}

export type Station =
  | "disk"
  | "page cache"
  | "sender"
  | "receive buffer"
  | "user buffer"
  | "socket buffer"
  | "network";

/** What the user gave cannot be compared. The message is one line that says why. */
export class InputError extends Error {
  override name = "InputError";
}
