/** Other windows on the same items: selections, transpositions, reshapings, fields. */
import { product } from "../format/layout.ts";
import type { Field } from "../format/layout.ts";
import { isNumber } from "../format/write.ts";
import { IndexError, KeyError, ValueError, cannot, describe, invalidType } from "./errors.ts";
import { checkAxes, cStrides, reshapedStrides } from "./geometry.ts";
import type { Shape, Strides } from "./geometry.ts";
import { isObject } from "./protocol.ts";
import { fitSlice, toIndex, wrapIndex } from "./slicing.ts";
import type { Index, Slice, SliceBound } from "./slicing.ts";
import { itemsOf, ndimOf, shapeOf, stridesOf } from "./view.ts";
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
  const { shape: sizes, strides: steps } = itemsOf(view);
  const shape: number[] = [];
  const strides: number[] = [];
  let offset = view._offset;
  for (const [axis, key] of expandKeys(keys, sizes.length).entries()) {
    const size = sizes[axis]!;
    const stride = steps[axis]!;
    if (isNumber(key)) {
      offset += wrapIndex(toIndex(key, "select"), size, axis) * stride;
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
  if (at !== keys.lastIndexOf("...")) throw cannot(IndexError, "select", 'one "..."', "several");
  const given = at < 0 ? keys.length : keys.length - 1;
  if (given > ndim) throw cannot(TypeError, "select", `at most ${ndim} keys`, given);
  const whole = Array.from({ length: ndim - given }, () => null);
  return at < 0 ? [...keys, ...whole] : keys.toSpliced(at, 1, ...whole);
}

function boundsOf(key: Key): readonly SliceBound[] {
  if (key === null) return [];
  if (Array.isArray(key)) {
    if (key.length <= 3) return key;
  } else if (isObject(key) && ("start" in key || "stop" in key || "step" in key)) {
    const { start, stop, step } = key as { [name in "start" | "stop" | "step"]?: SliceBound };
    return [start, stop, step];
  }
  throw invalidType("select", 'an index, [start, stop, step], null or "..."', key);
}

/** @throws {ValueError} unless `axes` is a permutation; no axes reverse. */
export function transposeAxes(view: View, axes: readonly unknown[]): Placement {
  const { shape, strides } = itemsOf(view);
  const all = [...shape.keys()];
  const order = axes.map((axis) => {
    const index = toIndex(axis, "transpose");
    return index < 0 ? index + all.length : index;
  });
  if (axes.length === 0) order.push(...all.toReversed());
  if (order.length !== all.length || !all.every((axis) => order.includes(axis))) {
    throw cannot(ValueError, "transpose", `each of ${all.length} axes once`, order);
  }
  return {
    offset: view._offset,
    shape: order.map((axis) => shape[axis]!),
    strides: order.map((axis) => strides[axis]!),
  };
}

/**
 * The same items in another shape; one size may be -1, which is then worked out.
 *
 * @throws {TypeError} when the number of items differs. @throws {ValueError} when it needs a copy.
 */
export function reshapeItems(view: View, wanted: unknown): Placement {
  const action = "reshape";
  if (!Array.isArray(wanted)) throw invalidType(action, "an array", wanted);
  checkAxes(wanted.length, action);
  const items = itemsOf(view);
  const count = product(items.shape);
  const shape = wanted.map((size) => toIndex(size, action));
  const unknown = shape.indexOf(-1);
  if (unknown >= 0) shape[unknown] = 1;
  if (shape.some((size) => size < 0)) {
    throw cannot(ValueError, action, "sizes from 0 and at most one -1", shape);
  }
  if (unknown >= 0) shape[unknown] = Math.floor(count / product(shape)) || 0;
  if (product(shape) !== count) throw cannot(TypeError, action, `${count} items`, shape);
  const strides = reshapedStrides(items, shape);
  if (strides) return { offset: view._offset, shape, strides };
  throw cannot(ValueError, action, "evenly spaced strides (toBytes() copies)", items.strides);
}

/** @throws {KeyError} @throws {IndexError} @throws {TypeError} unless items are records. */
export function fieldOf({ _layout }: View, key: unknown): Field {
  const action = "take a field";
  const { format, fields } = _layout;
  if (fields.length === 0) throw cannot(TypeError, action, "a record format", describe(format));
  const isName = typeof key === "string";
  const field = isName ? fields.find(({ name }) => name === key) : fields.at(toIndex(key, action));
  if (field) return field;
  const names = fields.map(({ name }, index) => name ?? index);
  throw cannot<Error>(isName ? KeyError : IndexError, action, names.join(", "), describe(key));
}

/** A column: the field of every item; sub-array axes come last. */
export function placeField(view: View, field: Field): Placement {
  checkAxes(ndimOf(view) + field.shape.length, "take a field");
  return {
    offset: view._offset + field.offset,
    shape: [...shapeOf(view), ...field.shape],
    strides: [...stridesOf(view), ...cStrides(field.shape, field.layout.itemsize)],
  };
}
