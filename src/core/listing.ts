/** Items as nested arrays. */
import { readAt } from "./items.ts";
import { regionOf } from "./view.ts";
import type { View } from "./view.ts";

/** *Copies:* every item becomes a JavaScript value. O(n). */
export function listItems(view: View): unknown {
  const { shape, strides, offset } = regionOf(view);
  function list(axis: number, first: number): unknown {
    const size = shape[axis];
    if (size === undefined) return readAt(view, first);
    const stride = strides[axis]!;
    const isRow = axis === shape.length - 1;
    const items: unknown[] = [];
    for (let i = 0, at = first; i < size; i += 1, at += stride) {
      items.push(isRow ? readAt(view, at) : list(axis + 1, at));
    }
    return items;
  }
  return list(0, offset);
}
