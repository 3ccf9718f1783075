/**
 * Loaded before a program (`node -r`), it records the whole of it and writes the recording when the
 * program ends. In a worker, which inherits the flag, it only takes stacks: there is one recording per
 * process. Children inherit nothing. Not by `--import`: Node does not do that in workers whose code is a
 * text.
 */
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { attachThread, startProfile } from "./record.ts";
import type { ProfileOptions } from "./record.ts";

/** What to do, as JSON, in the environment variable of this name. */
export const preloadVariable = "ZEROCOPY_PROFILE_RECORD";

export interface PreloadOptions extends ProfileOptions {
  /** Where the recording goes. */
  readonly output: string;
}

function record(text: string): void {
  const { output, ...options } = JSON.parse(text) as PreloadOptions;
  const profile = startProfile(options);
  process.on("exit", () => writeFileSync(output, JSON.stringify(profile.stop())));
}

const wanted = process.env[preloadVariable];
if (!isMainThread) {
  attachThread();
} else if (wanted !== undefined) {
  delete process.env[preloadVariable];
  record(wanted);
}
