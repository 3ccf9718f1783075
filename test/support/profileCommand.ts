/** Programs that are written to a folder and run by `zerocopy profile`, which writes a recording. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { sitesOf } from "zerocopy/profile";
import type { Recording } from "zerocopy/profile";
import { runCli } from "./cli.ts";
import type { CliOptions, CliResult } from "./cli.ts";
import { bytesAt } from "./profiling.ts";

export const MiB: number = 1 << 20;
/** The first line of programs: one copy of 4 MiB. */
export const copy: string = `Buffer.from(Buffer.alloc(${4 * MiB}));\n`;

/** Exists while the tests of a file run. */
let folder: string;
let count = 0;

beforeAll(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-profile-test-")));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

export function inFolder(name: string): string {
  return path.join(folder, name);
}

export function program(code: string, ending = "mjs"): string {
  const file = inFolder(`program${(count += 1)}.${ending}`);
  fs.writeFileSync(file, code);
  return file;
}

export interface Profiled extends CliResult {
  readonly recording: Recording;
}

/** Runs a program by the command, and reads the recording that it has written. */
export async function profile(
  words: readonly string[],
  options: CliOptions = {},
): Promise<Profiled> {
  const json = inFolder(`recording${(count += 1)}.json`);
  const result = await runCli(["profile", "--rate", "16K", "-q", "-o", json, ...words], options);
  if (!fs.existsSync(json)) throw new Error(`no recording: ${result.stderr}`);
  return { ...result, recording: JSON.parse(fs.readFileSync(json, "utf8")) as Recording };
}

export function copiedAt({ recording }: Profiled, file: string, line: number): number {
  return bytesAt(sitesOf(recording), path.basename(file), line).copy;
}

/** Of the copy in the first line. */
export function expectCopy(profiled: Profiled, file: string): void {
  const copied = copiedAt(profiled, file, 1) / MiB;
  expect(copied, "4 MiB, and what is scaled").toBeGreaterThan(3.6);
  expect(copied).toBeLessThan(4.4);
}
