/** What a format's values are, for the compiler. */
import type { ByteArray } from "../core/bytearray.ts";
import type { Bytes } from "../core/bytes.ts";
import type { Tuple, TupleInput } from "../format/types.ts";

type List<T> = T extends unknown[] ? T : never;

/** The values that are read. */
export type Unpacked<F extends string> = List<Tuple<F, Bytes>>;

/** The values that are written: for an integer or float any kind of number, for bytes any of these. */
export type Packed<F extends string> = List<TupleInput<F, Bytes | ByteArray | Uint8Array>>;
