/**
 * `MemoryView`: a typed, N-dimensional window on memory that something else owns. Its semantics are
 * those of CPython 3.14's memoryview; what goes beyond it is said at the method.
 *
 *     exporter ── Storage ── the bytes ─────────────────────────────
 *                               │← offset →│item│item│item│
 *                                           ← stride →
 *
 * A view owns no memory. It holds its storage's count of views until it is released, so that the
 * exporter does not move the memory; memory that goes away nevertheless (transferred, shrunk) makes
 * every access throw a BufferError.
 */
import type { Layout } from "../format/layout.ts";
import { parseFormat } from "../format/parse.ts";
import { acquire } from "./acquire.ts";
import { copyView, fillView } from "./assigning.ts";
import { Bytes } from "./bytes.ts";
import { castView } from "./casting.ts";
import { viewsEqual } from "./comparing.ts";
import { cloneBytes, packItems, placeItems } from "./copy.ts";
import { decodeBytes } from "./decoding.ts";
import type { DecodeErrors } from "./decoding.ts";
import { BufferError, ValueError, ZeroCopyError, cannot, describe, invalidType } from "./errors.ts";
import { recordOf } from "./exporting.ts";
import { cStrides, fStrides } from "./geometry.ts";
import { hexOf } from "./hex.ts";
import { checkWritable } from "./indexing.ts";
import { ItemView } from "./itemView.ts";
import { exporterOf, messageOf, moved, piscinaTransferable, piscinaValue } from "./message.ts";
import type { MemoryViewMessage } from "./message.ts";
import { FULL_RO, isObject, kBuffer } from "./protocol.ts";
import type { BufferRecord, BytesLike, Exporter } from "./protocol.ts";
import * as search from "./searching.ts";
import type { Affix, Needle } from "./searching.ts";
import { fieldOf, placeField, reshapeItems, selectItems, transposeAxes } from "./selecting.ts";
import type { Key, Placement } from "./selecting.ts";
import { clipBound, fitSlice } from "./slicing.ts";
import type { Index, SliceBound } from "./slicing.ts";
import type { Storage } from "./storage.ts";
import { textOf } from "./text.ts";
import type { Message } from "./transfer.ts";
import { typedArrayOn } from "./typedArrays.ts";
import type { FormatOf, Item, NdimOf, Resolved, TypedArrayOf } from "./types.ts";
import {
  CONSUMER,
  READONLY,
  RELEASED,
  STRICT,
  View,
  checkAlive,
  checkAxis,
  checkExtension,
  isByteFormat,
  isC,
  isF,
  lendWindow,
  ndimOf,
  regionOf,
  settled,
  windowOf,
} from "./view.ts";

/** How a view is made. */
export interface MemoryViewOptions {
  /** Does what CPython's memoryview does and refuses what it refuses. Default false. */
  readonly strict?: boolean;
}

/**
 * A view of all the memory of `source`, with the format of a typed array, or the one its exporter
 * says; otherwise of bytes.
 *
 * *Copies:* none.
 *
 * @throws {TypeError} when `source` is not bytes-like.
 *
 * @example
 * ```ts
 * import { memoryview } from "zerocopy";
 *
 * const samples = memoryview(new Float64Array([1, 2, 3, 4]));
 * const odd = samples.subarray(1, undefined, 2); // a view: every second item
 * odd.set(0, 20);
 * console.log(samples.toList()); // [1, 20, 3, 4]
 * ```
 */
export function memoryview<const S extends BytesLike>(
  source: S,
  options: MemoryViewOptions = {},
): MemoryView<FormatOf<S>, Item<FormatOf<S>>, NdimOf<S>> {
  if (!isObject(options)) {
    throw invalidType("make a memoryview", "an options object", options);
  }
  return MemoryView._from(source, "make a memoryview", options.strict ? STRICT : 0) as never;
}

/**
 * A window on memory: `F` is the format, `T` what an item is, `N` the number of axes.
 *
 * Items are read and written with `get` and `set`; `subarray`, `select`, `cast`, `transpose`,
 * `reshape`, `field`, `toReadonly` and everything named `as…` or `lend…` are views on the same
 * memory; what is named `to…` copies.
 */
export class MemoryView<F extends string = string, T = Item<F>, N extends number = number>
  extends ItemView<F, T, N>
  implements Exporter
{
  /** @internal A view of anything bytes-like. */
  static _from<F extends string>(
    source: unknown,
    action: string,
    state: number,
    flags: number = FULL_RO,
  ): MemoryView<F> {
    if (source instanceof MemoryView) {
      checkAlive(source);
      return source._again(source._state | state) as never;
    }
    const acquired = acquire(source, action, flags);
    const { storage, layout } = acquired;
    const bits = storage.readonly ? state | READONLY : state;
    return MemoryView._place(storage, layout, acquired, bits);
  }

  /** @internal A view of all bytes of memory that an owner outside of this folder has made. */
  static _whole(storage: Storage, owner: unknown): MemoryView<"B"> {
    storage.owner = owner;
    const shape = [storage.bytes.length];
    const state = storage.readonly ? READONLY : 0;
    return MemoryView._place(storage, byteLayout(), { offset: 0, shape, strides: [1] }, state);
  }

  private static _place<F extends string>(
    storage: Storage,
    layout: Layout,
    { offset, shape, strides }: Placement,
    state: number,
  ): MemoryView<F> {
    const inner = shape.length === 1 ? null : [...shape.slice(1), ...strides.slice(1)];
    return new MemoryView(storage, offset, shape[0] ?? 0, strides[0] ?? 0, layout, state, inner);
  }

  /** Another view of the same storage. */
  private _view<G extends string, U = Item<G>, M extends number = number>(
    layout: Layout,
    placement: Placement,
  ): MemoryView<G, U, M> {
    const flags = this._state & (READONLY | STRICT);
    return MemoryView._place(this._storage, layout, placement, flags) as never;
  }

  /** Another view of the same items. */
  private _again(state: number): MemoryView<F, T, N> {
    const { _storage, _offset, _rows, _stride, _layout, _inner } = this;
    const flags = state & (READONLY | STRICT);
    return new MemoryView(_storage, _offset, _rows, _stride, _layout, flags, _inner);
  }

  // Views on the same memory.

  /**
   * The items `[start, stop)` of the first axis, every `step`-th; Python's `m[start:stop:step]`.
   * Bounds are clipped; a negative step goes backwards.
   *
   * *Copies:* none. *Complexity:* O(1).
   *
   * @throws {ValueError} for a step of 0. @throws {TypeError} without axes.
   */
  subarray(start?: SliceBound, stop?: SliceBound, step?: SliceBound): MemoryView<F, T, N> {
    checkAlive(this);
    const inner = this._inner;
    if (inner?.length === 0) checkAxis(this, "slice");
    const size = this._rows;
    let stride = this._stride;
    let from = 0;
    let count = 0;
    if (step === undefined) {
      from = clipBound(start, size, 0);
      count = Math.max(0, clipBound(stop, size, size) - from);
    } else {
      const range = fitSlice(start, stop, step, size);
      ({ start: from, count } = range);
      stride *= range.step;
    }
    const offset = count === 0 ? this._offset : this._offset + from * this._stride;
    const state = this._state & (READONLY | STRICT);
    return new MemoryView(this._storage, offset, count, stride, this._layout, state, inner);
  }

  /**
   * Selects along every axis: an index drops its axis, `[start, stop, step]` slices it, `null` is the
   * whole axis, `"..."` stands for as many whole axes as are missing. Beyond CPython.
   *
   * *Copies:* none.
   *
   * @throws {IndexError} out of range. @throws {TypeError} with more keys than axes.
   */
  select(...keys: readonly Key[]): MemoryView<F, T> {
    checkExtension(this, "select");
    return this._view(this._layout, selectItems(this, keys));
  }

  /**
   * One field of every item of a record view, by name or index: NumPy's `array["name"]`. Beyond
   * CPython.
   *
   * *Copies:* none.
   *
   * @throws {KeyError} @throws {IndexError} @throws {TypeError} unless items are records.
   */
  field(nameOrIndex: string | number): MemoryView {
    checkExtension(this, "take a field");
    const field = fieldOf(this, nameOrIndex);
    return this._view(field.layout, placeField(this, field));
  }

  /** The axes in another order, reversed by default. *Copies:* none. Beyond CPython. */
  transpose(...axes: readonly number[]): MemoryView<F, T, N> {
    checkExtension(this, "transpose");
    return this._view(this._layout, transposeAxes(this, axes));
  }

  /**
   * The same items, in C order, in another shape; one size may be -1. Beyond CPython.
   *
   * *Copies:* none.
   *
   * @throws {TypeError} when the number of items differs.
   * @throws {ValueError} when it could not be done without a copy.
   */
  reshape<const S extends readonly number[]>(shape: S): MemoryView<F, T, S["length"]> {
    checkExtension(this, "reshape");
    return this._view(this._layout, reshapeItems(this, shape));
  }

  /**
   * Other items on the same bytes. One of both formats must be of bytes (`"B"`, `"b"`, `"c"`), and
   * one of both shapes one-dimensional. Beyond CPython: every PEP 3118 format.
   *
   * *Copies:* none.
   *
   * @throws {TypeError} unless contiguous, and when sizes do not fit.
   * @throws {ValueError} for a format or shape that is none.
   */
  cast<const G extends string, const S extends readonly number[] = readonly [number]>(
    format: G,
    shape?: S,
  ): MemoryView<Resolved<G>, Item<G>, S["length"]> {
    const { layout, shape: sizes } = castView(this, format, shape);
    const strides = cStrides(sizes, layout.itemsize);
    return this._view(layout, { offset: this._offset, shape: sizes, strides });
  }

  /** A view that refuses to write. The exporter may still change the memory. *Copies:* none. */
  toReadonly(): MemoryView<F, T, N> {
    checkAlive(this);
    return this._again(this._state | READONLY);
  }

  /**
   * A typed array on this memory. *Copies:* none. Nothing tracks it: it stays valid after `release`.
   *
   * @throws {BufferError} with the reason: read-only, strided, unaligned, or of another byte order.
   */
  asTypedArray(): TypedArrayOf<F> {
    return typedArrayOn(lendWindow(this, true), this._layout) as unknown as TypedArrayOf<F>;
  }

  /** `asTypedArray`, or undefined where that throws a BufferError. */
  tryTypedArray(): TypedArrayOf<F> | undefined {
    try {
      return this.asTypedArray();
    } catch (error) {
      if (error instanceof BufferError) return undefined;
      throw error;
    }
  }

  // Copies.

  /**
   * The items as bytes: in C order, `"F"` for Fortran order, `"A"` for the order they have.
   *
   * *Copies:* nbytes. @throws {ValueError} for another order.
   */
  toBytes(order?: "C" | "F" | "A" | null): Bytes {
    return Bytes._adopt(this.toUint8Array(order));
  }

  /** `toBytes`, as a Uint8Array. *Copies:* nbytes. */
  toUint8Array(order: "C" | "F" | "A" | null = "C"): Uint8Array<ArrayBuffer> {
    const wanted = 'order "C", "F" or "A"';
    if (!["C", "F", "A", null].includes(order)) {
      if (typeof order !== "string") throw invalidType("copy", wanted, order);
      throw cannot(ValueError, "copy", wanted, describe(order));
    }
    checkAlive(this);
    const isFortran = order === "F" || (order === "A" && isF(this));
    if (!isFortran && isC(this)) return settled(this, cloneBytes(windowOf(this)));
    const region = regionOf(this);
    if (!isFortran) return settled(this, packItems(region));
    return settled(this, placeItems(region, fStrides(region.shape, region.itemsize)));
  }

  /** Two digits a byte, in C order; `bytesPerGroup` counts from the end. *Copies:* new text. */
  hex(separator?: string | BytesLike, bytesPerGroup?: number): string {
    checkAlive(this);
    return settled(this, hexOf(packedOf(this), separator, bytesPerGroup));
  }

  // Writing.

  /**
   * Copies all items of `source`, which must have the same shape and format: Python's
   * `m[a:b:c] = source` is `m.subarray(a, b, c).copyFrom(source)`. Overlapping is no problem.
   *
   * *Copies:* nbytes; twice when strided memory overlaps.
   *
   * @throws {TypeError} when read-only, or `source` is not bytes-like.
   * @throws {ValueError} when structures differ; nothing is written.
   */
  copyFrom(source: BytesLike): void {
    checkWritable(this);
    refuseRange(arguments.length, "copyFrom");
    if (ndimOf(this) !== 1) checkExtension(this, "assign to several axes");
    borrowView(source, "copy", (view) => settled(view, copyView(view, this)));
    settled(this, undefined);
  }

  /** Writes one value to all items. Beyond CPython. *Copies:* none; nbytes are written. */
  fill(value: T): void {
    checkWritable(this);
    refuseRange(arguments.length, "fill");
    checkExtension(this, "fill");
    fillView(this, value);
    settled(this, undefined);
  }

  // Comparing and searching.

  /**
   * Same shape and equal items, whatever the formats: NaN is unequal even to itself. Anything that
   * is not bytes-like is unequal, and so is a released view to all but itself.
   *
   * *Copies:* none. *Complexity:* O(n).
   */
  equals(other: unknown): boolean {
    const over = other instanceof MemoryView && (other._state & RELEASED) !== 0;
    if (over || this._state & RELEASED) return this === other;
    checkAlive(this);
    let isView = false;
    try {
      return borrowView(other, "compare", (view) => {
        isView = true;
        return settled(this, settled(view, viewsEqual(this, view)));
      });
    } catch (error) {
      if (isView || error instanceof ZeroCopyError) throw error;
      return false; // not bytes-like, or does not lend its memory now: so CPython's `==`
    }
  }

  /**
   * A key for Map and Set, the same for equal bytes. Kept after `release` once it was asked for.
   *
   * *Copies:* the bytes, as text.
   *
   * @throws {ValueError} when writable, or items are not bytes.
   * @throws {TypeError} when the exporter may change the bytes.
   */
  hashKey(): string {
    const known = keys.get(this);
    if (known !== undefined) return known;
    if (!this.readonly || !isByteFormat(this._layout)) {
      throw cannot(ValueError, "hash", "read-only bytes", this.toString());
    }
    const { hashable, owner } = this._storage;
    if (!hashable) throw invalidType("hash", "memory that never changes", owner);
    const key = settled(this, textOf(packedOf(this)));
    keys.set(this, key);
    return key;
  }

  // Searching bytes, as CPython's `bytes` does. For contiguous views of one-byte items.

  /** Where `needle` first lies within `[start, stop)`, or -1. *Copies:* none. */
  find(needle: Needle, start?: SliceBound, stop?: SliceBound): number {
    return settled(this, search.find(octetsOf(this, "find"), needle, start, stop));
  }

  /** Where `needle` last lies within `[start, stop)`, or -1. *Copies:* none. */
  rfind(needle: Needle, start?: SliceBound, stop?: SliceBound): number {
    return settled(this, search.rfind(octetsOf(this, "rfind"), needle, start, stop));
  }

  startsWith(prefix: Affix, start?: SliceBound, stop?: SliceBound): boolean {
    return settled(this, search.startsWith(octetsOf(this, "startsWith"), prefix, start, stop));
  }

  endsWith(suffix: Affix, start?: SliceBound, stop?: SliceBound): boolean {
    return settled(this, search.endsWith(octetsOf(this, "endsWith"), suffix, start, stop));
  }

  /**
   * The parts between separators, by default runs of white space; at most `most` splits.
   *
   * *Copies:* none: the parts are views.
   */
  split(separator: BytesLike | null = null, most: Index = -1): MemoryView<F, T>[] {
    const cut = (from: number, to: number): MemoryView<F, T> => this.subarray(from, to);
    return settled(this, search.split(octetsOf(this, "split"), separator, most, cut));
  }

  /** What is before the first separator, the separator, what is after it. *Copies:* none. */
  partition(separator: BytesLike): [MemoryView<F, T>, MemoryView<F, T>, MemoryView<F, T>] {
    const bytes = octetsOf(this, "partition");
    const [at, length] = search.seek(bytes, separator);
    const [to, from] = at < 0 ? [bytes.length, bytes.length] : [at, at + length];
    return [this.subarray(0, to), this.subarray(to, from), this.subarray(from)]; // which check
  }

  /** The view without these bytes, by default white space, at both ends. *Copies:* none. */
  strip(characters: BytesLike | null = null): MemoryView<F, T> {
    const [from, to] = search.strip(octetsOf(this, "strip"), characters);
    return this.subarray(from, to);
  }

  /**
   * The bytes as text of `"utf-8"`, `"latin-1"` or `"ascii"`. *Copies:* the text is new.
   *
   * @throws {UnicodeDecodeError} for bytes that are no text, unless `errors` says otherwise.
   * @throws {LookupError} for another encoding.
   */
  decode(encoding: string = "utf-8", errors: DecodeErrors = "strict"): string {
    return settled(this, decodeBytes(octetsOf(this, "decode"), encoding, errors));
  }

  // Lifetime and export.

  /** @throws {BufferError} when the view cannot meet the flags. */
  [kBuffer](flags: number): BufferRecord {
    let held = true;
    const record = recordOf(this, flags);
    const storage = this._storage;
    this._state += CONSUMER;
    storage.consumers += 1;
    const release = (): void => {
      if (!held) return;
      held = false;
      this._state -= CONSUMER;
      storage.consumers -= 1;
      storage.watch?.();
    };
    return { ...record, release };
  }

  // Hand-off to other threads.

  /**
   * For `postMessage(value, transferList)`. Shared memory is shared. Other memory is copied, and the
   * copy transferred; with `transfer` the memory itself is, and this view and all others lose it.
   *
   * *Copies:* nbytes; none of shared memory and with `transfer`.
   *
   * @throws {BufferError} with `transfer`, for memory that is not this view's alone or that the
   * engine does not give away.
   */
  toMessage(options: { readonly transfer?: boolean } = {}): Message<MemoryViewMessage> {
    checkAlive(this);
    return messageOf(this, options.transfer ?? false);
  }

  /** The view that `toMessage` described. *Copies:* none. */
  static fromMessage(value: MemoryViewMessage): MemoryView {
    return MemoryView._from(exporterOf(value), "read a message", value.strict ? STRICT : 0);
  }

  /** Piscina's `move(view)`: what to send. */
  get [piscinaValue](): MemoryViewMessage {
    return moved(this).value;
  }

  /** Piscina's `move(view)`: what to transfer. */
  get [piscinaTransferable](): ArrayBuffer[] {
    return moved(this).transferList;
  }
}

export function byteLayout(): Layout {
  return parseFormat("B") as Layout;
}

/** The bytes, for what only bytes have. */
function octetsOf(view: View, name: string): Uint8Array {
  checkExtension(view, name);
  if (view._layout.itemsize !== 1 || view._inner !== null || !isC(view)) {
    throw cannot(TypeError, name, 'contiguous bytes (cast("B") first)', view.toString());
  }
  return windowOf(view);
}

/** The bytes of the items in C order, without a copy where they lie so. */
function packedOf(view: View): Uint8Array {
  return isC(view) ? windowOf(view) : packItems(regionOf(view));
}

const keys = new WeakMap<View, string>();

/** Typed arrays take an offset, or a start and an end, after the value. */
function refuseRange(count: number, method: string): void {
  const wanted = `1 argument (subarray(start, stop) first)`;
  if (count !== 1) throw cannot(TypeError, `${method} a range`, wanted, count);
}

/** Calls `use` with a view of `source`, which is released after the call unless it was one. */
function borrowView<R>(source: unknown, action: string, use: (view: MemoryView) => R): R {
  if (source instanceof MemoryView) {
    checkAlive(source);
    return use(source);
  }
  const view = MemoryView._from(source, action, 0);
  try {
    return use(view);
  } finally {
    view.release();
  }
}
