/**
 * `zerocopy/struct`: values to bytes and back, by the format strings of Python's struct module.
 * Formats, alignment and errors are CPython 3.14's.
 *
 * ```ts
 * import { pack, unpack } from "zerocopy/struct";
 *
 * const packed = pack(">HI", 1, 2); // Bytes: 00 01 00 00 00 02
 * const [kind, length] = unpack(">HI", packed); // numbers, by the type of the format
 * ```
 *
 * The functions make a Struct of the format and remember it. Making one yourself saves the look-up.
 */
import type { Bytes } from "../core/bytes.ts";
import type { BytesLike } from "../core/protocol.ts";
import type { Index } from "../core/slicing.ts";
import type { StructIterator } from "./iterator.ts";
import { Struct } from "./struct.ts";
import type { Packed, Unpacked } from "./types.ts";

export { Struct };
export type { Packed, StructIterator, Unpacked };

const MEMO_ENTRIES = 128;
const structs = new Map<string, Struct>();

function structOf<F extends string>(format: F): Struct<F> {
  let struct = structs.get(format);
  if (struct === undefined) {
    struct = new Struct<string>(format);
    if (structs.size >= MEMO_ENTRIES) structs.clear();
    structs.set(format, struct);
  }
  return struct as unknown as Struct<F>;
}

/** New bytes with these values. @see {@link Struct.pack} */
export function pack<const F extends string>(format: F, ...values: Packed<F>): Bytes {
  return structOf(format).pack(...values);
}

/** Writes these values into `target`, from byte `offset` on. @see {@link Struct.packInto} */
export function packInto<const F extends string>(
  format: F,
  target: BytesLike,
  offset: Index,
  ...values: Packed<F>
): void {
  structOf(format).packInto(target, offset, ...values);
}

/** The values of `source`, which has exactly the size of the format. @see {@link Struct.unpack} */
export function unpack<const F extends string>(format: F, source: BytesLike): Unpacked<F> {
  return structOf(format).unpack(source);
}

/** The values from byte `offset` of `source` on. @see {@link Struct.unpackFrom} */
export function unpackFrom<const F extends string>(
  format: F,
  source: BytesLike,
  offset: Index = 0,
): Unpacked<F> {
  return structOf(format).unpackFrom(source, offset);
}

/** The values of every record of `source`. @see {@link Struct.iterUnpack} */
export function iterUnpack<const F extends string>(
  format: F,
  source: BytesLike,
): StructIterator<Unpacked<F>> {
  return structOf(format).iterUnpack(source);
}

/** Bytes of one packed record. @throws {StructError} for what is no format. */
export function calcSize(format: string): number {
  return structOf(format).size;
}
