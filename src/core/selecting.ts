/** Other windows on the same items: selections, transpositions, reshapings, fields. */
import type { Field } from "../format/layout.ts";
import { IndexError, KeyError, ValueError, describe, invalidType } from "./errors.ts";
import { cStrides, maxAxes, product, reshapedStrides } from "./geometry.ts";
import type { Shape, Strides } from "./geometry.ts";
import { fitSlice, toIndex, wrapIndex } from "./slicing.ts";
import type { Index, Slice, SliceBound } from "./slicing.ts";
import { ndimOf, shapeOf, stridesOf } from "./view.ts";
import type { View } from "./view.ts";

/** One axis of a selection: an item (the axis goes), a slice, the whole axis, or the rest. */
export type Key = Index | Slice | null | "...";

/** Where the items of a new view lie. */
export interface Placement {
  readonly offset: number;
  readonly shape: Shape;
  readonly strides: Strides;
}

export function selectItems(view: View, keys: readonly Key[]): Placement {
  const expanded = expandKeys(keys, ndimOf(view));
  const oldShape = shapeOf(view);
  const oldStrides = stridesOf(view);
  const shape: number[] = [];
  const strides: number[] = [];
  let offset = view._offset;
  for (const [axis, size] of oldShape.entries()) {
    const key = axis < expanded.length ? expanded[axis]! : null;
    const stride = oldStrides[axis]!;
    if (isIndex(key)) {
      offset += wrapIndex(toIndex(key, "select an item"), size, axis) * stride;
      continue;
    }
    const [start, stop, step] = boundsOf(key);
    const range = fitSlice(start, stop, step, size);
    if (range.count > 0) offset += range.start * stride;
    shape.push(range.count);
    strides.push(stride * range.step);
  }
  return { offset, shape, strides };
}

/** Puts whole axes where "..." stands, and for trailing keys that are missing. */
function expandKeys(keys: readonly Key[], ndim: number): readonly Key[] {
  const at = keys.indexOf("...");
  if (at !== keys.lastIndexOf("...")) {
    throw new IndexError('Cannot select: wanted one "...", found several');
  }
  const named = keys.length - (at < 0 ? 0 : 1);
  if (named > ndim) {
    throw new TypeError(
      `Cannot index ${ndim}-dimension view: wanted at most ${ndim} keys, found ${named}`,
    );
  }
  return at < 0 ? keys : keys.toSpliced(at, 1, ...Array.from({ length: ndim - named }, () => null));
}

function isIndex(key: Key): key is Index {
  return typeof key === "number" || typeof key === "bigint" || typeof key === "boolean";
}

function boundsOf(key: Key): readonly [SliceBound?, SliceBound?, SliceBound?] {
  if (key === null) return [];
  if (Array.isArray(key) && key.length <= 3) return key as readonly SliceBound[] as [];
  if (
    typeof key === "object" &&
    !Array.isArray(key) &&
    ("start" in key || "stop" in key || "step" in key)
  ) {
    return [key.start, key.stop, key.step];
  }
  throw invalidType(
    "select",
    'a number, [start, stop, step], { start, stop, step }, null or "..."',
    key,
  );
}

/** @throws {ValueError} unless `axes` is a permutation; no axes reverse. */
export function transposeAxes(view: View, axes: readonly unknown[]): Placement {
  const ndim = ndimOf(view);
  const order = axes.length === 0 ? shapeOf(view).map((_, axis) => ndim - 1 - axis) : axes;
  const wrapped = order.map((axis) => {
    const index = toIndex(axis, "transpose");
    return index < 0 ? index + ndim : index;
  });
  const seen = new Set(wrapped.filter((axis) => axis >= 0 && axis < ndim));
  if (seen.size !== ndim || wrapped.length !== ndim) {
    throw new ValueError(
      `Cannot transpose: wanted each axis 0 to ${ndim - 1} once, found [${wrapped.join(", ")}]`,
    );
  }
  const shape = shapeOf(view);
  const strides = stridesOf(view);
  return {
    offset: view._offset,
    shape: wrapped.map((axis) => shape[axis]!),
    strides: wrapped.map((axis) => strides[axis]!),
  };
}

/**
 * The same items in another shape; one size may be -1, which is then worked out.
 *
 * @throws {TypeError} when the number of items differs. @throws {ValueError} when it needs a copy.
 */
export function reshapeItems(view: View, shape: unknown): Placement {
  if (!Array.isArray(shape)) throw invalidType("reshape", "an array of sizes", shape);
  if (shape.length > maxAxes) {
    throw new ValueError(`Cannot reshape: at most ${maxAxes} axes, found ${shape.length}`);
  }
  const old = shapeOf(view);
  const sizes = workOutSize(
    shape.map((size) => toIndex(size, "reshape")),
    product(old),
  );
  if (product(sizes) !== product(old)) {
    throw new TypeError(
      `Cannot reshape: wanted ${product(old)} items, found shape [${sizes.join(", ")}]`,
    );
  }
  const strides = reshapedStrides(old, stridesOf(view), view._layout.itemsize, sizes);
  if (strides === undefined) {
    throw new ValueError(
      `Cannot reshape [${old.join(", ")}] to [${sizes.join(", ")}] without a copy: items are not evenly spaced; memoryview(m.toBytes()) first`,
    );
  }
  return { offset: view._offset, shape: sizes, strides };
}

function workOutSize(sizes: readonly number[], items: number): readonly number[] {
  const unknown = sizes.indexOf(-1);
  const others = product(sizes.filter((_, axis) => axis !== unknown));
  if (sizes.some((size, axis) => size < 0 && axis !== unknown)) {
    throw new ValueError(
      `Cannot reshape: wanted sizes from 0 and at most one -1, found [${sizes.join(", ")}]`,
    );
  }
  if (unknown < 0) return sizes;
  return sizes.with(unknown, others === 0 ? 0 : Math.floor(items / others));
}

/** @throws {KeyError} @throws {IndexError} @throws {TypeError} unless items are records. */
export function fieldOf({ _layout }: View, key: unknown): Field {
  const { format } = _layout;
  const [element] = _layout.fields;
  const fields =
    element && _layout.shape.length > 0 ? [{ ...element, shape: _layout.shape }] : _layout.fields;
  if (fields.length === 0) {
    throw new TypeError(
      `Cannot take a field: wanted a record format such as "<IdHH", found ${JSON.stringify(format)}`,
    );
  }
  if (typeof key === "string") {
    const field = fields.find(({ name }) => name === key);
    if (field) return field;
    const names = fields.flatMap(({ name }) => (name === undefined ? [] : [name]));
    throw new KeyError(
      `Cannot take field ${JSON.stringify(key)}: wanted ${names.length > 0 ? names.join(", ") : `an index, 0 to ${fields.length - 1}`}`,
    );
  }
  const index = toIndex(key, "take a field");
  const field = fields.at(index);
  if (field) return field;
  throw new IndexError(
    `Cannot take field ${describe(index)}: wanted ${-fields.length} to ${fields.length - 1}`,
  );
}

/** A column: the field of every item; sub-array axes come last. */
export function placeField(view: View, field: Field): Placement {
  const ndim = ndimOf(view) + field.shape.length;
  if (ndim > maxAxes) {
    throw new ValueError(`Cannot take a field: at most ${maxAxes} axes, found ${ndim}`);
  }
  return {
    offset: view._offset + field.offset,
    shape: [...shapeOf(view), ...field.shape],
    strides: [...stridesOf(view), ...cStrides(field.shape, field.layout.itemsize)],
  };
}
