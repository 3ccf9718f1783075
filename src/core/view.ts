/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The state of a memoryview, what is known about it, and what every operation asks of it first. The
 * fields are few and plain, because views are made in large numbers: 80 bytes each. The first axis,
 * along which `subarray` slices, is in fields of the view; further axes are in a list that views
 * share, since slicing leaves them as they are.
 */
import type { Layout } from "../format/layout.ts";
import { RECORD } from "../format/codes.ts";
import { BufferError, NotImplementedError, cannot, describe, notConstructible } from "./errors.ts";
import type { Found } from "./errors.ts";
import { Guarded, dispose } from "./foreign.ts";
import { product } from "../format/layout.ts";
import { extent, isCContiguous, isFContiguous } from "./geometry.ts";
import type { Items, Shape, Strides } from "./geometry.ts";
import type { Region } from "./loops.ts";
import { released } from "./storage.ts";
import type { Storage } from "./storage.ts";

/** Bits of `_state`. Consumers of the view itself are counted above them. */
export const READONLY = 1;
export const STRICT = 2;
export const RELEASED = 4;
export const CONSUMER = 8;

/** What a memoryview is, without its operations. */
export abstract class View<F extends string = string, N extends number = number> extends Guarded {
  /** @internal */ _storage: Storage;
  /** @internal Of the first item, in bytes from the start of the storage. */
  readonly _offset: number;
  /** @internal Size of the only axis; 0 when released. With others, -1 - size of the first. */
  _length: number;
  /** @internal Bytes from item to item, or row to row, along the first axis. */
  readonly _stride: number;
  /** @internal */ readonly _layout: Layout;
  /** @internal */ _state: number;
  /** @internal Sizes, then strides, of further axes; null with one axis, empty without any. */
  readonly _inner: readonly number[] | null;

  // oxlint-disable-next-line max-params -- an object of arguments would double the cost of a view
  protected constructor(
    storage: Storage,
    offset: number,
    rows: number,
    stride: number,
    layout: Layout,
    state: number,
    inner: readonly number[] | null,
  ) {
    super();
    // Not instanceof, which would take a third of the time of a view (bench `subarray`).
    if (layout === undefined) {
      throw notConstructible("a MemoryView", "memoryview(source)");
    }
    this._storage = storage;
    this._offset = offset;
    this._length = inner === null ? rows : -1 - rows;
    this._stride = stride;
    this._layout = (state & STRICT) !== 0 && !layout.native ? slowLayout(layout) : layout;
    this._state = state;
    this._inner = inner;
    storage.hold(this);
  }

  /** @internal Size of the first axis. */
  get _rows(): number {
    return this._length < 0 ? -1 - this._length : this._length;
  }

  // Attributes. Each throws a ValueError once the view is released.

  /** The exporter: what `memoryview()` was given first, never another view. */
  get obj(): unknown {
    checkAlive(this);
    return this._storage.owner;
  }

  /** As given: a struct or PEP 3118 format. */
  get format(): F {
    checkAlive(this);
    return this._layout.format as F;
  }

  /** Bytes per item. */
  get itemsize(): number {
    checkAlive(this);
    return this._layout.itemsize;
  }

  /** Bytes of all items; strides do not matter. */
  get nbytes(): number {
    checkAlive(this);
    return itemCount(this) * this._layout.itemsize;
  }

  /** The number of axes. */
  get ndim(): N {
    checkAlive(this);
    return ndimOf(this) as N;
  }

  /** Items per axis. */
  get shape(): Shape {
    checkAlive(this);
    return shapeOf(this);
  }

  /** Bytes from item to item along each axis. */
  get strides(): Strides {
    checkAlive(this);
    return stridesOf(this);
  }

  /** Always empty: JavaScript memory has no pointers to follow. */
  get suboffsets(): readonly number[] {
    checkAlive(this);
    return [];
  }

  get readonly(): boolean {
    checkAlive(this);
    return (this._state & READONLY) !== 0;
  }

  get cContiguous(): boolean {
    checkAlive(this);
    return isC(this);
  }

  get fContiguous(): boolean {
    checkAlive(this);
    return isF(this);
  }

  /** In C or in Fortran order, without gaps. */
  get contiguous(): boolean {
    return this.cContiguous || isF(this);
  }

  /** Items along the first axis. @throws {TypeError} without axes. */
  get length(): number {
    checkAlive(this);
    if (this._inner?.length === 0) checkAxis(this, "tell the length");
    return this._rows;
  }

  // Windows that nobody tracks.

  /**
   * The bytes of this memory. *Copies:* none. Nothing tracks it: it stays valid after `release`.
   *
   * @throws {BufferError} when read-only or strided.
   */
  asUint8Array<B extends ArrayBufferLike = ArrayBuffer>(): Uint8Array<B> {
    return lendWindow(this, true) as Uint8Array<B>;
  }

  /**
   * The bytes of this memory, read-only or not, for an API that only reads: `fs.write`,
   * `socket.write`, `hash.update`, `TextDecoder`. The receiver must not write. *Copies:* none.
   *
   * @throws {BufferError} when strided.
   */
  lendUint8Array<B extends ArrayBufferLike = ArrayBuffer>(): Uint8Array<B> {
    return lendWindow(this, false) as Uint8Array<B>;
  }

  // Lifetime.

  /**
   * Ends the view: everything but `release` throws a ValueError from now on, and the exporter may
   * change its memory once all its views are released. Again does nothing.
   *
   * @throws {BufferError} while somebody uses this view through `[kBuffer]`.
   */
  release(): void {
    if (this._state & RELEASED) return;
    const consumers = Math.floor(this._state / CONSUMER);
    if (consumers > 0) {
      const text = `Cannot release a memoryview: wanted no consumers, found ${consumers}`;
      throw new BufferError(text, { exports: consumers });
    }
    const storage = this._storage;
    this._state |= RELEASED;
    this._storage = released;
    this._length = 0;
    storage.drop(this);
  }

  /** `release`, for `using view = …`. */
  [dispose](): void {
    this.release();
  }

  // What habits of JavaScript find.

  /** `<memoryview format="B" shape=[3] readonly>` */
  override toString(): string {
    if (this._state & RELEASED) return "<released memoryview>";
    const { _layout, _state } = this;
    const flags = _state & READONLY ? " readonly" : "";
    return `<memoryview format=${JSON.stringify(_layout.format)} shape=[${shapeOf(this).join(", ")}]${flags}>`;
  }

  /** So that `Buffer.from(view)` copies the right bytes. */
  override valueOf(): Uint8Array {
    return this.lendUint8Array();
  }
}

/** What is hot asks `_inner` first: this call takes long. @throws {TypeError} without axes. */
export function checkAxis(view: View, action: string): void {
  if (view._inner?.length === 0) throw cannot(TypeError, action, "an axis", "none");
}

/** The bytes of the view, for somebody whom nobody tracks. */
export function lendWindow(view: View, writable: boolean): Uint8Array {
  checkAlive(view);
  const refuse = (wanted: string, found: Found): BufferError =>
    cannot(BufferError, "lend memory", `${wanted} (toUint8Array() copies)`, found);
  if (writable && view._state & READONLY) {
    throw refuse("writable memory", "read-only: lendUint8Array() reads");
  }
  if (!isC(view)) throw refuse("C-contiguous strides", stridesOf(view));
  view._storage.lend?.();
  return windowOf(view);
}

/** A layout that the hot path does not read. */
function slowLayout(layout: Layout): Layout {
  return layout.hot === RECORD ? layout : { ...layout, hot: RECORD };
}

/** @throws {ValueError} when the view, or all views of its storage, were released. */
export function checkAlive({ _storage }: View): void {
  if (_storage.ended !== "") _storage.check();
}

/**
 * What was found by reading many items of a view: not to be believed when the memory turned bad
 * meanwhile.
 */
export function settled<R>({ _storage }: View, result: R): R {
  _storage.watch?.();
  return result;
}

export function ndimOf({ _inner }: View): number {
  if (_inner === null) return 1;
  return _inner.length === 0 ? 0 : 1 + _inner.length / 2;
}

export function shapeOf({ _inner, _rows }: View): Shape {
  return axesOf(_rows, _inner, 0);
}

export function stridesOf({ _inner, _stride }: View): Strides {
  return axesOf(_stride, _inner, 1);
}

/** The first axis, and that half of what is said of further axes. */
function axesOf(first: number, inner: readonly number[] | null, half: 0 | 1): readonly number[] {
  if (inner === null) return [first];
  const count = inner.length / 2;
  return count === 0 ? [] : [first, ...inner.slice(half * count, (half + 1) * count)];
}

export function itemCount(view: View): number {
  return view._inner === null ? view._rows : product(shapeOf(view));
}

export function isC(view: View): boolean {
  const { _inner, _rows, _stride, _layout } = view;
  if (_inner === null) return _rows === 1 || _stride === _layout.itemsize;
  return isCContiguous(itemsOf(view));
}

export function isF(view: View): boolean {
  return view._inner === null ? isC(view) : isFContiguous(itemsOf(view));
}

export function itemsOf(view: View): Items {
  return { shape: shapeOf(view), strides: stridesOf(view), itemsize: view._layout.itemsize };
}

/**
 * Where the items lie, for bulk work.
 *
 * @throws {ValueError} when released. @throws {BufferError} when the memory is gone.
 */
export function regionOf(view: View): Region {
  const items = itemsOf(view);
  const { shape, strides, itemsize } = items;
  const offset = view._offset;
  const { low, high } = extent(items);
  const bytes = view._storage.live(low === high ? 0 : offset + high);
  return { bytes, offset, shape, strides, itemsize }; // to spread `items` would take a microsecond
}

/** The bytes of a C-contiguous view. *Copies:* none. */
export function windowOf(view: View): Uint8Array {
  const nbytes = itemCount(view) * view._layout.itemsize;
  if (nbytes === 0) return new Uint8Array(0); // also of memory that is gone
  const bytes = view._storage.live(view._offset + nbytes);
  return bytes.subarray(view._offset, view._offset + nbytes);
}

/**
 * What CPython checks before it looks at indices: that the format is one character. Whether it can
 * be read is checked when an item is (`checkReadable`).
 *
 * @throws {NotImplementedError}
 */
export function checkItemFormat(view: View): void {
  const { native, format } = view._layout;
  if (!native && format.replace("@", "").length !== 1) checkReadable(view);
}

/**
 * Items of these formats cannot be read or written: those that nobody could parse, and in strict
 * mode those that CPython refuses.
 *
 * @throws {NotImplementedError}
 */
export function checkReadable({ _layout, _state }: View): void {
  const { native, format, align } = _layout;
  if (native) return;
  const opaque = align === 0;
  if (opaque || _state & STRICT) {
    const wanted = `a ${opaque ? "known" : "native"} format (cast("B") first)`;
    throw cannot(NotImplementedError, "access items", wanted, describe(format));
  }
}

/** @throws {ValueError} when released. @throws {NotImplementedError} for what CPython does not have. */
export function checkExtension(view: View, name: string): void {
  checkAlive(view);
  if (view._state & STRICT) throw cannot(NotImplementedError, name, "a view", "a strict view");
}

/** CPython's test, by which `"<B"` is none. */
export function isByteFormat({ native, character }: Layout): boolean {
  return native && "Bbc".includes(character);
}
