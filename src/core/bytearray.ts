/**
 * `ByteArray`: bytes that change and grow, in an ArrayBuffer of at least their length.
 *
 *     _bytes  │ spare │ contents … │ spare │      the storage of its views is a window on contents
 *                     ↑ _start     ↑ _end
 *
 * While a view is not released the length cannot change. Windows that were lent are not tracked:
 * after one, contents move to new memory before the length changes.
 */
import { newBytes, toByte } from "./construct.ts";
import type { BytesInit } from "./construct.ts";
import { equalBytes } from "./accelerate.ts";
import { withBytes } from "./borrow.ts";
import { cloneBytes, copyBytes } from "./copy.ts";
import { BufferError, IndexError, ValueError, invalidType } from "./errors.ts";
import { inspect, refuseElements, refuseJson, refusePrimitive, useToMessage } from "./foreign.ts";
import { hexOf } from "./hex.ts";
import { hasEquals, isBytesLike, kBuffer, notBytesLike } from "./protocol.ts";
import type { BufferRecord, BytesLike, Exporter } from "./protocol.ts";
import { reprOf } from "./repr.ts";
import { toIndex, wrapIndex } from "./slicing.ts";
import type { Index } from "./slicing.ts";
import { Storage, kStorage } from "./storage.ts";
import type { StorageOwner } from "./storage.ts";

/**
 * Mutable bytes. *Copies:* all bytes of `source`.
 *
 * @throws {TypeError} for text, which needs an encoding, and for anything else.
 * @throws {ValueError} for a negative length or a number that is no byte.
 *
 * @example
 * ```ts
 * import { bytearray, memoryview } from "zerocopy";
 *
 * const log = bytearray([1, 2]);
 * log.append(3);
 * const view = memoryview(log); // while it lives, the length is locked
 * view.set(0, 9);
 * view.release();
 * log.extend([4, 5]);
 * console.log(log.hex()); // 0902030405
 * ```
 */
export function bytearray(source: BytesInit = 0): ByteArray {
  return ByteArray._adopt(newBytes(source, "make a bytearray"));
}

/** Its bytes, which must lie without gaps: so CPython. *Copies:* all of them. */
function packedBytes(source: BytesLike, action: string): Uint8Array {
  try {
    return withBytes(source, action, cloneBytes);
  } catch (cause) {
    throw Object.assign(notBytesLike(action, source), { cause });
  }
}

/** Why memory may not move now. */
function locked({ views, holders }: Storage, action: string): BufferError {
  const stacks = [...(holders?.values() ?? [])];
  const [where = "traceExports(true) shows where they are made"] = stacks;
  const text = `Cannot ${action}: wanted no views of it, found ${views} not released; ${where}`;
  return new BufferError(text, { exports: views, holders: stacks });
}

/** A growable sequence of bytes. Made by `bytearray(source)`. */
export class ByteArray implements Exporter, StorageOwner, Iterable<number> {
  /** @internal */ _bytes: Uint8Array<ArrayBuffer>;
  /** @internal */ _start: number;
  /** @internal */ _end: number;
  /** @internal The storage of its views; collected with the last of them. */
  _views: WeakRef<Storage> | null;
  /** @internal A window on `_bytes` was lent. */
  _lent: boolean;
  /** @internal Makes structuredClone refuse. */
  readonly _clone: () => never;

  private constructor(memory: Uint8Array<ArrayBuffer>) {
    this._bytes = memory;
    this._start = 0;
    this._end = memory.length;
    this._views = null;
    this._lent = false;
    this._clone = useToMessage;
  }

  /** @internal Takes the memory over. */
  static _adopt(memory: Uint8Array<ArrayBuffer>): ByteArray {
    return new ByteArray(memory);
  }

  get length(): number {
    return this._end - this._start;
  }

  /** The byte at an index; negative counts from the end. @throws {IndexError} out of range. */
  get(index: Index): number {
    return this._bytes[this._locate(index)]!;
  }

  /** @throws {IndexError} out of range. @throws {ValueError} for a number that is no byte. */
  set(index: Index, value: Index): void {
    const byte = toByte(value, "set a byte");
    this._bytes[this._locate(index)] = byte;
  }

  /** Adds one byte. O(1), amortised. @throws {BufferError} while viewed. */
  append(value: Index): void {
    const byte = toByte(value, "append to a bytearray");
    this._resize(this.length + 1, "append to a bytearray");
    this._bytes[this._end - 1] = byte;
  }

  /**
   * Adds bytes; none of them, when one is wrong. *Copies:* the bytes of `source`.
   *
   * @throws {BufferError} while viewed, unless `source` is empty.
   */
  extend(source: Exclude<BytesInit, number | bigint>): void {
    const action = "extend a bytearray";
    if (typeof source !== "object") throw invalidType(action, "bytes or an iterable", source);
    const added = isBytesLike(source) ? packedBytes(source, action) : newBytes(source, action);
    const { length } = this;
    this._resize(length + added.length, action);
    copyBytes(added, this._window().subarray(length));
  }

  /** Removes a byte, by default the last, and returns it. @throws {BufferError} while viewed. */
  pop(index: Index = -1): number {
    const which = toIndex(index, "pop from a bytearray");
    if (this.length === 0) throw new IndexError("Cannot pop from a bytearray: it is empty");
    const at = this._locate(which);
    const byte = this._bytes[at]!;
    const from = at - this._start;
    this._unlock("pop from a bytearray");
    const contents = this._window();
    copyBytes(contents.subarray(from + 1), contents.subarray(from));
    this._end -= 1;
    return byte;
  }

  /** Removes all bytes. @throws {BufferError} while viewed, unless it is empty. */
  clear(): void {
    this._resize(0, "clear a bytearray");
  }

  /** Cuts off bytes at the end, or adds zeros. @throws {BufferError} while viewed. */
  resize(length: Index): void {
    const size = toIndex(length, "resize a bytearray");
    if (size < 0) {
      throw new ValueError(`Cannot resize a bytearray: wanted a length from 0, found ${size}`);
    }
    const before = this.length;
    this._resize(size, "resize a bytearray");
    this._window().fill(0, Math.min(before, size));
  }

  /**
   * Ends all views at once: each then throws a ValueError. For when who holds them is not known.
   * What was lent stays readable, and is left alone.
   */
  releaseViews(): void {
    this._views?.deref()?.end("Cannot use this memoryview: its bytearray released all views");
    this._views = null;
  }

  /** Are these the same bytes? `other` is anything bytes-like; anything else is unequal. */
  equals(other: unknown): boolean {
    const own = this._window();
    if (!isBytesLike(other)) return false;
    try {
      return withBytes(other, "compare", (bytes) => equalBytes(own, bytes));
    } catch {
      return hasEquals(other) && other.equals(this); // a strided view, for example
    }
  }

  /** Two digits a byte. *Copies:* the digits are new text. */
  hex(separator?: string | BytesLike, bytesPerGroup?: number): string {
    return hexOf(this._window(), separator, bytesPerGroup);
  }

  /** *Copies:* all bytes. */
  toUint8Array(): Uint8Array<ArrayBuffer> {
    return cloneBytes(this._window());
  }

  /**
   * The memory itself, for an API that only reads. It shows the contents of now: the next change of
   * length moves them elsewhere. *Copies:* none.
   */
  lendUint8Array(): Uint8Array<ArrayBuffer> {
    this._lent = true;
    return this._window();
  }

  /** @internal */
  [kStorage](): Storage {
    const known = this._views?.deref();
    if (known) return known;
    const lend = (): void => {
      this._lent = true;
    };
    const storage = new Storage(this, this._window(), { lend });
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

  [Symbol.iterator](): IterableIterator<number> {
    return this._window().values();
  }

  /** Python's literal, shortened. */
  toString(): string {
    return `bytearray(${reprOf(this._window())})`;
  }

  [inspect](): string {
    return this.toString();
  }

  /** So that `Buffer.from(bytearray)` copies the right bytes. */
  valueOf(): Uint8Array<ArrayBuffer> {
    return this.lendUint8Array();
  }

  /** @throws {TypeError} always: text has an encoding, which must be said. */
  [Symbol.toPrimitive](): never {
    return refusePrimitive("a bytearray");
  }

  /** @throws {TypeError} always: this is no array. */
  get 0(): never {
    return refuseElements("a bytearray");
  }

  /** @throws {TypeError} always. */
  toJSON(): never {
    return refuseJson("a bytearray");
  }

  /** @internal The contents. */
  _window(): Uint8Array<ArrayBuffer> {
    this._checkMemory();
    return this._bytes.subarray(this._start, this._end);
  }

  /** @throws {BufferError} when somebody to whom it was lent transferred it. */
  private _checkMemory(): void {
    if (this._bytes.byteLength >= this._end) return;
    throw new BufferError("Cannot access a bytearray: wanted its memory, found it transferred");
  }

  private _locate(index: Index): number {
    this._checkMemory();
    const at = toIndex(index, "index a bytearray");
    return this._start + wrapIndex(at, this.length, 0);
  }

  /** New bytes at the end have no defined value. */
  private _resize(length: number, action: string): void {
    if (length === this.length) return;
    const capacity = this._bytes.length;
    const fits = this._start + length <= capacity;
    this._unlock(action, fits ? capacity : Math.max(length, 2 * capacity));
    this._end = this._start + length;
  }

  /**
   * Before every change of length: nobody may look at the memory that changes, and there must be
   * enough of it.
   *
   * @throws {BufferError} while there are views.
   */
  private _unlock(action: string, capacity: number = this._bytes.length): void {
    const storage = this._views?.deref();
    if (storage && storage.views > 0) throw locked(storage, action);
    this._views = null;
    if (this._lent || capacity > this._bytes.length) this._move(capacity);
  }

  /** To new memory. *Copies:* the contents. */
  private _move(capacity: number): void {
    const memory = new Uint8Array(capacity);
    const contents = this._window();
    copyBytes(contents, memory);
    this._bytes = memory;
    this._start = 0;
    this._end = contents.length;
    this._lent = false;
  }
}
