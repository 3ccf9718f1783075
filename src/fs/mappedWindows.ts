/// <reference lib="esnext.disposable" preserve="true" />
/**
 * `MappedWindows`: a mapping that is longer than one view may be.
 *
 *     │ window 0        │ window 1        │ window 2   │     each a MemoryView, made when asked for
 *     │ one mapping of the file                        │
 *                    │ subarray │                           a view of its own where it crosses a border
 *
 * Engines count the length of every window as memory that they might free: making large ones makes
 * them collect garbage. `get` reads one number without any window.
 */
import {
  IndexError,
  ValueError,
  cannot,
  describe,
  invalidType,
  notConstructible,
} from "../core/errors.ts";
import { dispose } from "../core/foreign.ts";
import { MemoryView, byteLayout, memoryview } from "../core/memoryview.ts";
import { clipBound, toIndex, wrapIndex } from "../core/slicing.ts";
import type { Item } from "../core/types.ts";
import { RELEASED, checkAlive } from "../core/view.ts";
import {
  FLOAT32,
  FLOAT64,
  INT16,
  INT32,
  INT64,
  INT8,
  UINT16,
  UINT32,
  UINT64,
  UINT8,
} from "../format/codes.ts";
import type { Layout } from "../format/layout.ts";
import { resolveName } from "../format/names.ts";
import { parseFormat } from "../format/parse.ts";
import { pageSize } from "../os/mapping.ts";
import { checkWindow } from "../os/mmap.ts";
import type { MapAdvice } from "./advice.ts";
import { MappedMemory } from "./mappedMemory.ts";

/** Read by the addon, without a view: what is one number in little-endian order. */
const numbers: ReadonlySet<number> = new Set([
  ...[INT8, UINT8, INT16, UINT16, INT32, UINT32],
  ...[INT64, UINT64, FLOAT32, FLOAT64],
]);

/** A mapped file in windows. Made by `mapWindows`. */
export class MappedWindows implements Iterable<MemoryView<"B">> {
  /** All bytes. */
  readonly nbytes: number;
  /** Bytes of a window; the last may be shorter. */
  readonly windowBytes: number;
  /** How many windows there are. */
  readonly length: number;
  /** @internal Makes structuredClone refuse, which would give an object with three numbers. */
  readonly _clone: () => never = notCloneable;
  readonly #memory: MappedMemory;
  readonly #windows: (MemoryView<"B"> | undefined)[];
  /** The format that was read last. */
  #layout: Layout = byteLayout();

  /** @internal */
  static _of(memory: MappedMemory, windowBytes: number): MappedWindows {
    return new MappedWindows(memory, windowBytes);
  }

  private constructor(memory: MappedMemory, windowBytes: number) {
    if (!(memory instanceof MappedMemory)) {
      throw notConstructible("MappedWindows", "mapWindows(file)");
    }
    this.#memory = memory;
    this.nbytes = memory.length;
    this.windowBytes = windowBytes;
    this.length = Math.ceil(memory.length / windowBytes);
    this.#windows = Array.from({ length: this.length }, () => undefined);
  }

  /**
   * The window in which a byte lies, and its index there. A negative position counts from the end.
   *
   * *Copies:* none. *Complexity:* O(1).
   *
   * @throws {IndexError} outside of the file. @throws {TypeError} unless it is an integer.
   * @throws {ValueError} after `unmap`. @throws {ZeroCopyError} ERR_MAP_TRUNCATED.
   */
  locate(position: number | bigint): [view: MemoryView<"B">, index: number] {
    const at = wrapIndex(toIndex(position, "locate"), this.nbytes, 0);
    const index = at % this.windowBytes;
    return [this.window((at - index) / this.windowBytes), index];
  }

  /**
   * A window by its number. *Copies:* none.
   *
   * @throws as `locate`.
   */
  window(number: number): MemoryView<"B"> {
    const at = wrapIndex(toIndex(number, "take a window"), this.length, 0);
    const known = this.#windows[at];
    if (known && !(known._state & RELEASED)) {
      checkAlive(known);
      return known;
    }
    const start = at * this.windowBytes;
    const made = this.#view(start, Math.min(start + this.windowBytes, this.nbytes));
    this.#windows[at] = made;
    return made;
  }

  /** The windows, in order. */
  *[Symbol.iterator](): IterableIterator<MemoryView<"B">> {
    for (let number = 0; number < this.length; number += 1) yield this.window(number);
  }

  /**
   * The bytes `[start, stop)` as one view, also across the borders of windows. Bounds are those of
   * `MemoryView.subarray`. *Copies:* none.
   *
   * @throws {ValueError} for more than the engine allows in one view, and after `unmap`.
   * @throws {ZeroCopyError} ERR_MAP_TRUNCATED.
   */
  subarray(start?: number | null, stop?: number | null): MemoryView<"B"> {
    const from = clipBound(start, this.nbytes, 0);
    const to = Math.max(from, clipBound(stop, this.nbytes, this.nbytes));
    if (to - from === 0) return memoryview(new Uint8Array(0));
    const number = Math.floor(from / this.windowBytes);
    const base = number * this.windowBytes;
    if (to > base + this.windowBytes) return this.#view(from, to);
    return this.window(number).subarray(from - base, to - base);
  }

  /**
   * One item at a position in bytes, aligned or not: what a view of that format would give. A plain
   * number is read without a view.
   *
   * *Copies:* the item. *Complexity:* O(1).
   *
   * @throws {IndexError} unless the item lies in the file, whose first byte is 0.
   * @throws {ValueError} for a format that is none, and after `unmap`.
   * @throws {ZeroCopyError} ERR_MAP_TRUNCATED.
   */
  get<const F extends string>(format: F, position: number): Item<F> {
    if (format !== this.#layout.format) this.#layout = layoutOf(format);
    const { hot, itemsize } = this.#layout;
    const isInside = Number.isInteger(position) && position >= 0;
    if (!isInside || position + itemsize > this.nbytes) {
      const wanted = `${itemsize} bytes within ${this.nbytes}`;
      throw cannot(IndexError, "get an item", wanted, `position ${describe(position)}`);
    }
    const { mapping, skip } = this.#memory;
    if (mapping && numbers.has(hot)) return mapping.item(position + skip, hot) as Item<F>;
    const view = this.subarray(position, position + itemsize);
    return view.cast(this.#layout.format, [1]).get(0) as Item<F>;
  }

  /** As {@link MappedFile.flush}. */
  async flush(offset?: number, length?: number): Promise<void> {
    return this.#memory.flush(offset, length);
  }

  /** As {@link MappedFile.madvise}. */
  madvise(advice: MapAdvice, offset?: number, length?: number): void {
    this.#memory.advise(advice, offset, length);
  }

  /** As {@link MappedFile.populate}. */
  async populate(offset?: number, length?: number): Promise<void> {
    return this.#memory.populate(offset, length);
  }

  /** As {@link MappedFile.use}. */
  async use<R>(work: (windows: this) => R | Promise<R>): Promise<R> {
    if (typeof work !== "function") throw invalidType("use a mapped file", "a function", work);
    return this.#memory.use(() => work(this));
  }

  /** Ends all views and unmaps, as {@link MappedFile.unmap}. */
  unmap(): void {
    this.#memory.unmap();
  }

  /** `unmap`, for `using`. */
  [dispose](): void {
    this.unmap();
  }

  #view(start: number, stop: number): MemoryView<"B"> {
    const { mapping, access, skip: before } = this.#memory;
    const skip = (start + before) % pageSize();
    const from = start + before - skip;
    const length = skip + stop - start;
    checkWindow("view a mapped file", length);
    const facts = { readonly: access === "read", owns: false, skip };
    return MemoryView._whole(mapping!.window(from, length, facts), this);
  }
}

function notCloneable(): never {
  throw new TypeError("Cannot clone a mapped file: map it in the other thread too");
}

/** @throws {ValueError} for a format that is none, or has no items. */
function layoutOf(format: string): Layout {
  const layout = parseFormat(resolveName(format));
  if ("problem" in layout || layout.itemsize === 0) {
    throw cannot(ValueError, "get an item", "a format", describe(format));
  }
  return layout;
}
