/**
 * Writes one item, in two steps: `checkItem` says whether the value can be written, `writeItem`
 * writes it. A refused value therefore writes nothing.
 *
 * Statuses instead of errors: CPython's memoryview and struct differ in the class they throw, so
 * their callers choose it.
 */
import { BOOL, CHAR, COMPLEX64, FLOAT16, FLOAT32, PASCAL, POINTER, RECORD } from "./codes.ts";
import type {
  COMPLEX128,
  FLOAT64,
  INT16,
  INT32,
  INT64,
  INT8,
  TEXT,
  UINT16,
  UINT32,
  UINT64,
  UINT8,
} from "./codes.ts";
import { HALF_LIMIT, toHalf } from "./half.ts";
import { product } from "./layout.ts";
import type { BytesOf, Field, Layout } from "./layout.ts";

export const OK = 0;
/** Not a value of that kind at all. */
export const WRONG_TYPE = 1;
/** An integer beyond its width, or a bigint beyond a double. */
export const OUT_OF_RANGE = 2;
/** Too large for `e`, or for an explicit-endian `f`. A native `f` becomes infinite, as in C. */
export const FLOAT_OVERFLOW = 3;
/** A record with too few or too many values, or without one of its names. */
export const WRONG_COUNT = 4;
/** Not one byte, for `c`. */
export const WRONG_LENGTH = 5;

/** Whether `value` can be written as an item: OK, or what is wrong with it. */
export function checkItem(layout: Layout, value: unknown, bytesOf: BytesOf): number {
  if (layout.code !== RECORD) return checkScalar(layout, value, bytesOf);
  return everyScalar(layout, 0, value, (scalar, _, part) => checkScalar(scalar, part, bytesOf));
}

/**
 * Writes the item. Only after `checkItem` has said OK to the same value.
 *
 * Bounds are the DataView's; a record that reaches beyond them throws before all of it is written,
 * so callers check the range of the whole item first.
 */
export function writeItem(
  layout: Layout,
  view: DataView,
  offset: number,
  value: unknown,
  bytesOf: BytesOf,
): void {
  if (layout.code !== RECORD) return writeScalar(layout, view, offset, value, bytesOf);
  everyScalar(layout, offset, value, (scalar, at, part) => {
    writeScalar(scalar, view, at, part, bytesOf);
    return OK;
  });
}

type Visit = (scalar: Layout, offset: number, value: unknown) => number;

/** Visits the scalars of an item with their values, until one is refused or their structure differs. */
function everyScalar(layout: Layout, offset: number, value: unknown, visit: Visit): number {
  const { code, fields, named, shape } = layout;
  if (code !== RECORD) return visit(layout, offset, value);
  const [first] = fields;
  if (first && fields.length === 1 && !named) {
    // A record of one value without a name stands for that value; a sub-array has its own axes.
    const axes = shape.length > 0 ? shape : first.shape;
    return everyNested(first.layout, axes, offset + first.offset, value, visit);
  }
  const isList = Array.isArray(value);
  if (!isList && (!named || typeof value !== "object" || value === null)) return WRONG_TYPE;
  if (isList && value.length !== fields.length) return WRONG_COUNT;
  const list = value as readonly unknown[];
  const members = value as Record<string, unknown>;
  for (let i = 0; i < fields.length; i++) {
    const { name = "", layout: part, shape: axes, offset: start } = fields[i] as Field;
    if (!isList && !(name in members)) return WRONG_COUNT;
    const member = isList ? list[i] : members[name];
    const at = offset + start;
    const isScalar = part.code !== RECORD && axes.length === 0;
    const status = isScalar ? visit(part, at, member) : everyNested(part, axes, at, member, visit);
    if (status !== OK) return status;
  }
  return OK;
}

function everyNested(
  element: Layout,
  shape: readonly number[],
  offset: number,
  value: unknown,
  visit: Visit,
): number {
  if (shape.length === 0) return everyScalar(element, offset, value, visit);
  if (!Array.isArray(value)) return WRONG_TYPE;
  const [length, ...inner] = shape;
  if (value.length !== length) return WRONG_COUNT;
  const step = product(inner) * element.itemsize;
  for (let i = 0; i < length; i++) {
    const status = everyNested(element, inner, offset + i * step, value[i], visit);
    if (status !== OK) return status;
  }
  return OK;
}

function checkScalar(layout: Layout, value: unknown, bytesOf: BytesOf): number {
  switch (layout.code) {
    case 4 satisfies typeof BOOL:
      return OK;
    case 3 satisfies typeof CHAR:
    case 16 satisfies typeof TEXT:
    case 17 satisfies typeof PASCAL:
      return checkBytes(layout, value, bytesOf);
    case 11 satisfies typeof FLOAT16:
    case 12 satisfies typeof FLOAT32:
    case 13 satisfies typeof FLOAT64:
      return checkFloat(layout, value);
    case 14 satisfies typeof COMPLEX64:
    case 15 satisfies typeof COMPLEX128:
      if (!Array.isArray(value)) return checkFloat(layout, value);
      if (value.length !== 2) return WRONG_COUNT;
      return checkFloat(layout, value[0]) || checkFloat(layout, value[1]);
    default:
      return checkInteger(layout, value);
  }
}

/** Integers of so many bytes. To take a power costs more than the rest of a check. */
const counts: Readonly<Record<number, number>> = { 1: 2 ** 8, 2: 2 ** 16, 4: 2 ** 32, 8: 2 ** 64 };

/** Comparison of a bigint with a number is exact in JavaScript, and so are powers of two. */
function checkInteger({ code, itemsize }: Layout, value: unknown): number {
  if (typeof value === "boolean") return OK;
  if (typeof value !== "bigint" && !Number.isInteger(value)) return WRONG_TYPE;
  const integer = value as number | bigint;
  const isSigned = code % 2 === 1;
  const count = counts[itemsize] as number;
  const least = isSigned || code === POINTER ? -count / 2 : 0;
  const end = isSigned ? count / 2 : count;
  return integer >= least && integer < end ? OK : OUT_OF_RANGE;
}

function checkFloat({ code, native, littleEndian }: Layout, value: unknown): number {
  if (typeof value === "boolean") return OK;
  if (typeof value !== "number" && typeof value !== "bigint") return WRONG_TYPE;
  const magnitude = Math.abs(Number(value));
  if (magnitude === Infinity) return typeof value === "bigint" ? OUT_OF_RANGE : OK;
  if (code === FLOAT16) return magnitude >= HALF_LIMIT ? FLOAT_OVERFLOW : OK;
  // CPython checks what its C compiler cannot store by itself.
  const isChecked = code === FLOAT32 ? !native : code === COMPLEX64 && !littleEndian;
  return isChecked && Math.fround(magnitude) === Infinity ? FLOAT_OVERFLOW : OK;
}

function checkBytes({ code }: Layout, value: unknown, bytesOf: BytesOf): number {
  const bytes = bytesOf(value, code);
  if (bytes === undefined) return WRONG_TYPE;
  return code === CHAR && bytes.length !== 1 ? WRONG_LENGTH : OK;
}

function writeScalar(
  layout: Layout,
  view: DataView,
  offset: number,
  value: unknown,
  bytesOf: BytesOf,
): void {
  const { code, itemsize, littleEndian } = layout;
  switch (code) {
    case 1 satisfies typeof INT8:
    case 2 satisfies typeof UINT8:
      return view.setUint8(offset, Number(value));
    case 4 satisfies typeof BOOL:
      return view.setUint8(offset, isTrue(value, bytesOf) ? 1 : 0);
    case 5 satisfies typeof INT16:
    case 6 satisfies typeof UINT16:
      return view.setUint16(offset, Number(value), littleEndian);
    case 7 satisfies typeof INT32:
    case 8 satisfies typeof UINT32:
      return view.setUint32(offset, Number(value), littleEndian);
    case 9 satisfies typeof INT64:
    case 10 satisfies typeof UINT64:
    case 18 satisfies typeof POINTER:
      return view.setBigInt64(offset, BigInt(value as number | bigint | boolean), littleEndian);
    case 3 satisfies typeof CHAR:
    case 16 satisfies typeof TEXT:
    case 17 satisfies typeof PASCAL:
      return writeBytes(layout, view, offset, bytesOf(value, code));
    case 14 satisfies typeof COMPLEX64:
    case 15 satisfies typeof COMPLEX128: {
      const [real, imaginary = 0] = Array.isArray(value) ? (value as unknown[]) : [value];
      writeFloat(layout, view, offset, Number(real));
      return writeFloat(layout, view, offset + itemsize / 2, Number(imaginary));
    }
    default:
      return writeFloat(layout, view, offset, Number(value));
  }
}

function writeFloat({ code, littleEndian }: Layout, view: DataView, at: number, value: number) {
  if (code === FLOAT16) view.setUint16(at, toHalf(value), littleEndian);
  else if (code === FLOAT32 || code === COMPLEX64) view.setFloat32(at, value, littleEndian);
  else view.setFloat64(at, value, littleEndian);
}

/** Python's truth: nothing, zero and what is empty are false; NaN is true. */
function isTrue(value: unknown, bytesOf: BytesOf): boolean {
  if (typeof value !== "object" || value === null) return Boolean(value) || Number.isNaN(value);
  const list = Array.isArray(value) ? value : bytesOf(value, BOOL);
  return list?.length !== 0;
}

/** Cuts what is too long and fills with zeros what is too short. */
function writeBytes(
  { code, itemsize }: Layout,
  view: DataView,
  offset: number,
  bytes: Uint8Array | undefined = new Uint8Array(0),
): void {
  const from = code === PASCAL ? 1 : 0; // behind the length byte
  for (let i = 0; i < itemsize; i++) {
    const isLength = i < from;
    view.setUint8(
      offset + i,
      isLength ? Math.min(bytes.length, itemsize - 1, 0xff) : (bytes[i - from] ?? 0),
    );
  }
}
