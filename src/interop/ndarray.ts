/** Arrays of the npm package ndarray (scijs), and of what is made like them. */
import { invalidType } from "../core/errors.ts";
import type { MemoryView } from "../core/memoryview.ts";
import type { BufferRecord } from "../core/protocol.ts";
import { formatOfArray } from "../core/typedArrays.ts";
import type { FormatOf } from "../core/types.ts";
import { arrange, checkObject } from "./elements.ts";
import type { Elements, Unchecked } from "./elements.ts";
import { viewOf } from "./lent.ts";

/** What an ndarray says of itself. Strides and offset count elements of `data`. */
export interface NdArray<D extends ArrayBufferView = ArrayBufferView> {
  readonly data: D;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

const action = "view an ndarray";

/**
 * A view of the items of an ndarray, in its shape: also of one that is transposed, stepped or
 * reversed. What is written through one is seen through the other.
 *
 * *Copies:* none. *Complexity:* O(axes).
 *
 * @throws {TypeError} unless an ndarray over a typed array: one over an Array has no memory to show.
 * @throws {BufferError} when its items reach outside of its data.
 *
 * @example
 * ```ts
 * import { fromNdarray } from "zerocopy/interop";
 *
 * // What ndarray(new Float64Array([1, 2, 3, 4, 5, 6]), [2, 3]).transpose(1, 0) is made of.
 * const data = new Float64Array([1, 2, 3, 4, 5, 6]);
 * const view = fromNdarray({ data, shape: [3, 2], stride: [1, 3], offset: 0 });
 * view.set(2, 0, 30);
 * console.log(view.format, view.toList(), data[2]); // d [[1, 4], [2, 5], [30, 6]] 30
 * ```
 */
export function fromNdarray<D extends ArrayBufferView>(array: NdArray<D>): MemoryView<FormatOf<D>> {
  return viewOf(array, () => describe(array));
}

function describe(array: NdArray): BufferRecord {
  const wanted = "an ndarray { data, shape, stride, offset }";
  checkObject(array, action, wanted);
  const { data, shape, stride: strides, offset }: Unchecked<NdArray> = array;
  if (!ArrayBuffer.isView(data)) throw invalidType(action, `${wanted} over a typed array`, data);
  const elements: Elements = data;
  const itemsize = elements.BYTES_PER_ELEMENT ?? 1;
  const format = formatOfArray(data);
  return arrange({ data: elements, shape, strides, offset, format, itemsize }, action);
}
