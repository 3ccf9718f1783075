/**
 * A response with a file that has been found: conditions, range, headers, body, in the order of RFC
 * 9110 §13.2.2.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { accelHeader } from "./accel.ts";
import { answer, ofContent } from "./answers.ts";
import { endWithHead, sendBody } from "../body.ts";
import type { BodyFile } from "../body.ts";
import { isNotModified, isRangeFresh, preconditionFails } from "../grammar/conditional.ts";
import type { Validators } from "../grammar/conditional.ts";
import { endAfterBody } from "../message.ts";
import type { PreparedHeaders } from "../message.ts";
import { MultipartBody, coalesced, mostParts } from "./multipart.ts";
import { parseRanges } from "../grammar/ranges.ts";
import type { ByteRange } from "../grammar/ranges.ts";
import type { BodyResult } from "../report.ts";
import type { Settings } from "./serveOptions.ts";
import type { StaticFile, Variant } from "./staticFiles.ts";

/** A promise where something is still to be done, for which the file has to stay open. */
export type Done = void | Promise<void>;

export function replyWith(
  settings: Settings,
  req: IncomingMessage,
  res: ServerResponse,
  file: StaticFile,
  variant: Variant,
): Done {
  settings.setHeaders?.(res, file.path, variant.stats);
  const isBare = res.getHeaderNames().length === 0;
  if (settings.accel) return leaveToProxy(settings, res, file, variant);
  let ranges: readonly ByteRange[] | undefined;
  if (res.statusCode === 200 && isSelective(req.headers)) {
    const validators = isBare ? validatorsOf(variant) : validatorsIn(res, variant);
    if (preconditionFails(req.headers, validators)) return answer(res, 412);
    if (isNotModified(req.headers, validators)) return notModified(res, variant, isBare);
    const asked = rangesOf(settings, req, variant, validators);
    if (asked === "unsatisfiable") {
      return answer(res, 416, { "Content-Range": `bytes */${variant.stats.size}` });
    }
    ranges = asked;
  }
  setMissing(
    res,
    variant.headers,
    variant.headers.names.length,
    ranges || res.statusCode === 204 ? undefined : variant.body,
  );
  if (ranges && ranges.length > 1) return sendParts(settings, req, res, variant, ranges);
  const body = ranges ? partial(res, variant, ranges[0]!) : variant.body;
  if (req.method === "HEAD") return endWithHead(res, res.statusCode);
  const sent = sendBody(res, body);
  if (sent instanceof Promise) return sent.then((result) => finish(settings, req, res, result));
  return finish(settings, req, res, sent);
}

async function sendParts(
  settings: Settings,
  req: IncomingMessage,
  res: ServerResponse,
  variant: Variant,
  ranges: readonly ByteRange[],
): Promise<void> {
  const type = res.getHeader("Content-Type");
  const body = new MultipartBody(variant.body, ranges, type?.toString());
  res.statusCode = 206;
  res.setHeader("Content-Type", body.contentType);
  announce(res, body.count);
  finish(settings, req, res, await body.sendTo(res));
}

/** Both headers together would let every proxy choose where the body ends: RFC 9112 §6.2. */
function announce(res: ServerResponse, bytes: number): void {
  if (!res.hasHeader("Transfer-Encoding")) res.setHeader("Content-Length", bytes);
}

function leaveToProxy(
  settings: Settings,
  res: ServerResponse,
  file: StaticFile,
  variant: Variant,
): void {
  setMissing(res, variant.headers, variant.headers.names.length);
  const [name, value] = accelHeader(settings, file.folder.directory, variant.relative);
  res.setHeader(name, value);
  res.setHeader("Content-Length", 0);
  res.end();
}

function finish(
  settings: Settings,
  req: IncomingMessage,
  res: ServerResponse,
  result: BodyResult,
): void {
  endAfterBody(res);
  if (settings.onSent) tell(settings.onSent, req, res, result);
}

/** What it throws is thrown to nobody, as by a listener of an event: the response is complete. */
function tell(
  onSent: NonNullable<Settings["onSent"]>,
  req: IncomingMessage,
  res: ServerResponse,
  result: BodyResult,
): void {
  try {
    onSent(result, req, res);
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}

/** Whether anything but all of the file, as it is, may be wanted. */
function isSelective(headers: IncomingHttpHeaders): boolean {
  return (
    headers["if-none-match"] !== undefined ||
    headers["if-modified-since"] !== undefined ||
    headers.range !== undefined ||
    headers["if-match"] !== undefined ||
    headers["if-unmodified-since"] !== undefined
  );
}

function validatorsOf({ etag, lastModified, stats }: Variant): Validators {
  return { etag, lastModified: lastModified === undefined ? undefined : stats.mtime };
}

/** Somebody has set headers: theirs are what the response will carry. */
function validatorsIn(res: ServerResponse, variant: Variant): Validators {
  const own = validatorsOf(variant);
  const date = res.getHeader("Last-Modified");
  return {
    etag: String(res.getHeader("ETag") ?? own.etag ?? "") || undefined,
    lastModified: date === undefined ? own.lastModified : new Date(String(date)),
  };
}

/** Ranges are defined for GET alone: RFC 9110 §14.2. */
function rangesOf(
  { acceptRanges, maxRangeBytes }: Settings,
  { method, headers }: IncomingMessage,
  { stats, encoding }: Variant,
  validators: Validators,
): readonly ByteRange[] | "unsatisfiable" | undefined {
  if (!acceptRanges || method !== "GET" || headers.range === undefined) return undefined;
  if (!isRangeFresh(headers, validators)) return undefined;
  const asked = parseRanges(headers.range, stats.size);
  if (typeof asked !== "object") return asked;
  const ranges = coalesced(asked);
  // Content-Encoding would be read as that of the parts together.
  if (ranges.length > (encoding === undefined ? mostParts : 1)) return undefined;
  if (maxRangeBytes === Infinity) return ranges;
  return ranges.map(({ start, end }) => ({ start, end: Math.min(end, start + maxRangeBytes - 1) }));
}

function partial(res: ServerResponse, variant: Variant, { start, end }: ByteRange): BodyFile {
  res.statusCode = 206;
  res.setHeader("Content-Range", `bytes ${start}-${end}/${variant.stats.size}`);
  announce(res, end - start + 1);
  return { ...variant.body, offset: start, count: end - start + 1 };
}

function notModified(res: ServerResponse, variant: Variant, isBare: boolean): void {
  if (!isBare)
    for (const name of ofContent) if (name.startsWith("Content-")) res.removeHeader(name);
  setMissing(res, variant.headers, variant.validatorCount);
  endWithHead(res, 304);
}

/**
 * Headers that somebody has set stay as they are, but Vary, to which ours is added, and the length of
 * `body`.
 */
function setMissing(
  res: ServerResponse,
  headers: PreparedHeaders,
  count: number,
  body?: BodyFile,
): void {
  if (headers.setAlone(res, count, body?.count)) return;
  for (let index = 0; index < count; index++) {
    const name = headers.names[index]!;
    if (!res.hasHeader(name)) res.setHeader(name, headers.values[index]!);
    else if (name === "Vary") addToVary(res, headers.values[index]!);
  }
  if (body) announce(res, body.count);
}

function addToVary(res: ServerResponse, field: string): void {
  const before = [res.getHeader("Vary")].flat().join(", ");
  const fields = before.toLowerCase().split(/\s*,\s*/);
  if (fields.includes("*") || fields.includes(field.toLowerCase())) return;
  res.setHeader("Vary", before === "" ? field : `${before}, ${field}`);
}
