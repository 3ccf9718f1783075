/** `ByteArray`: bytes that change and grow. What becomes of their memory is `Growable`'s affair. */
import { bytesOfBase64 } from "./base64.ts";
import type { Base64Options } from "./base64.ts";
import { gatherBytes, withAllBytes } from "./borrow.ts";
import { Bytes } from "./bytes.ts";
import { contentsOf, newBytes } from "./construct.ts";
import type { BytesInit } from "./construct.ts";
import { copyBytes, copySpan, sliceBytes } from "./copy.ts";
import type { EncodeErrors } from "./encoding.ts";
import { IndexError, ValueError, cannot } from "./errors.ts";
import { Growable } from "./growable.ts";
import { bytesOfHex } from "./hex.ts";
import { memoryview } from "./memoryview.ts";
import type { MemoryView } from "./memoryview.ts";
import { bytesOf, isBytesLike } from "./protocol.ts";
import type { BytesLike } from "./protocol.ts";
import { reprOf } from "./repr.ts";
import { repeatBytes, translationTable } from "./replacing.ts";
import { bytesOfMessage, messageOf } from "./sequence.ts";
import { clipBound, fitSlice, toByte, toIndex, toLength, toSize } from "./slicing.ts";
import type { Index, Range, SliceBound } from "./slicing.ts";
import { takeBuffer } from "./transfer.ts";
import type { Message } from "./transfer.ts";

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
export function bytearray(source?: BytesInit): ByteArray;
/** Text as bytes that change. @see {@link bytes} */
export function bytearray(text: string, encoding: string, errors?: EncodeErrors): ByteArray;
export function bytearray(
  source: string | BytesInit = 0,
  encoding?: string,
  errors?: EncodeErrors,
): ByteArray {
  return ByteArray._adopt(newBytes(source, "make a bytearray", encoding, errors));
}

/**
 * A growable sequence of bytes. Made by `bytearray(source)`; results of copying methods, and parts, are
 * ByteArrays of their own. A mistake in an argument changes nothing.
 */
export class ByteArray extends Growable<ByteArray> {
  /** @internal Takes the memory over. */
  static _adopt(memory: Uint8Array<ArrayBuffer>): ByteArray {
    return new ByteArray(memory);
  }

  /** The byte at an index; negative counts from the end. @throws {IndexError} out of range. */
  override get(index: Index): number {
    return this._bytes[this._locate(index)]!;
  }

  /** Another byte. @throws {IndexError} out of range. @throws {ValueError} for what is no byte. */
  set(index: Index, value: Index): void {
    const at = toIndex(index, "index");
    if (!Number.isSafeInteger(at)) this._locate(at); // out of every range: before the value
    const byte = toByte(value, "set");
    this._bytes[this._locate(at)] = byte;
  }

  /** The bytes as they are when each is asked for, as in CPython. */
  override *[Symbol.iterator](): IterableIterator<number> {
    for (let i = 0; i < this.length; i += 1) yield this.get(i);
  }

  /** A view on a part, which locks the length until it is released. *Copies:* none. */
  subarray(start?: SliceBound, stop?: SliceBound, step?: SliceBound): MemoryView<"B", number, 1> {
    const whole = memoryview<ByteArray>(this);
    try {
      return whole.subarray(start, stop, step);
    } finally {
      whole.release();
    }
  }

  /** The same bytes in memory of their own. *Copies:* all bytes. */
  copy(): ByteArray {
    return this._make(this.toUint8Array());
  }

  /** As of Bytes; as in CPython, the separator may have any strides. */
  override partition(separator: BytesLike): [ByteArray, ByteArray, ByteArray] {
    return super.partition(gatherBytes(separator, "split"));
  }

  /** As `partition`, at the last separator. */
  override rpartition(separator: BytesLike): [ByteArray, ByteArray, ByteArray] {
    return super.rpartition(gatherBytes(separator, "split"));
  }

  // Changes of contents. Each that changes the length throws a BufferError while there are views,
  // but first what is wrong with its arguments.

  /** Adds one byte. O(1), amortised. @throws {ValueError} for what is no byte. */
  append(value: Index): void {
    if (typeof value === "number" && (value & 255) === value && this._hasRoom(1)) {
      this._bytes[this._end] = value;
      this._end += 1;
    } else {
      this._add(Uint8Array.of(toByte(value, "append")), "append");
    }
  }

  /**
   * Adds bytes; none of them, when one is wrong. Python's `+=`, and `extend`.
   *
   * *Copies:* the bytes of `source`; amortised, each once or twice more when memory grows.
   *
   * @throws {TypeError} for text, or what else has no bytes. @throws {ValueError} for what is no byte.
   */
  extend(source: Exclude<BytesInit, Index>): void {
    const action = "extend";
    const added = source instanceof Uint8Array ? source.length : 0;
    if (this._hasRoom(added)) {
      copyBytes(source as Uint8Array, this._bytes, this._end);
      this._end += added;
    } else if (source !== this && isBytesLike(source)) {
      withAllBytes([source], action, ([bytes]) => this._add(bytes!, action));
    } else {
      this._add(contentsOf(source, action), action);
    }
  }

  /** Adds one byte before an index, which is clipped. *Copies:* the bytes behind it. */
  insert(index: Index, value: Index): void {
    const at = toSize(index, "insert");
    const byte = toByte(value, "insert");
    const from = clipBound(at, this.length, 0);
    this._splice(from, from, "insert", Uint8Array.of(byte));
  }

  /**
   * Removes a byte, by default the last, and returns it. *Copies:* the bytes behind it; none for the
   * first. @throws {IndexError} out of range.
   */
  pop(index: Index = -1): number {
    const which = toSize(index, "pop");
    if (this.length === 0) throw cannot(IndexError, "pop from empty bytearray", "a byte", "none");
    const byte = this.get(which);
    this.delete(which);
    return byte;
  }

  /** Removes the first such byte. *Copies:* the bytes behind it. @throws {ValueError} without one. */
  remove(value: Index): void {
    const byte = toByte(value, "remove");
    const at = this.find(byte);
    if (at < 0) throw cannot(ValueError, "remove", `a byte ${byte}`, "none");
    this.delete(at);
  }

  /** Removes all bytes. *Copies:* none. */
  clear(): void {
    if (this._lent && this.length > 0) {
      this._checkLock("clear");
      this._install(new Uint8Array(0)); // who has the window keeps the memory
    } else this._resize(0, "clear");
  }

  /** The bytes in reverse order, in place. */
  reverse(): void {
    this._live().reverse();
  }

  /** Python's `*=`. *Copies:* the result. */
  repeatInPlace(times: Index): void {
    const action = "repeat";
    const count = Math.max(0, toSize(times, action));
    if (count === 1 || this.length === 0) return;
    this._checkLock(action);
    if (count === 0) this.clear();
    else this._add(repeatBytes(this._live(), count - 1), action);
  }

  /**
   * Cuts off bytes at the end, or adds zeros. *Copies:* what there is, when memory grows.
   *
   * @throws {ValueError} for a negative length.
   */
  resize(length: Index): void {
    const size = toLength(length, "resize");
    const before = this.length;
    this._resize(size, "resize");
    this._live().fill(0, Math.min(before, size));
  }

  /**
   * Python's `del b[index]`. O(1) for the first and the last. *Copies:* else the bytes behind it.
   *
   * @throws {IndexError} out of range.
   */
  delete(index: Index): void {
    const from = this._locate(index) - this._start;
    this._splice(from, from + 1, "delete");
  }

  /**
   * Python's `del b[start:stop:step]`. O(1) at the start and at the end. *Copies:* else the bytes
   * that stay behind the first that goes.
   */
  deleteSlice(start?: SliceBound, stop?: SliceBound, step?: SliceBound): void {
    this._deleteRange(fitSlice(start, stop, step, this.length));
  }

  /**
   * Python's `b[start:stop:step] = source`: other bytes, in any number; with a step other than 1 in the
   * same number, or none. *Copies:* the bytes of `source`, and those behind when the length changes.
   *
   * @throws {ValueError} for a wrong number of bytes, or what is no byte.
   *
   * @example
   * ```ts
   * import { b, bytearray } from "zerocopy";
   *
   * const log = bytearray(b`one two`);
   * log.setSlice(0, 3, null, b`three`); // log[0:3] = b"three"
   * log.setSlice(null, null, -1, log.copy()); // log[::-1] = log: in reverse
   * console.log(log); // bytearray(b'owt eerht')
   * ```
   */
  setSlice(
    start: SliceBound,
    stop: SliceBound,
    step: SliceBound,
    source: Exclude<BytesInit, Index>,
  ): void {
    const action = "set";
    const fit = (): Range => fitSlice(start, stop, step, this.length);
    const { step: stride } = fit(); // what is wrong with the slice matters first
    const isWindow = stride === 1 && ArrayBuffer.isView(source);
    const bytes = isWindow ? bytesOf(source, action) : contentsOf(source, action);
    const range = fit(); // the source may have changed the length
    if (range.step === 1) {
      this._splice(range.start, range.start + range.count, action, bytes);
    } else if (bytes.length === 0) {
      this._deleteRange(range);
    } else if (bytes.length === range.count) {
      const own = this._live();
      bytes.forEach((byte, i) => (own[range.start + i * range.step] = byte));
    } else {
      throw cannot(ValueError, action, `${range.count} bytes`, bytes.length);
    }
  }

  /**
   * Removes and returns bytes from the start: all, or so many; a negative number leaves so many.
   *
   * *Copies:* none when all are taken: their memory becomes that of the Bytes, with what is spare of it:
   * as much again at most after it grew, seven times as much after deletions; `bytes(taken)` has none.
   * Else the smaller part. All, if a window on them was lent, because Bytes never change.
   *
   * @throws {IndexError} for more than there are.
   *
   * @example
   * ```ts
   * import { b, bytearray } from "zerocopy";
   *
   * const pending = bytearray(b`one\ntwo\nthr`);
   * const complete = pending.takeBytes(pending.rfind(b`\n`) + 1);
   * console.log(complete.splitLines(), pending); // [ b'one', b'two' ] bytearray(b'thr')
   * ```
   */
  takeBytes(count?: Index | null): Bytes {
    const action = "take bytes";
    const { length } = this;
    const wanted = toIndex(count ?? length, action);
    const size = wanted < 0 ? wanted + length : wanted;
    if (size < 0 || size > length) throw cannot(IndexError, action, `0 to ${length}`, wanted);
    this._checkLock(action);
    if (this._lent) this._move(length); // what is taken never changes
    const contents = this._live();
    if (size < length - size) {
      const taken = Bytes._adopt(sliceBytes(contents, 0, size));
      this._splice(0, size, action);
      return taken;
    }
    this._install(sliceBytes(contents, size));
    return Bytes._adopt(contents)._part(0, size);
  }

  /** Python's literal, shortened. */
  override toString(): string {
    return `bytearray(${reprOf(this._live(), "'")})`;
  }

  /** As `Bytes.fromHex`. */
  static fromHex(digits: string | BytesLike): ByteArray {
    return new ByteArray(bytesOfHex(digits));
  }

  /** As `Bytes.fromBase64`. */
  static fromBase64(text: string | BytesLike, options?: Base64Options): ByteArray {
    return new ByteArray(bytesOfBase64(text, options));
  }

  /** As `Bytes.makeTrans`. */
  static makeTrans(from: BytesLike, to: BytesLike): Bytes {
    return Bytes._adopt(translationTable(from, to));
  }

  /**
   * For a worker: `postMessage(value, transferList)`. *Copies:* all bytes; none with `transfer`, which
   * leaves this array empty, and sends all memory, spare too (see `takeBytes`).
   *
   * @throws {BufferError} with `transfer`, while there are views.
   */
  toMessage(options: { readonly transfer?: boolean } = {}): Message<ByteArrayMessage> {
    if (!options.transfer) return messageOf("ByteArray", this.toUint8Array());
    this._unlock("transfer");
    const { buffer, byteOffset, length } = this._live();
    const bytes = new Uint8Array(takeBuffer(buffer), byteOffset, length);
    this._install(new Uint8Array(0));
    return messageOf("ByteArray", bytes);
  }

  /** What `toMessage` described. *Copies:* none. @throws {TypeError} for anything else. */
  static fromMessage(value: ByteArrayMessage): ByteArray {
    return new ByteArray(bytesOfMessage("ByteArray", value));
  }

  /** @internal */
  override _make(memory: Uint8Array<ArrayBuffer>): ByteArray {
    return new ByteArray(memory);
  }

  /** @internal Copies. */
  override _part(from: number, to: number): ByteArray {
    this._checkMemory();
    return new ByteArray(
      sliceBytes(this._bytes, this._start + from, Math.min(this._start + to, this._end)),
    );
  }

  private _add(bytes: Uint8Array, action: string): void {
    this._splice(this.length, this.length, action, bytes);
  }

  /** Without the bytes of a range. *Copies:* what lies behind the first of them. */
  private _deleteRange({ start, step, count }: Range): void {
    if (step === 1) return this._splice(start, start + count, "delete");
    this._unlock("delete");
    if (count === 0) return;
    const own = this._live();
    const stride = Math.abs(step);
    let put = step < 0 ? start + (count - 1) * step : start;
    for (let i = 0; i < count; i += 1) {
      const from = put + i + 1;
      const to = i === count - 1 ? own.length : from + stride - 1;
      put = copySpan(own, from, to, own, put);
    }
    this._end -= count;
  }
}

export interface ByteArrayMessage {
  readonly zerocopy: "ByteArray";
  readonly bytes: Uint8Array<ArrayBuffer>;
}
