/**
 * Errors and pages of {@link send}: like those of npm `http-errors`, which error handlers of Express and
 * its kin look at, and like the pages that npm `send` answers with when nobody handles them.
 */
import { STATUS_CODES } from "node:http";

/** What an error of `send` has: `isHttpError` of npm `http-errors` is true of it. */
export interface HttpError extends Error {
  status: number;
  statusCode: number;
  /** Whether the client may see the message. */
  expose: boolean;
  headers?: Readonly<Record<string, string>>;
}

/** Of a response that says no more than its status. */
abstract class StatusError extends Error {
  declare status: number;
  declare statusCode: number;
  declare expose: boolean;

  constructor(name: string, message: string) {
    super(message);
    Object.defineProperty(this, "name", { value: name, writable: true, configurable: true });
    Object.defineProperty(this, "message", { enumerable: true });
    Error.captureStackTrace(this, httpError); // begins with the name
  }
}

type StatusErrorClass = new () => StatusError;

const classes = new Map<number, StatusErrorClass>();

/** `NotFoundError` for 404: its fields are those of the class. */
function classOf(status: number): StatusErrorClass {
  const known = classes.get(status);
  if (known) return known;
  const text = STATUS_CODES[status] ?? String(status);
  const name = nameOf(text);
  class Kind extends StatusError {
    constructor() {
      super(name, text);
    }
  }
  Object.defineProperty(Kind, "name", { value: name });
  Object.assign(Kind.prototype, { status, statusCode: status, expose: status < 500 });
  classes.set(status, Kind);
  return Kind;
}

/** `PreconditionFailedError` for "Precondition Failed". */
function nameOf(text: string): string {
  const words = text.split(" ").map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  const name = words.join("").replaceAll(/[^\w]/g, "");
  return name.endsWith("Error") ? name : `${name}Error`;
}

/**
 * `cause` itself, if it is an error: with the status, and not to be exposed. Otherwise a new one, with
 * the properties of `cause`.
 */
export function httpError(
  status: number | Error,
  cause?: Error | Readonly<Record<string, unknown>>,
): HttpError {
  if (status instanceof Error) return marked(status, statusOf(status, 500));
  if (cause instanceof Error) {
    const error = marked(cause, statusOf(cause, status));
    error.expose = false;
    return error;
  }
  const valid = status >= 400 && status < 600 ? status : 500;
  const known = STATUS_CODES[valid] === undefined ? valid - (valid % 100) : valid;
  const error = new (classOf(known))();
  return Object.assign(known === valid ? error : marked(error, valid), cause);
}

function statusOf(error: Partial<HttpError>, otherwise: number): number {
  return error.status || error.statusCode || otherwise;
}

function marked(error: Error, status: number): HttpError {
  const found = error as HttpError;
  found.expose = status < 500;
  found.statusCode = status;
  found.status = status;
  return found;
}

/** The error of stat(2) as `fs.stat` makes it, which needs no stack: it begins where it is reported. */
export function statError(
  { errno, code }: { errno: number; code: string },
  text: string,
  file: string,
): NodeJS.ErrnoException {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new Error(`${code}: ${text}, stat '${file}'`);
  Error.stackTraceLimit = limit;
  return Object.assign(error, { errno, code, syscall: "stat", path: file });
}

/** A small page; `body` is HTML. */
export function htmlPage(title: string, body: string): string {
  const lines = [
    "<!DOCTYPE html>",
    '<html lang="en">',
    ...["<head>", '<meta charset="utf-8">', `<title>${title}</title>`, "</head>"],
    ...["<body>", `<pre>${body}</pre>`, "</body>"],
    "</html>",
  ];
  return `${lines.join("\n")}\n`;
}
