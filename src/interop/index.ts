/**
 * `zerocopy/interop`: arrays of other libraries as memory views. Nothing is copied, and none of the
 * libraries is imported: what counts is the shape of the object.
 *
 * ```ts
 * import ndarray from "ndarray";
 * import { fromNdarray } from "zerocopy/interop";
 *
 * const matrix = ndarray(new Float64Array([1, 2, 3, 4, 5, 6]), [2, 3]);
 * const view = fromNdarray(matrix.transpose(1, 0)); // MemoryView<"d"> of shape [3, 2]
 * view.set(2, 0, 30); // matrix.get(0, 2) is 30
 * ```
 *
 * | function      | takes                                        | the view                               |
 * | ------------- | -------------------------------------------- | -------------------------------------- |
 * | `fromNdarray` | an ndarray of scijs, over a typed array      | has any strides                        |
 * | `fromZarrita` | a chunk of zarrita, or what its `get` gives  | has any strides                        |
 * | `fromArrow`   | a vector of Apache Arrow, or one chunk of it | has one axis, is read-only             |
 * | `fromPyodide` | what `getBuffer()` of Pyodide gives          | is as Python's; releases what it shows |
 *
 * `view.obj` holds the object that was given, as its `source`.
 */
export { fromArrow } from "./arrow.ts";
export type { ArrowData, ArrowFormat, ArrowVector } from "./arrow.ts";
export { fromNdarray } from "./ndarray.ts";
export type { NdArray } from "./ndarray.ts";
export { fromPyodide } from "./pyodide.ts";
export type { PyodideBuffer } from "./pyodide.ts";
export { fromZarrita } from "./zarrita.ts";
export type { ZarritaChunk, ZarritaData, ZarritaFormat } from "./zarrita.ts";
