/** From indices to one item: the general way, with checks in CPython's order. */
import type { INT64, UINT64 } from "../format/codes.ts";
import { NotImplementedError, OverflowError, cannot, describe, invalidType } from "./errors.ts";
import { readAt, writeHot, writeSlow } from "./items.ts";
import { toIndex, wrapIndex } from "./slicing.ts";
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

const action = "index a memoryview";

export function getItem(view: View, indices: readonly unknown[]): unknown {
  checkAlive(view);
  return readAt(view, locate(view, indices));
}

/** Undefined where any index is out of range. */
export function itemAt(view: View, indices: readonly unknown[]): unknown {
  checkAlive(view);
  const shape = shapeOf(view);
  const inside = indices.every((index, axis) => {
    const size = shape[axis]!;
    const at = toIndex(index, action);
    return at >= -size && at < size;
  });
  // A wrong number of indices throws.
  const isItem = inside || indices.length !== shape.length;
  return isItem ? readAt(view, locate(view, indices)) : undefined;
}

export function setItem(view: View, indices: readonly unknown[], value: unknown): void {
  checkWritable(view);
  if (indices.length === 1 && ndimOf(view) > 1) {
    toIndex(indices[0], action);
    throw wrongCount(NotImplementedError, ndimOf(view), indices);
  }
  const at = locate(view, indices);
  if (!writeHot(view._storage, view._layout.hot, at, value)) writeSlow(view, at, value);
}

/** `set(i, j, …, value)`. */
export function setItems(view: View, args: readonly unknown[]): void {
  const [first] = args;
  const isValue = args.length === 1 && (ndimOf(view) === 0 || (view._state & STRICT) !== 0);
  if (typeof first === "object" && first !== null && !isValue) {
    checkWritable(view);
    const wanted = "indices, value (subarray(offset).copyFrom(source) copies many)";
    throw cannot(TypeError, "set", wanted, describe(first));
  }
  setItem(view, args.slice(0, -1), args.at(-1));
}

/** What every assignment checks first: released, format, read-only. */
export function checkWritable(view: View): void {
  checkAlive(view);
  checkItemFormat(view);
  if (view._state & READONLY) throw cannot(TypeError, "write", "writable memory", "read-only");
}

/** The item as a number. @throws {OverflowError} for an integer that a number cannot hold exactly. */
export function numberAt(view: View, indices: readonly unknown[]): number {
  checkAlive(view);
  const at = locate(view, indices);
  const wide = wideNumber(view, at);
  if (wide !== undefined) return wide;
  const item = readAt(view, at);
  if (typeof item === "number" || typeof item === "boolean") return Number(item);
  if (typeof item !== "bigint") throw invalidType("get a number", "a number", item);
  return exactNumber(item);
}

/** 64 bits as two halves, without a bigint; undefined where that is not exact, or not the format. */
export function wideNumber({ _storage, _layout }: View, at: number): number | undefined {
  const { hot } = _layout;
  const signed = hot === (9 satisfies typeof INT64);
  if (!signed && hot !== (10 satisfies typeof UINT64)) return undefined;
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
  if (item <= 2 ** 53 && item >= -(2 ** 53)) return Number(item);
  const wanted = "-2^53 to 2^53 (get() gives a bigint)";
  throw cannot(OverflowError, "get a number", wanted, String(item));
}

/** The byte offset of an item. */
function locate(view: View, indices: readonly unknown[]): number {
  if (!Array.isArray(indices)) throw invalidType(action, "an array", indices);
  const ndim = ndimOf(view);
  if (ndim === 0 && indices.length > 0) throw wrongCount(TypeError, ndim, indices);
  const shape = shapeOf(view);
  const positions = indices.map((index) => {
    const position = toIndex(index, action);
    if (indices.length === 1 && Math.abs(position) >= 2 ** 63) wrapIndex(position, shape[0]!, 0);
    return position;
  });
  checkItemFormat(view);
  if (positions.length !== ndim) {
    throw wrongCount<Error>(
      positions.length < ndim ? NotImplementedError : TypeError,
      ndim,
      positions,
    );
  }
  const strides = stridesOf(view);
  let at = view._offset;
  for (const [axis, position] of positions.entries()) {
    at += wrapIndex(position, shape[axis]!, axis) * strides[axis]!;
  }
  return at;
}

function wrongCount<E extends Error>(
  Kind: new (message: string) => E,
  ndim: number,
  indices: readonly unknown[],
): E {
  const hint = indices.length < ndim ? " (select() gives a view)" : "";
  return cannot(Kind, action, `${ndim} indices${hint}`, indices.length);
}
