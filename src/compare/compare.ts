/**
 * A comparison: for each input, every mechanism once with its content checked, then rounds that are
 * measured. The rounds are interleaved (each runs every mechanism once), so that whatever else the
 * machine does meets all of them alike.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { addonState } from "../native/binding.ts";
import { InputError } from "./chapter.ts";
import type { Chapter, FilePart, Input, Mechanism, Situation } from "./chapter.ts";
import { describeEnvironment } from "./environment.ts";
import type { Load } from "./measure/messages.ts";
import { makeCold, residentFraction } from "./measure/residency.ts";
import type { Sample } from "./measure/sample.ts";
import { figuresOf } from "./measure/statistics.ts";
import { runTrial, TrialError } from "./measure/trial.ts";
import type { Comparison, Run } from "./report/comparison.ts";
import { bytes } from "./report/format.ts";
import { summarySentence } from "./report/summary.ts";

export interface CompareOptions {
  readonly chapter: Chapter;
  /** One run each, in order. */
  readonly inputs: readonly Input[];
  readonly mechanisms: readonly Mechanism[];
  readonly rounds: number;
  readonly situation: Situation;
  /** Repeats this comparison; printed with the result. */
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly phase: "check" | "measure";
  readonly mechanism: Mechanism;
  readonly bytes: number;
  /** Of all the work there is, as far as it can be foreseen. */
  readonly fractionDone: number;
}

/**
 * Measures `mechanisms` on `inputs`.
 *
 * @throws {TrialError} when a trial fails or content arrives changed.
 * @throws {InputError} when a file cannot be read, or not be made cold.
 * @throws the reason of `signal` when it aborts. No process is left in any case.
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const { chapter, inputs, rounds, situation } = options;
  const { runnable, notRun } = sortOut(options);
  if (runnable.length === 0) {
    throw new InputError(
      `Cannot measure ${notRun.map(({ id, reason }) => `${id}: ${reason}`).join("; ")}`,
    );
  }
  const progress = new Foresight(options, runnable.length);

  const runs: Run[] = [];
  for (const input of inputs) runs.push(await measureInput(options, input, runnable, progress));

  const comparison = {
    schema: "zerocopy.compare/1" as const,
    chapter: chapter.id,
    command: options.command,
    environment: describeEnvironment(inputs[0]?.path ?? "."),
    situation,
    rounds,
    runs,
    notRun,
  };
  return { ...comparison, summary: summarySentence(comparison) };
}

/** Which mechanisms can run here and on these inputs, and why the others cannot. */
function sortOut({ mechanisms, inputs }: CompareOptions): {
  runnable: Mechanism[];
  notRun: Comparison["notRun"];
} {
  const state = addonState();
  const largest = Math.max(...inputs.map(({ fileBytes }) => fileBytes));
  const reasonOf = ({ needsAddon, mostFileBytes = Infinity }: Mechanism): string | undefined => {
    if (needsAddon && !state.addon) return "it needs the native addon";
    return largest > mostFileBytes ? `it takes files up to ${bytes(mostFileBytes)}` : undefined;
  };
  const notRun = mechanisms.flatMap((mechanism) => {
    const reason = reasonOf(mechanism);
    return reason === undefined ? [] : [{ id: mechanism.id, label: mechanism.label, reason }];
  });
  return { runnable: mechanisms.filter((mechanism) => !reasonOf(mechanism)), notRun };
}

async function measureInput(
  { chapter, rounds, situation, signal, onProgress }: CompareOptions,
  input: Input,
  mechanisms: readonly Mechanism[],
  progress: Foresight,
): Promise<Run> {
  const { path, name, offset, count, fileBytes, temporary } = input;
  const part: FilePart = { path, offset, count };
  const load = loadFor(input, situation);
  const trial = async (mechanism: Mechanism, phase: Progress["phase"]) => {
    const used = phase === "check" ? single : load;
    onProgress({ phase, mechanism, bytes: count, fractionDone: progress.fraction });
    const task = { chapter: chapter.id, mechanism: mechanism.id, part, fileBytes, load: used };
    const result = await runTrial(task, { hash: phase === "check", signal });
    progress.add(count * used.transfers);
    return result;
  };

  const sha256 = await hashPart(part, signal); // and brings the file into the page cache
  for (const mechanism of mechanisms) {
    const { sha256: arrived } = await trial(mechanism, "check");
    if (arrived !== sha256) {
      throw new TrialError(`Cannot measure ${mechanism.id}: other bytes arrived than were sent`);
    }
  }
  const samples = new Map<Mechanism, Sample[]>(mechanisms.map((mechanism) => [mechanism, []]));
  for (let round = 0; round < rounds; round++) {
    for (const mechanism of mechanisms) {
      if (situation.cold) await makeCold(path);
      const resident = residentFraction(path);
      const { sample } = await trial(mechanism, "measure");
      samples.get(mechanism)?.push({ ...sample, residentFraction: resident });
    }
  }
  return {
    input: { path: name, temporary, fileBytes, offset, bytes: count, sha256 },
    transfers: load.transfers,
    mechanisms: mechanisms.map((mechanism) => {
      const own = samples.get(mechanism) ?? [];
      const { id, label, description, baseline = false, contender = false } = mechanism;
      const taken = own.at(-1)?.path ?? "none";
      const figures = figuresOf(own);
      return { id, label, description, baseline, contender, path: taken, figures, samples: own };
    }),
  };
}

const single: Load = { transfers: 1, concurrency: 1, slowReader: false };

/** A trial of a small file repeats the transfer until this much has been sent, or this often. */
const trialBytes = 8 << 20;
const mostTransfers = 256;
/** For a small range of a large file, which `readFile` reads whole each time. */
const mostReadBytes = 1e9;

function loadFor({ count, fileBytes }: Input, situation: Situation): Load {
  const { cold, concurrency, slowReader } = situation;
  const wanted = Math.min(mostTransfers, Math.ceil(trialBytes / count));
  const once = cold || slowReader; // cold only the first time
  const repeats = once ? 1 : Math.min(wanted, Math.ceil(mostReadBytes / fileBytes));
  return { transfers: Math.max(repeats, concurrency), concurrency, slowReader };
}

/** How much is done and left to do, by what trials cost: their processes, and their bytes. */
class Foresight {
  readonly #total: number;
  #done = 0;

  /** In bytes that take as long as starting the processes of a trial. */
  static readonly #trialCost = 100e6;

  constructor({ inputs, rounds, situation }: CompareOptions, mechanisms: number) {
    this.#total = inputs.reduce((sum, input) => {
      const sent = input.count * (1 + rounds * loadFor(input, situation).transfers);
      return sum + mechanisms * ((1 + rounds) * Foresight.#trialCost + sent);
    }, 0);
  }

  get fraction(): number {
    return this.#done / this.#total;
  }

  add(sentBytes: number): void {
    this.#done += Foresight.#trialCost + sentBytes;
  }
}

async function hashPart({ path, offset, count }: FilePart, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  const options = { start: offset, end: offset + count - 1, highWaterMark: 1 << 20 };
  try {
    await pipeline(createReadStream(path, options), hash, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new InputError(`Cannot read ${path}: ${(error as Error).message}`);
  }
  return hash.digest("hex");
}
