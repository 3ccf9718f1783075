/**
 * The words of a format string: byte orders, counts, shapes, names. A cursor moves over the text and
 * keeps the first problem it meets.
 */
import type { FormatProblem } from "./layout.ts";

/** Levels of `T{`, and axes of a shape. */
export const MAX_DEPTH = 64;

export interface Cursor {
  readonly text: string;
  /** Whether only what Python's struct module knows is allowed. */
  readonly isStruct: boolean;
  at: number;
  order: string;
  depth: number;
  /** Fields made so far, at all levels. */
  fieldCount: number;
  problem: FormatProblem | undefined;
}

export function start(text: string, isStruct: boolean): Cursor {
  const cursor: Cursor = {
    text,
    isStruct,
    at: 0,
    order: "@",
    depth: 0,
    fieldCount: 0,
    problem: undefined,
  };
  const foreign = /[^\0-\u007f]/.exec(text);
  if (foreign) {
    cursor.at = foreign.index;
    fail(cursor, "non-ascii", `character ${JSON.stringify(foreign[0])} is not ASCII`);
  }
  return cursor;
}

/** Only the first problem counts. */
export function fail(
  cursor: Cursor,
  problem: FormatProblem["problem"],
  message: string,
  position: number = cursor.at,
): undefined {
  cursor.problem ??= { problem, message: `${message} at ${position}`, position };
}

export function skipSpace(cursor: Cursor): void {
  while (isSpace(cursor.text[cursor.at])) cursor.at++;
}

/** C's isspace, as struct has it. */
function isSpace(character: string | undefined): boolean {
  return character !== undefined && " \t\n\v\f\r".includes(character);
}

export function takeOrder(cursor: Cursor): boolean {
  const character = cursor.text[cursor.at] ?? "";
  const orders = cursor.isStruct ? "@=<>!" : "@^=<>!";
  if (character === "" || !orders.includes(character)) return false;
  cursor.order = character;
  cursor.at++;
  return true;
}

/** `4` of `4h`; undefined without one. */
export function takeCount(cursor: Cursor): number | undefined {
  const from = cursor.at;
  while (isDigit(cursor.text[cursor.at])) cursor.at++;
  return cursor.at === from ? undefined : Number(cursor.text.slice(from, cursor.at));
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}

/** `(2,3)`, from its parenthesis. */
export function takeShape(cursor: Cursor): readonly number[] | undefined {
  const shape: number[] = [];
  do {
    cursor.at++;
    skipSpace(cursor);
    const axis = takeCount(cursor);
    if (axis === undefined) return fail(cursor, "syntax", "shape without a number");
    shape.push(axis);
    skipSpace(cursor);
  } while (cursor.text[cursor.at] === ",");
  if (cursor.text[cursor.at] !== ")") return fail(cursor, "syntax", "shape without ')'");
  if (shape.length > MAX_DEPTH) return fail(cursor, "unsupported", `more than ${MAX_DEPTH} axes`);
  cursor.at++;
  return shape;
}

/** `:name:`; undefined without one, or when something is wrong with it. */
export function takeName(cursor: Cursor): string | undefined {
  if (cursor.isStruct || cursor.text[cursor.at] !== ":") return undefined;
  const end = cursor.text.indexOf(":", cursor.at + 1);
  if (end === -1) return fail(cursor, "syntax", "name without a closing ':'");
  const name = cursor.text.slice(cursor.at + 1, end);
  if (name === "") return fail(cursor, "syntax", "empty name");
  // A member of that name would change the prototype of the objects that are read.
  if (name === "__proto__") return fail(cursor, "unsupported", "name '__proto__'");
  cursor.at = end + 1;
  return name;
}
