/** Answers without a file: a status and a line of text. */
import { STATUS_CODES } from "node:http";
import type { ServerResponse } from "node:http";

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
