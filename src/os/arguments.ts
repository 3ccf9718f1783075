/**
 * Argument checks shared by the system calls. Only what the kernel cannot judge is judged here: the
 * type, and whether a number survives the way to C. A negative offset reaches the kernel and comes
 * back as EINVAL, as in C and in Python.
 */
import { ValueError, describe, invalidType } from "../core/errors.ts";

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
