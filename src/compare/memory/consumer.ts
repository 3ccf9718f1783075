/**
 * The process that is measured: makes the buffer, consumes it by one mechanism and reports what that
 * cost. A process per trial, so that no mechanism runs on what another warmed up, or left to the
 * garbage collector.
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { takeTask, tell } from "../measure/messages.ts";
import { startSample } from "../measure/sample.ts";
import type { Sample } from "../measure/sample.ts";
import { sixDigits } from "../measure/sixDigits.ts";
import { makeContent } from "./content.ts";
import { expectedCopies, pieceBytes } from "./mechanism.ts";
import type { MemoryMechanism } from "./mechanism.ts";
import { mechanisms } from "./mechanisms.ts";
import type { ConsumerMessage, ConsumerTask } from "./trial.ts";

/** For the work of starting up to be over. */
const settleMs = 20;
/** A trial repeats the pass until so much time has gone by: one pass over views takes microseconds. */
const trialMs = 100;

const task = takeTask() as ConsumerTask;

run().then(
  (message) => tell(message satisfies ConsumerMessage),
  (error: unknown) => {
    tell({ type: "failure", message: (error as Error).message } satisfies ConsumerMessage);
  },
);

async function run(): Promise<ConsumerMessage> {
  const mechanism = mechanisms.find(({ id }) => id === task.mechanism);
  if (!mechanism) throw new Error(`there is no mechanism ${task.mechanism}`);
  const content = makeContent(task.bytes);
  await sleep(settleMs);

  const hash = task.hash ? createHash("sha256") : undefined;
  const endSample = startSample();
  const passes = hash ? onePass(mechanism, content, hash) : repeat(mechanism, content);
  const moved = { bytes: task.bytes * passes, transfers: passes, path: mechanism.path };
  const sample = counted({ ...endSample(moved), residentFraction: null }, mechanism);
  return { type: "sample", sample, sha256: hash?.digest("hex") };
}

/** Where nothing but memory moves, the copies are those that were made in user space. */
function counted(sample: Sample, mechanism: MemoryMechanism): Sample {
  const { bytes, transfers, copiedBytes } = sample;
  const expected = expectedCopies(mechanism, task.bytes) * transfers;
  if (copiedBytes !== expected) {
    throw new Error(`it copied ${copiedBytes} bytes, and should have copied ${expected}`);
  }
  return { ...sample, copiesPerByte: sixDigits(copiedBytes / bytes) };
}

function onePass(
  mechanism: MemoryMechanism,
  content: Uint8Array,
  hash: { update(piece: Uint8Array): unknown },
): number {
  mechanism.consume(content, (piece) => void hash.update(piece));
  return 1;
}

/** Twice as many passes each time, so that the clock is not what is measured. */
function repeat(mechanism: MemoryMechanism, content: Uint8Array): number {
  const expected = sumOfFirstBytes(content);
  const started = performance.now();
  let passes = 0;
  for (let batch = 1; passes === 0 || performance.now() - started < trialMs; batch *= 2) {
    for (let pass = 0; pass < batch; pass++) {
      if (mechanism.consume(content) !== expected) throw new Error("it met other bytes");
    }
    passes += batch;
  }
  return passes;
}

function sumOfFirstBytes(content: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < content.length; at += pieceBytes) sum += content[at] ?? 0;
  return sum;
}
