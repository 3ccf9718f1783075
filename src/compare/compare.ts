/**
 * A comparison: for each input, every mechanism once with its content checked, then rounds that are
 * measured. The rounds are interleaved (each runs every mechanism once), so that whatever else the
 * machine does meets all of them alike.
 */
import { addonState } from "../native/binding.ts";
import { InputError } from "./chapter.ts";
import type { Chapter, Input, Mechanism, TrialOrder } from "./chapter.ts";
import { describeEnvironment } from "./environment.ts";
import { TrialError } from "./measure/processes.ts";
import type { Sample } from "./measure/sample.ts";
import { figuresOf } from "./measure/statistics.ts";
import type { Comparison, NotRun, Run } from "./report/comparison.ts";
import type { Situation } from "./situation.ts";

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
  readonly phase: TrialOrder["phase"];
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
  const { chapter, rounds, situation } = options;
  const { plans, notRun } = sortOut(options);
  if (plans.length === 0) {
    throw new InputError(
      `Cannot measure ${notRun.map(({ id, reason }) => `${id}: ${reason}`).join("; ")}`,
    );
  }
  const progress = new Foresight(options, plans);

  const runs: Run[] = [];
  for (const plan of plans) runs.push(await measureInput(options, plan, progress));

  const comparison = {
    schema: "zerocopy.compare/1" as const,
    chapter: chapter.id,
    command: options.command,
    environment: describeEnvironment(plans[0]?.input.path),
    situation,
    rounds,
    runs,
    notRun,
  };
  return { ...comparison, summary: chapter.telling.summary(comparison) };
}

/** An input with those that can run on it. */
interface Plan {
  readonly input: Input;
  readonly mechanisms: readonly Mechanism[];
}

/** Which mechanisms can run here and on which inputs, and why not on the others. */
function sortOut({ mechanisms, inputs }: CompareOptions): { plans: Plan[]; notRun: NotRun[] } {
  const state = addonState();
  const reasonOf = ({ needsAddon, unfit }: Mechanism, input: Input): string | undefined =>
    needsAddon && !state.addon ? "it needs the native addon" : unfit?.(input);
  const plans = inputs.map((input) => ({
    input,
    mechanisms: mechanisms.filter((mechanism) => !reasonOf(mechanism, input)),
  }));
  const notRun = mechanisms.flatMap((mechanism) => {
    const { id, label } = mechanism;
    const reason = inputs.map((input) => reasonOf(mechanism, input)).find(Boolean);
    return reason === undefined ? [] : [{ id, label, reason }];
  });
  return { plans: plans.filter((plan) => plan.mechanisms.length > 0), notRun };
}

async function measureInput(
  { chapter, rounds, situation, signal, onProgress }: CompareOptions,
  { input, mechanisms }: Plan,
  progress: Foresight,
): Promise<Run> {
  const { name: path, offset, count: bytes, fileBytes, temporary } = input;
  const trial = async (mechanism: Mechanism, phase: Progress["phase"]) => {
    onProgress({ phase, mechanism, bytes, fractionDone: progress.fraction });
    const order = { mechanism, input, situation, phase };
    const result = await chapter.trial({ ...order, signal });
    progress.add(chapter.workBytes(order));
    return result;
  };

  const sha256 = await chapter.hash(input, signal); // and brings a file into the page cache
  for (const mechanism of mechanisms) {
    const { sha256: arrived } = await trial(mechanism, "check");
    if (arrived !== sha256) {
      throw new TrialError(`Cannot measure ${mechanism.id}: other bytes arrived than were sent`);
    }
  }
  const samples = new Map<Mechanism, Sample[]>(mechanisms.map((mechanism) => [mechanism, []]));
  for (let round = 0; round < rounds; round++) {
    for (const mechanism of mechanisms) {
      const { sample } = await trial(mechanism, "measure");
      samples.get(mechanism)?.push(sample);
    }
  }
  return {
    input: { path, temporary, fileBytes, offset, bytes, sha256 },
    transfers: chapter.transfers(input, situation),
    mechanisms: mechanisms.map((mechanism) => {
      const own = samples.get(mechanism) ?? [];
      const { id, label, description, baseline = false, contender = false } = mechanism;
      const taken = own.at(-1)?.path ?? "none";
      const figures = figuresOf(own);
      return { id, label, description, baseline, contender, path: taken, figures, samples: own };
    }),
  };
}

/** How much is done and left to do, by what trials cost: their processes, and their bytes. */
class Foresight {
  readonly #total: number;
  #done = 0;

  /** In bytes that take as long as starting the processes of a trial. */
  static readonly #trialCost = 100e6;

  constructor({ chapter, rounds, situation }: CompareOptions, plans: readonly Plan[]) {
    const costOf = (input: Input, mechanism: Mechanism): number => {
      const order = { mechanism, input, situation };
      const check = chapter.workBytes({ ...order, phase: "check" });
      const measured = chapter.workBytes({ ...order, phase: "measure" });
      return (1 + rounds) * Foresight.#trialCost + check + rounds * measured;
    };
    this.#total = plans
      .flatMap(({ input, mechanisms }) => mechanisms.map((one) => costOf(input, one)))
      .reduce((sum, cost) => sum + cost, 0);
  }

  get fraction(): number {
    return this.#done / this.#total;
  }

  add(movedBytes: number): void {
    this.#done += Foresight.#trialCost + movedBytes;
  }
}
