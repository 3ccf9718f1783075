/** From indices to one item: the general way, with checks in CPython's order. */
import type { INT64, UINT64 } from "../format/codes.ts";
import { NotImplementedError, OverflowError, describe, invalidType } from "./errors.ts";
import { readAt, writeHot, writeSlow } from "./items.ts";
import { outOfBounds, toIndex, wrapIndex } from "./slicing.ts";
import {
  READONLY,
  STRICT,
  checkAlive,
  checkItemFormat,
  ndimOf,
  shapeOf,
  stridesOf,
} from "./view.ts";
import type { View } from "./view.ts";

export function getItem(view: View, indices: readonly unknown[]): unknown {
  checkAlive(view);
  checkList(indices);
  return readAt(view, locate(view, indices));
}

function checkList(indices: unknown): void {
  if (!Array.isArray(indices))
    throw invalidType("index a memoryview", "an array of indices", indices);
}

/** Undefined where any index is out of range. */
export function itemAt(view: View, indices: readonly unknown[]): unknown {
  checkAlive(view);
  const shape = shapeOf(view);
  if (indices.length !== shape.length) return readAt(view, locate(view, indices)); // throws
  const inside = indices.every((index, axis) => {
    const size = shape[axis];
    const at = toIndex(index, "index a memoryview");
    return size === undefined || (at >= -size && at < size);
  });
  return inside ? readAt(view, locate(view, indices)) : undefined;
}

export function setItem(view: View, indices: readonly unknown[], value: unknown): void {
  checkWritable(view);
  checkList(indices);
  if (indices.length === 1 && ndimOf(view) > 1) {
    toIndex(indices[0], "index a memoryview");
    throw tooFew(view, indices);
  }
  const at = locate(view, indices);
  if (!writeHot(view._storage, view._code, at, value)) writeSlow(view, at, value);
}

/** `set(i, j, …, value)`. */
export function setItems(view: View, args: readonly unknown[]): void {
  const [first] = args;
  const isValue = args.length === 1 && (ndimOf(view) === 0 || (view._state & STRICT) !== 0);
  if (typeof first === "object" && first !== null && !isValue) {
    checkWritable(view);
    throw refuseTypedArrayStyle(first);
  }
  setItem(view, args.slice(0, -1), args.at(-1));
}

/** What every assignment checks first: released, format, read-only. */
export function checkWritable(view: View): void {
  checkAlive(view);
  checkItemFormat(view);
  if (view._state & READONLY) {
    throw new TypeError("Cannot write to this memoryview: wanted writable memory, found read-only");
  }
}

/** The item as a number. @throws {OverflowError} for an integer that a number cannot hold exactly. */
export function numberAt(view: View, indices: readonly unknown[]): number {
  checkAlive(view);
  const at = locate(view, indices);
  const wide = wideNumber(view, at);
  if (wide !== undefined) return wide;
  const item = readAt(view, at);
  if (typeof item === "number" || typeof item === "boolean") return Number(item);
  if (typeof item !== "bigint") throw invalidType("get a number", "an item that is a number", item);
  return exactNumber(item);
}

/** 64 bits as two halves, without a bigint; undefined where that is not exact, or not the format. */
export function wideNumber({ _storage, _code }: View, at: number): number | undefined {
  const signed = _code === (9 satisfies typeof INT64);
  if (!signed && _code !== (10 satisfies typeof UINT64)) return undefined;
  try {
    const high = signed
      ? _storage.view.getInt32(at + 4, true)
      : _storage.view.getUint32(at + 4, true);
    if (high < -0x20_0000 || high >= 0x20_0000) return undefined;
    return high * 0x1_0000_0000 + _storage.view.getUint32(at, true);
  } catch {
    return undefined;
  }
}

function exactNumber(item: bigint): number {
  if (item > 2n ** 53n || item < -(2n ** 53n)) {
    throw new OverflowError(
      `Cannot get a number: wanted an integer from -2^53 to 2^53, found ${item}; get() gives a bigint`,
    );
  }
  return Number(item);
}

/** The byte offset of an item. */
function locate(view: View, indices: readonly unknown[]): number {
  const ndim = ndimOf(view);
  if (ndim === 0 && indices.length > 0) {
    throw new TypeError("Cannot index 0-dim memory: wanted no index, found some; get() reads it");
  }
  const shape = shapeOf(view);
  const positions = indices.map((index, axis) => {
    const position = toIndex(index, "index a memoryview");
    if (indices.length === 1 && Math.abs(position) >= 2 ** 63) {
      throw outOfBounds(position, shape[axis] ?? 0, axis);
    }
    return position;
  });
  checkItemFormat(view);
  if (positions.length < ndim) {
    throw tooFew(view, positions);
  }
  if (positions.length > ndim) {
    throw new TypeError(
      `Cannot index ${ndim}-dimension view: wanted ${ndim} indices, found ${positions.length}`,
    );
  }
  const strides = stridesOf(view);
  let at = view._offset;
  for (const [axis, position] of positions.entries()) {
    at += wrapIndex(position, shape[axis]!, axis) * strides[axis]!;
  }
  return at;
}

function tooFew(view: View, indices: readonly unknown[]): NotImplementedError {
  const ndim = ndimOf(view);
  const found = indices.map((index) => describe(index)).join(", ");
  return new NotImplementedError(
    `Cannot access an item: wanted ${ndim} indices, found ${indices.length}; select(${found}) gives a view`,
  );
}

/** For `set(source, offset)`, as typed arrays have it. */
function refuseTypedArrayStyle(source: unknown): TypeError {
  return new TypeError(
    `Cannot set: wanted (index, …, value), found ${describe(source)} first; subarray(offset).copyFrom(source) copies many items`,
  );
}
