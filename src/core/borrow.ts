/** The bytes of anything bytes-like, for the time of a call. */
import { product } from "../format/layout.ts";
import { cloneBytes, packItems } from "./copy.ts";
import { BufferError, cannot, invalidType } from "./errors.ts";
import { isCContiguous } from "./geometry.ts";
import {
  FULL_RO,
  SIMPLE,
  WRITABLE,
  bytesOf,
  isConstant,
  isExporter,
  isMemory,
  kConstant,
  notBytesLike,
} from "./protocol.ts";
import type { Exporter } from "./protocol.ts";
import { requestBuffer } from "./record.ts";
import type { Lent } from "./record.ts";

/**
 * Calls `use` with a window on the bytes of `source`; it must not be kept. An exporter is asked by
 * `flags`, and released after the call.
 *
 * *Copies:* none.
 *
 * @throws {TypeError} when `source` is not bytes-like.
 * @throws {BufferError} when its memory is not C-contiguous, or not writable as asked.
 */
export function withBytes<R>(
  source: unknown,
  action: string,
  use: (bytes: Uint8Array) => R,
  flags: number = SIMPLE,
): R {
  const { bytes, release } = borrow(source, action, flags);
  try {
    return use(bytes);
  } finally {
    release?.();
  }
}

/**
 * As `withBytes`, of many at once.
 *
 * @throws {TypeError} when an exporter does not lend its memory, for whatever reason: so CPython.
 */
export function withAllBytes<R>(
  sources: readonly unknown[],
  action: string,
  use: (windows: readonly Uint8Array[]) => R,
): R {
  const borrowed: Borrowed[] = [];
  try {
    for (const source of sources) {
      try {
        borrowed.push(borrow(source, action, SIMPLE));
      } catch (cause) {
        if (!isExporter(source)) throw cause;
        throw Object.assign(notBytesLike(action, source), { cause });
      }
    }
    return use(borrowed.map(({ bytes }) => bytes));
  } finally {
    releaseAll(borrowed);
  }
}

/** Releases each, also those after one that throws; throws what the first of them threw. */
export function releaseAll(held: readonly Releasable[]): void {
  const errors: unknown[] = [];
  for (const one of held) {
    try {
      one.release?.();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

interface Releasable {
  readonly release?: (() => void) | undefined;
}

/** A window on memory that stays where it is until `release`. */
export interface Borrowed extends Releasable {
  readonly bytes: Uint8Array;
}

/** A window on memory until `release`, where there is one; or a copy of its own. */
export interface Held extends Borrowed {
  readonly isCopy: boolean;
}

/**
 * As `withBytes`, for longer than a call. *Copies:* strided memory alone: the bytes of its items.
 *
 * @throws {TypeError} when `source` is not bytes-like.
 */
export function hold(source: unknown, action: string): Held {
  if (isConstant(source) || !isLender(source)) {
    return { ...borrow(source, action, SIMPLE), isCopy: false };
  }
  const lent = requestBuffer(source, FULL_RO, action);
  if (!isCContiguous(lent)) return { bytes: packed(lent), isCopy: true };
  return { bytes: contiguous(lent), release: lent.release, isCopy: false };
}

/**
 * A window on memory to write to, until `release`. *Copies:* none.
 *
 * @throws {TypeError} when there is no writable, C-contiguous memory to be had, as in CPython.
 */
export function holdWritable(source: unknown, action: string): Borrowed {
  try {
    return borrow(source, action, WRITABLE);
  } catch (cause) {
    const refusal = invalidType(action, "writable, C-contiguous memory", source);
    throw Object.assign(refusal, { cause });
  }
}

function contiguous({ bytes, offset, shape, itemsize }: Lent): Uint8Array {
  return bytes.subarray(offset, offset + product(shape) * itemsize);
}

/** As `withBytes`, for as long as the caller wants. */
export function borrow(source: unknown, action: string, flags: number): Borrowed {
  if (flags === SIMPLE && isConstant(source)) return { bytes: source[kConstant]() };
  if (!isLender(source)) return { bytes: memoryOf(source, action) };
  const lent = requestBuffer(source, flags, action);
  const { release, strides } = lent;
  if (isCContiguous(lent)) return { bytes: contiguous(lent), release };
  release?.();
  throw cannot(BufferError, action, "C-contiguous strides", strides);
}

/**
 * All bytes of `source` in C order, whatever its strides. *Copies:* the bytes of the items, once.
 *
 * @throws {TypeError} when `source` is not bytes-like.
 */
export function gatherBytes(source: unknown, action: string): Uint8Array<ArrayBuffer> {
  if (!isLender(source)) return cloneBytes(memoryOf(source, action));
  return packed(requestBuffer(source, FULL_RO, action));
}

function packed(lent: Lent): Uint8Array<ArrayBuffer> {
  try {
    return packItems(lent);
  } finally {
    lent.release?.();
  }
}

/** Memory itself is not asked, whatever methods it has. */
function isLender(source: unknown): source is Exporter {
  return isExporter(source) && !ArrayBuffer.isView(source);
}

function memoryOf(source: unknown, action: string): Uint8Array {
  if (isMemory(source)) return bytesOf(source, action);
  throw notBytesLike(action, source);
}
