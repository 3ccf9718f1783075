/** Writing many items at once: from another view, or one value everywhere. */
import { fillBytes } from "./accelerate.ts";
import { cloneBytes, copyItems, overlaps, repeatItem } from "./copy.ts";
import { ValueError } from "./errors.ts";
import { cStrides, product, sameShape } from "./geometry.ts";
import { encodeItem } from "./items.ts";
import { isC, packedRegion, regionOf, shapeOf, windowOf } from "./view.ts";
import type { View } from "./view.ts";

/**
 * Copies the items of `source` into `target`, as if through a temporary when they overlap.
 *
 * *Copies:* the items once; twice when strided memory overlaps.
 *
 * @throws {ValueError} unless shape and format are the same; nothing is written.
 */
export function copyView(source: View, target: View): void {
  const shape = shapeOf(target);
  const { itemsize } = target._layout;
  checkStructure(source, target);
  if (shape.includes(0)) return;
  const to = regionOf(target);
  let from = regionOf(source);
  const packed = isC(source) && isC(target); // one memmove
  if (!packed && overlaps(from, to, shape, itemsize)) {
    const temporary = new Uint8Array(product(shape) * itemsize);
    const gathered = packedRegion(temporary, shape, itemsize);
    copyItems(from, gathered, shape, itemsize);
    from = gathered;
  }
  copyItems(from, to, shape, itemsize);
}

function checkStructure(source: View, target: View): void {
  const [left, right] = [source._layout, target._layout];
  const sameItems = left.character === right.character && left.itemsize === right.itemsize;
  if (sameItems && sameShape(shapeOf(source), shapeOf(target))) return;
  const from = describeStructure(source);
  const to = describeStructure(target);
  throw new ValueError(
    `Cannot copy into this view: wanted the same structure, ${to}, found ${from}; cast() the source, or fill() with one value`,
  );
}

function describeStructure(view: View): string {
  const { character, itemsize } = view._layout;
  return `shape [${shapeOf(view).join(", ")}] of ${itemsize}-byte ${JSON.stringify(character)} items`;
}

/** Writes one value to all items. *Copies:* none of payload; O(n) bytes are written. */
export function fillView(target: View, value: unknown): void {
  const item = encodeItem(target, value);
  const shape = shapeOf(target);
  if (isC(target)) fillBytes(windowOf(target), item);
  else repeatItem(item, regionOf(target), shape);
}

/** The items in C order. *Copies:* the bytes of the items, once. */
export function packC(view: View): Uint8Array<ArrayBuffer> {
  if (isC(view)) return cloneBytes(windowOf(view));
  return pack(view, cStrides(shapeOf(view), view._layout.itemsize));
}

/** The items where `strides` puts them. *Copies:* the bytes of the items, once. */
export function pack(view: View, strides: readonly number[]): Uint8Array<ArrayBuffer> {
  const shape = shapeOf(view);
  const { itemsize } = view._layout;
  const bytes = new Uint8Array(product(shape) * itemsize);
  copyItems(regionOf(view), { bytes, offset: 0, strides }, shape, itemsize);
  return bytes;
}
