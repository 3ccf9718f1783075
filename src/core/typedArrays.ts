/** Formats and typed arrays: which stands for which. */
import {
  BOOL,
  CHAR,
  FLOAT16,
  FLOAT32,
  FLOAT64,
  INT16,
  INT32,
  INT64,
  INT8,
  UINT16,
  UINT32,
  UINT64,
  UINT8,
} from "../format/codes.ts";
import type { Layout } from "../format/layout.ts";
import { BufferError } from "./errors.ts";

/** `Float16Array` came with ES2025. */
const formats: ReadonlyMap<string, string> = new Map([
  ["Int8Array", "b"],
  ["Uint8Array", "B"],
  ["Uint8ClampedArray", "B"],
  ["Int16Array", "h"],
  ["Uint16Array", "H"],
  ["Int32Array", "i"],
  ["Uint32Array", "I"],
  ["BigInt64Array", "q"],
  ["BigUint64Array", "Q"],
  ["Float16Array", "e"],
  ["Float32Array", "f"],
  ["Float64Array", "d"],
]);

/** By the code of a little-endian item. */
const names: Readonly<Record<number, string>> = {
  [INT8]: "Int8Array",
  [UINT8]: "Uint8Array",
  [CHAR]: "Uint8Array",
  [BOOL]: "Uint8Array",
  [INT16]: "Int16Array",
  [UINT16]: "Uint16Array",
  [INT32]: "Int32Array",
  [UINT32]: "Uint32Array",
  [INT64]: "BigInt64Array",
  [UINT64]: "BigUint64Array",
  [FLOAT16]: "Float16Array",
  [FLOAT32]: "Float32Array",
  [FLOAT64]: "Float64Array",
};

/** `"B"` for a DataView, which has no format of its own. */
export function formatOfArray(source: ArrayBufferView): string {
  return (
    formats.get((source as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? "") ?? "B"
  );
}

export type AnyTypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/**
 * A typed array of this format on these bytes. *Copies:* none.
 *
 * @throws {BufferError} when there is none: the format, its byte order or the alignment.
 */
export function typedArrayOn(bytes: Uint8Array, layout: Layout): AnyTypedArray {
  const { itemsize, format } = layout;
  const name = names[layout.hot];
  const found = `format ${JSON.stringify(format)}`;
  if (name === undefined) throw cannot("a little-endian format that typed arrays have", found);
  const make = (globalThis as Record<string, unknown>)[name] as
    | (new (buffer: ArrayBufferLike, byteOffset: number, length: number) => AnyTypedArray)
    | undefined;
  if (make === undefined) throw cannot(`an engine with ${name}`, "none");
  if (bytes.byteOffset % itemsize !== 0) {
    throw cannot(`items aligned to ${itemsize} bytes`, `byte offset ${bytes.byteOffset}`);
  }
  return new make(bytes.buffer, bytes.byteOffset, bytes.length / itemsize);
}

function cannot(wanted: string, found: string): BufferError {
  return new BufferError(`Cannot show memory as a typed array: wanted ${wanted}, found ${found}`);
}
