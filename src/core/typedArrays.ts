/** Formats and typed arrays: which stands for which. */
import { BOOL, CHAR, UINT8, charactersByName, nameOf } from "../format/codes.ts";
import type { Layout } from "../format/layout.ts";
import { BufferError, cannot, describe } from "./errors.ts";
import type { Found } from "./errors.ts";

/** `"B"` for a DataView, which has no format of its own. `Float16Array` came with ES2025. */
export function formatOfArray(source: ArrayBufferView): string {
  const { [Symbol.toStringTag]: tag = "" } = source as { [Symbol.toStringTag]?: string };
  return charactersByName.get(tag.slice(0, -5)) ?? "B";
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
  const { itemsize, format, hot } = layout;
  const name = nameOf(hot === CHAR || hot === BOOL ? UINT8 : hot);
  const make = (globalThis as Record<string, unknown>)[`${name}Array`] as
    | (new (buffer: ArrayBufferLike, byteOffset: number, length: number) => AnyTypedArray)
    | undefined;
  const refuse = (wanted: string, found: Found): BufferError =>
    cannot(BufferError, "lend memory", wanted, found);
  if (!make) throw refuse("a little-endian format of typed arrays", describe(format));
  if (bytes.byteOffset % itemsize !== 0) {
    throw refuse(`items aligned to ${itemsize} bytes`, `offset ${bytes.byteOffset}`);
  }
  return new make(bytes.buffer, bytes.byteOffset, bytes.length / itemsize);
}
