import { setTimeout as sleep } from "node:timers/promises";

const deadlineMs = 10_000;

/** Waits for a condition; rejects with `what` is the matter when it does not come true in 10 s. */
export async function until(holds: () => boolean, what: string | (() => string)): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(typeof what === "string" ? what : what());
    await sleep(2);
  }
}

/** Waits until `value()` has stopped changing for 60 ms, and is not zero: something has stalled. */
export async function untilStill(value: () => number, what: string): Promise<number> {
  let before = 0;
  let since = performance.now();
  await until(() => {
    const now = value();
    if (now !== before) since = performance.now();
    before = now;
    return now > 0 && performance.now() - since >= 60;
  }, `${what} never stopped growing`);
  return before;
}

/** `promise`, or a rejection that says what was waited for, after 10 s. */
export async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  const timer = new AbortController();
  const late = sleep(deadlineMs, undefined, { signal: timer.signal }).then(
    () => {
      throw new Error(`waited 10 s for ${what}`);
    },
    () => undefined as never,
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}

/** Waits until no file is being opened, measured or closed off-thread. */
export async function untilFilesRest(): Promise<void> {
  const active = (): boolean => process.getActiveResourcesInfo().includes("FSReqCallback");
  await until(() => !active(), "a request of fs did not end");
}

/** What a rejection of this library, or of Node, may carry. */
export interface Failure extends Error {
  readonly code: string;
  readonly bytes: number;
}

/** The error that `promise` is rejected with, within 10 s. Called early, it also handles it. */
export function rejection(promise: Promise<unknown>): Promise<Failure> {
  const failed = promise.then(
    () => {
      throw new Error("wanted a rejection, but it was fulfilled");
    },
    (reason: Failure) => reason,
  );
  failed.catch(() => {});
  return inTime(failed, "a rejection");
}
