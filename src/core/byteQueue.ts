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
import { releaseAll } from "./borrow.ts";
import { copyBytes } from "./copy.ts";
import { ValueError, cannot, lost, notConstructible } from "./errors.ts";
import { Guarded } from "./foreign.ts";
import { MemoryView } from "./memoryview.ts";
import { bytesOf, isExporter, isMemory, kPieces } from "./protocol.ts";
import type { BytesLike } from "./protocol.ts";
import { fitSpan, withNeedle } from "./searching.ts";
import type { Needle } from "./searching.ts";
import { toIndex, wrapIndex } from "./slicing.ts";
import type { Index, SliceBound } from "./slicing.ts";
import { Storage, kStorage } from "./storage.ts";
import type { StorageOwner } from "./storage.ts";
import { checkAlive, windowOf } from "./view.ts";

/**
 * Copies share blocks, since new memory costs more than the copy: a block has room for 16 like the
 * first, and is twice as long as the one before it, up to this. So long ones are zeros from the system.
 */
const blockBytes = 1 << 17;

/** The bytes of a queue from `start` to `end`. */
interface Chunk {
  readonly bytes: Uint8Array;
  /** Position of `bytes[0]`. */
  readonly base: number;
  start: number;
  end: number;
  /** On all of `bytes`; of plain memory it is made when somebody wants one. Holds an exporter. */
  view: Octets | null;
}

/** What cannot be done, in errors. */
const action = "use a ByteQueue";

/** A view of bytes. */
type Octets = MemoryView<"B", number, 1>;

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
export class ByteQueue extends Guarded implements Iterable<number> {
  /** @internal Makes structuredClone refuse; the first field, so that no chunk is cloned before. */
  readonly _clone: () => never = useTake;
  /** Bytes that `peek` and `take` have copied so far, since they lay in several chunks. */
  copiedBytes = 0;

  /** @internal Null before `_head`. */
  _chunks: (Chunk | null)[] = [];
  /** @internal */ _head = 0;
  /** @internal Where a byte was last found. */
  _near = 0;
  /** @internal */ _start = 0;
  /** @internal */ _end = 0;
  /** @internal */ _readonly = false;
  /** @internal What the next copies go into, behind `_used` bytes. */
  _block: Octets = newBlock(0);
  /** @internal */ _used = 0;

  /** Of no bytes: they are appended. @throws {TypeError} for an argument. */
  constructor(...nothing: readonly never[]) {
    super();
    if (nothing.length > 0) throw notConstructible("a ByteQueue of bytes", "append(chunk)");
  }

  /** Bytes that are not consumed. */
  get length(): number {
    return this._end - this._start;
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
    const isLender = !ArrayBuffer.isView(chunk) && isExporter(chunk);
    const view = isLender || !isMemory(chunk) ? octetsOf(chunk) : null;
    const bytes = view ? windowOf(view) : bytesOf(chunk as Uint8Array, action);
    const start = this._end;
    const end = start + bytes.byteLength;
    if (end === start) return view?.release();
    if (view?.readonly) this._readonly = true;
    this._chunks.push({ bytes, base: start, start, end, view });
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
    const first = this._chunks[this._head];
    if (typeof index === "number" && index >= 0 && first && !first.view?._storage.ended) {
      const at = this._start + index;
      const byte = at < first.end ? first.bytes[at - first.base] : undefined;
      if (byte !== undefined) return byte;
    }
    const at = this._start + wrapIndex(toIndex(index, action), this.length, 0);
    const chunk = this._find(at);
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
    return this._view(this._fit(size));
  }

  /** `peek` and `consume` in one. The view outlives the bytes in the queue. *Copies:* as `peek`. */
  take(size: Index): MemoryView<"B", number, 1> {
    const end = this._fit(size);
    const view = this._view(end);
    this._drop(end);
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
    this._drop(this._fit(size));
  }

  /**
   * All bytes, chunk by chunk, for `fs.writev`, `socket.write` and other APIs that only read. Nothing
   * tracks them: they stay valid when the bytes are consumed. *Copies:* none.
   */
  views<B extends ArrayBufferLike = ArrayBuffer>(): Uint8Array<B>[] {
    for (const chunk of this._chunks) chunk?.view?.lendUint8Array();
    return this[kPieces]() as Uint8Array<B>[];
  }

  /** @internal */
  [kPieces](): Uint8Array[] {
    const chunks = this._chunks.slice(this._head) as Chunk[];
    return chunks.map((chunk) => {
      const { base, start, end } = chunk;
      return live(chunk).subarray(Math.max(start, this._start) - base, end - base);
    });
  }

  /** By index, as an array's: what is consumed meanwhile moves the rest. */
  *[Symbol.iterator](): Generator<number, undefined> {
    for (let i = 0; i < this.length; i += 1) yield this.get(i);
  }

  /** `<ByteQueue length=5>` */
  override toString(): string {
    return `<ByteQueue length=${this.length}>`;
  }

  /** The position after so many bytes. */
  private _fit(size: Index): number {
    const count = toIndex(size, action);
    if (count >= 0 && count <= this.length) return this._start + count;
    throw cannot(ValueError, action, `0 to ${this.length} bytes`, count);
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

  /** A view of what comes before a position. */
  private _view(end: number): Octets {
    const start = this._start;
    let chunk = this._chunks[this._head];
    if (!chunk) return viewOf(new Uint8Array(0));
    if (end > chunk.end) chunk = this._join(chunk, end);
    chunk.view ??= viewOf(live(chunk)); // which notices itself when its memory is gone
    const view = chunk.view.subarray(start - chunk.base, end - chunk.base);
    if (!this._readonly || view.readonly) return view;
    const frozen = view.toReadonly();
    view.release();
    return frozen;
  }

  private _drop(start: number): void {
    const chunks = this._chunks;
    this._start = start;
    if (start < (chunks[this._head]?.end ?? Infinity)) return;
    const ended: MemoryView[] = [];
    for (let chunk = chunks[this._head]; chunk && chunk.end <= start; chunk = chunks[this._head]) {
      chunks[this._head] = null;
      this._head += 1;
      if (chunk.view) ended.push(chunk.view);
    }
    this._forget();
    if (ended.length > 0) releaseAll(ended); // last: it may throw, or use the queue
  }

  /** Places of chunks that are gone; seldom enough to be O(1), amortised. */
  private _forget(): void {
    if (this._head <= 32 || 2 * this._head <= this._chunks.length) return;
    this._chunks.splice(0, this._head);
    this._head = 0;
  }

  /** Copies all up to a position, beyond the first chunk, into one, which becomes the first. */
  private _join(first: Chunk, end: number): Chunk {
    const chunks = this._chunks;
    const size = end - this._start;
    const { bytes: block } = this._block._storage;
    live(first);
    const isOpen = first.bytes === block && first.base + block.length >= end;
    const joined = isOpen ? first : this._open(first, size);
    const { bytes: target, base } = joined;
    const ended: MemoryView[] = [];
    try {
      // An error leaves what is joined so far.
      for (let i = this._head + Number(isOpen); joined.end < end;) {
        const next = chunks[i]!;
        const bytes = live(next);
        const from = joined.end;
        // To the end of a small chunk, since what comes next is likely to straddle that too.
        const all = next.end - next.start <= size && next.end <= base + target.length;
        const to = all ? next.end : Math.min(next.end, end);
        const whole = from === next.base && to - from === bytes.length;
        const part = whole ? bytes : bytes.subarray(from - next.base, to - next.base);
        copyBytes(part, target, from - base);
        this.copiedBytes += to - from;
        this._used = to - base;
        next.start = joined.end = to;
        if (to === next.end) {
          chunks[this._head] = null;
          chunks[i] = joined;
          this._head = i++;
          if (next.view) ended.push(next.view);
        }
      }
    } finally {
      this._forget();
      if (ended.length > 0) releaseAll(ended); // last: it may throw, or use the queue
    }
    return joined;
  }

  /** A chunk without bytes, with room for so many. */
  private _open(first: Chunk, size: number): Chunk {
    let block = this._block;
    if (this._used + size > block.length) {
      const { bytes, views } = block._storage;
      const others = views - (first.bytes === bytes ? 2 : 1);
      // Twice as much where more and more is joined, so that it is O(n).
      const room = first.bytes === bytes ? 2 * size : size;
      const wanted = Math.max(room, Math.min(16 * size, blockBytes));
      if (others || wanted > block.length) {
        this._block = block = newBlock(Math.max(wanted, Math.min(2 * block.length, blockBytes)));
      }
      this._used = 0;
    }
    const start = this._start;
    const { bytes } = block._storage;
    return { bytes, base: start - this._used, start, end: start, view: block.subarray() };
  }
}

/** A DataCloneError quotes it. */
function useTake(): never {
  throw new TypeError("Cannot clone a ByteQueue: use take(length).toMessage()");
}

/** Memory for copies. What is lent of it counts as a view that is never released. */
function newBlock(size: number): Octets {
  const memory = new Uint8Array(size);
  const storage: Storage = new Storage(null, memory, { lend: () => storage.hold(storage) });
  return viewOf({ [kStorage]: () => storage });
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
  throw lost(action);
}

/** A view on the bytes of an exporter, as bytes. */
function octetsOf(source: BytesLike): Octets {
  const view = viewOf(source);
  if (view.nbytes === 0) return view;
  try {
    if (!view.cContiguous) view.lendUint8Array(); // throws, and says why
    return view.cast("B");
  } finally {
    view.release();
  }
}

function viewOf(source: BytesLike | StorageOwner): Octets {
  return MemoryView._from(source, action, 0) as Octets;
}
