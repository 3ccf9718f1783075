/**
 * How many bytes an operation writes, told from what goes in and what comes out. All of them are
 * measured on every supported version of Node (`profile.modelled.test.ts`).
 */

import v8 from "node:v8";

/** A number in an array of the engine. */
export const slotBytes = 8;

/** A character beyond U+00FF makes all of a string take two bytes each. */
function isNarrow(text: string): boolean {
  // Not a RegExp: none may stand between one of the program's and its RegExp.$1.
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) > 0xff) return false;
  }
  return true;
}

/** Node 22.15 and later know without a look at the characters. */
const { isStringOneByteRepresentation: isOneByte = isNarrow } = v8 as typeof v8 & {
  readonly isStringOneByteRepresentation?: (text: string) => boolean;
};

/** Of a text that was made of bytes in `encoding`. Digits of base64 and hex take a byte each. */
export function stringBytes(text: string, encoding: unknown): number {
  const name = typeof encoding === "string" ? encoding.toLowerCase() : "utf8";
  if (name === "utf8" || name === "utf-8") return isOneByte(text) ? text.length : 2 * text.length;
  const isWide = name.startsWith("ucs") || name.startsWith("utf");
  return isWide ? 2 * text.length : text.length;
}

/** `buf.fill(source, start, end)`: NaN when these are not numbers. */
export function rangeBytes(length: number, start: unknown = 0, end: unknown = length): number {
  return Math.min(Number(end), length) - Math.max(Number(start), 0);
}

/** Elements that `view.copyWithin(target, start, end)` moves in a view of this length. */
export function movedWithin(length: number, target = 0, start = 0, end = length): number {
  const from = (at: number): number => (at < 0 ? Math.max(length + at, 0) : Math.min(at, length));
  return Math.max(0, Math.min(from(end) - from(start), length - from(target)));
}

/** A clone is written into a message, and read out of it. What is shared or transferred is not. */
export function clonedBytes(value: unknown, options: unknown): number {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (!(buffer instanceof ArrayBuffer) || transferOf(options).includes(buffer)) return 0;
  return 2 * (value as ArrayBuffer).byteLength;
}

function transferOf(options: unknown): readonly unknown[] {
  const list = Array.isArray(options)
    ? options
    : (options as { readonly transfer?: unknown } | undefined)?.transfer;
  return Array.isArray(list) ? list : [];
}
