/** `zerocopy profile app.js`: runs it, and makes one recording of what its processes leave behind. */
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { isProfilerOff } from "../../native/binding.ts";
import { problemFile, readSnapshots } from "../../profile/handover.ts";
import type { Recording } from "../../profile/model.ts";
import { makeFolder, removeLeftFolders } from "./folders.ts";
import type { ProfileOrder } from "./options.ts";
import { startOf } from "./program.ts";
import { run } from "./run.ts";
import type { End } from "./run.ts";

type RecordOrder = Extract<ProfileOrder, { do: "record" }>;

export interface Recorded {
  readonly end: End;
  /** Undefined: nothing was recorded, `problem` says why. */
  readonly recording: Recording | undefined;
  /** Nothing was to be recorded: `ZEROCOPY_PROFILE=0` is set. */
  readonly isOff: boolean;
  readonly problem: string;
  /** On the processes whose recordings it is made of; empty for one. */
  readonly note: string;
}

/** @throws {UserError} when there is nothing to run, or no way to record it. */
export async function record(order: RecordOrder): Promise<Recorded> {
  const { bytesPerSample, minimumBytes, children } = order;
  const isOff = isProfilerOff(); // then the program runs as it would
  const folder = makeFolder();
  try {
    const options = { folder, bytesPerSample, minimumBytes, children };
    const running = run(startOf(order.program, options), order.durationMs);
    // Loaded while it runs: it does not wait for what comes after it.
    const [{ assemble }, { mergeRecordings }, end] = await Promise.all([
      import("../../profile/assemble.ts"),
      import("../../profile/merge.ts"),
      running,
    ]);
    let unreadable = 0;
    const snapshots = isOff ? [] : readSnapshots(folder, () => (unreadable += 1));
    const recordings = snapshots.map((snapshot) => assemble(snapshot, order.withSources));
    return {
      end,
      isOff,
      recording: recordings.length > 0 ? mergeRecordings(recordings) : undefined,
      problem: recordings.length > 0 ? "" : problemIn(folder, end, isOff),
      note: noteOn(recordings.length, unreadable),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    removeLeftFolders();
  }
}

function noteOn(read: number, unreadable: number): string {
  const others = unreadable > 0 ? `; what ${unreadable} more have left cannot be read here` : "";
  return read > 1 || unreadable > 0 ? `${read} processes are told of as one${others}` : "";
}

function problemIn(folder: string, { signal }: End, isOff: boolean): string {
  if (isOff) return "ZEROCOPY_PROFILE=0 is set";
  try {
    return readFileSync(path.join(folder, problemFile), "utf8");
  } catch {
    return signal
      ? `${signal} has ended the program before any of it was kept`
      : "the program has ended before it was loaded, was not allowed to write it, or was no Node program";
  }
}
