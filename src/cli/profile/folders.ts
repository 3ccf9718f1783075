/**
 * Folders that programs leave their snapshots in, one for each run. The command removes its own, unless it is
 * killed: then a later one does.
 */
import { lstatSync, mkdtempSync, readdirSync, rmSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isOfHandover } from "../../profile/handover.ts";
import { UserError } from "../command.ts";

const prefix = "zerocopy-recording-";

/** A program under way writes once a second, unless it is busy: with one thing, for so long, none is. */
const abandonedMs = 24 * 3600 * 1000;

/** @throws {UserError} */
export function makeFolder(): string {
  try {
    return mkdtempSync(path.join(tmpdir(), prefix));
  } catch (error) {
    const { message } = error as Error;
    throw new UserError(
      `zerocopy profile: Cannot record: wanted a folder for temporary files (TMPDIR), found ${message}`,
    );
  }
}

/** Of this user. Whatever goes wrong: nobody has asked for it. */
export function removeLeftFolders(): void {
  for (const name of namesIn(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    try {
      removeLeft(path.join(tmpdir(), name));
    } catch {
      // Somebody else's, or removed by another command meanwhile.
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function removeLeft(folder: string): void {
  const found = lstatSync(folder);
  const isOurs = found.isDirectory() && found.uid === process.getuid?.();
  if (!isOurs || Date.now() - found.mtimeMs < abandonedMs) return;
  for (const name of readdirSync(folder)) {
    if (isOfHandover(name)) rmSync(path.join(folder, name));
  }
  rmdirSync(folder); // fails when there is anything else in it
}
