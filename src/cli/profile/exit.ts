/**
 * What the exit of `zerocopy profile` says: what the program's own said, and 3 when it went well but a
 * condition of --fail-if did not hold.
 */
import { constants } from "node:os";
import type { End } from "./run.ts";

const failedConditions = 3;

/** They end a program because somebody wants it to end. */
const requests = new Set(["SIGINT", "SIGTERM", "SIGHUP"]);

export interface Outcome {
  readonly end: End;
  readonly hasFailed: boolean;
  /** What was asked for could not be had: no recording, or no file of it. */
  readonly isIncomplete: boolean;
}

export function exitAs({ end, hasFailed, isIncomplete }: Outcome): void {
  const { code, signal, isTimedOut } = end;
  const isRequested = isTimedOut || (signal !== null && requests.has(signal));
  if (code !== 0 && !isRequested) {
    process.exitCode = code ?? 128 + constants.signals[signal!];
  } else if (hasFailed) {
    process.exitCode = failedConditions;
  } else if (isIncomplete) {
    process.exitCode = 1;
  } else if (signal !== null && !isTimedOut) {
    raise(signal);
  }
}

/** A shell stops its loop when a program was ended by Ctrl-C, not when it says 130. */
function raise(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
