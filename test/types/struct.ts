/** What the compiler makes of struct's functions. Nothing here runs. */
import { bytes } from "zerocopy";
import type { Bytes } from "zerocopy";
import { Struct, iterUnpack, pack, packInto, unpack, unpackFrom } from "zerocopy/struct";

const memory = new Uint8Array(16);
const header = new Struct("<IdHH");

export const values: [number, number, number, number] = header.unpack(memory);
export const [id, wide, name]: [number, bigint, Bytes] = unpack("<Iq3s", memory);
export const single: [boolean] = unpackFrom("?", memory);
export const records: number[] = [...iterUnpack("<HH", memory)].map(([a, b]) => a + b);
export const packed: Bytes = header.pack(1, 2.5, 3, 4n);
packInto("<Iq3s", memory, 0, 1, 2, bytes([3]));
packInto("?", memory, 0, "anything has a truth value");
export const many: number[] = unpack("<1000f", memory);
pack("<1000f", ...many);

export const any: Struct = header;
export const unknown: unknown[] = any.unpack(memory);
const format: string = "<I";
export const wideFormat: unknown[] = unpack(format, memory);
pack(format, 1, "2", {});

// @ts-expect-error three values, not two
export const short: [number, number] = unpack("<IdH", memory);
// @ts-expect-error two values, not one
pack("<IH", 1);
// @ts-expect-error a number, not text
pack("<I", "1");
// @ts-expect-error bytes, not text
pack("3s", "abc");
// @ts-expect-error no values fit an invalid format
pack("<Ik", 1, 2);
// @ts-expect-error text owns no memory
unpack("<I", "abcd");
