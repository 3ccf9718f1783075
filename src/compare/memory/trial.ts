/** A trial of consuming memory: one process that makes the buffer, goes through it, and reports. */
import type { TrialOrder, TrialResult } from "../chapter.ts";
import { startProcess, watch } from "../measure/processes.ts";
import type { TrialFailure } from "../measure/messages.ts";
import { expectedCopies } from "./mechanism.ts";
import { mechanisms } from "./mechanisms.ts";

export interface ConsumerTask {
  readonly mechanism: string;
  readonly bytes: number;
  /** Hash the pieces, in one pass; only where content is checked, so that it is never measured. */
  readonly hash: boolean;
}

export type ConsumerMessage = ({ readonly type: "sample" } & TrialResult) | TrialFailure;

/** Slow enough for any memory, fast enough to notice that nothing happens any more. */
const slowestBytesPerSecond = 100e6;
const patienceMs = 60_000;

export function trial(order: TrialOrder): Promise<TrialResult> {
  const { mechanism, input, phase, signal } = order;
  const task = { mechanism: mechanism.id, bytes: input.count, hash: phase === "check" };
  const script = new URL("./consumer.js", import.meta.url);
  return watch({
    mechanism: mechanism.id,
    processes: { consumer: startProcess(script, task satisfies ConsumerTask) },
    limitMs: patienceMs + (workBytes(order) / slowestBytesPerSecond) * 1000,
    signal,
    hear: ({ sample, sha256 }: Exclude<ConsumerMessage, TrialFailure>) => ({ sample, sha256 }),
  });
}

/** Of one pass: filling the buffer, and what is copied. */
export function workBytes({ mechanism, input }: Omit<TrialOrder, "signal">): number {
  const own = mechanisms.find(({ id }) => id === mechanism.id);
  return input.count + (own ? expectedCopies(own, input.count) : 0);
}
