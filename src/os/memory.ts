/**
 * The caller's memory in a system call.
 *
 * On the calling thread nothing can happen to it, so any memory will do. Off the thread the caller
 * goes on, and may detach an ArrayBuffer (`postMessage`, `transfer()`, `WebAssembly.Memory.grow`);
 * its memory may then be freed while the kernel still writes there. No API can prevent that, so a
 * pool thread is only given
 *
 *   kept memory      that cannot be taken away while it is held: of a ByteArray, which lends no window
 *                    meanwhile, a mapped file, and views of these; and SharedArrayBuffers, which cannot
 *                    be detached
 *   private memory   a block that nobody else knows, for all other memory: what is written is copied
 *                    there first, what was read is copied from there, if its place is still there
 *
 * Every such copy is counted (`copiedBytes()`).
 */
import { borrow, releaseAll } from "../core/borrow.ts";
import type { Borrowed } from "../core/borrow.ts";
import { ByteArray } from "../core/bytearray.ts";
import { cloneBytes, copyBytes } from "../core/copy.ts";
import { lost } from "../core/errors.ts";
import { SIMPLE, WRITABLE, isShared } from "../core/protocol.ts";
import type { BytesLike } from "../core/protocol.ts";
import { View } from "../core/view.ts";

/** What the kernel does with the memory. */
export type Access = "read" | "write";

/** Calls `use` with windows on the memory of `buffers`, in their order. */
export function withWindows<R>(
  buffers: readonly BytesLike[],
  action: string,
  access: Access,
  use: (windows: readonly Uint8Array[]) => R,
): R {
  const borrowed: (Borrowed & { readonly length: number })[] = [];
  try {
    for (const buffer of buffers) {
      const { bytes, release } = borrow(buffer, action, flagsOf[access]);
      borrowed.push({ bytes, release, length: bytes.byteLength });
    }
    // An exporter is code of others, which may have detached what came before.
    if (borrowed.some(({ bytes, length }) => bytes.byteLength !== length)) throw lost(action);
    return use(borrowed.map(({ bytes }) => bytes));
  } finally {
    releaseAll(borrowed);
  }
}

const flagsOf = { read: SIMPLE, write: WRITABLE };

/** Memory of the caller, until `release`. */
export interface Held {
  readonly length: number;
  /** A pool thread may have the window: the memory stays where it is until `release`. */
  readonly isKept: boolean;
  /** The memory as it is now. @throws {BufferError} when it was taken away. */
  window(): Uint8Array;
  release(): void;
}

/** Holds each, or none when one of them cannot be had. */
export function holdAll(
  buffers: readonly BytesLike[],
  action: string,
  access: Access,
): readonly Held[] {
  const held: Held[] = [];
  try {
    for (const buffer of buffers) held.push(hold(buffer, action, access));
  } catch (error) {
    releaseAll(held);
    throw error;
  }
  return held;
}

function hold(source: BytesLike, action: string, access: Access): Held {
  const flags = flagsOf[access];
  const { bytes, release } = borrow(source, action, flags);
  const { byteLength: length } = bytes;
  const isKept = isShared(bytes.buffer) || isKeptBy(source, bytes.buffer);
  const array = isKept ? arrayOf(source) : undefined;
  if (array) array._pins += 1;
  const again = (): Uint8Array => {
    const now = borrow(source, action, flags);
    now.release?.();
    return now.bytes;
  };
  return {
    length,
    isKept,
    window() {
      const now = isKept ? bytes : again();
      if (now.byteLength < length) throw lost(action);
      return now.byteLength === length ? now : now.subarray(0, length);
    },
    release() {
      if (array) array._pins -= 1;
      release?.();
    },
  };
}

/** Whose memory it is, if a ByteArray's. It lends nobody a window while it is pinned. */
function arrayOf(source: BytesLike): ByteArray | undefined {
  const owner = source instanceof View ? source._storage.owner : source;
  return owner instanceof ByteArray ? owner : undefined;
}

/** Of what was lent before somebody else has a window, by which it can be detached. */
function isKeptBy(source: BytesLike, buffer: ArrayBufferLike): boolean {
  const array = arrayOf(source);
  if (array) return !array._lent && array._bytes.buffer === buffer;
  return source instanceof View && source._storage.lend !== undefined;
}

/** What a pool thread may read: the memory itself where it is kept, otherwise a copy of now. */
export function readable(held: Held): Uint8Array {
  return held.isKept ? held.window() : cloneBytes(held.window());
}

/** What a pool thread may write to; `deliver` then brings it where it belongs. */
export function writable(held: Held): Uint8Array {
  return held.isKept ? held.window() : new Uint8Array(held.length);
}

/**
 * Brings the first `count` bytes of `windows`, which stood for `held`, to where they belong.
 * *Copies:* those whose memory is not kept.
 */
export function deliver(
  windows: readonly Uint8Array[],
  held: readonly Held[],
  count: number,
): void {
  let left = count;
  for (const [index, one] of held.entries()) {
    const arrived = Math.min(left, one.length);
    if (arrived === 0) continue;
    const target = one.window();
    if (!one.isKept) copyBytes(windows[index]!.subarray(0, arrived), target);
    left -= arrived;
  }
}
