/** What a test opens is closed after it; then nothing may be left open. */
import fs from "node:fs";
import { afterEach, beforeEach } from "vitest";
import { until } from "./until.ts";

const cleanups: (() => unknown)[] = [];

/** Runs after the test, the last registered first. Needs {@link leaveNothingOpen}. */
export function later(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/**
 * For a whole file: runs the clean-ups after each test, then waits until no more descriptors are
 * open than before it.
 */
export function leaveNothingOpen(): void {
  let before: readonly string[] = [];
  beforeEach(() => {
    before = openDescriptors();
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
    const left = (): string[] => openDescriptors().filter((one) => !before.includes(one));
    await until(
      () => openDescriptors().length <= before.length,
      () => `descriptors left open: ${left().join(", ")}`,
    );
  });
}

/** What each descriptor of this process stands for. */
export function openDescriptors(): string[] {
  return fs.readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [`${fd} ${fs.readlinkSync(`/proc/self/fd/${fd}`)}`];
    } catch {
      return []; // the folder's own, closed by now
    }
  });
}
