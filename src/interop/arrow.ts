/**
 * Columns of the npm package apache-arrow.
 *
 * A column is a list of chunks, one per record batch, and a chunk is values with a bitmap that says
 * which of them are null. A view has neither, so it shows a column of one chunk without nulls.
 */
import { BufferError, invalidType } from "../core/errors.ts";
import type { MemoryView } from "../core/memoryview.ts";
import type { BufferRecord } from "../core/protocol.ts";
import { formatOfArray } from "../core/typedArrays.ts";
import { arrange, checkObject } from "./elements.ts";
import type { Elements } from "./elements.ts";
import { viewOf } from "./lent.ts";

/** Of Arrow's columnar format. */
interface ArrowType {
  readonly typeId: number;
  toString(): string;
}

/** A chunk: an element of `vector.data`. */
export interface ArrowData {
  readonly type: ArrowType;
  readonly length: number;
  readonly nullCount: number;
  /** Numbers per item. */
  readonly stride: number;
  readonly values: unknown;
}

/** A column: `table.getChild(name)`, `vectorFromArray(…)`, `makeVector(…)`. */
export interface ArrowVector {
  readonly type: ArrowType;
  readonly data: readonly ArrowData[];
}

/** Formats by Arrow's numbers of types, as its types say them. */
interface Formats {
  "-2": "b";
  "-3": "h";
  "-4": "i";
  "-5": "q";
  "-6": "B";
  "-7": "H";
  "-8": "I";
  "-9": "Q";
  "-10": "e";
  "-11": "f";
  "-12": "d";
  "-13": "i"; // days
  "-14": "q"; // milliseconds since 1970
  "10": "q"; // timestamps, one number for all units and one for each
  "-15": "q";
  "-16": "q";
  "-17": "q";
  "-18": "q";
  "-19": "i"; // times of day: s, ms, µs, ns
  "-20": "i";
  "-21": "q";
  "-22": "q";
  "18": "q"; // durations
  "-27": "q";
  "-28": "q";
  "-29": "q";
  "-30": "q";
}

/** The format of a vector's items; `string` where that is known at run time only. */
export type ArrowFormat<V> = V extends { readonly TType: infer K extends number }
  ? `${K}` extends keyof Formats
    ? Formats[`${K}`]
    : string
  : string;

/** `type.typeId`, whatever the width or unit. */
const INT = 2;
const FLOAT = 3;
const BOOL = 6;
const DATE = 8;
const TIME = 9;
const TIMESTAMP = 10;
const STRUCT = 13;
const FIXED_SIZE_LIST = 16;
const DURATION = 18;
const DICTIONARY = -1;

const viewable = new Set<unknown>([INT, FLOAT, DATE, TIME, TIMESTAMP, DURATION]);

const stored = "memoryview(vector.data[0].values).subarray(0, vector.length)";

/** What to do about the others. */
const hints: ReadonlyMap<unknown, string> = new Map([
  [BOOL, ", eight items a byte"],
  [STRUCT, "; view one field: getChild(name)"],
  [FIXED_SIZE_LIST, "; view the items, getChildAt(0), and reshape"],
  [DICTIONARY, `; ${stored} shows the indices`],
]);

const action = "view an Arrow vector";

/**
 * A view of a column of integers, floats, dates, times, timestamps or durations, or of one chunk of
 * such a column. It is read-only, as Arrow memory is by convention. Items are as they are stored: a
 * date is a number of days or milliseconds, what has 64 bits a bigint.
 *
 * *Copies:* none. *Complexity:* O(1), and O(items) for the first who asks a vector with a bitmap of
 * nulls how many there are.
 *
 * @throws {TypeError} unless a vector of such a type.
 * @throws {BufferError} when it has nulls, or not exactly one chunk.
 *
 * @example
 * ```ts
 * import { fromArrow } from "zerocopy/interop";
 *
 * // What makeVector(new Float64Array([1, 2, 3])) is made of.
 * const values = new Float64Array([1, 2, 3]);
 * const type = { typeId: 3, precision: 2 };
 * const chunk = { type, length: 3, nullCount: 0, stride: 1, values };
 * const view = fromArrow({ type, data: [chunk] });
 * console.log(view.format, view.readonly, view.subarray(1).toList()); // d true [2, 3]
 *
 * // A column of several chunks is as many views.
 * const views = [chunk, chunk].map((each) => fromArrow(each));
 * console.log(views.length); // 2
 * ```
 */
export function fromArrow<V extends ArrowVector | ArrowData>(
  vector: V,
): MemoryView<ArrowFormat<V>> {
  return viewOf(vector, () => describe(vector));
}

function describe(source: ArrowVector | ArrowData): BufferRecord {
  const wanted = "a vector { type, data } or one of its chunks";
  checkObject(source, action, wanted);
  const { type, data }: Partial<ArrowVector> = source;
  const typeId = type?.typeId;
  if (typeof typeId !== "number") throw invalidType(action, wanted, source);
  if (!viewable.has(typeId)) {
    const hint = hints.get(typeId) ?? "";
    throw new TypeError(
      `Cannot ${action}: wanted integers, floats, dates, times, timestamps or durations, found ${String(type)}${hint}`,
    );
  }
  const chunk = Array.isArray(data) ? onlyChunk(data) : (source as ArrowData);
  checkObject(chunk, action, "chunks { type, length, nullCount, stride, values }");
  return describeChunk(chunk, typeId);
}

function onlyChunk(chunks: readonly ArrowData[]): ArrowData {
  const [chunk] = chunks;
  if (chunk !== undefined && chunks.length === 1) return chunk;
  throw new BufferError(
    `Cannot ${action}: wanted one chunk, found ${chunks.length}; view each, vector.data.map((chunk) => fromArrow(chunk)), or join them, which copies, with makeVector(vector.toArray())`,
  );
}

function describeChunk(chunk: ArrowData, typeId: number): BufferRecord {
  const { values, length, nullCount, stride } = chunk;
  if (!ArrayBuffer.isView(values)) throw invalidType(action, "values in a typed array", values);
  if (stride !== 1) throw invalidType(action, "one number per item", stride);
  if (nullCount !== 0) {
    throw new BufferError(
      `Cannot ${action}: wanted no nulls, found nullCount ${nullCount}; ${stored} shows what is stored, null or not`,
    );
  }
  const data: Elements = values;
  const itemsize = data.BYTES_PER_ELEMENT ?? 1;
  const isHalf = typeId === FLOAT && itemsize === 2; // in a Uint16Array
  return arrange(
    {
      data,
      shape: [length],
      strides: [1],
      offset: 0,
      format: isHalf ? "e" : formatOfArray(values),
      itemsize,
      readonly: true,
    },
    action,
  );
}
