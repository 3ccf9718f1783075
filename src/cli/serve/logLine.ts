/**
 * One response as one line. What a client may choose (target, Referer, User-Agent) is written without
 * control characters, so that it can neither make up lines nor command the terminal.
 */
import { bytes as decimalBytes } from "../../compare/report/format.ts";
import type { LogFormat } from "./options.ts";

export interface Responded {
  readonly time: Date;
  readonly remote: string;
  readonly method: string;
  /** As the client wrote it. */
  readonly target: string;
  readonly version: string;
  readonly referer: string | undefined;
  readonly userAgent: string | undefined;
  readonly status: number;
  /** Of the body; of what was aborted, all that was sent, with its head. */
  readonly bytes: number;
  readonly durationMs: number;
  /** How the body was sent: "sendfile", "read-write"; undefined when it was no file. */
  readonly path: string | undefined;
  /** Why the kernel did not send it, or why it was no request. */
  readonly reason: string | undefined;
  /** The client went, or the transfer failed, before the end. */
  readonly aborted: boolean;
}

/** Without its line break; undefined for "none". `rich`: with colours. */
export function logLine(entry: Responded, format: LogFormat, rich: boolean): string | undefined {
  if (format === "text") return textLine(entry, rich);
  if (format === "json") return jsonEntry(entry);
  return format === "combined" ? combinedLine(entry) : undefined;
}

function textLine(entry: Responded, rich: boolean): string {
  const { time, remote, method, target, status, bytes, durationMs, path, reason } = entry;
  const paint = (code: number, word: string): string =>
    rich ? `\x1b[${code}m${word}\x1b[0m` : word;
  const words = [
    paint(2, local(time)),
    remote,
    method,
    printable(target),
    paint(colours[Math.floor(status / 100)] ?? 0, String(status)),
    decimalBytes(bytes),
    duration(durationMs),
  ];
  if (path !== undefined) words.push(path);
  if (reason !== undefined) words.push(`(${reason})`);
  if (entry.aborted) words.push(paint(31, "aborted"));
  return words.join(" ");
}

/** By the first digit of the status: green, cyan, yellow, red. */
const colours: Readonly<Record<number, number>> = { 2: 32, 3: 36, 4: 33, 5: 31 };

function jsonEntry(entry: Responded): string {
  const durationMs = Math.round(entry.durationMs * 1000) / 1000;
  return jsonLine({ event: "response", ...entry, durationMs });
}

/** JSON in ASCII: control characters beyond those that JSON escapes command terminals too. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The combined format of Apache and nginx, for the programs that read it. */
function combinedLine(entry: Responded): string {
  const { time, remote, method, target, version, status, bytes, referer, userAgent } = entry;
  const [, date, month, year, clock] = time.toUTCString().split(" ");
  const quoted = (word: string | undefined): string => `"${printable(word ?? "-")}"`;
  return [
    ...[remote, "-", "-", `[${date}/${month}/${year}:${clock} +0000]`],
    `"${method} ${printable(target)} HTTP/${version}"`,
    ...[status, bytes, quoted(referer), quoted(userAgent)],
  ].join(" ");
}

function local(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 10_000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** ASCII only, quotes and backslashes escaped, so that it can be read back. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, (character) => {
    if (character === '"' || character === "\\") return `\\${character}`;
    const code = character.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
