/** The files that are served, made once: 100 MB, 64 times 8 MiB, and one each of 1 KiB, 64 KiB, 1 MiB. */
import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { randomBytes } from "../corpus.ts";

export const largeFile = "large";
export const files = { "1KiB": "1KiB.txt", "64KiB": "64KiB.txt", "1MiB": "1MiB.txt" } as const;
export const smallFiles: readonly string[] = Array.from({ length: 64 }, (_, n) => `small-${n}`);

const kibibyte = 1 << 10;
const mebibyte = 1 << 20;
const folder = fileURLToPath(new URL("files", import.meta.url));

/** Their folder. */
export function servedFolder(): string {
  mkdirSync(folder, { recursive: true });
  make(largeFile, 100e6);
  for (const name of smallFiles) make(name, 8 * mebibyte);
  make(files["1KiB"], kibibyte);
  make(files["64KiB"], 64 * kibibyte);
  make(files["1MiB"], mebibyte);
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
