/**
 * `Bytes`: bytes that never change. The one way to their writable memory is `lendUint8Array`, for
 * APIs that only read; the buffer protocol's record carries the memory too, marked read-only.
 *
 *     _bytes  │ … │ contents │ … │      parts share the memory of the whole until they are read
 *                 ↑ _start   ↑ _start + length
 */
import { bytesOfBase64 } from "./base64.ts";
import type { Base64Options } from "./base64.ts";
import { BufferError, ValueError, cannot, invalidType, lost, notConstructible } from "./errors.ts";
import { bytesOfHex } from "./hex.ts";
import { WRITABLE, hasEquals, kBuffer, kConstant } from "./protocol.ts";
import type { BufferRecord, BytesLike } from "./protocol.ts";
import { translationTable } from "./replacing.ts";
import { ByteSequence, bytesOfMessage, messageOf } from "./sequence.ts";
import { clipBound, toIndex } from "./slicing.ts";
import type { SliceBound } from "./slicing.ts";
import { textOf } from "./text.ts";
import type { Message } from "./transfer.ts";

/**
 * An immutable sequence of bytes. Made by `bytes(source)`; results of copying methods are Bytes.
 *
 * @example
 * ```ts
 * import { bytes, memoryview } from "zerocopy";
 *
 * const magic = bytes([0x89, 0x50, 0x4e, 0x47]);
 * console.log(magic.get(-1), magic.hex(" ")); // 71 89 50 4e 47
 * console.log(memoryview(magic).readonly); // true
 * ```
 */
export class Bytes extends ByteSequence<Bytes> {
  /** @internal Never written after construction. Who borrowed it may have given it away: `_live`. */
  _bytes: Uint8Array<ArrayBuffer>;
  /** @internal */
  _start: number;
  /** @internal */
  readonly _length: number;

  private constructor(memory: Uint8Array<ArrayBuffer>, start: number, length: number) {
    super();
    if (length === undefined) throw notConstructible("Bytes", "bytes(source)");
    this._bytes = memory;
    this._start = start;
    this._length = length;
  }

  override get length(): number {
    return this._length;
  }

  /** @internal Takes the memory over: nobody else may write to it from now on. */
  static _adopt(memory: Uint8Array<ArrayBuffer>): Bytes {
    return new Bytes(memory, 0, memory.length);
  }

  /** @internal */
  override _live(): Uint8Array<ArrayBuffer> {
    const bytes = this._bytes;
    return bytes.byteLength === this._length && this._length > 0 ? bytes : this._narrow();
  }

  /** A part makes its window when it is first needed; of no bytes, nothing can be lost. */
  private _narrow(): Uint8Array<ArrayBuffer> {
    if (this.length === 0) return new Uint8Array(0);
    const end = this._start + this.length;
    if (this._bytes.byteLength < end) throw lost("access Bytes");
    this._bytes = this._bytes.subarray(this._start, end);
    this._start = 0;
    return this._bytes;
  }

  /** @internal */
  override _make(memory: Uint8Array<ArrayBuffer>): Bytes {
    return Bytes._adopt(memory);
  }

  /** @internal Shares the memory. */
  override _part(from: number, to: number): Bytes {
    if (to - from === this.length) return this;
    return new Bytes(this._bytes, this._start + from, to - from);
  }

  /** @internal These bytes in memory that holds nothing else. *Copies:* all bytes of a part. */
  _detached(): Bytes {
    const bytes = this._live();
    return bytes.byteLength === bytes.buffer.byteLength ? this : Bytes._adopt(this.toUint8Array());
  }

  /**
   * The bytes from `start` to `stop` (excluded), in the same memory. *Copies:* none.
   *
   * @throws {ValueError} for a step other than 1: `slice` copies, and a memoryview has strides.
   */
  subarray(start?: SliceBound, stop?: SliceBound, step: SliceBound = 1): Bytes {
    const from = clipBound(start, this.length, 0);
    const to = clipBound(stop, this.length, this.length);
    const stride = step === null ? 1 : toIndex(step, "share");
    if (stride !== 1) throw cannot(ValueError, "share", "a step of 1", stride);
    return this._part(from, Math.max(from, to));
  }

  /** As of all sequences; a view compares its items. */
  override equals(other: unknown): boolean {
    const isView = hasEquals(other) && !(other instanceof ByteSequence);
    return isView ? other.equals(this) : super.equals(other);
  }

  /**
   * Which comes first, as for `sort`: -1, 0 or 1. A prefix comes before the whole.
   *
   * @throws {TypeError} unless both are bytes.
   */
  override compare(other: ByteSequence<unknown>): number {
    if (other instanceof ByteSequence) return super.compare(other);
    throw invalidType("compare", "bytes", other);
  }

  /**
   * A key for Map and Set: equal for equal contents. *Copies:* the key is new text.
   *
   * @example
   * ```ts
   * import { b } from "zerocopy";
   *
   * const handlers = new Map([[b`GET`.hashKey(), "read"]]);
   * const [method] = b`GET /index.html`.partition(b` `);
   * console.log(handlers.get(method.hashKey())); // read
   * ```
   */
  hashKey(): string {
    return textOf(this._live());
  }

  /** @throws {BufferError} for a WRITABLE request. */
  [kBuffer](flags: number): BufferRecord {
    if (flags & WRITABLE) throw cannot(BufferError, "lend", "writable memory", "read-only");
    const { buffer, byteOffset, byteLength } = this._live();
    return { buffer, byteOffset, byteLength, readonly: true };
  }

  /** @internal */
  [kConstant](): Uint8Array {
    return this._live();
  }

  /**
   * The bytes of two hexadecimal digits each; ASCII white space between them is skipped.
   *
   * @throws {ValueError} for anything else.
   */
  static fromHex(digits: string | BytesLike): Bytes {
    return Bytes._adopt(bytesOfHex(digits));
  }

  /** The bytes of base64. @throws {ValueError} for anything else. @see {@link bytesOfBase64} */
  static fromBase64(text: string | BytesLike, options?: Base64Options): Bytes {
    return Bytes._adopt(bytesOfBase64(text, options));
  }

  /**
   * A table for `translate`: the bytes of `from` become those of `to`, all others stay.
   *
   * @throws {ValueError} when they are not of one length.
   */
  static makeTrans(from: BytesLike, to: BytesLike): Bytes {
    return Bytes._adopt(translationTable(from, to));
  }

  /** For a worker: `postMessage(value, transferList)`. *Copies:* all bytes; the copy is transferred. */
  toMessage(): Message<BytesMessage> {
    return messageOf("Bytes", this.toUint8Array());
  }

  /** What `toMessage` described. *Copies:* none. @throws {TypeError} for anything else. */
  static fromMessage(value: BytesMessage): Bytes {
    return Bytes._adopt(bytesOfMessage("Bytes", value));
  }
}

export interface BytesMessage {
  readonly zerocopy: "Bytes";
  readonly bytes: Uint8Array<ArrayBuffer>;
}
