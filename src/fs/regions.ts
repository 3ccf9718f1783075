/** Memory of callers for `readInto` and `writeFrom`: strided views too, by a block of their own. */
import { releaseAll } from "../core/borrow.ts";
import { copyBytes, copyItems, packItems } from "../core/copy.ts";
import { cStrides, isCContiguous } from "../core/geometry.ts";
import { product } from "../format/layout.ts";
import { BufferFlags, isBytesLike, isExporter } from "../core/protocol.ts";
import type { BytesLike, Exporter } from "../core/protocol.ts";
import { requestBuffer } from "../core/record.ts";
import type { Lent } from "../core/record.ts";
import { invalidType } from "../core/errors.ts";
import { holdAll } from "../os/memory.ts";
import type { Access, Held } from "../os/memory.ts";

export type Memory = BytesLike | readonly BytesLike[];

/** Held memory, of which some may stand in for a strided view. */
export interface HeldRegion extends Held {
  /** Bytes that were copied so far for want of contiguous memory. */
  readonly gathered: number;
  /** Brings the first `count` bytes to where they belong; the bytes copied for it. */
  scatter(count: number): number;
}

/** @throws {TypeError} unless bytes-like, or an array of such. */
export function holdMemory(memory: unknown, action: string, access: Access): readonly HeldRegion[] {
  if (!isBytesLike(memory) && !Array.isArray(memory)) {
    throw invalidType(action, "bytes-like memory or an array of such", memory);
  }
  const list = isBytesLike(memory) ? [memory] : (memory as readonly BytesLike[]);
  const held: HeldRegion[] = [];
  try {
    for (const one of list) held.push(holdOne(one, action, access));
  } catch (error) {
    releaseAll(held);
    throw error;
  }
  return held;
}

function holdOne(memory: BytesLike, action: string, access: Access): HeldRegion {
  if (isExporter(memory) && !ArrayBuffer.isView(memory)) {
    const lent = requestBuffer(memory, flagsOf[access], action);
    if (!isCContiguous(lent)) return strided(memory, lent, action, access);
    lent.release?.();
  }
  const [held] = holdAll([memory], action, access);
  return { ...held!, gathered: 0, scatter: () => 0 };
}

function strided(source: Exporter, lent: Lent, action: string, access: Access): HeldRegion {
  const length = product(lent.shape) * lent.itemsize;
  const block = access === "read" ? packItems(lent) : new Uint8Array(length);
  return {
    length,
    isKept: true,
    gathered: access === "read" ? length : 0,
    window: () => block,
    release: () => lent.release?.(),
    scatter(count) {
      if (count === 0) return 0;
      const target = requestBuffer(source, flagsOf[access], action);
      try {
        return scatterBytes(block.subarray(0, count), target);
      } finally {
        target.release?.();
      }
    },
  };
}

const flagsOf = { read: BufferFlags.FULL_RO, write: BufferFlags.FULL };

/** The bytes behind the last one keep their values. The bytes copied. */
function scatterBytes(bytes: Uint8Array, target: Lent): number {
  const { shape, itemsize } = target;
  const length = product(shape) * itemsize;
  const isWhole = bytes.length === length;
  const packed = isWhole ? bytes : packItems(target);
  if (!isWhole) copyBytes(bytes, packed);
  const strides = cStrides(shape, itemsize);
  copyItems({ bytes: packed, offset: 0, shape, strides, itemsize }, target);
  return isWhole ? length : 2 * length + bytes.length;
}
