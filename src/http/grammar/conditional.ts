/**
 * Conditional requests, RFC 9110 §13: pure functions of the request's headers and of what the response
 * would carry. `send()` keeps the older rules of npm `send`, which are in `sendConditions.ts`.
 *
 * npm `fresh` is not used here. It takes whatever `Date.parse` takes for a date, asctime dates, which
 * are GMT, for local time (RFC 9110 §5.6.7), and it parts entity tags at the commas they may contain
 * (§8.8.3).
 */
import type { IncomingHttpHeaders } from "node:http";

/** What the response would carry. */
export interface Validators {
  readonly etag: string | undefined;
  readonly lastModified: Date | undefined;
}

/** If-Match, else If-Unmodified-Since: whether the answer is 412. §13.1.1, §13.1.4. */
export function preconditionFails(headers: IncomingHttpHeaders, found: Validators): boolean {
  const match = headers["if-match"];
  if (match) {
    if (match.trim() === "*") return false; // there is something
    return found.etag === undefined || isWeak(found.etag) || !tags(match).includes(found.etag);
  }
  const since = httpDate(headers["if-unmodified-since"]);
  return since !== undefined && found.lastModified !== undefined
    ? seconds(found.lastModified) > since
    : false;
}

/**
 * If-None-Match, else If-Modified-Since: whether the answer to GET or HEAD is 304. §13.1.2, §13.1.3.
 * Never when the client asks for the whole by `Cache-Control: no-cache`, which is what reloading does.
 */
export function isNotModified(headers: IncomingHttpHeaders, found: Validators): boolean {
  const noneMatch = headers["if-none-match"];
  const modifiedSince = headers["if-modified-since"];
  if (!noneMatch && !modifiedSince) return false;
  const control = headers["cache-control"];
  if (control !== undefined && /(?:^|,)\s*no-cache\s*(?:,|$)/i.test(control)) return false;
  if (noneMatch) return matchesWeakly(noneMatch, found.etag);
  const since = httpDate(modifiedSince);
  return (
    since !== undefined && found.lastModified !== undefined && seconds(found.lastModified) <= since
  );
}

/**
 * If-Range: whether a range of what there is now continues what the client has. §13.1.5: the entity
 * tags compared strongly, so never weak ones; dates must be the same.
 */
export function isRangeFresh(headers: IncomingHttpHeaders, found: Validators): boolean {
  const ifRange = headers["if-range"];
  if (ifRange === undefined) return true;
  const wanted = String(ifRange).trim();
  if (wanted.endsWith('"')) return wanted === found.etag && !isWeak(wanted);
  const since = httpDate(wanted);
  return found.lastModified !== undefined && seconds(found.lastModified) === since;
}

function matchesWeakly(list: string, etag: string | undefined): boolean {
  if (list === etag || list.trim() === "*") return true;
  if (etag === undefined) return false;
  const wanted = opaque(etag);
  return tags(list).some((tag) => opaque(tag) === wanted);
}

/** §8.8.3. */
function tags(list: string): readonly string[] {
  return list.match(/(?:W\/)?"[\u0021\u0023-\u007e\u0080-\u00ff]*"/g) ?? [];
}

function isWeak(etag: string): boolean {
  return etag.startsWith("W/");
}

function opaque(etag: string): string {
  return isWeak(etag) ? etag.slice(2) : etag;
}

const fixdateOrRfc850 = /^[A-Z][a-z]+, \d\d[ -][A-Z][a-z]{2}[ -](?:\d\d){1,2} \d\d:\d\d:\d\d GMT$/;
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/** Seconds since 1970; undefined for what is no HTTP date and must be ignored. §5.6.7. */
function httpDate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const isGmt = fixdateOrRfc850.test(text);
  if (!isGmt && !asctime.test(text)) return undefined;
  const time = Date.parse(isGmt ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time / 1000;
}

/** A date as a header says it: without milliseconds. */
function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
