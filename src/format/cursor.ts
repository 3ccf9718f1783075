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
  problem: FormatProblem | undefined;
}

/** Only the first problem counts. */
export function fail(cursor: Cursor, message: string, position: number = cursor.at): undefined {
  cursor.problem ??= { problem: `${message} at ${position}` };
}

/** Moves over what a sticky pattern finds here, and returns it. */
export function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const [found = ""] = pattern.exec(cursor.text) ?? [];
  cursor.at += found.length;
  return found;
}

/** C's isspace, as struct has it. Nothing beyond ASCII is taken anywhere. */
export function skipSpace(cursor: Cursor): void {
  take(cursor, /[\t-\r ]+/y);
}

/** Whether an order stands here; it holds from now on. */
export function takeOrder(cursor: Cursor): boolean {
  const order = take(cursor, /[@^=<>!]/y);
  cursor.order = order || cursor.order;
  return order !== "";
}
