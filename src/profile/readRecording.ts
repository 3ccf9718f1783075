/** Recordings read back from text, which may come from anywhere. */
import { oneLine } from "../compare/report/format.ts";
import { ValueError, describe } from "../core/errors.ts";
import { recordingVersion } from "./model.ts";
import type { FrameRecord, Recording } from "./model.ts";
import { problemOf } from "./recordingSchema.ts";

/**
 * A recording, of what was written by `JSON.stringify` or `zerocopy profile --json`.
 *
 * Every field is checked against docs/profile.schema.json, and every index against its table. Control
 * characters, with which names could write over a terminal, become spaces.
 *
 * *Copies:* the text. *Complexity:* O(length).
 *
 * @throws {ValueError} for what is not JSON, no recording, of a newer version, or damaged; it names the field.
 *
 * @example
 * ```ts
 * import { readRecording, startProfile, totalsOf } from "zerocopy/profile";
 *
 * const text = JSON.stringify(startProfile().stop());
 * console.log(totalsOf(readRecording(text)).copies);
 * ```
 */
export function readRecording(text: string): Recording {
  const value = parsed(text);
  const { format, version } = Object(value) as { format?: unknown; version?: unknown };
  if (format !== "zerocopy-profile") {
    refuse("what zerocopy profile --json has written", `format ${describe(format)}`);
  }
  if (Number(version) > recordingVersion) {
    refuse(`version ${recordingVersion}`, `${describe(version)}: a newer zerocopy has written it`);
  }
  const problem = problemOf(value);
  if (problem) refuse(`${problem.place} as ${problem.wanted}`, problem.found);
  const recording = value as Recording;
  checkIndices(recording);
  return recording;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(withoutControls(text));
  } catch (error) {
    return refuse("JSON", oneLine((error as Error).message));
  }
}

/** In JSON they are escaped, but for those above ASCII. Tabulators stay: lines of source have them. */
function withoutControls(text: string): string {
  return text
    .replace(/\\(?:u00(?:[01][0-9a-fA-F]|7f|7F|[89][0-9a-fA-F])|["\\/bfnrtu])/g, (escape) =>
      /^\\(["\\/tu]|u0009)$/.test(escape) ? escape : " ",
    )
    .replace(/[\u007f-\u009f]/g, " ");
}

/** Reports look things up without asking again. */
function checkIndices({ threads, functions, stacks, origins }: Recording): void {
  for (const [index, { thread, origin, frames }] of stacks.entries()) {
    checkIndex(thread, threads, `stacks[${index}].thread`);
    if (origin >= 0) checkIndex(origin, origins, `stacks[${index}].origin`);
    checkFrames(frames, functions, `stacks[${index}]`);
  }
  for (const [index, { frames }] of origins.entries()) {
    checkFrames(frames, functions, `origins[${index}]`);
  }
}

function checkFrames(
  frames: readonly FrameRecord[],
  functions: readonly unknown[],
  place: string,
): void {
  for (const [index, [fn]] of frames.entries()) {
    checkIndex(fn, functions, `${place}.frames[${index}][0]`);
  }
}

function checkIndex(index: number, table: readonly unknown[], place: string): void {
  if (index >= table.length) refuse(`${place} below ${table.length}`, String(index));
}

function refuse(wanted: string, found: string): never {
  throw new ValueError(`Cannot read a recording: wanted ${wanted}, found ${found}`);
}
