/**
 * The process that is measured: makes its content, does the work of one mechanism and reports what that
 * cost. A process per trial, so that no mechanism runs on what another warmed up, or left to the
 * garbage collector.
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { takeTask, tell } from "../measure/messages.ts";
import { startSample } from "../measure/sample.ts";
import type { Sample } from "../measure/sample.ts";
import { sixDigits } from "../measure/sixDigits.ts";
import { makeContent } from "../measure/content.ts";
import type { PassMessage, PassTask } from "./trial.ts";

/** For the work of starting up to be over. */
const settleMs = 20;
/** A trial repeats the pass until so much time has gone by: one pass over views takes microseconds. */
const trialMs = 100;

/** What a mechanism does with the content. */
export interface Work {
  readonly path: string;
  /**
   * Does it once.
   *
   * @param see - gets all bytes in order, where content is checked.
   * @returns proof that every piece was met, and in place.
   */
  pass(see?: (piece: Uint8Array) => void): number;
  readonly proof: number;
  /** Of one pass, by arithmetic. */
  readonly copiedBytes: number;
}

/** Takes the task of this process, and tells what came of it. */
export function measurePasses(open: (mechanism: string, content: Uint8Array) => Work): void {
  const task = takeTask() as PassTask;
  run(task, open).then(
    (message) => tell(message satisfies PassMessage),
    (error: unknown) => {
      tell({ type: "failure", message: (error as Error).message } satisfies PassMessage);
    },
  );
}

async function run(
  task: PassTask,
  open: (mechanism: string, content: Uint8Array) => Work,
): Promise<PassMessage> {
  const work = open(task.mechanism, makeContent(task.bytes));
  await sleep(settleMs);

  const hash = task.hash ? createHash("sha256") : undefined;
  const endSample = startSample();
  const passes = hash ? onePass(work, (piece) => void hash.update(piece)) : repeat(work);
  const moved = { bytes: task.bytes * passes, transfers: passes, path: work.path };
  const sample = counted({ ...endSample(moved), residentFraction: null }, work);
  return { type: "sample", sample, sha256: hash?.digest("hex") };
}

/** Where nothing but memory moves, the copies are those that were made in user space. */
function counted(sample: Sample, work: Work): Sample {
  const { bytes, transfers, copiedBytes } = sample;
  const expected = work.copiedBytes * transfers;
  if (copiedBytes !== expected) {
    throw new Error(`it copied ${copiedBytes} bytes, and should have copied ${expected}`);
  }
  return { ...sample, copiesPerByte: sixDigits(copiedBytes / bytes) };
}

function onePass(work: Work, see: (piece: Uint8Array) => void): number {
  work.pass(see);
  return 1;
}

/** Twice as many passes each time, so that the clock is not what is measured. */
function repeat(work: Work): number {
  const started = performance.now();
  let passes = 0;
  for (let batch = 1; passes === 0 || performance.now() - started < trialMs; batch *= 2) {
    for (let pass = 0; pass < batch; pass++) {
      if (work.pass() !== work.proof) throw new Error("it met other bytes");
    }
    passes += batch;
  }
  return passes;
}

/** The sum of the bytes at every multiple of `step`, of content that lies in one piece or in several. */
export function sumOfSteps(pieces: readonly Uint8Array[], step: number): number {
  let sum = 0;
  let at = 0;
  for (const piece of pieces) {
    for (; at < piece.length; at += step) sum += piece[at] ?? 0;
    at -= piece.length;
  }
  return sum;
}
