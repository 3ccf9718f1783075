/**
 * `Struct`: packs values into bytes and reads them back, by a format string of Python's struct
 * module. It owns no memory. What it packs is new; what it unpacks is a copy, except that nothing is
 * copied but the values.
 *
 *     "<IdHH"     I        d                H   H
 *                 0        4                12  14       16 bytes, no padding: "<"
 */
import { Bytes } from "../core/bytes.ts";
import { allocate } from "../core/copy.ts";
import { OverflowError, IndexError, StructError } from "../core/errors.ts";
import { inspect } from "../core/foreign.ts";
import type { BytesLike } from "../core/protocol.ts";
import type { Index } from "../core/slicing.ts";
import { toIndex } from "../core/slicing.ts";
import { StructIterator } from "./iterator.ts";
import { checkValues, packValues } from "./pack.ts";
import { planOf } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { holds, recentViewAt, remember, withSource, withTarget } from "./memory.ts";
import type { Packed, Unpacked } from "./types.ts";
import { readRecent, readRecord } from "./unpack.ts";

/**
 * A format, parsed once.
 *
 * ```ts
 * import { Struct } from "zerocopy/struct";
 *
 * const header = new Struct("<IdH");
 * const packed = header.pack(1, 2.5, 3);
 * const [id, value, flags] = header.unpack(packed);
 * console.log(header.size, id, value, flags); // 14 1 2.5 3
 * ```
 */
export class Struct<
  const F extends string = string,
  V extends unknown[] = Unpacked<F>,
  W extends readonly unknown[] = Packed<F>,
> {
  /** As given. */
  readonly format: F;
  /** Bytes of one packed record. */
  readonly size: number;
  /** @internal */
  readonly _plan: Plan;

  /**
   * @throws {StructError} for what is no format. @throws {UnicodeEncodeError} beyond ASCII.
   * @throws {TypeError} unless a string.
   */
  constructor(format: F) {
    this._plan = planOf(format);
    this.format = format;
    this.size = this._plan.size;
  }

  /**
   * New bytes with these values.
   *
   * *Copies:* the bytes of `c`, `s` and `p` values.
   *
   * @throws {StructError} for a wrong number of values, or a value that does not fit.
   * @throws {OverflowError} for a float too large for `e`, or for an `f` of explicit byte order; for
   * more memory than there is.
   */
  pack(...values: W): Bytes {
    checkValues(this._plan, values);
    const bytes = allocate(this.size);
    packValues(this._plan, values, bytes, 0);
    return Bytes._adopt(bytes);
  }

  /**
   * Writes these values into `target`, from byte `offset` on; negative counts from the end. Padding
   * becomes zero. What fails writes nothing.
   *
   * *Copies:* the bytes of `c`, `s` and `p` values.
   *
   * @throws {TypeError} unless `target` is writable, C-contiguous memory and `offset` an integer.
   * @throws {StructError} when it does not fit, and for values as in `pack`.
   */
  packInto(target: BytesLike, offset: Index, ...values: W): void {
    if (values.length !== this._plan.count) checkValues(this._plan, values);
    const isThere = target instanceof Uint8Array && target.byteLength > 0; // not detached
    if (isThere) this.#packAt(target, offset, values);
    else withTarget(target, "pack into", (bytes) => this.#packAt(bytes, offset, values));
  }

  #packAt(bytes: Uint8Array, offset: Index, values: W): void {
    const { _plan: plan, size } = this;
    const { byteLength: length } = bytes; // never stale, as `length` may be in Node 20 and 22
    const start = isInside(offset, size, length)
      ? offset
      : startOf({ length, size }, offset, "pack into", IndexError);
    checkValues(plan, values);
    packValues(plan, values, bytes, start);
  }

  /**
   * The values of `source`, which is exactly of this size.
   *
   * *Copies:* the bytes of `c`, `s` and `p` values.
   *
   * @throws {StructError} for any other size. @throws {TypeError} unless bytes-like.
   * @throws {BufferError} unless C-contiguous.
   */
  unpack(source: BytesLike): V {
    const recent = recentViewAt(source, 0, this.size);
    if (recent !== undefined && (source as Uint8Array).byteLength === this.size) {
      const values = readRecent(this._plan, recent, 0);
      if (values !== undefined) return values as V;
    }
    if (source instanceof Uint8Array) remember(source);
    return withSource(source, "unpack", (bytes, start, length, view) => {
      if (length === this.size) return readRecord(this._plan, bytes, start, view) as V;
      throw new StructError(
        `Cannot unpack ${JSON.stringify(this.format)}: wanted ${this.size} bytes, found ${length}`,
      );
    });
  }

  /**
   * The values from byte `offset` of `source` on; negative counts from the end.
   *
   * *Copies:* the bytes of `c`, `s` and `p` values.
   *
   * @throws {StructError} when the source ends before them. @throws {TypeError} unless bytes-like.
   * @throws {BufferError} unless C-contiguous.
   */
  unpackFrom(source: BytesLike, offset: Index = 0): V {
    const { _plan } = this;
    let at = offset as number;
    let view = recentViewAt(source, offset, _plan.size);
    if (view === undefined && holds(source, offset, _plan.size)) {
      view = source._storage.view;
      at += source._offset;
    }
    const values = view && readRecent(_plan, view, at);
    return (values as V | undefined) ?? this.#unpackSlowly(source, offset);
  }

  #unpackSlowly(source: BytesLike, offset: Index): V {
    const { size } = this;
    if (source instanceof Uint8Array) remember(source);
    return withSource(source, "unpack", (bytes, start, length, view) => {
      const at = startOf({ length, size }, offset, "unpack from", OverflowError);
      return readRecord(this._plan, bytes, start + at, view) as V;
    });
  }

  /**
   * The values of every record of `source`, one after the other. Until it is exhausted, or left by
   * `break`, the iterator holds the memory of `source` as a view does.
   *
   * *Copies:* the bytes of `c`, `s` and `p` values.
   *
   * @throws {StructError} unless `source` has a multiple of this size, which is not 0.
   */
  iterUnpack(source: BytesLike): StructIterator<V> {
    if (this.size === 0) {
      throw new StructError("Cannot iterate over records: wanted a struct of some length, found 0");
    }
    return new StructIterator<V>(this._plan, source);
  }

  /** As Python's repr. */
  toString(): string {
    return `Struct('${this.format}')`;
  }

  [inspect](): string {
    return this.toString();
  }
}

/** Without what `startOf` does for other offsets than the common ones. */
function isInside(offset: Index, size: number, length: number): offset is number {
  return (
    typeof offset === "number" && offset >= 0 && offset + size <= length && Number.isInteger(offset)
  );
}

/**
 * Where `size` bytes start in memory of `length` bytes.
 *
 * @throws {StructError} when they do not lie inside. @throws {TypeError} unless an integer.
 */
function startOf(
  { length, size }: { length: number; size: number },
  offset: Index,
  action: string,
  TooLarge: new (message: string) => Error,
): number {
  const index = toIndex(offset, action);
  if (Math.abs(index) >= 2 ** 63 && index !== -(2 ** 63)) {
    throw new TooLarge(`Cannot ${action}: wanted an offset of 64 bits, found ${offset}`);
  }
  const start = index < 0 ? index + length : index;
  if (start >= 0 && start + size <= length) return start;
  throw new StructError(
    `Cannot ${action}: wanted ${size} bytes at offset ${offset}, found memory of ${length} bytes`,
  );
}
