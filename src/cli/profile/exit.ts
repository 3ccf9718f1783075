/**
 * What the exit of `zerocopy profile` says: what the program's own said, and 3 when it went well but a
 * condition of --fail-if did not hold.
 */
import { constants } from "node:os";
import type { End } from "./run.ts";
import type { Shown } from "./show.ts";

const failedConditions = 3;

/** They end a program because somebody wants it to end. */
const requests = new Set(["SIGINT", "SIGTERM", "SIGHUP"]);

/** @param shown - undefined when there was nothing to show, though it was asked for. */
export function exitAs({ code, signal, isTimedOut }: End, shown: Shown | undefined): void {
  const isRequested = isTimedOut || (signal !== null && requests.has(signal));
  if (code !== 0 && !isRequested) {
    process.exitCode = code ?? 128 + constants.signals[signal!];
    return;
  }
  exitAsShown(shown ?? { hasFailed: false, isIncomplete: true });
  if (process.exitCode === undefined && signal !== null && !isTimedOut) raise(signal);
}

export function exitAsShown({ hasFailed, isIncomplete }: Shown): void {
  if (hasFailed) process.exitCode = failedConditions;
  else if (isIncomplete) process.exitCode = 1;
}

/** For work in one go, which looks at no signal meanwhile: Ctrl-C ends it all the same. */
export function endBySignals(): void {
  for (const signal of requests) process.removeAllListeners(signal);
}

/** A shell stops its loop when a program was ended by Ctrl-C, not when it says 130. */
function raise(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
