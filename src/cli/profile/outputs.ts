/** Files that a profile is written to: looked at before a program runs, for minutes perhaps, not after. */
import { accessSync, constants, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UserError } from "../command.ts";
import type { Outputs } from "./options.ts";

/** @param sources - what is read: never written to, not even by force. */
export function checkOutputs(outputs: Outputs, sources: readonly string[] = []): void {
  const files = [outputs.html, outputs.json, outputs.pprof].filter(
    (file): file is string => file !== undefined && file !== "-",
  );
  const resolved = files.map((file) => path.resolve(file));
  for (const [index, file] of resolved.entries()) {
    if (resolved.indexOf(file) !== index) refuse(file, "two outputs go there");
    checkOutput(file, outputs.isForced, sources);
  }
}

function checkOutput(file: string, isForced: boolean, sources: readonly string[]): void {
  try {
    const old = statSync(file, { throwIfNoEntry: false });
    if (old?.isDirectory()) refuse(file, "it is a folder");
    if (old && !old.isFile()) refuse(file, "it is not a regular file");
    for (const source of sources) {
      const from = statSync(source);
      if (old?.ino === from.ino && old.dev === from.dev) refuse(file, "it is the file to be read");
    }
    if (old && !isForced) refuse(file, "it is there already; --force overwrites it");
    accessSync(old ? file : path.dirname(file), constants.W_OK);
  } catch (error) {
    if (error instanceof UserError) throw error;
    refuse(file, (error as Error).message);
  }
}

function refuse(file: string, reason: string): never {
  throw new UserError(`zerocopy profile: Cannot write ${file}: ${reason}`);
}

/**
 * Where it has been written. What goes wrong costs no data: then it is put elsewhere, which the error says.
 *
 * @throws {UserError}
 */
export function writeOutput(file: string, content: string | Uint8Array, isForced: boolean): string {
  const wanted = path.resolve(file);
  try {
    // Somebody else, or the program, may have made it meanwhile.
    writeFileSync(wanted, content, { flag: isForced ? "w" : "wx" });
    return wanted;
  } catch (error) {
    const { message, syscall } = error as NodeJS.ErrnoException;
    if (syscall === "write") rmSync(wanted, { force: true }); // there is a part of it: the disk is full
    return refuse(wanted, `${message}; ${putElsewhere(path.basename(wanted), content)}`);
  }
}

function putElsewhere(name: string, content: string | Uint8Array): string {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(path.join(tmpdir(), "zerocopy-profile-"));
    const spare = path.join(folder, name);
    writeFileSync(spare, content);
    return `it is in ${spare}`;
  } catch (error) {
    if (folder) rmSync(folder, { recursive: true, force: true });
    return `nor can it be put elsewhere: ${(error as Error).message}`;
  }
}
