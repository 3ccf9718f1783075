/** Short answers of ours, and errors that say which one they want. */
import { STATUS_CODES } from "node:http";
import type { ServerResponse } from "node:http";

/** What Express, Connect and others look for in an error. */
export interface StatusError extends Error {
  readonly status: number;
  readonly statusCode: number;
  /** Whether its message may be shown to clients. */
  readonly expose: boolean;
}

/** `error`, if there is one, with a status. */
export function statusError(status: number, error?: unknown): StatusError {
  const known = error instanceof Error ? error : new Error(STATUS_CODES[status]);
  return Object.assign(known, { status, statusCode: status, expose: status < 500 });
}

/** Ends the response with a line of text. Headers set before, as those of CORS, are left. */
export function answer(
  res: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  text: string = STATUS_CODES[status] ?? String(status),
): void {
  for (const name of ofContent) res.removeHeader(name);
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  const body = `${text}\n`;
  res.setHeader("Content-Type", "text/plain; charset=utf-8");
  res.setHeader("Content-Length", Buffer.byteLength(body));
  res.setHeader("X-Content-Type-Options", "nosniff");
  res.end(body);
}

/** Headers that describe a body which is not sent after all. */
export const ofContent: readonly string[] = [
  ...["Content-Encoding", "Content-Language", "Content-Length", "Content-Range", "Content-Type"],
  ...["ETag", "Last-Modified", "Accept-Ranges", "Cache-Control"],
];
