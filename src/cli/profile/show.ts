/**
 * What is told, and where: the table, the files, and which conditions of --fail-if hold. Loaded when a
 * program has been started, not before: it waits for nothing that it does not need.
 */
import { readFileSync, statSync } from "node:fs";
import { ValueError } from "../../core/errors.ts";
import { differenceOf } from "../../profile/diff.ts";
import { failuresOf, parseCondition } from "../../profile/failIf.ts";
import type { Recording } from "../../profile/model.ts";
import { renderDifference } from "../../profile/report/differenceTable.ts";
import { toPprof } from "../../profile/report/pprof.ts";
import { readRecording } from "../../profile/readRecording.ts";
import { renderExplanation } from "../../profile/report/explanation.ts";
import { renderDifferencePage } from "../../profile/report/page/differencePage.ts";
import { renderPage } from "../../profile/report/page/page.ts";
import { renderTable } from "../../profile/report/table.ts";
import type { TerminalStyle } from "../../profile/report/terminal.ts";
import { UserError } from "../command.ts";
import { openInBrowser } from "../openInBrowser.ts";
import type { Showing } from "./options.ts";
import { writeOutput } from "./outputs.ts";

type Stream = typeof process.stdout | typeof process.stderr;

export interface Shown {
  readonly hasFailed: boolean;
  /** A file could not be written. */
  readonly isIncomplete: boolean;
}

/** Where no terminal is: logs are wide. */
const defaultColumns = 120;

function styleOf(stream: Stream): TerminalStyle {
  const isRich = stream.isTTY && !process.env["NO_COLOR"];
  return { isRich, columns: stream.isTTY ? stream.columns : defaultColumns };
}

/** @throws {ValueError} with what conditions look like. */
export function checkConditions({ failIf }: Showing): void {
  failIf.forEach(parseCondition);
}

/** @throws {ValueError} for an API of which nothing is known. */
export function showExplanation(api: string): void {
  process.stdout.write(renderExplanation(api, styleOf(process.stdout)));
}

/** @throws {ValueError} for what is no recording. */
export function showFile(file: string, showing: Showing): Shown {
  checkConditions(showing);
  return showRecording(read(file), showing, process.stdout);
}

/** A pipe may never say anything, and some devices never end. */
function read(file: string): Recording {
  try {
    if (!statSync(file).isFile()) throw new ValueError("Cannot read it: it is not a regular file");
    return readRecording(readFileSync(file, "utf8"));
  } catch (error) {
    throw new ValueError(`${file}: ${(error as Error).message}`);
  }
}

/** @param stream - standard error beside a program, whose output is its own. */
export function showRecording(recording: Recording, showing: Showing, stream: Stream): Shown {
  const { outputs, top, failIf, isQuiet } = showing;
  if (!isQuiet) stream.write(renderTable(recording, { ...styleOf(stream), top }));
  const json = `${JSON.stringify(recording)}\n`;
  if (outputs.json === "-") process.stdout.write(json);
  const isComplete = writeAll(
    [
      [outputs.json === "-" ? undefined : outputs.json, () => json],
      [outputs.html, () => renderPage(recording)],
      [outputs.pprof, () => toPprof(recording)],
    ],
    showing,
    stream,
  );
  const failures = failuresOf(recording, failIf.map(parseCondition));
  for (const failure of failures) console.error(`zerocopy profile: failed by ${failure}`);
  return { hasFailed: failures.length > 0, isIncomplete: !isComplete };
}

/** @throws {ValueError} for what is no recording. */
export function showDifference(files: readonly [string, string], showing: Showing): Shown {
  const [before, after] = files.map(read) as [Recording, Recording];
  const difference = differenceOf(before, after);
  const { directory } = after.program;
  const style = { ...styleOf(process.stdout), top: showing.top, directory };
  process.stdout.write(renderDifference(difference, style));
  const page = (): string => renderDifferencePage(difference, before, after);
  const isComplete = writeAll([[showing.outputs.html, page]], showing, process.stdout);
  return { hasFailed: false, isIncomplete: !isComplete };
}

type Output = readonly [file: string | undefined, content: () => string | Uint8Array];

/** All that can be: one that fails keeps no other from being written. */
function writeAll(
  files: readonly Output[],
  { outputs, isQuiet }: Showing,
  stream: Stream,
): boolean {
  let isComplete = true;
  for (const [file, content] of files) {
    if (file === undefined) continue;
    try {
      const written = writeOutput(file, content(), outputs.isForced);
      if (!isQuiet) stream.write(`wrote ${written}\n`);
      if (outputs.open && file === outputs.html) openInBrowser(written, "zerocopy profile");
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      console.error(error.message);
      isComplete = false;
    }
  }
  return isComplete;
}
