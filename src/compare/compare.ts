/**
 * A run: every mechanism once with its content checked, then rounds that are measured. The rounds are
 * interleaved (each runs every mechanism once), so that whatever else the machine does meets all of
 * them alike.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { addonState } from "../native/binding.ts";
import { InputError } from "./chapter.ts";
import type { Chapter, Input, Mechanism } from "./chapter.ts";
import { describeEnvironment } from "./environment.ts";
import { runTrial, TrialError } from "./measure/trial.ts";
import type { Sample } from "./measure/sample.ts";
import { figuresOf } from "./measure/statistics.ts";
import type { Comparison } from "./report/comparison.ts";
import { summarySentence } from "./report/summary.ts";

export interface CompareOptions {
  readonly chapter: Chapter;
  readonly input: Input;
  readonly mechanisms: readonly Mechanism[];
  readonly rounds: number;
  /** Repeats this run; printed with the result. */
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly phase: "check" | "measure";
  readonly mechanism: Mechanism;
  /** Trials finished, of all. */
  readonly done: number;
  readonly total: number;
}

/**
 * Measures `mechanisms` on `input`.
 *
 * @throws {TrialError} when a trial fails or content arrives changed; the reason of `signal` when it
 *   aborts. No process is left in any case.
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const { chapter, input, rounds, signal, onProgress } = options;
  const state = addonState();
  const runnable = options.mechanisms.filter((mechanism) => state.addon || !mechanism.needsAddon);
  const skipped = options.mechanisms.filter((mechanism) => !runnable.includes(mechanism));
  const total = runnable.length * (1 + rounds);
  let done = 0;

  const trial = (mechanism: Mechanism, phase: Progress["phase"]) => {
    onProgress({ phase, mechanism, done: done++, total });
    const task = {
      chapter: chapter.id,
      mechanism: mechanism.id,
      path: input.path,
      bytes: input.bytes,
    };
    return runTrial(task, { hash: phase === "check", signal });
  };

  const sha256 = await hashFile(input.path, signal); // and brings the file into the page cache
  for (const mechanism of runnable) {
    const { sha256: arrived } = await trial(mechanism, "check");
    if (arrived !== sha256) {
      throw new TrialError(`Cannot measure ${mechanism.id}: other bytes arrived than were sent`);
    }
  }
  const samples = new Map<Mechanism, Sample[]>(runnable.map((mechanism) => [mechanism, []]));
  for (let round = 0; round < rounds; round++) {
    for (const mechanism of runnable) {
      const { sample } = await trial(mechanism, "measure");
      samples.get(mechanism)?.push(sample);
    }
  }

  const comparison = {
    schema: "zerocopy.compare/1" as const,
    chapter: chapter.id,
    command: options.command,
    environment: describeEnvironment(input.path),
    input: { path: input.path, bytes: input.bytes, sha256 },
    rounds,
    mechanisms: runnable.map((mechanism) => {
      const own = samples.get(mechanism) ?? [];
      const { id, label, description, baseline = false, contender = false } = mechanism;
      const path = own.at(-1)?.path ?? "none";
      return {
        id,
        label,
        description,
        baseline,
        contender,
        path,
        figures: figuresOf(own),
        samples: own,
      };
    }),
    notRun: skipped.map(({ id, label }) => ({
      id,
      label,
      reason: state.addon ? "" : state.reason,
    })),
  };
  return { ...comparison, summary: summarySentence(comparison) };
}

async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  } catch (error) {
    throw signal.aborted
      ? error
      : new InputError(`Cannot read ${path}: ${(error as Error).message}`);
  }
  return hash.digest("hex");
}
