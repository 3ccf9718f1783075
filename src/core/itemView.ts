/** The items of a memoryview: reading, writing, iterating, counting. */
import { equalValues } from "./comparing.ts";
import { NotImplementedError, ValueError, cannot } from "./errors.ts";
import { getItem, itemAt, numberAt, setItem, setItems, wideNumber } from "./indexing.ts";
import { readAt, writeHot } from "./items.ts";
import { ItemIterator } from "./iterator.ts";
import { listItems } from "./listing.ts";
import { fitSlice } from "./slicing.ts";
import type { Index, SliceBound } from "./slicing.ts";
import { READONLY, View, checkAlive, checkAxis, checkItemFormat, ndimOf, settled } from "./view.ts";

/** The byte offset of an item of a two-dimensional view, or -1 for anything unusual. */
function offsetOf({ _inner, _length, _offset, _stride }: View, i: unknown, j: unknown): number {
  return _inner !== null &&
    _inner.length === 2 &&
    typeof i === "number" &&
    typeof j === "number" &&
    i >>> 0 === i &&
    j >>> 0 === j &&
    i < -1 - _length &&
    j < _inner[0]!
    ? _offset + i * _stride + j * _inner[1]!
    : -1;
}

function checkGiven(count: number, method: string): void {
  if (count === 0) throw cannot(TypeError, method, "an item", "no argument");
}

/** `T` is what an item is. */
export abstract class ItemView<F extends string, T, N extends number>
  extends View<F, N>
  implements Iterable<T>
{
  /**
   * One item; negative indices count from the end.
   *
   * *Copies:* the item. *Complexity:* O(1).
   *
   * @throws {IndexError} out of range.
   * @throws {NotImplementedError} with fewer indices than axes: `select` gives a view.
   * @throws {TypeError} with too many indices, or for one that is no integer.
   */
  get(...indices: readonly Index[]): T;
  get(i?: Index, j?: Index): T {
    if (arguments.length === 1) {
      if (typeof i === "number" && i >>> 0 === i && i < this._length) {
        return readAt(this, this._offset + i * this._stride) as T;
      }
    } else if (arguments.length === 2) {
      const at = offsetOf(this, i, j);
      if (at >= 0) return readAt(this, at) as T;
    }
    // Read one by one: so `arguments` is never made an object.
    const indices: unknown[] = [];
    for (let n = 0; n < arguments.length; n += 1) indices.push(arguments[n]);
    return getItem(this, indices) as T;
  }

  /** `get` with the indices in an array. */
  getAt(indices: readonly Index[]): T {
    return getItem(this, indices) as T;
  }

  /** `get`, but undefined when any index is out of range, as `Array.prototype.at`. */
  at(...indices: readonly Index[]): T | undefined {
    return itemAt(this, indices) as T | undefined;
  }

  /**
   * Writes one item: `set(i, j, …, value)`. A value that is refused changes nothing.
   *
   * @throws {TypeError} when read-only, or for a value of another kind.
   * @throws {ValueError} for a value out of range. @throws {IndexError} out of range.
   */
  set(...indicesAndValue: readonly [...indices: Index[], value: T]): void;
  set(i?: unknown, j?: unknown, k?: unknown, ..._more: readonly unknown[]): void {
    if (arguments.length === 2) {
      if (
        typeof i === "number" &&
        i >>> 0 === i &&
        i < this._length &&
        (this._state & READONLY) === 0 &&
        writeHot(this._storage, this._layout.hot, this._offset + i * this._stride, j)
      ) {
        return;
      }
    } else if (arguments.length === 3 && (this._state & READONLY) === 0) {
      const at = offsetOf(this, i, j);
      if (at >= 0 && writeHot(this._storage, this._layout.hot, at, k)) return;
    }
    const args: unknown[] = [];
    for (let n = 0; n < arguments.length; n += 1) args.push(arguments[n]);
    setItems(this, args);
  }

  /** `set` with the indices in an array. */
  setAt(indices: readonly Index[], value: T): void {
    setItem(this, indices, value);
  }

  /**
   * The item as a number; for 64-bit integers without making a bigint.
   *
   * @throws {OverflowError} beyond ±2^53. @throws {TypeError} when items are no numbers.
   */
  getNumber(...indices: readonly Index[]): number;
  getNumber(i?: Index): number {
    if (arguments.length === 1 && typeof i === "number" && i >>> 0 === i && i < this._length) {
      const wide = wideNumber(this, this._offset + i * this._stride);
      if (wide !== undefined) return wide;
    }
    const indices: unknown[] = [];
    for (let n = 0; n < arguments.length; n += 1) indices.push(arguments[n]);
    return numberAt(this, indices);
  }

  /** @throws {NotImplementedError} with several axes. @throws {TypeError} without. */
  [Symbol.iterator](): IterableIterator<T> {
    checkAlive(this);
    checkOneAxis(this, "iterate");
    checkItemFormat(this);
    return new ItemIterator<T>(this);
  }

  /** The items as nested arrays; without axes, the item. *Copies:* all items, as values. */
  toList(): N extends 0 ? T : N extends 1 ? T[] : N extends 2 ? T[][] : unknown {
    checkAlive(this);
    checkItemFormat(this);
    return settled(this, listItems(this)) as never;
  }

  /** How many items equal `item`. */
  count(item: T): number {
    checkGiven(arguments.length, "count");
    let count = 0;
    for (const value of this) if (equalValues(value, item)) count += 1;
    return settled(this, count);
  }

  /** Where the first item that equals `item` lies within `[start, stop)`. @throws {ValueError} */
  index(item: T, start?: SliceBound, stop?: SliceBound): number {
    checkGiven(arguments.length, "index");
    checkAlive(this);
    checkOneAxis(this, "find an item");
    const { start: from, count } = fitSlice(start, stop, 1, this._length);
    for (let i = from; i < from + count; i += 1) {
      if (equalValues(readAt(this, this._offset + i * this._stride), item)) {
        return settled(this, i);
      }
    }
    settled(this, undefined);
    throw cannot(ValueError, "find an item", "an equal one", "none");
  }
}

function checkOneAxis(view: View, action: string): void {
  checkAxis(view, action);
  const ndim = ndimOf(view);
  if (ndim > 1) throw cannot(NotImplementedError, action, "one axis (select() gives a view)", ndim);
}
