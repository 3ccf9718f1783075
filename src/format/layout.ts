/**
 * What a format string means: sizes, offsets and codes, computed once per format and shared.
 * Plain immutable data; every layout has the same hidden class, so that reading one is cheap.
 */
import { POINTER, RECORD, TEXT, UINT64 } from "./codes.ts";

/** How one item lies in memory. */
export interface Layout {
  /** As given: `"@I"`, `"<IdHH"`, `"T{<i:x:d:y:}"`. */
  readonly format: string;
  /** Bytes. */
  readonly itemsize: number;
  /** Bytes; 1 where nothing is aligned natively, 0 where nobody knows what the bytes mean. */
  readonly align: number;
  /** A scalar's code, whatever its byte order; RECORD for several values and for sub-arrays. */
  readonly code: number;
  /** The code, 1 to 15, where a DataView reads the item in one little-endian step; else RECORD. */
  readonly hot: number;
  /** Of a scalar. */
  readonly littleEndian: boolean;
  /** CPython's memoryview reads and writes it: one native character, with or without `@`. */
  readonly native: boolean;
  /** Formats are compared by this: without `@` when native, else the format itself. */
  readonly character: string;
  /** CPython's struct module knows it, so that its memoryview can compare such items by value. */
  readonly struct: boolean;
  /**
   * Of a RECORD: its values in order, `"2H"` giving two. A record of one value without a name reads
   * as that value; so does an item that is one sub-array: `"(2,3)d"`.
   */
  readonly fields: readonly Field[];
  /** Items are objects, because every field has a name. Otherwise they are arrays. */
  readonly named: boolean;
}

/** One member of a record. */
export interface Field {
  readonly name: string | undefined;
  /** Bytes from the start of the item. */
  readonly offset: number;
  /** Of one element. */
  readonly layout: Layout;
  /** Of a member that is a sub-array, outermost axis first, in C order. Otherwise empty. */
  readonly shape: readonly number[];
  /** The layout's hot code; RECORD for a sub-array. */
  readonly hot: number;
}

/** What `struct` makes of a format: always a list of scalars, in order. */
export interface StructLayout {
  readonly format: string;
  /** Bytes. */
  readonly size: number;
  /** A shape `[n]` stands for a run of n values; `"1000000f"` is one field. */
  readonly fields: readonly Field[];
}

/** What is wrong with a format: `"unexpected 'k' at 3"`. */
export interface FormatProblem {
  readonly problem: string;
}

/** What reading an item needs of memory. */
export interface ItemMemory {
  readonly view: DataView;
  /** A copy of these bytes, as the library's immutable bytes. */
  bytesAt(offset: number, lengthBytes: number): unknown;
}

/**
 * The contents of a value that may be written to `c` (CHAR), `s` (TEXT) or `p` (PASCAL), else
 * undefined. CPython takes less for `c` than for the others.
 */
export type BytesOf = (value: unknown, code: number) => Uint8Array | undefined;

export const noShape: readonly number[] = [];

/** What a layout is made from: a scalar has a code, everything else is a record. */
export interface LayoutFacts
  extends
    Pick<Layout, "format" | "itemsize" | "align" | "struct">,
    Partial<Pick<Layout, "code" | "littleEndian" | "native" | "fields">> {}

const noFields: readonly Field[] = [];

export function makeLayout({
  format,
  itemsize,
  align,
  struct,
  code = RECORD,
  littleEndian = true,
  native = false,
  fields = noFields,
}: LayoutFacts): Layout {
  return {
    format,
    itemsize,
    align,
    code,
    hot: hotCode(code, littleEndian || itemsize === 1),
    littleEndian,
    native,
    character: native ? format.replace("@", "") : format,
    struct,
    fields,
    named: fields.length > 0 && fields.every((field) => field.name !== undefined),
  };
}

function hotCode(code: number, littleEndian: boolean): number {
  if (!littleEndian) return RECORD;
  if (code === POINTER) return UINT64;
  return code < TEXT ? code : RECORD;
}

export function product(sizes: readonly number[]): number {
  let total = 1;
  for (const size of sizes) total *= size;
  return total;
}
