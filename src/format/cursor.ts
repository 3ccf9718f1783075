/** A position in the text of a format, and the first problem that was met. */
import type { FormatProblem } from "./layout.ts";

export interface Cursor {
  readonly text: string;
  /** Members of one count that are spelt out; more are one run, which only struct has. */
  readonly maxSpelt: number;
  at: number;
  order: string;
  depth: number;
  /** Fields made so far, at all levels. */
  fieldCount: number;
  /** Where the first thing stands that Python's struct module does not know. */
  extra: number | undefined;
  problem: FormatProblem | undefined;
}

/** Only the first problem counts. */
export function fail(
  cursor: Cursor,
  message: string,
  position: number = cursor.at,
  problem: FormatProblem["problem"] = "syntax",
): undefined {
  cursor.problem ??= { problem, message: `${message} at ${position}`, position };
}

/** Moves over what a sticky pattern finds here, and returns it. */
export function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const [found = ""] = pattern.exec(cursor.text) ?? [];
  cursor.at += found.length;
  return found;
}

/** As `take`, of what struct does not have. */
export function takeExtra(cursor: Cursor, pattern: RegExp): string {
  const { at } = cursor;
  const found = take(cursor, pattern);
  if (found) cursor.extra ??= at;
  return found;
}

/** C's isspace, as struct has it: the text is ASCII. */
export function skipSpace(cursor: Cursor): void {
  take(cursor, /\s+/y);
}

/** struct has one order, before everything else. */
export function takeOrder(cursor: Cursor): boolean {
  const order = cursor.at === 0 ? take(cursor, /[@=<>!]/y) : "";
  const next = order || takeExtra(cursor, /[@^=<>!]/y);
  cursor.order = next || cursor.order;
  return next !== "";
}

/** `4` of `4h`, by default 1. */
export function takeCount(cursor: Cursor): number {
  return Number(take(cursor, /\d+/y) || 1);
}
