/**
 * Loaded before a program (`node -r`), it records the whole of it, and leaves the recording in a folder
 * when the program ends: while it runs, too, because a process may be killed. In a worker, which
 * inherits the flag, it only takes stacks: there is one recording per process. Not by `--import`: Node
 * does not do that in workers whose code is a text.
 *
 * The program must not notice. What fails here is told to whoever reads the folder, never to the program.
 */
import Module from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { now, setTimeout } from "./clock.ts";
import { atEnd } from "./ending.ts";
import { preloadVariable, writeProblem, writeSnapshot } from "./handover.ts";
import type { PreloadOptions } from "./handover.ts";
import { attachRecorder, startRecording } from "./record.ts";
import type { CopyProfile } from "./record.ts";

/** While it runs: often at first, then once a second, or as much less as it takes of the time. */
const firstPauseMs = 125;
const longestPauseMs = 1000;
const mostOfTime = 0.005;

function record(text: string): void {
  const { folder, children = false, ...options } = JSON.parse(text) as PreloadOptions;
  if (!children) delete process.env[preloadVariable];
  try {
    const profile = startRecording(options, isFirst());
    const keep = (): void => keepSnapshot(profile, folder);
    profile.unrecorded(() => {
      atEnd(keep);
      keepFromTimeToTime(keep, firstPauseMs);
    });
  } catch (error) {
    writeProblem(folder, error);
  }
}

function keepSnapshot(profile: CopyProfile, folder: string): void {
  try {
    profile.unrecorded(() => writeSnapshot(folder, profile.snapshot()));
  } catch (error) {
    // The folder is full, say, or not for this user any more: what was kept before is what there is.
    writeProblem(folder, error);
  }
}

function keepFromTimeToTime(keep: () => void, pauseMs: number): void {
  setTimeout(() => {
    const begun = now();
    keep();
    const tookMs = now() - begun;
    const next = Math.min(2 * pauseMs, longestPauseMs);
    keepFromTimeToTime(keep, Math.max(next, tookMs / mostOfTime));
  }, pauseMs).unref();
}

const own = fileURLToPath(import.meta.url);
const library = path.resolve(own, "../../..");
const { _cache: loaded } = Module as unknown as { readonly _cache: Record<string, unknown> };

/** Whether NODE_OPTIONS have loaded nothing before. */
function isFirst(): boolean {
  return Object.keys(loaded).every((file) => file.startsWith(library));
}

/** The words that have loaded this, and what Node remembers of it. */
function removeTraces(): void {
  const at = process.execArgv.indexOf(own);
  if (at > 0) process.execArgv.splice(at - 1, 2);
  for (const file of Object.keys(loaded)) if (file.startsWith(library)) delete loaded[file];
}

const wanted = process.env[preloadVariable];
if (!isMainThread) {
  attachRecorder(isFirst());
} else if (wanted !== undefined) {
  record(wanted);
}
removeTraces();
