/**
 * What passes between the process that asks for a recording and the one that is recorded: the order in
 * a variable of the environment; back by a folder, in it a file per process, replaced as a whole.
 */
import fs from "node:fs";
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
const unfinished = ".part";

/** Whether a file of that name is one of those that are written here. */
export function isOfHandover(name: string): boolean {
  return name === problemFile || name.endsWith(ending) || name.endsWith(unfinished);
}

/** As they are before the program, which may replace those of `node:fs`, and count who calls them. */
const { closeSync, fchmodSync, openSync, renameSync, writeSync } = fs;

export function writeSnapshot(folder: string, snapshot: Snapshot): void {
  const file = `${folder}/${snapshot.program.pid}`;
  write(file + unfinished, serialize(snapshot));
  renameSync(file + unfinished, file + ending);
}

/** Fails silently: there is nobody else to tell. */
export function writeProblem(folder: string, error: unknown): void {
  try {
    write(`${folder}/${problemFile}`, Buffer.from((error as Error).message));
  } catch {
    // A full disk, or a process that may not write (--permission).
  }
}

function write(file: string, content: Uint8Array): void {
  const fd = openSync(file, "w");
  try {
    fchmodSync(fd, 0o600); // whatever the program's umask is
    for (let at = 0; at < content.length;) at += writeSync(fd, content, at);
  } finally {
    closeSync(fd);
  }
}

/**
 * The process that began first comes first.
 *
 * @param onUnreadable - a child of another version of Node may have left what this one cannot read.
 */
export function readSnapshots(folder: string, onUnreadable?: () => void): Snapshot[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .flatMap((name) => {
      const content = fs.readFileSync(path.join(folder, name));
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
