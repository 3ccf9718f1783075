/**
 * What passes between the process that asks for a recording and the one that is recorded: the order in
 * a variable of the environment; back by a folder, in it a file per process, replaced as a whole.
 */
import { readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import type { ProfileOptions } from "./record.ts";
import type { Snapshot } from "./snapshot.ts";

/** What to do, as JSON, in the environment variable of this name. */
export const preloadVariable = "ZEROCOPY_PROFILE_RECORD";

export interface PreloadOptions extends ProfileOptions {
  readonly folder: string;
  /** Children are recorded as well: they inherit what started this. */
  readonly children?: boolean;
}

/** Why there is no recording, in a file of this name. */
export const problemFile = "problem";

const ending = ".snapshot";

export function writeSnapshot(folder: string, snapshot: Snapshot): void {
  const file = path.join(folder, String(snapshot.program.pid));
  writeFileSync(`${file}.part`, serialize(snapshot));
  renameSync(`${file}.part`, file + ending);
}

/**
 * The process that began first comes first.
 *
 * @param onUnreadable - a child of another version of Node may have left what this one cannot read.
 */
export function readSnapshots(folder: string, onUnreadable?: () => void): Snapshot[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .flatMap((name) => {
      const content = readFileSync(path.join(folder, name));
      try {
        return [deserialize(content) as Snapshot];
      } catch (error) {
        if (!onUnreadable) throw error;
        onUnreadable();
        return [];
      }
    })
    .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
}
