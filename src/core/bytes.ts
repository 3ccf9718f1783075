/**
 * `Bytes`: bytes that never change. The one way to their writable memory is `lendUint8Array`, for
 * APIs that only read; the buffer protocol's record carries the memory too, marked read-only.
 */
import { equalBytes } from "./accelerate.ts";
import { withBytes } from "./borrow.ts";
import { cloneBytes } from "./copy.ts";
import { BufferError, cannot, invalidType } from "./errors.ts";
import { inspect, refuseElements, refuseJson, refusePrimitive, useToMessage } from "./foreign.ts";

import { hexOf } from "./hex.ts";

import { WRITABLE, hasEquals, isBytesLike, kBuffer } from "./protocol.ts";
import type { BufferRecord, BytesLike, Exporter } from "./protocol.ts";
import { reprOf } from "./repr.ts";
import { toIndex, wrapIndex } from "./slicing.ts";
import { textOf } from "./text.ts";
import type { Message } from "./transfer.ts";
import type { Index } from "./slicing.ts";

/**
 * An immutable sequence of bytes. Made by `bytes(source)`; results of copying methods are Bytes.
 *
 * ```ts
 * import { bytes, memoryview } from "zerocopy";
 *
 * const magic = bytes([0x89, 0x50, 0x4e, 0x47]);
 * console.log(magic.get(-1), magic.hex(" ")); // 71 "89 50 4e 47"
 * console.log(memoryview(magic).readonly); // true
 * ```
 */
export class Bytes implements Exporter, Iterable<number> {
  /** @internal Never written after construction. Who borrowed it may have given it away: `_live`. */
  readonly _bytes: Uint8Array<ArrayBuffer>;
  readonly length: number;
  /** @internal Makes structuredClone refuse. */
  readonly _clone: () => never;

  private constructor(memory: Uint8Array<ArrayBuffer>) {
    this._bytes = memory;
    this.length = memory.length;
    this._clone = useToMessage;
  }

  /** @internal Takes the memory over: nobody else may write to it from now on. */
  static _adopt(memory: Uint8Array<ArrayBuffer>): Bytes {
    return new Bytes(memory);
  }

  /**
   * @internal The memory.
   *
   * @throws {BufferError} when somebody to whom it was lent transferred it.
   */
  _live(): Uint8Array<ArrayBuffer> {
    if (this._bytes.byteLength === this.length) return this._bytes;
    throw cannot(BufferError, "access Bytes", "memory", "it transferred");
  }

  /**
   * The byte at an index; negative counts from the end.
   *
   * @throws {IndexError} out of range. @throws {TypeError} unless the index is an integer.
   */
  get(index: Index): number {
    const at = toIndex(index, "index Bytes");
    return this._live()[wrapIndex(at, this.length, 0)]!;
  }

  /** Are these the same bytes? `other` is anything bytes-like; anything else is unequal. */
  equals(other: unknown): boolean {
    const own = this._live();
    if (other instanceof Bytes) return equalBytes(own, other._live());
    if (hasEquals(other)) return other.equals(this);
    try {
      return isBytesLike(other) && withBytes(other, "compare", (bytes) => equalBytes(own, bytes));
    } catch {
      return false; // it does not lend its memory now
    }
  }

  /** A key for Map and Set: equal for equal contents. *Copies:* the key is new text. */
  hashKey(): string {
    return textOf(this._live());
  }

  /** Two digits a byte. *Copies:* the digits are new text. @see {@link hexOf} */
  hex(separator?: string | BytesLike, bytesPerGroup?: number): string {
    return hexOf(this._live(), separator, bytesPerGroup);
  }

  /** *Copies:* all bytes. */
  toUint8Array(): Uint8Array<ArrayBuffer> {
    return cloneBytes(this._live());
  }

  /**
   * The memory itself, for an API that only reads: `fs.write`, `socket.write`, `hash.update`,
   * `TextDecoder`. The receiver must not write to it. *Copies:* none.
   */
  lendUint8Array(): Uint8Array<ArrayBuffer> {
    return this._live();
  }

  /** @throws {BufferError} for a WRITABLE request. */
  [kBuffer](flags: number): BufferRecord {
    if (flags & WRITABLE) throw cannot(BufferError, "lend Bytes", "writable memory", "read-only");
    const { buffer, byteOffset, byteLength } = this._live();
    return { buffer, byteOffset, byteLength, readonly: true };
  }

  [Symbol.iterator](): IterableIterator<number> {
    return this._live().values();
  }

  /** Python's literal, shortened. */
  toString(): string {
    return reprOf(this._live());
  }

  [inspect](): string {
    return this.toString();
  }

  /** So that `Buffer.from(bytes)` copies the right bytes. */
  valueOf(): Uint8Array<ArrayBuffer> {
    return this.lendUint8Array();
  }

  /** @throws {TypeError} always: text has an encoding, which must be said. */
  [Symbol.toPrimitive](): never {
    return refusePrimitive("Bytes");
  }

  /** @throws {TypeError} always: this is no array. */
  get 0(): never {
    return refuseElements("Bytes");
  }

  /** @throws {TypeError} always. */
  toJSON(): never {
    return refuseJson("Bytes");
  }

  /** For a worker: `postMessage(value, transferList)`. *Copies:* all bytes; the copy is transferred. */
  toMessage(): Message<BytesMessage> {
    const bytes = this.toUint8Array();
    return { value: { zerocopy: "Bytes", bytes }, transferList: [bytes.buffer] };
  }

  /** What `toMessage` described. *Copies:* none. */
  static fromMessage(value: BytesMessage): Bytes {
    if (value?.zerocopy !== "Bytes" || !(value.bytes instanceof Uint8Array)) {
      throw invalidType("read a message", "the value of Bytes.toMessage()", value);
    }
    return new Bytes(value.bytes);
  }
}

export interface BytesMessage {
  readonly zerocopy: "Bytes";
  readonly bytes: Uint8Array<ArrayBuffer>;
}
