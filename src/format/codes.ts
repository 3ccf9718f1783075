/**
 * The one table of formats: what each character means, how wide it is and what it is called.
 *
 * One data model everywhere, whatever the machine: little-endian LP64, as CPython on 64-bit Linux.
 * `@` and `^` use the native widths, `= < > !` the standard ones.
 */

/**
 * What an item is; of integers, the signed ones are odd. A hot `switch` says
 * `case 2 satisfies typeof UINT8`: only literals make a jump table, imported constants are compared
 * one after the other.
 */
export const RECORD = 0; // anything that one read of a DataView cannot give
export const INT8 = 1;
export const UINT8 = 2;
export const CHAR = 3; // bytes of length 1
export const BOOL = 4;
export const INT16 = 5;
export const UINT16 = 6;
export const INT32 = 7;
export const UINT32 = 8;
export const INT64 = 9; // bigint
export const UINT64 = 10; // bigint
export const FLOAT16 = 11;
export const FLOAT32 = 12;
export const FLOAT64 = 13;
export const COMPLEX64 = 14; // [re, im]
export const COMPLEX128 = 15;
export const TEXT = 16; // "s": bytes of a fixed length
export const PASCAL = 17; // "p": a length byte, then bytes
/** `P`: reads as UINT64, and is written from −2⁶³ up to 2⁶⁴ − 1, negative addresses wrapping. */
export const POINTER = 18;

/** By code: the character that means it natively, its bytes, and the name that arrays have for it. */
const rows: readonly (readonly [character: string, size: number, name?: string])[] = [
  ["", 0],
  ["b", 1, "Int8"],
  ["B", 1, "Uint8"],
  ["c", 1],
  ["?", 1, "Bool"],
  ["h", 2, "Int16"],
  ["H", 2, "Uint16"],
  ["i", 4, "Int32"],
  ["I", 4, "Uint32"],
  ["q", 8, "BigInt64"],
  ["Q", 8, "BigUint64"],
  ["e", 2, "Float16"],
  ["f", 4, "Float32"],
  ["d", 8, "Float64"],
  ["Zf", 8, "Complex64"], // Python 3.15 has Zf and Zd everywhere; 3.14 has F and D, in struct only
  ["Zd", 16, "Complex128"],
  ["s", 1], // per count, as "p"; padding, "x", is no value and the parser's own business
  ["p", 1],
  ["P", 8],
];

export const codes: ReadonlyMap<string, number> = new Map([
  ...rows.map(([character], code) => [character, code] as const),
  ["l", INT64],
  ["L", UINT64],
  ["n", INT64],
  ["N", UINT64],
  ["F", COMPLEX64],
  ["D", COMPLEX128],
]);

/** Bytes of one value; `s` and `p` have 1 per count. */
export function sizeOf(code: number): number {
  return rows[code]?.[1] ?? 0;
}

/** `"Int8"` for INT8: what typed arrays and methods of DataView are called. */
export function nameOf(code: number): string | undefined {
  return rows[code]?.[2];
}

/** The characters of element types by name: `"Int8"`, `"BigInt64"`. */
export const charactersByName: ReadonlyMap<string, string> = new Map(
  rows.flatMap(([character, , name]) => (name === undefined ? [] : [[name, character] as const])),
);
