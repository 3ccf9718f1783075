/** Writing many items at once: from another view, or one value everywhere. */
import { fillPattern } from "./accelerate.ts";
import { copyItems, overlaps, packItems, repeatItem } from "./copy.ts";
import { ValueError, cannot } from "./errors.ts";
import { cStrides, isCContiguous, sameShape } from "./geometry.ts";
import { encodeItem } from "./items.ts";
import { isC, regionOf, shapeOf, windowOf } from "./view.ts";
import type { View } from "./view.ts";

/**
 * Copies the items of `source` into `target`, as if through a temporary when they overlap.
 *
 * *Copies:* the items once; twice when strided memory overlaps.
 *
 * @throws {ValueError} unless shape and format are the same; nothing is written.
 */
export function copyView(source: View, target: View): void {
  const [left, right] = [source._layout, target._layout];
  const shape = shapeOf(target);
  const sameItems = left.character === right.character && left.itemsize === right.itemsize;
  if (!sameItems || !sameShape(shapeOf(source), shape)) {
    throw cannot(
      ValueError,
      "copy",
      `${target.toString()}, by cast() or fill()`,
      source.toString(),
    );
  }
  if (shape.includes(0)) return;
  const to = regionOf(target);
  let from = regionOf(source);
  const packed = isCContiguous(from) && isCContiguous(to); // one memmove
  if (!packed && overlaps(from, to)) {
    const strides = cStrides(shape, to.itemsize);
    from = { ...from, bytes: packItems(from), offset: 0, strides };
  }
  copyItems(from, to);
}

/** Writes one value to all items. *Copies:* none of payload; O(n) bytes are written. */
export function fillView(target: View, value: unknown): void {
  const item = encodeItem(target, value);
  if (isC(target)) fillPattern(windowOf(target), item);
  else repeatItem(item, regionOf(target));
}
