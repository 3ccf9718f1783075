/** Searching in bytes, as CPython's `bytes` does. Results are offsets; nothing is copied. */
import { indexOfBytes, lastIndexOfBytes } from "./accelerate.ts";
import { isBytesLike, withBytes } from "./borrow.ts";
import { ValueError, invalidType } from "./errors.ts";
import type { BytesLike } from "./protocol.ts";
import { toIndex } from "./slicing.ts";
import type { Index, SliceBound } from "./slicing.ts";

/** What is searched for: bytes, or one byte as a number from 0 to 255. */
export type Needle = BytesLike | Index;

/** `[from, to)` */
export type Span = readonly [from: number, to: number];

/** Fits `start` and `stop` as `bytes.find` does: a start beyond the end finds nothing, not even `b""`. */
export function fitSpan(start: SliceBound, stop: SliceBound, length: number): Span {
  const fit = (bound: SliceBound, otherwise: number, name: string): number => {
    if (bound === undefined || bound === null) return otherwise;
    const index = toIndex(bound, `search from or to this ${name}`);
    return index < 0 ? Math.max(0, index + length) : index;
  };
  return [fit(start, 0, "start"), Math.min(fit(stop, length, "stop"), length)];
}

/** Calls `use` with the bytes of a needle. @throws {ValueError} for a number beyond a byte. */
function withNeedle<R>(needle: Needle, use: (bytes: Uint8Array) => R): R {
  if (isBytesLike(needle)) return withBytes(needle, "search", use);
  if (typeof needle === "object" || typeof needle === "string") {
    throw invalidType("search", "something bytes-like, or a byte as a number", needle);
  }
  const byte = toIndex(needle, "search");
  if (byte < 0 || byte > 255) {
    throw new ValueError(`Cannot search for a byte: wanted 0 to 255, found ${byte}`);
  }
  return use(Uint8Array.of(byte));
}

export function find(bytes: Uint8Array, needle: Needle, [from, to]: Span): number {
  return withNeedle(needle, (sub) => indexOfBytes(bytes, sub, from, to));
}

export function rfind(bytes: Uint8Array, needle: Needle, [from, to]: Span): number {
  return withNeedle(needle, (sub) => lastIndexOfBytes(bytes, sub, from, to));
}

export function startsWith(bytes: Uint8Array, prefix: Affix, [from, to]: Span): boolean {
  return affixes(prefix).some((affix) =>
    withBytes(affix, "compare the start", (sub) => isAt(bytes, sub, from, to)),
  );
}

export function endsWith(bytes: Uint8Array, suffix: Affix, [from, to]: Span): boolean {
  return affixes(suffix).some((affix) =>
    withBytes(affix, "compare the end", (sub) => {
      return to - sub.length >= from && isAt(bytes, sub, to - sub.length, to);
    }),
  );
}

/** A prefix or suffix, or several to choose from. */
export type Affix = BytesLike | readonly BytesLike[];

function affixes(affix: Affix): readonly BytesLike[] {
  return Array.isArray(affix) ? (affix as readonly BytesLike[]) : [affix as BytesLike];
}

function isAt(bytes: Uint8Array, sub: Uint8Array, from: number, to: number): boolean {
  return (
    from <= to &&
    sub.length <= to - from &&
    indexOfBytes(bytes, sub, from, from + sub.length) === from
  );
}

/** The parts between separators, at most `most` splits from the start; negative for all. */
export function splitSpans(bytes: Uint8Array, separator: BytesLike | null, most: Index): Span[] {
  const limit = toIndex(most, "split this often");
  if (separator === null) return splitWords(bytes, limit);
  return withBytes(separator, "split", (sub) => {
    if (sub.length === 0) throw new ValueError("Cannot split: wanted a separator, found no bytes");
    const parts: Span[] = [];
    let from = 0;
    while (parts.length !== limit) {
      const at = indexOfBytes(bytes, sub, from, bytes.length);
      if (at < 0) break;
      parts.push([from, at]);
      from = at + sub.length;
    }
    parts.push([from, bytes.length]);
    return parts;
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

/** Where the separator is, as `[from, to)`; undefined when it is not there. */
export function findSeparator(bytes: Uint8Array, separator: BytesLike): Span | undefined {
  return withBytes(separator, "partition", (sub) => {
    if (sub.length === 0)
      throw new ValueError("Cannot partition: wanted a separator, found no bytes");
    const at = indexOfBytes(bytes, sub, 0, bytes.length);
    return at < 0 ? undefined : [at, at + sub.length];
  });
}
