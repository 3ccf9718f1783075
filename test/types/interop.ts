/** The types of views of other libraries' arrays, by shape alone. Compiled, not run. */
import type { Bytes, MemoryView } from "zerocopy";
import { fromArrow, fromNdarray, fromPyodide, fromZarrita } from "zerocopy/interop";
import type { ArrowData, ArrowVector, PyodideBuffer } from "zerocopy/interop";
import type { Same } from "./same.ts";

const shape = [2, 2];
const stride = [2, 1];

const doubles = fromNdarray({ data: new Float64Array(4), shape, stride, offset: 0 });
const wide = fromNdarray({ data: new BigUint64Array(4), shape, stride, offset: 0 });
const wideItem: bigint = wide.get(0, 0);
declare const some: Float32Array | Int8Array;
const either = fromNdarray({ data: some, shape, stride, offset: 0 });

const chunk = fromZarrita({ data: new Int16Array(4), shape, stride });
declare const flagData: Omit<Uint8Array<ArrayBuffer>, symbol | "get"> & {
  get(index: number): boolean;
};
const flags = fromZarrita({ data: flagData, shape, stride });

declare const vector: ArrowVector;
declare const int32: ArrowVector & { readonly TType: -4 };
declare const half: ArrowData & { readonly TType: -10 };
const column = fromArrow(int32);
const part = fromArrow(half);
const any = fromArrow(vector);

declare const python: PyodideBuffer;
const buffer = fromPyodide(python);
const raw: Bytes = buffer.toBytes();

// @ts-expect-error -- an Array of values has no memory to show
fromNdarray({ data: [1, 2], shape, stride, offset: 0 });
// @ts-expect-error -- an ndarray has an offset
fromNdarray({ data: new Float64Array(4), shape, stride });
// @ts-expect-error -- an Array of strings has no memory to show
fromZarrita({ data: ["a"], shape, stride });
// @ts-expect-error -- a typed array is no vector
fromArrow(new Float64Array(4));
// @ts-expect-error -- a typed array is no buffer of Python
fromPyodide(new Float64Array(4));
// @ts-expect-error -- a bigint where items are numbers
doubles.set(0, 0, 1n);

export type Checks = [
  Same<typeof doubles, MemoryView<"d">>,
  Same<typeof either, MemoryView<"b" | "f">>,
  Same<typeof chunk, MemoryView<"h">>,
  Same<typeof flags, MemoryView<"?">>,
  Same<typeof column, MemoryView<"i">>,
  Same<typeof part, MemoryView<"e">>,
  Same<typeof any, MemoryView>,
  Same<typeof buffer, MemoryView>,
];

export { raw, wideItem };
