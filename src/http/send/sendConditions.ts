/**
 * Conditional requests by the rules of npm `send`, which clients of it rely on. They are laxer than
 * RFC 9110 (`conditional.ts`): weak entity tags pass If-Match and If-Range, and whatever `Date.parse`
 * takes is a date.
 */
import type { IncomingHttpHeaders } from "node:http";
import fresh from "fresh";
import rangeParser from "range-parser";
import type { ByteRange } from "../grammar/ranges.ts";

/** Of the response, as its headers say. */
export interface SentValidators {
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

export function isConditional(headers: IncomingHttpHeaders): boolean {
  return Boolean(
    headers["if-match"] ||
    headers["if-unmodified-since"] ||
    headers["if-none-match"] ||
    headers["if-modified-since"],
  );
}

export function preconditionFails(headers: IncomingHttpHeaders, sent: SentValidators): boolean {
  const match = headers["if-match"];
  if (match) {
    const { etag } = sent;
    if (!etag) return true;
    if (match === "*") return false;
    return !match.split(",").some((tag) => isSameTag(tag.replaceAll(/^ +| +$/g, ""), etag));
  }
  const since = dateOf(headers["if-unmodified-since"]);
  if (Number.isNaN(since)) return false;
  return !(dateOf(sent.lastModified) <= since);
}

export function isNotModified(
  headers: IncomingHttpHeaders,
  { etag, lastModified }: SentValidators,
): boolean {
  return fresh(headers, { etag, "last-modified": lastModified });
}

/** One range for everything that is asked for, if it can be one. Undefined: all of the file. */
export function rangeOf(
  headers: IncomingHttpHeaders,
  sent: SentValidators,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  const { range } = headers;
  if (range === undefined || !/^ *bytes=/.test(range)) return undefined;
  if (!isRangeFresh(headers, sent)) return undefined;
  const ranges = rangeParser(size, range, { combine: true });
  if (ranges === -1) return "unsatisfiable";
  return ranges !== -2 && ranges.length === 1 ? ranges[0] : undefined;
}

export function isRangeFresh(headers: IncomingHttpHeaders, sent: SentValidators): boolean {
  const ifRange = headers["if-range"];
  if (typeof ifRange !== "string" || ifRange === "") return true;
  if (ifRange.includes('"')) return Boolean(sent.etag && ifRange.includes(sent.etag));
  return dateOf(sent.lastModified) <= dateOf(ifRange);
}

function isSameTag(tag: string, etag: string): boolean {
  return tag === etag || tag === `W/${etag}` || `W/${tag}` === etag;
}

function dateOf(text: string | undefined): number {
  return text ? Date.parse(text) : Number.NaN;
}
