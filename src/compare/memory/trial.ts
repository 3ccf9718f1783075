/** A trial where only memory moves: one process that makes the content, works on it, and reports. */
import type { Chapter, TrialOrder, TrialResult } from "../chapter.ts";
import { startProcess, watch } from "../measure/processes.ts";
import type { TrialFailure } from "../measure/messages.ts";

export interface PassTask {
  readonly mechanism: string;
  readonly bytes: number;
  /** Hash the content, in one pass; only where it is checked, so that it is never measured. */
  readonly hash: boolean;
}

export type PassMessage = ({ readonly type: "sample" } & TrialResult) | TrialFailure;

/** Slow enough for any memory, fast enough to notice that nothing happens any more. */
const slowestBytesPerSecond = 100e6;
const patienceMs = 60_000;

/**
 * Trials by a process that runs `script`, called `name` when it dies.
 *
 * @param copiedBytes - what a pass of a mechanism copies, by arithmetic.
 */
export function passTrials(
  name: string,
  script: URL,
  copiedBytes: (mechanism: string, contentBytes: number) => number,
): Pick<Chapter, "transfers" | "workBytes" | "trial"> {
  /** Of one pass: filling the buffer, and what is copied. */
  const workBytes = ({ mechanism, input }: Omit<TrialOrder, "signal">): number =>
    input.count + copiedBytes(mechanism.id, input.count);
  return {
    transfers: () => 1,
    workBytes,
    trial(order) {
      const { mechanism, input, phase, signal } = order;
      const task = { mechanism: mechanism.id, bytes: input.count, hash: phase === "check" };
      return watch({
        mechanism: mechanism.id,
        processes: { [name]: startProcess(script, task satisfies PassTask) },
        limitMs: patienceMs + (workBytes(order) / slowestBytesPerSecond) * 1000,
        signal,
        hear: ({ sample, sha256 }: Exclude<PassMessage, TrialFailure>) => ({ sample, sha256 }),
      });
    },
  };
}
