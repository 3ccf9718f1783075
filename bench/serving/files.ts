/** The files that are served, made once: 100 MB and 64 times 8 MiB. */
import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { randomBytes } from "../corpus.ts";

export const largeFile = "large";
export const smallFiles: readonly string[] = Array.from({ length: 64 }, (_, n) => `small-${n}`);

const mebibyte = 1 << 20;
const folder = fileURLToPath(new URL("files", import.meta.url));

/** Their folder. */
export function servedFolder(): string {
  mkdirSync(folder, { recursive: true });
  make(largeFile, 100e6);
  for (const name of smallFiles) make(name, 8 * mebibyte);
  return folder;
}

/** Paths for what works on files rather than on names. */
export function pathsOf(names: readonly string[]): string[] {
  return names.map((name) => path.join(folder, name));
}

function make(name: string, bytes: number): void {
  const file = path.join(folder, name);
  if (statSync(file, { throwIfNoEntry: false })?.size === bytes) return;
  const block = randomBytes(1, mebibyte);
  const fd = openSync(`${file}.new`, "w");
  for (let at = 0; at < bytes; at += mebibyte)
    writeSync(fd, block, 0, Math.min(mebibyte, bytes - at));
  closeSync(fd);
  renameSync(`${file}.new`, file);
}
