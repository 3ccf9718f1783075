/**
 * Every error class of the library. Names are Python's where Python has one; `TypeError` is
 * JavaScript's own. Each carries a stable `code`.
 *
 * A message says what could not be done, what is wanted and what was found.
 *
 * ```ts
 * try {
 *   await sendFile(socket, "big.bin");
 * } catch (error) {
 *   if (error instanceof ZeroCopyError && error.code === "ERR_FILE_TRUNCATED") retry(error.bytes);
 *   else throw error;
 * }
 * ```
 */

/** A value of the right type that is out of range. Python's ValueError. */
export class ValueError extends RangeError {
  override name = "ValueError";
  readonly code: string = "ERR_OUT_OF_RANGE";
}

/** An index beyond the end of its axis. Python's IndexError. */
export class IndexError extends RangeError {
  override name = "IndexError";
  readonly code = "ERR_INDEX";
}

/** A number too large for its target. Python's OverflowError. */
export class OverflowError extends RangeError {
  override name = "OverflowError";
  readonly code = "ERR_OVERFLOW";
}

/** A name, of an encoding for example, that is not known. Python's LookupError. */
export class LookupError extends Error {
  override name = "LookupError";
  readonly code: string = "ERR_LOOKUP";
}

/** A key that is not there: a field of a record, for example. Python's KeyError. */
export class KeyError extends LookupError {
  override name = "KeyError";
  override readonly code = "ERR_KEY";
}

/** What CPython refuses for want of an implementation. */
export class NotImplementedError extends Error {
  override name = "NotImplementedError";
  readonly code = "ERR_NOT_IMPLEMENTED";
}

/**
 * Memory cannot be had or changed as asked: it is locked by views, read-only, not contiguous,
 * detached or has shrunk. Python's BufferError.
 */
export class BufferError extends Error {
  override name = "BufferError";
  readonly code = "ERR_BUFFER";
  /** Views, or consumers of the view, that hold the memory; 0 when that is not the reason. */
  readonly exports: number;
  /** Where those were made; empty unless `traceExports(true)` was on by then. */
  readonly holders: readonly string[];

  constructor(
    message: string,
    { exports = 0, holders = [] }: { exports?: number; holders?: readonly string[] } = {},
  ) {
    super(message);
    this.exports = exports;
    this.holders = holders;
  }
}

/** A format string or value that `struct` refuses. Python's struct.error. */
export class StructError extends Error {
  override name = "StructError";
  readonly code = "ERR_STRUCT";
}

/** Where text or bytes stop being valid: `object.slice(start, end)`. */
export interface UnicodeErrorFields {
  readonly encoding: string;
  readonly object: unknown;
  readonly start: number;
  readonly end: number;
  readonly reason: string;
}

/** What both have in common. Python's UnicodeError. */
abstract class UnicodeError extends ValueError implements UnicodeErrorFields {
  declare readonly encoding: string;
  declare readonly object: unknown;
  declare readonly start: number;
  declare readonly end: number;
  declare readonly reason: string;

  constructor(action: string, fields: UnicodeErrorFields) {
    const { encoding, start, end, reason } = fields;
    super(`Cannot ${action} as ${encoding}: ${reason}, found at ${start} to ${end}`);
    Object.assign(this, fields);
  }
}

/** Bytes that are not text in this encoding. Python's UnicodeDecodeError. */
export class UnicodeDecodeError extends UnicodeError {
  override name = "UnicodeDecodeError";
  override readonly code = "ERR_UNICODE_DECODE";

  constructor(fields: UnicodeErrorFields) {
    super("decode bytes", fields);
  }
}

/** Text that this encoding cannot express. Python's UnicodeEncodeError. */
export class UnicodeEncodeError extends UnicodeError {
  override name = "UnicodeEncodeError";
  override readonly code = "ERR_UNICODE_ENCODE";

  constructor(fields: UnicodeErrorFields) {
    super("encode text", fields);
  }
}

/** A system call failed. Python's OSError, with the fields of Node's system errors. */
export class OSError extends Error {
  override name = "OSError";
  /** `"ENOENT"`, `"EPIPE"`, … */
  declare readonly code: string;
  /** Negative, as everywhere in Node. */
  declare readonly errno: number;
  declare readonly syscall: string;
  /** Bytes that had left before it failed. */
  declare readonly bytes: number;

  constructor(
    message: string,
    fields: { code: string; errno: number; syscall: string; bytes?: number },
  ) {
    super(message);
    Object.assign(this, { bytes: 0 }, fields);
  }
}

export type ZeroCopyErrorCode =
  /** This platform, kernel or installation cannot do it at all. */
  | "ERR_NOT_SUPPORTED"
  /** `require: "zero-copy"` was given and only a copying path is left. */
  | "ERR_ZERO_COPY_UNAVAILABLE"
  /** The bytes of a TLS socket must be encrypted by its own stream. */
  | "ERR_TLS_SOCKET"
  /** The socket was closed, ended or destroyed first. */
  | "ERR_SOCKET_CLOSED"
  /** Somebody else reads from the socket: a listener, a pipe, a parser, another call of ours. */
  | "ERR_SOCKET_IN_USE"
  /** The message has been ended, or a file is being sent as its body. */
  | "ERR_BODY_TAKEN"
  /** A directory, FIFO, socket or device where a regular file is wanted. */
  | "ERR_NOT_REGULAR_FILE"
  /** The file became shorter while it was sent or copied. */
  | "ERR_FILE_TRUNCATED"
  /** A file cannot be copied onto itself. */
  | "ERR_SAME_FILE"
  /** A mapped file has lost pages: it was truncated, its disk failed or was full. */
  | "ERR_MAP_TRUNCATED"
  /** Copies of this process are being recorded already. */
  | "ERR_PROFILE_RUNNING";

/** Something this library refuses, or had to give up. */
export class ZeroCopyError extends Error {
  override name = "ZeroCopyError";
  readonly code: ZeroCopyErrorCode;
  /** Bytes that had left before it gave up. */
  readonly bytes: number;

  constructor(
    code: ZeroCopyErrorCode,
    message: string,
    details: { bytes?: number; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.bytes = details.bytes ?? 0;
  }
}

/** An `AbortSignal` ended the operation; `cause` is its reason. */
export class AbortError extends Error {
  override name = "AbortError";
  readonly code = "ABORT_ERR";
  /** Bytes that had left before the abort. */
  readonly bytes: number;

  constructor(reason: unknown, bytes = 0) {
    super("The operation was aborted", { cause: reason });
    this.bytes = bytes;
  }
}

/** Text, or numbers as they are. */
export type Found = string | number | readonly number[];

/** An error in the form of all of them; built where it is thrown, never before. */
export function cannot<E extends Error>(
  Kind: new (message: string) => E,
  action: string,
  wanted: string,
  found: Found,
): E {
  const text = typeof found === "object" ? `[${found.join(", ")}]` : String(found);
  return new Kind(`Cannot ${action}: wanted ${wanted}, found ${text}`);
}

/** What `new` of a class says that is made by a function. */
export function notConstructible(name: string, call: string): TypeError {
  return new TypeError(`Cannot construct ${name}: use ${call}`);
}

/** A TypeError with Node's code for wrong argument types. */
export function invalidType(action: string, wanted: string, found: unknown): TypeError {
  const error = cannot(TypeError, action, wanted, describe(found));
  return Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
}

/** Somebody took the memory away. */
export function lost(action: string): BufferError {
  return cannot(BufferError, action, "memory", "it detached or resized");
}

/** What a value is, short enough for a message. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (typeof value !== "object" || value === null) return String(value);
  return `an instance of ${value.constructor?.name ?? "Object"}`;
}
