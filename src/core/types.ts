/** Formats as types: what an item is, which typed array shows it, which format a source has. */
import type { Item as FormatItem } from "../format/types.ts";
import type { Bytes } from "./bytes.ts";
import type { ByteSequence } from "./sequence.ts";
import type { GrowingMemory } from "./protocol.ts";
import type { View } from "./view.ts";

/** What an item of this format is: `Item<"d">` is number, `Item<"q">` bigint, `Item<"c">` Bytes. */
export type Item<F extends string> = FormatItem<F, Bytes>;

/** Typed arrays by the name that JavaScript gives them, which tells them apart. */
interface ArrayFormats {
  Int8Array: "b";
  Uint8Array: "B";
  Uint8ClampedArray: "B";
  Int16Array: "h";
  Uint16Array: "H";
  Int32Array: "i";
  Uint32Array: "I";
  BigInt64Array: "q";
  BigUint64Array: "Q";
  Float16Array: "e";
  Float32Array: "f";
  Float64Array: "d";
  DataView: "B";
  ArrayBuffer: "B";
  SharedArrayBuffer: "B";
}

/** The format that `memoryview(source)` has; `string` where that is known at run time only. */
export type FormatOf<S> =
  S extends View<infer F>
    ? F
    : S extends ByteSequence<unknown> | GrowingMemory
      ? "B"
      : S extends { readonly [Symbol.toStringTag]: infer Name extends keyof ArrayFormats }
        ? ArrayFormats[Name]
        : string;

/** Friendly names of element types, and the formats that views of them have. */
interface Named {
  int8: "b";
  uint8: "B";
  int16: "h";
  uint16: "H";
  int32: "i";
  uint32: "I";
  int64: "q";
  uint64: "Q";
  float16: "e";
  float32: "f";
  float64: "d";
  complex64: "Zf";
  complex128: "Zd";
  bool: "?";
}

/** The format of `cast(format)`: a letter for a friendly name. */
export type Resolved<F extends string> = F extends keyof Named ? Named[F] : F;

/** The number of axes that `memoryview(source)` has; an exporter says it at run time only. */
export type NdimOf<S> =
  S extends View<string, infer N>
    ? N
    : FormatOf<S> extends infer F
      ? string extends F
        ? number
        : 1
      : never;

interface FormatArrays {
  b: Int8Array;
  B: Uint8Array;
  c: Uint8Array;
  "?": Uint8Array;
  h: Int16Array;
  H: Uint16Array;
  i: Int32Array;
  I: Uint32Array;
  l: BigInt64Array;
  q: BigInt64Array;
  n: BigInt64Array;
  L: BigUint64Array;
  Q: BigUint64Array;
  N: BigUint64Array;
  P: BigUint64Array;
  f: Float32Array;
  d: Float64Array;
  "<h": Int16Array;
  "<H": Uint16Array;
  "<i": Int32Array;
  "<I": Uint32Array;
  "<l": Int32Array;
  "<L": Uint32Array;
  "<q": BigInt64Array;
  "<Q": BigUint64Array;
  "<f": Float32Array;
  "<d": Float64Array;
}

type AnyTypedArray = FormatArrays[keyof FormatArrays];

/** What `asTypedArray` gives for a format. */
export type TypedArrayOf<F extends string> = F extends keyof FormatArrays
  ? FormatArrays[F]
  : F extends `@${infer G extends keyof FormatArrays}`
    ? FormatArrays[G]
    : AnyTypedArray;
