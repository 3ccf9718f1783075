/** A trial of sending a file: how it is loaded, and what is known only outside the measured process. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { InputError } from "../chapter.ts";
import type { Input, TrialOrder, TrialResult } from "../chapter.ts";
import type { Load } from "../measure/messages.ts";
import { makeCold, residentFraction } from "../measure/residency.ts";
import { runTrial } from "../measure/trial.ts";
import type { Situation } from "../situation.ts";
import type { FileInput } from "./input.ts";

/** Sends the file to another process; before a measured trial it is made cold, if that is wanted. */
export async function trial(order: TrialOrder<FileInput>): Promise<TrialResult> {
  const { mechanism, input, situation, phase, signal } = order;
  const { path, offset, count, fileBytes } = input;
  if (situation.cold && phase === "measure") await makeCold(path);
  const resident = residentFraction(path);
  const part = { path, offset, count };
  const task = { mechanism: mechanism.id, part, fileBytes, load: loadOf(order) };
  const { sample, sha256 } = await runTrial(task, { hash: phase === "check", signal });
  return { sample: { ...sample, residentFraction: resident }, sha256 };
}

export function workBytes(order: Omit<TrialOrder<FileInput>, "signal">): number {
  return order.input.count * loadOf(order).transfers;
}

const single: Load = { transfers: 1, concurrency: 1, slowReader: false };

function loadOf({ input, situation, phase }: Omit<TrialOrder, "signal">): Load {
  const { concurrency, slowReader } = situation;
  if (phase === "check") return single;
  return { transfers: transfers(input, situation), concurrency, slowReader };
}

/** A trial of a small file repeats the transfer until this much has been sent, or this often. */
const trialBytes = 8 << 20;
const mostTransfers = 256;
/** For a small range of a large file, which `readFile` reads whole each time. */
const mostReadBytes = 1e9;

export function transfers({ count, fileBytes }: Input, situation: Situation): number {
  const { cold, concurrency, slowReader } = situation;
  const wanted = Math.min(mostTransfers, Math.ceil(trialBytes / count));
  const once = cold || slowReader; // cold only the first time
  const repeats = once ? 1 : Math.min(wanted, Math.ceil(mostReadBytes / fileBytes));
  return Math.max(repeats, concurrency);
}

export async function hash(
  { path, offset, count }: FileInput,
  signal: AbortSignal,
): Promise<string> {
  const content = createHash("sha256");
  const options = { start: offset, end: offset + count - 1, highWaterMark: 1 << 20 };
  try {
    await pipeline(createReadStream(path, options), content, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new InputError(`Cannot read ${path}: ${(error as Error).message}`);
  }
  return content.digest("hex");
}
