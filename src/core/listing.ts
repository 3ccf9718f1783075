/** Items as nested arrays. */
import { readAt } from "./items.ts";
import { regionOf, shapeOf } from "./view.ts";
import type { View } from "./view.ts";

/** *Copies:* every item becomes a JavaScript value. O(n). */
export function listItems(view: View): unknown {
  const { strides } = regionOf(view);
  const shape = shapeOf(view);
  function list(axis: number, at: number): unknown {
    const size = shape[axis];
    if (size === undefined) return readAt(view, at);
    const stride = strides[axis]!;
    if (axis === shape.length - 1) return listRow(view, at, stride, size);
    return Array.from({ length: size }, (_, i) => list(axis + 1, at + i * stride));
  }
  return list(0, view._offset);
}

function listRow(view: View, first: number, stride: number, size: number): unknown[] {
  const row: unknown[] = [];
  for (let i = 0, at = first; i < size; i += 1, at += stride) {
    row.push(readAt(view, at));
  }
  return row;
}
