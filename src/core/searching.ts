/** Searching in bytes, as CPython's `bytes` does. Results are offsets; nothing is copied. */
import { equalBytes, finder, indexOfBytes, lastIndexOfBytes } from "./accelerate.ts";
import { withBytes } from "./borrow.ts";
import { viewOf } from "./copy.ts";
import { ValueError, cannot } from "./errors.ts";
import { isBytesLike, notBytesLike } from "./protocol.ts";
import type { BytesLike } from "./protocol.ts";
import { bound, toByte, toSize } from "./slicing.ts";
import type { Index, SliceBound } from "./slicing.ts";

/** What is searched for: bytes, or one byte as a number from 0 to 255. */
export type Needle = BytesLike | Index;

/** `[from, to)` */
export type Span = readonly [from: number, to: number];

/** Makes a part of a whole: a view, or a copy. */
type Cut<Part> = (from: number, to: number) => Part;

/** Fits `start` and `stop` as `bytes.find` does: a start beyond the end finds nothing, not even `b""`. */
export function fitSpan(start: SliceBound, stop: SliceBound, length: number): Span {
  const fit = (value: SliceBound, otherwise: number): number => {
    const index = bound(value) ?? otherwise;
    return Math.max(0, index < 0 ? index + length : index);
  };
  return [fit(start, 0), Math.min(fit(stop, length), length)];
}

/** Calls `use` with the bytes of a needle. @throws {ValueError} for a number beyond a byte. */
export function withNeedle<R>(needle: Needle, use: (bytes: Uint8Array) => R): R {
  if (isBytesLike(needle)) return withBytes(needle, "search", use);
  if (typeof needle === "object" || typeof needle === "string") {
    throw notBytesLike("search", needle, "a byte or ");
  }
  return use(Uint8Array.of(toByte(needle, "search")));
}

export function find(
  bytes: Uint8Array,
  needle: Needle,
  start?: SliceBound,
  stop?: SliceBound,
): number {
  const [from, to] = fitSpan(start, stop, bytes.length);
  return withNeedle(needle, (sub) => indexOfBytes(bytes, sub, from, to));
}

export function rfind(
  bytes: Uint8Array,
  needle: Needle,
  start?: SliceBound,
  stop?: SliceBound,
): number {
  const [from, to] = fitSpan(start, stop, bytes.length);
  return withNeedle(needle, (sub) => lastIndexOfBytes(bytes, sub, from, to));
}

/** How often `needle` lies there without overlap. */
export function count(
  bytes: Uint8Array,
  needle: Needle,
  start?: SliceBound,
  stop?: SliceBound,
): number {
  const [from, to] = fitSpan(start, stop, bytes.length);
  return withNeedle(needle, (sub) => {
    if (from > to) return 0;
    if (sub.length === 0) return to - from + 1;
    const window = bytes.subarray(from, to);
    // Where bytes lie close together, a call for each costs more than looking at all.
    const near = window.subarray(0, sub.length === 1 ? 4096 : 0);
    let found = countByte(near, sub[0]!);
    const rest = window.subarray(near.length);
    if (found > 64) return found + countByte(rest, sub[0]!);
    eachMatch(rest, sub, Infinity, () => (found += 1));
    return found;
  });
}

/** How often a byte lies there, four at a time. */
function countByte(bytes: Uint8Array, byte: number): number {
  const view = viewOf(bytes);
  const pattern = byte * 0x01010101;
  let found = 0;
  let at = 0;
  while (at + 4 <= bytes.length) {
    let sums = 0; // four counters of a byte each, for 255 words
    for (const end = Math.min(bytes.length - 3, at + 1020); at < end; at += 4) {
      const word = view.getInt32(at, true) ^ pattern;
      sums += (~(((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word) >>> 7) & 0x01010101;
    }
    found += (sums & 255) + ((sums >>> 8) & 255) + ((sums >>> 16) & 255) + (sums >>> 24);
  }
  for (; at < bytes.length; at += 1) if (bytes[at] === byte) found += 1;
  return found;
}

/** Calls `use` where `needle`, which is not empty, lies without overlap; `most` times at most. */
export function eachMatch(
  bytes: Uint8Array,
  needle: Uint8Array,
  most: number,
  use: (at: number) => void,
): void {
  const next = finder(bytes, needle);
  let at = 0;
  for (let i = 0; i < most; i += 1) {
    at = next(at);
    if (at < 0) return;
    use(at);
    at += needle.length;
  }
}

/** A prefix or suffix, or several to choose from. */
export type Affix = BytesLike | readonly BytesLike[];

export function startsWith(
  bytes: Uint8Array,
  prefix: Affix,
  start?: SliceBound,
  stop?: SliceBound,
): boolean {
  return hasAffix(bytes, prefix, fitSpan(start, stop, bytes.length), () => 0);
}

export function endsWith(
  bytes: Uint8Array,
  suffix: Affix,
  start?: SliceBound,
  stop?: SliceBound,
): boolean {
  return hasAffix(bytes, suffix, fitSpan(start, stop, bytes.length), (room) => room);
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
export function split<Part>(
  bytes: Uint8Array,
  separator: BytesLike | null,
  most: Index,
  cut: Cut<Part>,
): Part[] {
  const limit = toLimit(most);
  if (separator === null) return splitWords(bytes, limit, cut);
  return withSeparator(separator, (sub) => {
    const parts: Part[] = [];
    let from = 0;
    eachMatch(bytes, sub, limit, (at) => {
      parts.push(cut(from, at));
      from = at + sub.length;
    });
    parts.push(cut(from, bytes.length));
    return parts;
  });
}

/** As `split`, from the end. */
export function rsplit<Part>(
  bytes: Uint8Array,
  separator: BytesLike | null,
  most: Index,
  cut: Cut<Part>,
): Part[] {
  const limit = toLimit(most);
  if (separator === null) return rsplitWords(bytes, limit, cut);
  return withSeparator(separator, (sub) => {
    const parts: Part[] = [];
    let to = bytes.length;
    while (parts.length < limit) {
      const at = lastIndexOfBytes(bytes, sub, 0, to);
      if (at < 0) break;
      parts.push(cut(at + sub.length, to));
      to = at;
    }
    parts.push(cut(0, to));
    return parts.toReversed();
  });
}

/** Where the first separator lies, or -1; and its length. */
export function seek(
  bytes: Uint8Array,
  separator: BytesLike,
  search: typeof indexOfBytes = indexOfBytes,
): readonly [at: number, length: number] {
  return withSeparator(separator, (sub) => [search(bytes, sub, 0, bytes.length), sub.length]);
}

function withSeparator<R>(separator: BytesLike, use: (bytes: Uint8Array) => R): R {
  return withBytes(separator, "split", (sub) => {
    if (sub.length === 0) throw cannot(ValueError, "split", "a separator", "no bytes");
    return use(sub);
  });
}

/** How often at most; negative for always. */
export function toLimit(most: Index): number {
  const limit = toSize(most, "split");
  return limit < 0 ? Infinity : limit;
}

/** Runs of what is not ASCII white space; the last part keeps the white space at its end. */
function splitWords<Part>(bytes: Uint8Array, most: number, cut: Cut<Part>): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (let at = 0; at <= bytes.length; at += 1) {
    if (at < bytes.length && (bytes[at]! > 32 || !isSpace(bytes[at]))) continue;
    if (at > from) {
      if (parts.length === most) {
        parts.push(cut(from, bytes.length));
        break;
      }
      parts.push(cut(from, at));
    }
    from = at + 1;
  }
  return parts;
}

/** As `splitWords`, from the end. */
function rsplitWords<Part>(bytes: Uint8Array, most: number, cut: Cut<Part>): Part[] {
  const parts: Part[] = [];
  let at = bytes.length;
  for (;;) {
    while (at > 0 && isSpace(bytes[at - 1])) at -= 1;
    if (at === 0) return parts.toReversed();
    const to = at;
    if (parts.length === most) at = 0;
    while (at > 0 && !isSpace(bytes[at - 1])) at -= 1;
    parts.push(cut(at, to));
  }
}

/** Lines end with `\n`, `\r` or `\r\n`. */
export function splitLines<Part>(bytes: Uint8Array, keepEnds: boolean, cut: Cut<Part>): Part[] {
  const lines: Part[] = [];
  let from = 0;
  while (from < bytes.length) {
    let end = from;
    while (end < bytes.length && bytes[end] !== 10 && bytes[end] !== 13) end += 1;
    const next = end + (bytes[end] === 13 && bytes[end + 1] === 10 ? 2 : 1);
    lines.push(cut(from, keepEnds ? Math.min(next, bytes.length) : end));
    from = next;
  }
  return lines;
}

/** Space, tab, line feed, vertical tab, form feed, carriage return. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13);
}

/** What is left without these bytes, by default white space, at the start, at the end or both. */
export function strip(bytes: Uint8Array, characters: BytesLike | null, sides: Sides = BOTH): Span {
  if (characters === null) return stripWhere(bytes, isSpace, sides);
  return withBytes(characters, "strip", (set) => {
    return stripWhere(bytes, (byte) => set.includes(byte), sides);
  });
}

/** Bits. */
export type Sides = typeof START | typeof END | typeof BOTH;
export const START = 1;
export const END = 2;
const BOTH = 3;

function stripWhere(bytes: Uint8Array, drop: (byte: number) => boolean, sides: Sides): Span {
  let from = 0;
  let to = bytes.length;
  if (sides & START) while (from < to && drop(bytes[from]!)) from += 1;
  if (sides & END) while (to > from && drop(bytes[to - 1]!)) to -= 1;
  return [from, to];
}
