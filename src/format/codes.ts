/**
 * The one table of format characters: what each means, how wide it is and how it is aligned.
 *
 * One data model everywhere, whatever the machine: little-endian LP64, as CPython on 64-bit Linux.
 * `@` and `^` use the native widths, `= < > !` the standard ones.
 */

/**
 * What an item is. A hot `switch` says `case 1 satisfies typeof UINT8`: only literals make a jump
 * table, imported constants are compared one after the other.
 */
export const RECORD = 0; // anything that one read of a DataView cannot give
export const UINT8 = 1;
export const INT8 = 2;
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

export interface Character {
  readonly code: number;
  /** Bytes under `@` and `^`. */
  readonly size: number;
  /** Bytes under `= < > !`; 0 where only native formats have the character. */
  readonly standardSize: number;
  /** Code under `= < > !`: `l` is 8 bytes wide natively and 4 otherwise. */
  readonly standardCode: number;
  /** Under `@`. */
  readonly align: number;
  /** CPython's memoryview reads and writes it. */
  readonly native: boolean;
}

function row(code: number, size: number, native: boolean, align: number = size): Character {
  return { code, size, standardSize: size, standardCode: code, align, native };
}

function long(code: number, standardCode: number): Character {
  return { code, size: 8, standardSize: 4, standardCode, align: 8, native: true };
}

function nativeOnly(code: number): Character {
  return { code, size: 8, standardSize: 0, standardCode: code, align: 8, native: true };
}

/** `s` and `p` are 1 byte per count. Padding, `x`, is no value and the parser's own business. */
export const characters: ReadonlyMap<string, Character> = new Map([
  ["c", row(CHAR, 1, true)],
  ["b", row(INT8, 1, true)],
  ["B", row(UINT8, 1, true)],
  ["?", row(BOOL, 1, true)],
  ["h", row(INT16, 2, true)],
  ["H", row(UINT16, 2, true)],
  ["i", row(INT32, 4, true)],
  ["I", row(UINT32, 4, true)],
  ["l", long(INT64, INT32)],
  ["L", long(UINT64, UINT32)],
  ["q", row(INT64, 8, true)],
  ["Q", row(UINT64, 8, true)],
  ["n", nativeOnly(INT64)],
  ["N", nativeOnly(UINT64)],
  ["P", nativeOnly(POINTER)],
  ["e", row(FLOAT16, 2, true)],
  ["f", row(FLOAT32, 4, true)],
  ["d", row(FLOAT64, 8, true)],
  // Python 3.15 has Zf and Zd everywhere; 3.14 has F and D, in struct only.
  ["Zf", row(COMPLEX64, 8, true, 4)],
  ["Zd", row(COMPLEX128, 16, true, 8)],
  ["F", row(COMPLEX64, 8, false, 4)],
  ["D", row(COMPLEX128, 16, false, 8)],
  ["s", row(TEXT, 1, false)],
  ["p", row(PASCAL, 1, false)],
]);

/** Valid in PEP 3118 (or NumPy), without a meaning here: bits, objects, pointers, text, `long double`. */
export const foreignCharacters = "tgGOuwUWX&Z";
