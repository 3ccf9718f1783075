/**
 * Snapshots on their way from the process that was recorded to the one that reports: a folder, and in
 * it a file per process, replaced as a whole.
 */
import { readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import type { Snapshot } from "./snapshot.ts";

const ending = ".snapshot";

export function writeSnapshot(folder: string, snapshot: Snapshot): void {
  const file = path.join(folder, String(snapshot.program.pid));
  writeFileSync(`${file}.part`, serialize(snapshot));
  renameSync(`${file}.part`, file + ending);
}

/** The process that began first comes first. */
export function readSnapshots(folder: string): Snapshot[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => deserialize(readFileSync(path.join(folder, name))) as Snapshot)
    .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
}
