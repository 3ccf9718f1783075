/**
 * Recording: starts and stops the addon, and makes a {@link Recording} of what it has seen. There is
 * one recording per process at a time, because the hooks are the process's.
 */
import v8 from "node:v8";
import { ValueError, ZeroCopyError } from "../core/errors.ts";
import { isProfilerOff, profileAddonState } from "../native/binding.ts";
import type { CopyCounter, ProfileAddon, Slots } from "../native/profileAddon.ts";
import { systemError } from "../native/systemError.ts";
import { assemble } from "./assemble.ts";
import { now } from "./clock.ts";
import type { ProgramRecord, Recording, RecordingOptions } from "./model.ts";
import { followOperations } from "./origin.ts";
import { selfTest } from "./selfTest.ts";
import { takeSnapshot } from "./snapshot.ts";
import type { Snapshot } from "./snapshot.ts";
import { Timeline } from "./timeline.ts";
import { wrapFor } from "./wrappers/index.ts";
import { ModelledCopies } from "./wrappers/modelledCopies.ts";
import type { Wrapped } from "./wrappers/wrapping.ts";

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
  readonly #counter: CopyCounter;
  readonly #options: RecordingOptions;
  readonly #slots: Slots;
  readonly #problem: string;
  readonly #program: ProgramRecord = {
    command: process.argv.slice(1),
    directory: process.cwd(),
    pid: process.pid,
  };
  readonly #wrapped: Wrapped;
  readonly #startedAt = new Date();
  readonly #started: number = now();
  readonly #timeline: Timeline;
  readonly #timer: NodeJS.Timeout;
  readonly #endFollowing: () => void;
  #recording: Recording | undefined;

  /** @internal */
  constructor(
    counter: ProfileAddon | ModelledCopies,
    options: RecordingOptions,
    problem: string,
    isFirst: boolean,
  ) {
    this.#counter = counter;
    this.#options = options;
    this.#problem = problem;
    this.#wrapped = wrapFor(counter, options.minimumBytes);
    this.#timeline = new Timeline(counter.calls());
    this.#endFollowing =
      counter instanceof ModelledCopies ? () => undefined : followOperations(counter, isFirst);
    this.#slots = startCounting(counter, options);
    this.#timer = setInterval(() => {
      this.#timeline.look(counter.threads(), this.#passedMs());
    }, settleMs).unref();
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
    return this.#recording ?? this.unrecorded(() => assemble(this.snapshot()));
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
      this.#counter.stop();
      this.#wrapped.remove();
      this.#endFollowing();
      clearInterval(this.#timer);
      this.#recording = assemble(this.snapshot());
      isRecording = false;
    }
    return this.#recording;
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /**
   * What {@link read} makes a recording of. Quick: it reads no file.
   *
   * @internal
   */
  snapshot(): Snapshot {
    return this.unrecorded(() =>
      takeSnapshot(this.#counter, this.#timeline, {
        reason: this.#problem,
        program: this.#program,
        startedAt: this.#startedAt.toISOString(),
        durationMs: this.#passedMs(),
        options: this.#options,
        foreignSlots: this.#slots[2],
        unwrapped: this.#wrapped.frozen,
      }),
    );
  }

  /**
   * What `work` copies is not the program's.
   *
   * @internal
   */
  unrecorded<T>(work: () => T): T {
    return unrecordedBy(this.#counter, work);
  }

  #passedMs(): number {
    return now() - this.#started;
  }
}

/**
 * Starts to record what this process copies: exact totals, and by sampled stacks where. Without the hooks
 * of zerocopy-profile.node (not Linux, not built, not for this V8) it records what functions of Node are
 * known to copy, of this thread: `tier` of the recording is `modelled` then, and `reason` says why.
 *
 * Lines are known of functions that were compiled afterwards, so start early; of others the function
 * is known. Threads other than this one are counted, and give stacks once they have called
 * {@link attachThread}.
 *
 * *Copies:* none. *Complexity:* O(loaded code), about 10 ms.
 *
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED when `ZEROCOPY_PROFILE=0` is set.
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
  return startRecording(options, false);
}

/**
 * As {@link startProfile}. `isFirst`: nothing of the program has run.
 *
 * @internal
 */
export function startRecording(options: ProfileOptions, isFirst: boolean): CopyProfile {
  const wanted = checked({ ...defaults, ...options });
  if (isProfilerOff()) {
    throw new ZeroCopyError(
      "ERR_NOT_SUPPORTED",
      "Cannot profile copies: wanted a profiler, found that ZEROCOPY_PROFILE=0 is set",
    );
  }
  const state = profileAddonState();
  if (isRecording || state.addon?.isCounting() === 1) {
    throw new ZeroCopyError(
      "ERR_PROFILE_RUNNING",
      "Cannot start a profile: wanted none in this process, found one under way; stop it first",
    );
  }
  const problem = state.addon
    ? prepare(state.addon)
    : `${state.reason}${state.advice && `; ${state.advice}`}`;
  const counter = state.addon && problem === "" ? state.addon : new ModelledCopies();
  return new CopyProfile(counter, wanted, problem, isFirst);
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
  return attachRecorder(false);
}

/**
 * As {@link attachThread}. `isFirst`: nothing of the program has run on this thread.
 *
 * @internal
 */
export function attachRecorder(isFirst: boolean): boolean {
  const { addon } = profileAddonState();
  if (addon === undefined || isAttached) return isAttached;
  if (attach(addon, isFirst) !== "") return false;
  unrecordedBy(addon, () => {
    wrapFor(addon, defaults.minimumBytes); // until the thread ends
    followOperations(addon, isFirst); // until the thread ends
  });
  return true;
}

function unrecordedBy<T>(counter: CopyCounter, work: () => T): T {
  counter.guard(1);
  try {
    return work();
  } finally {
    counter.guard(0);
  }
}

/** Empty, or why the hooks are not to be used. */
function prepare(addon: ProfileAddon): string {
  return attach(addon, false) || selfTest(addon);
}

let isAttached = false;

function attach(addon: ProfileAddon, isFirst: boolean): string {
  const missing = addon.missing();
  if (missing !== null) return `this Node has no ${missing}`;
  if (isAttached) return "";
  // The first would compile code of which V8 keeps no lines; the second would not keep them at all.
  v8.setFlagsFromString("--no-sparkplug");
  v8.setFlagsFromString("--no-enable-lazy-source-positions");
  if (addon.attach(isFirst ? 1 : 0) !== 1) return "V8 gives no stacks on this thread";
  isAttached = true;
  setInterval(() => addon.settle(), settleMs).unref();
  return "";
}

function startCounting(counter: CopyCounter, options: RecordingOptions): Slots {
  const { minimumBytes, bytesPerSample, isAdaptive, seed } = options;
  const slots = counter.start(minimumBytes, bytesPerSample, isAdaptive ? 1 : 0, seed);
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
