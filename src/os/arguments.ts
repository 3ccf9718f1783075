/**
 * Argument checks shared by the system calls. Only what the kernel cannot judge is judged here: the
 * type, and whether a number survives the way to C. A negative offset reaches the kernel and comes
 * back as EINVAL, as in C and in Python.
 */
import { fileURLToPath } from "node:url";
import { allocate, copyBytes } from "../core/copy.ts";
import { ValueError, describe, invalidType } from "../core/errors.ts";
import type { BytesLike } from "../core/protocol.ts";

const largestFd = 0x7fffffff;

/** An integer in the range of a C `int`; a negative one is for the kernel to refuse (EBADF). */
export function checkFd(action: string, name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw invalidType(action, `${name} to be an integer file descriptor`, value);
  }
  if (value < -largestFd || value > largestFd) {
    throw new ValueError(
      `Cannot ${action}: wanted ${name} to be a file descriptor up to ${largestFd}, found ${value}`,
    );
  }
  return value;
}

/** A number or bigint that holds an integer of at most 2^53 - 1 either side of zero. */
export function checkInteger(action: string, name: string, value: unknown): number {
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number !== "number" || (Number.isFinite(number) && !Number.isInteger(number))) {
    throw invalidType(action, `${name} to be an integer`, value);
  }
  if (!Number.isSafeInteger(number)) {
    throw new ValueError(
      `Cannot ${action}: wanted ${name} within ±(2^53 - 1), found ${describe(value)}`,
    );
  }
  return number;
}

/** An offset, or null for the file position. */
export function checkOffset(action: string, name: string, value: unknown): number | null {
  return value === null ? null : checkInteger(action, name, value);
}

/** An integer from 0 to `most`. */
export function checkCount(
  action: string,
  name: string,
  value: unknown,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  const number = checkInteger(action, name, value);
  if (number >= 0 && number <= most) return number;
  throw new ValueError(
    `Cannot ${action}: wanted ${name} between 0 and ${most}, found ${describe(value)}`,
  );
}

/** Bits of a C `unsigned int`. */
export function checkFlags(action: string, value: unknown, name: string = "flags"): number {
  return checkCount(action, name, value, 0xffffffff);
}

/** A list of its own; what its elements are is found out by who takes their memory. */
export function checkBuffers(action: string, value: unknown): readonly BytesLike[] {
  if (Array.isArray(value)) return [...(value as readonly BytesLike[])];
  throw invalidType(action, "buffers to be an array of bytes-like objects, such as [view]", value);
}

/** Text for C: in UTF-8, or the bytes as they are, and NUL at its end. */
export function checkText(action: string, name: string, value: unknown): Uint8Array {
  const isBytes = value instanceof Uint8Array;
  if (typeof value !== "string" && !isBytes && !(value instanceof URL)) {
    throw invalidType(action, `${name} to be a string, a Buffer or a file URL`, value);
  }
  const bytes = isBytes ? value : Buffer.from(value instanceof URL ? fileURLToPath(value) : value);
  if (bytes.includes(0)) {
    throw new ValueError(`Cannot ${action}: wanted ${name} without NUL, found ${describe(value)}`);
  }
  const text = allocate(bytes.length + 1);
  copyBytes(bytes, text);
  return text;
}
