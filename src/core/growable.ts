/**
 * `Growable`: the memory of a ByteArray, an ArrayBuffer of at least its length.
 *
 *     _bytes  │ spare │ contents … │ spare │      the storage of its views is a window on contents
 *                     ↑ _start     ↑ _end
 *
 * While a view is not released the length cannot change. Windows that were lent are not tracked:
 * after one, contents move to new memory before the length changes.
 *
 * Memory doubles when it is full, so that appending copies each byte once or twice in the long run;
 * deleting at the start moves `_start`; and memory of which less than an eighth is used is given back.
 */
import { allocate, copyBytes } from "./copy.ts";
import { BufferError, cannot, lost, notConstructible } from "./errors.ts";
import { kBuffer } from "./protocol.ts";
import type { BufferRecord } from "./protocol.ts";
import { nothing } from "./replacing.ts";
import { ByteSequence } from "./sequence.ts";
import { toIndex, wrapIndex } from "./slicing.ts";
import type { Index } from "./slicing.ts";
import { Storage, kStorage } from "./storage.ts";
import type { StorageOwner } from "./storage.ts";

/** Why memory may not move now. */
function locked({ views, holders }: Storage, action: string): BufferError {
  const stacks = [...(holders?.values() ?? [])];
  const [where = "traceExports(true) shows where"] = stacks;
  const text = `Cannot ${action}: wanted no views, found ${views}; ${where}`;
  return new BufferError(text, { exports: views, holders: stacks });
}

/** Memory for a length, with spare as far as it can be had: engines give only so much at once. */
function allocateRoom(length: number, wanted: number): Uint8Array<ArrayBuffer> {
  try {
    return allocate(length + wanted);
  } catch (error) {
    if (wanted === 0) throw error;
    return allocateRoom(length, wanted > length / 8 ? Math.floor(wanted / 2) : 0);
  }
}

/** What may become of the memory, and when: the methods themselves are ByteArray's. */
export abstract class Growable<Self> extends ByteSequence<Self> implements StorageOwner {
  /** @internal */ _bytes: Uint8Array<ArrayBuffer>;
  /** @internal */ _start: number;
  /** @internal */ _end: number;
  /** @internal The storage of its views; collected with the last of them. */
  _views: WeakRef<Storage> | null;
  /** @internal A window on `_bytes` was lent. */
  _lent: boolean;
  /** @internal Calls off the thread that know the address of `_bytes`. */
  _pins: number;

  protected constructor(memory: Uint8Array<ArrayBuffer>) {
    super();
    if (!(memory instanceof Uint8Array)) {
      throw notConstructible("a ByteArray", "bytearray(source)");
    }
    this._bytes = memory;
    this._start = 0;
    this._end = memory.length;
    this._views = null;
    this._lent = false;
    this._pins = 0;
  }

  /** In bytes. */
  override get length(): number {
    return this._end - this._start;
  }

  /**
   * Ends all views at once: each then throws a ValueError. For when who holds them is not known.
   * What was lent, and what other consumers of the buffer protocol hold, stays readable and is left
   * alone.
   *
   * @example
   * ```ts
   * import { bytearray, memoryview } from "zerocopy";
   *
   * const log = bytearray(3);
   * memoryview(log); // a view that nobody can release any more
   * log.releaseViews();
   * log.append(1);
   * ```
   */
  releaseViews(): void {
    const storage = this._views?.deref();
    if (storage && storage.views > 0) this._lent = true;
    storage?.end("Cannot use a memoryview: all were released");
    this._views = null;
  }

  /**
   * The memory itself, for an API that only reads. It shows the contents of now: the next change of
   * length moves them elsewhere. *Copies:* none.
   *
   * @throws {BufferError} while a call off the thread works on it.
   */
  override lendUint8Array(): Uint8Array<ArrayBuffer> {
    this._lend();
    return this._live();
  }

  /** Who has a window can transfer the memory, which is then freed under a call that is at work on it. */
  private _lend(): void {
    if (this._pins > 0) {
      const wanted =
        "no call off the thread at work on it (lend it before: calls then work on a copy)";
      throw cannot(BufferError, "lend memory", wanted, this._pins);
    }
    this._lent = true;
  }

  /** @internal */
  [kStorage](): Storage {
    this._checkMemory();
    const known = this._views?.deref();
    if (known) return known;
    const storage = new Storage(this, this._live(), { lend: () => this._lend() });
    this._views = new WeakRef(storage);
    return storage;
  }

  /** Locks the length until the record is released. */
  [kBuffer](_flags: number): BufferRecord {
    const storage = this[kStorage]();
    const { buffer, byteOffset, byteLength } = storage.bytes;
    const consumer = {};
    storage.hold(consumer);
    let held = true;
    const release = (): void => {
      if (held) storage.drop(consumer);
      held = false;
    };
    return { buffer, byteOffset, byteLength, release };
  }

  /** @internal */
  override _live(): Uint8Array<ArrayBuffer> {
    if (this.length === 0) return new Uint8Array(0); // whatever became of its memory
    this._checkMemory();
    return this._bytes.subarray(this._start, this._end);
  }

  /** @throws {BufferError} when somebody to whom it was lent transferred it. */
  protected _checkMemory(): void {
    if (this._bytes.byteLength >= this._end) return;
    throw lost("access a bytearray");
  }

  protected _locate(index: Index): number {
    this._checkMemory();
    const at = toIndex(index, "index");
    return this._start + wrapIndex(at, this.length, 0);
  }

  /** @internal Other bytes instead of those from `from` to `to`. */
  protected _splice(from: number, to: number, action: string, added: Uint8Array = nothing): void {
    const { length } = this;
    const growth = added.length - (to - from);
    if (growth < 0 && from === 0) {
      this._unlock(action);
      this._start -= growth;
      this._trim();
    } else if (growth !== 0) {
      this._unlock(action, length + Math.max(0, growth));
      if (to < length) {
        const behind = this._bytes.subarray(this._start + to, this._start + length);
        copyBytes(behind, this._bytes, this._start + to + growth);
      }
      this._end = this._start + length + growth;
      this._trim();
    } else {
      this._checkMemory();
    }
    if (added.length > 0) copyBytes(added, this._bytes, this._start + from);
  }

  /** Nobody looks, and more bytes fit: most appends. */
  protected _hasRoom(count: number): boolean {
    const isFree = this._views === null && !this._lent && count > 0;
    return isFree && this._end + count <= this._bytes.length;
  }

  /** New bytes at the end have no defined value. */
  protected _resize(length: number, action: string): void {
    if (length === this.length) return;
    this._unlock(action, length);
    this._end = this._start + length;
    this._trim();
  }

  /** Memory that is hardly used any more is not kept. */
  private _trim(): void {
    const { length } = this;
    if (this._bytes.length > Math.max(4096, 8 * length)) this._move(2 * length);
  }

  /**
   * Before every change of length: nobody may look at the memory that changes, and there must be
   * enough of it.
   *
   * @throws {BufferError} while there are views.
   */
  protected _unlock(action: string, length: number = this.length): void {
    this._checkLock(action);
    this._views = null;
    const capacity = this._bytes.length;
    if (
      this._lent ||
      length > capacity ||
      (this._start + length > capacity && length > capacity / 2)
    ) {
      this._move(length, Math.max(0, 2 * this.length - length));
    } else if (this._start + length > capacity) {
      copyBytes(this._live(), this._bytes);
      this._end -= this._start;
      this._start = 0;
    }
  }

  protected _checkLock(action: string): void {
    const storage = this._views?.deref();
    if (storage && storage.views > 0) throw locked(storage, action);
    this._checkMemory();
  }

  /** To new memory for a length, with spare if there is so much. *Copies:* the contents. */
  protected _move(length: number, spare: number = 0): void {
    const memory = allocateRoom(length, spare);
    const contents = this._live();
    copyBytes(contents, memory);
    this._install(memory);
    this._end = contents.length;
  }

  /** Other memory, all of it contents. */
  protected _install(memory: Uint8Array<ArrayBuffer>): void {
    this._bytes = memory;
    this._start = 0;
    this._end = memory.length;
    this._views = null;
    this._lent = false;
  }
}
