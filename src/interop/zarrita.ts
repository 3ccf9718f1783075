/** Chunks of the npm package zarrita. */
import { invalidType } from "../core/errors.ts";
import type { MemoryView } from "../core/memoryview.ts";
import type { BufferRecord } from "../core/protocol.ts";
import { isArrayBuffer } from "../core/protocol.ts";
import { formatOfArray } from "../core/typedArrays.ts";
import type { FormatOf } from "../core/types.ts";
import { arrange, checkObject } from "./elements.ts";
import type { Elements, Unchecked } from "./elements.ts";
import { viewOf } from "./lent.ts";

/** A typed array, or one of zarrita's own: of booleans, or of strings of one length, `chars`. */
export interface ZarritaData extends Elements {
  readonly BYTES_PER_ELEMENT: number;
  readonly chars?: number;
}

/** What `getChunk` and `get` give. Strides count elements of `data`. */
export interface ZarritaChunk<D extends ZarritaData = ZarritaData> {
  readonly data: D;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

/** The format of a chunk's items; `string` where that is known at run time only. */
export type ZarritaFormat<D> = D extends { get(index: number): boolean } ? "?" : FormatOf<D>;

const action = "view a zarrita chunk";

/**
 * A view of the items of a chunk, in its shape and in whatever order it has them. What is written
 * through one is seen through the other.
 *
 * Booleans have the format `"?"`; byte strings are Bytes, with the zeros that fill them up; strings
 * of Unicode (`"w"`) can be viewed, but not read.
 *
 * *Copies:* none, but `get` of zarrita does. An uncompressed chunk from `getChunk` is the memory
 * that the store gave: of a store over a mapped file, the file. *Complexity:* O(axes).
 *
 * @throws {TypeError} unless a chunk over memory: one over an Array, of objects or of strings of any
 * length, is none.
 * @throws {BufferError} when its items reach outside of its data.
 *
 * @example
 * ```ts
 * import { fromZarrita } from "zerocopy/interop";
 *
 * // const chunk = await array.getChunk([0, 0]) is such an object:
 * const chunk = { data: new Int16Array([1, 2, 3, 4, 5, 6]), shape: [2, 3], stride: [3, 1] };
 * const column = fromZarrita(chunk).select(null, 1);
 * console.log(column.toList()); // [2, 5]
 * ```
 */
export function fromZarrita<D extends ZarritaData>(
  chunk: ZarritaChunk<D>,
): MemoryView<ZarritaFormat<D>> {
  return viewOf(chunk, () => describe(chunk));
}

function describe(chunk: ZarritaChunk): BufferRecord {
  const wanted = "a chunk { data, shape, stride }";
  checkObject(chunk, action, wanted);
  const { data, shape, stride: strides }: Unchecked<ZarritaChunk> = chunk;
  if (!isData(data)) throw invalidType(action, `${wanted} over memory`, data);
  const itemsize = data.BYTES_PER_ELEMENT;
  return arrange({ data, shape, strides, offset: 0, format: formatOf(data), itemsize }, action);
}

function isData(data: unknown): data is ZarritaData {
  if (typeof data !== "object" || data === null) return false;
  const { buffer, BYTES_PER_ELEMENT } = data as Partial<ZarritaData>;
  return isArrayBuffer(buffer) && BYTES_PER_ELEMENT !== undefined;
}

function formatOf(data: ZarritaData): string {
  const { chars, BYTES_PER_ELEMENT } = data;
  if (ArrayBuffer.isView(data)) return formatOfArray(data);
  if (chars === undefined) return "?";
  return BYTES_PER_ELEMENT === chars ? `${chars}s` : `${chars}w`;
}
