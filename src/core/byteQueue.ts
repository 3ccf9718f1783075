/// <reference lib="esnext.disposable" preserve="true" />
/**
 * `ByteQueue`: a rope of views, for streams. Chunks go in at the end and come out at the front as
 * messages, wherever the borders of the chunks lie.
 *
 *     consumed │ chunk │ chunk │ chunk │ chunk │     positions count from the first byte of the queue
 *                  ↑ _start                    ↑ _end
 *
 * A chunk is kept, not copied. An exporter is held, so that a ByteArray is locked, until its last byte
 * is consumed; nothing is kept of a chunk from then on.
 *
 * What comes out are memoryviews, not Uint8Arrays: they hold their memory themselves, so that they
 * outlive its consumption; they keep read-only memory read-only, and take every format.
 *
 * What is asked for in one piece and lies in several is joined: copied into a block, of which the
 * piece then takes the place of those it was made of. So nothing is copied twice for being looked at
 * twice, and what is written to a peeked view is in the queue. A block is written only behind what
 * was handed out of it; and from its start again, when every view of it was released by then and no
 * window lent that nobody tracks.
 */
import { indexOfBytes } from "./accelerate.ts";
import { copyBytes } from "./copy.ts";
import { BufferError, ValueError, cannot } from "./errors.ts";
import { inspect, refuseElements, refuseJson, refusePrimitive, useToMessage } from "./foreign.ts";
import { MemoryView } from "./memoryview.ts";
import { bytesOf, isMemory } from "./protocol.ts";
import type { BytesLike } from "./protocol.ts";
import { fitSpan, withNeedle } from "./searching.ts";
import type { Needle } from "./searching.ts";
import { toIndex, wrapIndex } from "./slicing.ts";
import type { Index, SliceBound } from "./slicing.ts";
import { Storage, kStorage } from "./storage.ts";
import type { StorageOwner } from "./storage.ts";
import { checkAlive, windowOf } from "./view.ts";

/** Small copies share new memory, which costs more than the copy; larger blocks leave the cache. */
const blockBytes = 1 << 16;

/** The bytes of a queue from `start` to `end`. */
class Chunk {
  readonly bytes: Uint8Array;
  /** Position of `bytes[0]`. */
  readonly base: number;
  start: number;
  end: number;
  /** On all of `bytes`; of plain memory it is made when somebody wants one. Holds an exporter. */
  view: MemoryView<"B", number, 1> | null;

  constructor(
    bytes: Uint8Array,
    base: number,
    start: number,
    end: number,
    view: MemoryView<"B", number, 1> | null,
  ) {
    this.bytes = bytes;
    this.base = base;
    this.start = start;
    this.end = end;
    this.view = view;
  }
}

/**
 * Bytes in the order of their arrival, in the memory they arrived in.
 *
 * @example
 * ```ts
 * import { ByteQueue, bytes } from "zerocopy";
 * import { unpackFrom } from "zerocopy/struct";
 *
 * const queue = new ByteQueue();
 * queue.append(bytes([0, 5, 104, 101]));
 * queue.append(bytes([108, 108, 111, 0]));
 * const [size] = unpackFrom(">H", queue.peek(2));
 * queue.consume(2);
 * console.log(queue.take(size).decode(), queue.length, queue.copiedBytes); // hello 1 5
 * ```
 */
export class ByteQueue implements Iterable<number> {
  /** @internal Null before `_head`. */
  _chunks: (Chunk | null)[] = [];
  /** @internal */ _head = 0;
  /** @internal Where a byte was last found. */
  _near = 0;
  /** @internal */ _start = 0;
  /** @internal */ _end = 0;
  /** @internal */ _readonly = false;
  /** @internal What the next copies go into, behind `_used` bytes. */
  _block: Storage = newBlock(0);
  /** @internal */ _used = 0;
  /** @internal */ _copied = 0;
  /** @internal Makes structuredClone refuse. */
  readonly _clone: () => never = useToMessage;

  /** Bytes that are not consumed. */
  get length(): number {
    return this._end - this._start;
  }

  /** Bytes that `peek` and `take` have copied so far, since they lay in several chunks. */
  get copiedBytes(): number {
    return this._copied;
  }

  /**
   * Adds bytes at the end. They stay where they are: do not write to them from now on.
   *
   * *Copies:* none. *Complexity:* O(1), amortised.
   *
   * @throws {TypeError} when `chunk` is not bytes-like.
   * @throws {BufferError} when its memory is not C-contiguous, or gone.
   */
  append(chunk: BytesLike): void {
    const action = "append to a ByteQueue";
    const view = isMemory(chunk) ? null : octetsOf(chunk, action);
    const bytes = view ? windowOf(view) : bytesOf(chunk as Uint8Array, action);
    const start = this._end;
    const end = start + bytes.byteLength;
    if (end === start) return view?.release();
    if (view?.readonly) this._readonly = true;
    this._chunks.push(new Chunk(bytes, start, start, end, view));
    this._end = end;
  }

  /**
   * The byte at an index; negative counts from the end.
   *
   * *Complexity:* O(1) next to where the last one was, O(log chunks) elsewhere.
   *
   * @throws {IndexError} out of range. @throws {TypeError} unless the index is an integer.
   */
  get(index: Index): number {
    let chunk = this._chunks[this._head];
    let at = this._start + Number(index);
    if (!chunk || typeof index !== "number" || index >>> 0 !== index || at >= chunk.end) {
      at = this._start + wrapIndex(toIndex(index, "index a ByteQueue"), this.length, 0);
      chunk = this._find(at);
    }
    return live(chunk)[at - chunk.base]!;
  }

  /**
   * Where bytes, or one byte as a number, first lie at or after `start`; -1 when they do not. They are
   * found across the borders of chunks too.
   *
   * *Copies:* none. *Complexity:* O(n) from `start` on, where bytes vary.
   *
   * @throws {TypeError} when `needle` is neither. @throws {ValueError} for a number beyond a byte.
   */
  find(needle: Needle, start?: SliceBound): number {
    return withNeedle(needle, (sub) => {
      const size = sub.length;
      const last = this.length - size;
      let [at] = fitSpan(start, null, this.length);
      while (at <= last) {
        if (size === 0) return at;
        const chunk = this._find(this._start + at);
        const base = chunk.base - this._start;
        const end = chunk.end - this._start;
        const found = indexOfBytes(live(chunk), sub, at - base, end - base);
        if (found >= 0) return base + found;
        at = Math.max(at, end - size + 1);
        for (; at < end && at <= last; at += 1) {
          if (sub.every((byte, n) => this.get(at + n) === byte)) return at;
        }
      }
      return -1;
    });
  }

  /**
   * A view of the first `size` bytes, which stay in the queue. It is read-only once a read-only chunk
   * was appended.
   *
   * *Copies:* none of bytes that lie in one chunk; otherwise those bytes, once, and the rest of small
   * chunks with them.
   *
   * @throws {ValueError} when there are fewer. @throws {BufferError} when their memory is gone.
   */
  peek(size: Index): MemoryView<"B", number, 1> {
    const end = this._start + this._fit(size);
    let chunk = this._chunks[this._head];
    if (!chunk) return viewOf(new Uint8Array(0));
    if (end > chunk.end) chunk = this._join(end);
    chunk.view ??= viewOf(live(chunk)); // which notices itself when its memory is gone
    const view = chunk.view.subarray(this._start - chunk.base, end - chunk.base);
    if (!this._readonly || view.readonly) return view;
    const frozen = view.toReadonly();
    view.release();
    return frozen;
  }

  /** `peek` and `consume` in one. The view outlives the bytes in the queue. *Copies:* as `peek`. */
  take(size: Index): MemoryView<"B", number, 1> {
    const view = this.peek(size);
    this.consume(size);
    return view;
  }

  /**
   * Removes the first `size` bytes.
   *
   * *Copies:* none. *Complexity:* O(chunks that end), amortised O(1).
   *
   * @throws {ValueError} when there are fewer; none is removed.
   */
  consume(size: Index): void {
    const chunks = this._chunks;
    const start = this._start + this._fit(size);
    this._start = start;
    for (;;) {
      const chunk = chunks[this._head];
      if (!chunk || chunk.end > start) break;
      chunk.view?.release();
      chunks[this._head] = null;
      this._head += 1;
    }
    // Seldom enough to be O(1), amortised.
    if (this._head > 32 && 2 * this._head > chunks.length) {
      chunks.splice(0, this._head);
      this._head = 0;
    }
  }

  /**
   * All bytes, chunk by chunk, for `fs.writev`, `socket.write` and other APIs that only read. Nothing
   * tracks them: they stay valid when the bytes are consumed. *Copies:* none.
   */
  views(): Uint8Array[] {
    const chunks = this._chunks.slice(this._head) as Chunk[];
    return chunks.map((chunk) => {
      const { base, start, end, view } = chunk;
      view?.lendUint8Array();
      return live(chunk).subarray(Math.max(start, this._start) - base, end - base);
    });
  }

  /** By index, as an array's: what is consumed meanwhile moves the rest. */
  *[Symbol.iterator](): Generator<number, undefined> {
    for (let i = 0; i < this.length; i += 1) yield this.get(i);
  }

  /** `<ByteQueue length=5>` */
  toString(): string {
    return `<ByteQueue length=${this.length}>`;
  }

  [inspect](): string {
    return this.toString();
  }

  /** @throws {TypeError} always: text has an encoding, which must be said. */
  [Symbol.toPrimitive](): never {
    return refusePrimitive("a ByteQueue");
  }

  /** @throws {TypeError} always: this is no array. */
  get 0(): never {
    return refuseElements("a ByteQueue");
  }

  /** @throws {TypeError} always. */
  toJSON(): never {
    return refuseJson("a ByteQueue");
  }

  private _fit(size: Index): number {
    const count = toIndex(size, "use a ByteQueue");
    if (count >= 0 && count <= this.length) return count;
    throw cannot(ValueError, "use a ByteQueue", `0 to ${this.length} bytes`, count);
  }

  /** The chunk at a position. */
  private _find(position: number): Chunk {
    const chunks = this._chunks;
    let low = this._head;
    let high = chunks.length - 1;
    let middle = Math.min(Math.max(this._near, low), high);
    for (;;) {
      const chunk = chunks[middle]!;
      if (position < chunk.start) high = middle - 1;
      else if (position >= chunk.end) low = middle + 1;
      else {
        this._near = middle;
        return chunk;
      }
      middle = (low + high) >>> 1;
    }
  }

  /** Copies all up to a position, beyond the first chunk, into one, which becomes the first. */
  private _join(end: number): Chunk {
    const chunks = this._chunks;
    let i = this._head;
    // All errors, before anything changes.
    for (let n = i, at = 0; at < end; n += 1) {
      const chunk = chunks[n]!;
      live(chunk);
      at = chunk.end;
    }
    let joined = chunks[i]!;
    const isOpen = joined.bytes === this._block.bytes && joined.base + joined.bytes.length >= end;
    if (isOpen) chunks[i++] = null;
    else joined = this._open(joined, end - this._start);
    const { bytes: target, base } = joined;
    while (joined.end < end) {
      const next = chunks[i]!;
      const from = joined.end;
      // To the end of a small chunk, since what comes next is likely to straddle that too.
      const all = next.end - next.start <= end - this._start && next.end <= base + target.length;
      const to = all ? next.end : Math.min(next.end, end);
      const whole = from === next.base && to - from === next.bytes.length;
      const part = whole ? next.bytes : next.bytes.subarray(from - next.base, to - next.base);
      copyBytes(part, target, from - base);
      this._copied += to - from;
      next.start = joined.end = to;
      if (to === next.end) {
        next.view?.release();
        chunks[i++] = null;
      }
    }
    this._used = joined.end - base;
    this._head = i - 1;
    chunks[i - 1] = joined;
    return joined;
  }

  /** A chunk without bytes, with room for so many. */
  private _open(first: Chunk, size: number): Chunk {
    let block = this._block;
    const capacity = block.bytes.length;
    if (this._used + size > capacity) {
      const others = first.bytes === block.bytes ? block.views - 1 : block.views;
      if (others > 0 || size > capacity) this._block = block = newBlock(Math.max(size, blockBytes));
      this._used = 0;
    }
    const start = this._start;
    const view = viewOf({ [kStorage]: () => block });
    return new Chunk(block.bytes, start - this._used, start, start, view);
  }
}

/** Memory for copies. What is lent of it counts as a view that is never released. */
function newBlock(size: number): Storage {
  const block: Storage = new Storage(null, new Uint8Array(size), { lend: () => block.hold(block) });
  return block;
}

/**
 * The memory of a chunk.
 *
 * @throws {BufferError} when it was detached or shrank.
 * @throws {ValueError} when its exporter ended all views.
 */
function live({ bytes, base, end, view }: Chunk): Uint8Array {
  if (view) checkAlive(view);
  if (bytes.byteLength >= end - base) return bytes;
  throw cannot(BufferError, "access a chunk", "its memory", "it detached or resized");
}

/** A view on the bytes of an exporter, as bytes. */
function octetsOf(source: BytesLike, action: string): MemoryView<"B", number, 1> {
  const view = MemoryView._from(source, action, 0) as MemoryView<"B", number, 1>;
  if (view.nbytes === 0) return view;
  try {
    if (!view.cContiguous) view.lendUint8Array(); // throws, and says why
    return view.cast("B");
  } finally {
    view.release();
  }
}

function viewOf(source: Uint8Array | StorageOwner): MemoryView<"B", number, 1> {
  return MemoryView._from(source, "", 0) as MemoryView<"B", number, 1>;
}
