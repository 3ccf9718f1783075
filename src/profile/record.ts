/**
 * Recording: starts and stops the addon, and makes a {@link Recording} of what it has seen. There is
 * one recording per process at a time, because the hooks are the process's.
 */
import v8 from "node:v8";
import { ValueError, ZeroCopyError } from "../core/errors.ts";
import { profileAddonState } from "../native/binding.ts";
import type { ProfileAddon, RawThread, Slots } from "../native/profileAddon.ts";
import { kindOf, nativeBlindSpots, recordingVersion } from "./model.ts";
import type { CallCount, Recording, RecordingOptions, StackRecord, ThreadRecord } from "./model.ts";
import { Resolver } from "./resolve.ts";
import { stackHead, userCalls } from "./rows.ts";
import { selfTest } from "./selfTest.ts";
import { systemError } from "../native/systemError.ts";

export type ProfileOptions = Partial<RecordingOptions>;

const defaults: RecordingOptions = {
  minimumBytes: 256,
  bytesPerSample: 512 * 1024,
  isAdaptive: true,
  seed: 1,
};

/** How often samples are made safe. Every collection does it too. */
const settleMs = 250;

let isRecording = false;

/** A recording under way. */
export class CopyProfile {
  readonly #addon: ProfileAddon;
  readonly #options: RecordingOptions;
  readonly #slots: Slots;
  readonly #problem: string;
  readonly #startedAt = new Date();
  readonly #started: number = performance.now();
  #recording: Recording | undefined;

  /** @internal */
  constructor(addon: ProfileAddon, options: RecordingOptions, problem: string) {
    this.#addon = addon;
    this.#options = options;
    this.#problem = problem;
    this.#slots = startCounting(addon, options);
    isRecording = true;
  }

  /**
   * What has been recorded so far; recording goes on.
   *
   * *Copies:* the recording. Its own work is not recorded.
   *
   * *Complexity:* O(stacks + functions), and reads the files that they name.
   *
   * @example
   * ```ts
   * import { startProfile } from "zerocopy/profile";
   *
   * const profile = startProfile();
   * console.log(profile.read().stacks.length);
   * ```
   */
  read(): Recording {
    if (this.#recording) return this.#recording;
    this.#addon.guard(1);
    try {
      return this.#build();
    } finally {
      this.#addon.guard(0);
    }
  }

  /**
   * Ends the recording, and says what was recorded. May be called again.
   *
   * *Copies:* the recording.
   *
   * *Complexity:* as {@link read}.
   *
   * @example
   * ```ts
   * import { sitesOf, startProfile } from "zerocopy/profile";
   *
   * const profile = startProfile();
   * const recording = profile.stop();
   * console.log(sitesOf(recording)[0]);
   * ```
   */
  stop(): Recording {
    if (!this.#recording) {
      this.#addon.stop();
      this.#recording = this.#build();
      isRecording = false;
    }
    return this.#recording;
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #build(): Recording {
    const resolver = new Resolver(this.#addon);
    const names = this.#addon.calls();
    const [lostSamples, rows] = this.#addon.stacks();
    const kinds = threadKinds(this.#addon.threads(), rows, resolver);
    const threads = this.#addon
      .threads()
      .map((thread, index) => threadRecord(thread, kinds[index]!, names));
    const stacks = rows
      .filter((row) => !isOfEngine(row, threads))
      .map((row) => stackRecord(row, names, resolver));
    return {
      format: "zerocopy-profile",
      version: recordingVersion,
      tier: this.#problem === "" ? "native" : "totals",
      reason: this.#problem,
      runtime: {
        node: process.versions.node,
        v8: process.versions.v8,
        platform: process.platform,
        arch: process.arch,
      },
      program: { command: process.argv.slice(1), directory: process.cwd(), pid: process.pid },
      startedAt: this.#startedAt.toISOString(),
      durationMs: performance.now() - this.#started,
      options: this.#options,
      threads,
      functions: resolver.functions,
      stacks: scaled(stacks, threads),
      origins: [],
      timeline: [],
      sources: {},
      lostSamples,
      foreignSlots: this.#slots[2],
      blindSpots: nativeBlindSpots,
    };
  }
}

/**
 * Starts to record what this process copies: exact totals, and by sampled stacks where.
 *
 * Lines are known of functions that were compiled afterwards, so start early; of others the function
 * is known. Threads other than this one are counted, and give stacks once they have called
 * {@link attachThread}.
 *
 * *Copies:* none. *Complexity:* O(loaded code), about 10 ms.
 *
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED where the binary of the profiler is missing or switched off.
 * @throws {ZeroCopyError} ERR_PROFILE_RUNNING while another recording is under way.
 * @throws {ValueError} for a number that is out of range.
 *
 * @example
 * ```ts
 * import { startProfile } from "zerocopy/profile";
 *
 * const profile = startProfile();
 * Buffer.concat([Buffer.alloc(1 << 20)]);
 * const { stacks, threads } = profile.stop();
 * ```
 */
export function startProfile(options: ProfileOptions = {}): CopyProfile {
  const wanted = checked({ ...defaults, ...options });
  const state = profileAddonState();
  if (!state.addon) {
    throw new ZeroCopyError(
      "ERR_NOT_SUPPORTED",
      `Cannot profile copies: wanted zerocopy-profile.node, found that ${state.reason}` +
        (state.advice && `; ${state.advice}`),
    );
  }
  if (isRecording) {
    throw new ZeroCopyError(
      "ERR_PROFILE_RUNNING",
      "Cannot start a profile: wanted none in this process, found one under way; stop it first",
    );
  }
  const problem = prepare(state.addon);
  return new CopyProfile(state.addon, wanted, problem);
}

/**
 * Takes stacks on this thread too. For workers; {@link startProfile} does it for its own.
 *
 * *Copies:* none. *Complexity:* O(loaded code).
 *
 * @returns Whether it does: false without the binary of the profiler.
 *
 * @example
 * ```ts
 * import { attachThread } from "zerocopy/profile";
 *
 * attachThread(); // at the top of a worker
 * ```
 */
export function attachThread(): boolean {
  const { addon } = profileAddonState();
  return addon !== undefined && attach(addon) === "";
}

/** Empty, or why there are no stacks. */
function prepare(addon: ProfileAddon): string {
  return attach(addon) || selfTest(addon);
}

let isAttached = false;

function attach(addon: ProfileAddon): string {
  const missing = addon.missing();
  if (missing !== null) return `this Node has no ${missing}`;
  if (isAttached) return "";
  // The first would compile code of which V8 keeps no lines; the second would not keep them at all.
  v8.setFlagsFromString("--no-sparkplug");
  v8.setFlagsFromString("--no-enable-lazy-source-positions");
  if (addon.attach() !== 1) return "V8 gives no stacks on this thread";
  isAttached = true;
  setInterval(() => addon.settle(), settleMs).unref();
  return "";
}

function startCounting(addon: ProfileAddon, options: RecordingOptions): Slots {
  const { minimumBytes, bytesPerSample, isAdaptive, seed } = options;
  const slots = addon.start(minimumBytes, bytesPerSample, isAdaptive ? 1 : 0, seed);
  if (typeof slots === "number") throw systemError(slots, "dlsym");
  return slots;
}

function checked(options: RecordingOptions): RecordingOptions {
  for (const name of ["minimumBytes", "bytesPerSample"] as const) {
    const value: unknown = options[name];
    if (!Number.isSafeInteger(value) || Number(value) < 1) {
      throw new ValueError(
        `Cannot start a profile: wanted ${name} as a whole number from 1, found ${String(value)}`,
      );
    }
  }
  if (!Number.isSafeInteger(options.seed)) {
    throw new ValueError(
      `Cannot start a profile: wanted seed as a whole number, found ${String(options.seed)}`,
    );
  }
  return options;
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
function threadKinds(
  threads: readonly RawThread[],
  rows: readonly Float64Array[],
  resolver: Resolver,
): ThreadRecord["kind"][] {
  const callers = threads.map(([, , caller]) => [caller]);
  for (const row of rows) {
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
    frames: resolver.framesOf(row, stackHead, caller, callback),
    origin: -1,
  };
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
