/**
 * Pieces of memory that are to leave together: what was asked for as a list of views, in the form of
 * `iovec` that the kernel takes, without a window for each.
 *
 *     views      │ a[0:4] │ b │ a[8:12] │
 *     memories   a's buffer, b's                one for each in a row, held until `release`
 *     table      0 0 4 · 1 0 n · 2 8 4          memory, offset, length
 *
 * Exporters are held, so that a ByteArray neither moves nor changes its length; plain memory cannot be,
 * and whoever sends looks whether it is still there.
 */
import { hold, releaseAll } from "../core/borrow.ts";
import type { Held } from "../core/borrow.ts";
import { allocate, copyBytes } from "../core/copy.ts";
import { BufferError, cannot, invalidType } from "../core/errors.ts";
import { isBytesLike, isIterable } from "../core/protocol.ts";
import type { BytesLike } from "../core/protocol.ts";
import { CONSUMER, View, checkAlive, isC, itemCount } from "../core/view.ts";

/** Views shorter than this on average are copied to one place: that takes less time (bench `writeViews`). */
const gatherBelow = 384;

const noTable = new Float64Array(0);
/** The table of pieces that were released: new memory would take longer than to fill it. */
let spare: Float64Array | undefined;
/** Of longer ones nothing is kept. */
const longestSpare = 3 * 4096;

function takeTable(length: number): Float64Array {
  const table = spare && spare.length >= length ? spare : new Float64Array(length);
  if (table === spare) spare = undefined;
  return table;
}

export class Pieces {
  readonly memories: Uint8Array[] = [];
  table: Float64Array;
  /** Triples of the table. */
  count = 0;
  /** In all pieces. */
  bytes = 0;
  /** Bytes that were copied to be sent: of strided views, and of very short ones. */
  gathered = 0;
  /** The buffer of the last memory. */
  #buffer: ArrayBufferLike | undefined;
  /** Triples before those of the last memory. */
  #first = 0;
  #isWhole = false;
  readonly #views: View[] = [];
  readonly #held: Held[] = [];
  readonly #action: string;

  /**
   * Holds `views` until `release`.
   *
   * *Copies:* none; strided views, and views shorter than 384 bytes on average, once (`gathered`).
   *
   * @throws {TypeError} for what is no list of bytes-like objects.
   * @throws {BufferError} for memory that is gone. @throws {ValueError} for a released view.
   */
  constructor(views: Iterable<BytesLike>, action: string) {
    this.#action = action;
    const list = listOf(views, action);
    if (arePlain(list) && isShort(lengthOf(list), list.length)) {
      this.table = Float64Array.of(0, 0, 0);
      this.#putBlock(list, lengthOf(list));
      return;
    }
    this.table = takeTable(3 * list.length);
    try {
      for (const view of list) this.#add(view);
      if (isShort(this.bytes, this.count)) this.#gather();
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /**
   * Lets go of the exporters. Again does nothing.
   *
   * @throws what exporters throw, or say of memory that turned bad meanwhile; all are let go of.
   */
  release(): void {
    const { length } = this.table;
    if (length > (spare?.length ?? 0) && length <= longestSpare) spare = this.table;
    this.table = noTable;
    this.count = 0;
    const views = this.#views.splice(0);
    for (const view of views) {
      view._state -= CONSUMER;
      view._storage.consumers -= 1;
    }
    releaseAll(this.#held.splice(0));
    for (const view of views) view._storage.watch?.(); // throws when it turned bad meanwhile
  }

  /**
   * The bytes of a piece that have not left, at most so many. *Copies:* none.
   *
   * @throws {BufferError} when the memory is gone.
   */
  window(index: number, most: number = Infinity): Uint8Array {
    const memory = this.memories[this.table[3 * index]!]!;
    const start = this.table[3 * index + 1]!;
    const length = this.table[3 * index + 2]!;
    const end = start + Math.min(length, most);
    if (start + length > memory.byteLength) throw this.gone();
    return memory.subarray(start, end);
  }

  /** What is said when memory was transferred, or has shrunk, before it had left. */
  gone(): BufferError {
    return cannot(BufferError, this.#action, "memory", "it detached or resized");
  }

  /** The first `bytes` of the piece `index` have left. */
  advance(index: number, bytes: number): void {
    this.table[3 * index + 1]! += bytes;
    this.table[3 * index + 2]! -= bytes;
  }

  #add(source: BytesLike): void {
    // Most are. `byteLength` takes longer, and whether the memory is there is looked at when it is sent.
    if (source instanceof Uint8Array && source.length > 0) {
      this.#put(source, 0, source.length);
      return;
    }
    if (!(source instanceof View) || !isC(source)) return this.#hold(source);
    checkAlive(source);
    const offset = source._offset;
    const length = itemCount(source) * source._layout.itemsize;
    const bytes = source._storage.live(length === 0 ? 0 : offset + length);
    // As `[kBuffer]` does, without a record for each: its owner must not move the memory from here on.
    source._state += CONSUMER;
    source._storage.consumers += 1;
    this.#views.push(source);
    this.#put(bytes, offset, length);
  }

  #hold(source: BytesLike): void {
    const held = hold(source, this.#action);
    if (held.isCopy) this.gathered += held.bytes.length;
    if (held.release) this.#held.push(held);
    this.#put(held.bytes, 0, held.bytes.byteLength);
  }

  /** Sources in a row that lie in one buffer share a memory: that buffer, all of it. */
  #put(window: Uint8Array, offset: number, length: number): void {
    if (length === 0) return;
    const { table, count, memories } = this;
    let start = offset;
    if (window.buffer !== this.#buffer) {
      this.#buffer = window.buffer;
      this.#first = count;
      this.#isWhole = false;
      memories.push(window);
    } else if (window !== memories[memories.length - 1]) {
      if (!this.#isWhole) this.#widen();
      start += window.byteOffset;
    }
    table[3 * count] = memories.length - 1;
    table[3 * count + 1] = start;
    table[3 * count + 2] = length;
    this.count = count + 1;
    this.bytes += length;
  }

  /** The last memory becomes all of its buffer. */
  #widen(): void {
    const last = this.memories.length - 1;
    const { buffer, byteOffset } = this.memories[last]!;
    this.memories[last] = new Uint8Array(buffer);
    this.#isWhole = true;
    for (let i = this.#first; i < this.count; i += 1) this.table[3 * i + 1]! += byteOffset;
  }

  #gather(): void {
    const windows = Array.from({ length: this.count }, (_, index) => this.window(index));
    const { bytes } = this;
    this.memories.length = this.count = this.bytes = 0;
    this.#buffer = undefined;
    this.#putBlock(windows, bytes);
  }

  /** All in one new piece. */
  #putBlock(windows: readonly Uint8Array[], length: number): void {
    const block = allocate(length);
    let end = 0;
    for (const window of windows) {
      copyBytes(window, block, end);
      end += window.length;
    }
    this.gathered = length;
    this.#put(block, 0, length);
  }
}

function isShort(bytes: number, count: number): boolean {
  return count > 1 && bytes < gatherBelow * count;
}

/** An empty one may be one whose memory is gone. */
function arePlain(list: readonly BytesLike[]): list is readonly Uint8Array[] {
  return list.every((source) => source instanceof Uint8Array && source.length > 0);
}

function lengthOf(list: readonly Uint8Array[]): number {
  let length = 0;
  for (const one of list) length += one.length;
  return length;
}

function listOf(views: unknown, action: string): readonly BytesLike[] {
  const wanted = "a list of bytes-like objects, such as [view]";
  if (isBytesLike(views) || !isIterable(views)) throw invalidType(action, wanted, views);
  return Array.isArray(views) ? (views as BytesLike[]) : ([...views] as BytesLike[]);
}
