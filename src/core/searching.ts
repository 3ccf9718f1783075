/** Searching in bytes, as CPython's `bytes` does. Results are offsets; nothing is copied. */
import { equalBytes, indexOfBytes, lastIndexOfBytes } from "./accelerate.ts";
import { withBytes } from "./borrow.ts";
import { ValueError, cannot, invalidType } from "./errors.ts";
import { isBytesLike } from "./protocol.ts";
import type { BytesLike } from "./protocol.ts";
import { bound, toIndex } from "./slicing.ts";
import type { Index, SliceBound } from "./slicing.ts";

/** What is searched for: bytes, or one byte as a number from 0 to 255. */
export type Needle = BytesLike | Index;

/** `[from, to)` */
export type Span = readonly [from: number, to: number];

/** Fits `start` and `stop` as `bytes.find` does: a start beyond the end finds nothing, not even `b""`. */
export function fitSpan(start: SliceBound, stop: SliceBound, length: number): Span {
  const fit = (value: SliceBound, otherwise: number): number => {
    const index = bound(value) ?? otherwise;
    return index < 0 ? Math.max(0, index + length) : index;
  };
  return [fit(start, 0), Math.min(fit(stop, length), length)];
}

/** Calls `use` with the bytes of a needle. @throws {ValueError} for a number beyond a byte. */
function withNeedle<R>(needle: Needle, use: (bytes: Uint8Array) => R): R {
  if (isBytesLike(needle)) return withBytes(needle, "search", use);
  if (typeof needle === "object" || typeof needle === "string") {
    throw invalidType("search", "something bytes-like or a byte", needle);
  }
  const byte = toIndex(needle, "search");
  if (byte < 0 || byte > 255) throw cannot(ValueError, "search", "0 to 255", byte);
  return use(Uint8Array.of(byte));
}

export function find(bytes: Uint8Array, needle: Needle, [from, to]: Span): number {
  return withNeedle(needle, (sub) => indexOfBytes(bytes, sub, from, to));
}

export function rfind(bytes: Uint8Array, needle: Needle, [from, to]: Span): number {
  return withNeedle(needle, (sub) => lastIndexOfBytes(bytes, sub, from, to));
}

/** A prefix or suffix, or several to choose from. */
export type Affix = BytesLike | readonly BytesLike[];

export function startsWith(bytes: Uint8Array, prefix: Affix, span: Span): boolean {
  return hasAffix(bytes, prefix, span, () => 0);
}

export function endsWith(bytes: Uint8Array, suffix: Affix, span: Span): boolean {
  return hasAffix(bytes, suffix, span, (room) => room);
}

/** Whether one of the affixes lies in the span, with so much of the room before it. */
function hasAffix(
  bytes: Uint8Array,
  affix: Affix,
  [from, to]: Span,
  before: (room: number) => number,
): boolean {
  const choices = [affix].flat() as readonly BytesLike[];
  return choices.some((choice) =>
    withBytes(choice, "compare", (sub) => {
      const room = to - from - sub.length;
      const at = from + before(room);
      return room >= 0 && equalBytes(bytes.subarray(at, at + sub.length), sub);
    }),
  );
}

/** The parts between separators, at most `most` splits from the start; negative for all. */
export function splitSpans(bytes: Uint8Array, separator: BytesLike | null, most: Index): Span[] {
  const limit = toIndex(most, "split");
  return separator === null ? splitWords(bytes, limit) : splitAt(bytes, separator, limit);
}

export function splitAt(bytes: Uint8Array, separator: BytesLike, most: number): Span[] {
  return withBytes(separator, "split", (sub) => {
    if (sub.length === 0) throw cannot(ValueError, "split", "a separator", "no bytes");
    const parts: Span[] = [];
    let from = 0;
    while (parts.length !== most) {
      const at = indexOfBytes(bytes, sub, from, bytes.length);
      if (at < 0) break;
      parts.push([from, at]);
      from = at + sub.length;
    }
    return [...parts, [from, bytes.length]];
  });
}

/** Runs of what is not ASCII white space; the last part keeps the white space at its end. */
function splitWords(bytes: Uint8Array, most: number): Span[] {
  const parts: Span[] = [];
  let at = 0;
  for (;;) {
    while (isSpace(bytes[at])) at += 1;
    if (at === bytes.length) return parts;
    if (parts.length === most) return [...parts, [at, bytes.length]];
    const from = at;
    while (at < bytes.length && !isSpace(bytes[at])) at += 1;
    parts.push([from, at]);
  }
}

/** Space, tab, line feed, vertical tab, form feed, carriage return. */
function isSpace(byte: number | undefined): boolean {
  return byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13);
}

/** What is left without these bytes at both ends; white space by default. */
export function stripSpan(bytes: Uint8Array, characters: BytesLike | null): Span {
  if (characters === null) return stripWhere(bytes, isSpace);
  return withBytes(characters, "strip", (set) => {
    return stripWhere(bytes, (byte) => byte !== undefined && set.includes(byte));
  });
}

function stripWhere(bytes: Uint8Array, drop: (byte: number | undefined) => boolean): Span {
  let from = 0;
  let to = bytes.length;
  while (from < to && drop(bytes[from])) from += 1;
  while (to > from && drop(bytes[to - 1])) to -= 1;
  return [from, to];
}
