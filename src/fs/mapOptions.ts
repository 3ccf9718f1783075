/** What both kinds of mapped files are asked for, checked before any system call. */
import { ValueError, cannot, describe, invalidType } from "../core/errors.ts";
import { checkInteger } from "../os/arguments.ts";
import { Mapping, pageSize } from "../os/mapping.ts";
import {
  MAP_NORESERVE,
  MAP_PRIVATE,
  MAP_SHARED,
  PROT_READ,
  PROT_WRITE,
} from "../os/mmapConstants.ts";
import { adviceNumber } from "./advice.ts";
import type { MapAdvice } from "./advice.ts";
import type { RegularFile } from "./mappable.ts";
import { MappedMemory } from "./mappedMemory.ts";
import type { MapAccess } from "./mappedMemory.ts";

export interface MapOptions {
  /**
   * - `"read"`, the default: views are read-only. A stray write, through a window that was lent,
   *   reaches neither the file nor another process.
   * - `"write"`: writes go to the file, and everybody who maps it sees them.
   * - `"copy"`: writes stay in this mapping.
   */
  readonly access?: MapAccess;
  /** Where the mapping starts, in bytes. Any number: what lies before it in its page is not shown. */
  readonly offset?: number | bigint;
  /** In bytes; to the end of the file by default. */
  readonly length?: number | bigint;
  /** How the pages will be used. */
  readonly advice?: MapAdvice;
}

/** The options, checked as far as they can be without the file. */
export interface MapPlan {
  readonly action: string;
  readonly access: MapAccess;
  readonly offset: number;
  readonly length: number | undefined;
  readonly advice: number | undefined;
  readonly page: number;
}

/** @throws {ValueError} @throws {TypeError} @throws {ZeroCopyError} ERR_NOT_SUPPORTED. */
export function planOf(options: MapOptions, action: string): MapPlan {
  if (typeof options !== "object" || options === null) {
    throw invalidType(action, "options to be an object", options);
  }
  const { access = "read", advice } = options;
  if (!["read", "write", "copy"].includes(access)) {
    throw cannot(ValueError, action, 'access "read", "write" or "copy"', describe(access));
  }
  const { offset = 0, length } = options;
  const size = (name: "offset" | "length", value: number | bigint): number => {
    const number = checkInteger(action, name, value);
    if (number < 0) throw cannot(ValueError, action, `${name} from 0`, number);
    return number;
  };
  return {
    action,
    access,
    offset: size("offset", offset),
    length: length === undefined ? undefined : size("length", length),
    advice: advice === undefined ? undefined : adviceNumber(advice, action),
    page: pageSize(),
  };
}

/**
 * Maps as planned. `check` sees the length first, counted from the page.
 *
 * @throws {ValueError} when the range is not in the file. @throws {OSError} of mmap(2).
 */
export function mapPlan(
  { action, access, offset, length: wanted, advice, page }: MapPlan,
  { fd, size }: RegularFile,
  check: (length: number) => void,
): MappedMemory {
  if (offset > size) throw cannot(ValueError, action, `offset up to ${size}, the size`, offset);
  const length = wanted ?? size - offset;
  if (length > size - offset) {
    const limit = `length up to ${size - offset}, to the end of the file (fs.truncate grows it)`;
    throw cannot(ValueError, action, limit, length);
  }
  const skip = offset % page;
  check(skip + length);
  // Read-only access too maps writable pages: a stray write then makes a page of its own, and does
  // not end the process. Nothing is reserved for them.
  const flags = access === "write" ? MAP_SHARED : MAP_PRIVATE | MAP_NORESERVE;
  const protection = PROT_READ | PROT_WRITE;
  // An empty file is mapped too, for the kernel to say whether this one can be: procfs cannot.
  const bytes = Math.max(1, skip + length);
  const mapping = new Mapping({ fd, offset: offset - skip, length: bytes, protection, flags });
  if (length === 0) {
    mapping.end(action);
    return new MappedMemory(undefined, access, 0, 0);
  }
  try {
    if (advice !== undefined) mapping.advise(0, bytes, advice);
  } catch (error) {
    mapping.end(action);
    throw error;
  }
  return new MappedMemory(mapping, access, skip, length);
}
