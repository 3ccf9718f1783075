/**
 * Writes one item. A refused value writes nothing, if it is checked first: `checkItem` is the same
 * walk over the value, without memory.
 *
 * Statuses instead of errors: CPython's memoryview and struct differ in the class they throw, so
 * their callers choose it.
 */
import { BOOL, CHAR, COMPLEX64, FLOAT16, FLOAT32, PASCAL, POINTER } from "./codes.ts";
import type { COMPLEX128, FLOAT64, RECORD, TEXT } from "./codes.ts";
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

/** What is written to; undefined to check only. */
type Target = DataView | undefined;

/** Whether `value` can be written as an item: OK, or what is wrong with it. */
export function checkItem(layout: Layout, value: unknown, bytesOf: BytesOf): number {
  return writeItem(layout, undefined, 0, value, bytesOf);
}

/**
 * Writes the item, up to the first part that is refused. The result is that of `checkItem`.
 *
 * Bounds are the DataView's; a record that reaches beyond them throws before all of it is written,
 * so callers check the range of the whole item first.
 */
export function writeItem(
  layout: Layout,
  target: Target,
  offset: number,
  value: unknown,
  bytesOf: BytesOf,
): number {
  switch (layout.code) {
    case 0 satisfies typeof RECORD:
      return writeRecord(layout, target, offset, value, bytesOf);
    case 4 satisfies typeof BOOL:
      target?.setUint8(offset, isTrue(value, bytesOf) ? 1 : 0);
      return OK;
    case 3 satisfies typeof CHAR:
    case 16 satisfies typeof TEXT:
    case 17 satisfies typeof PASCAL:
      return writeBytes(layout, target, offset, bytesOf(value, layout.code));
    case 11 satisfies typeof FLOAT16:
    case 12 satisfies typeof FLOAT32:
    case 13 satisfies typeof FLOAT64:
      return writeFloat(layout, target, offset, value);
    case 14 satisfies typeof COMPLEX64:
    case 15 satisfies typeof COMPLEX128: {
      const parts: readonly unknown[] = Array.isArray(value) ? value : [value, 0];
      if (parts.length !== 2) return WRONG_COUNT;
      const middle = offset + layout.itemsize / 2;
      return (
        writeFloat(layout, target, offset, parts[0]) || writeFloat(layout, target, middle, parts[1])
      );
    }
    default:
      return writeInteger(layout, target, offset, value);
  }
}

function writeRecord(
  { fields, named }: Layout,
  target: Target,
  offset: number,
  value: unknown,
  bytesOf: BytesOf,
): number {
  const [first] = fields;
  if (first && fields.length === 1 && !named) {
    // A record of one value without a name stands for that value.
    return writeField(first, target, offset + first.offset, value, bytesOf);
  }
  const isList = Array.isArray(value);
  if (!isList && (!named || typeof value !== "object" || value === null)) return WRONG_TYPE;
  if (isList && value.length !== fields.length) return WRONG_COUNT;
  const members = value as Readonly<Record<string | number, unknown>>;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] as Field;
    const key = isList ? i : (field.name ?? "");
    if (!isList && !(key in members)) return WRONG_COUNT;
    const status = writeField(field, target, offset + field.offset, members[key], bytesOf);
    if (status !== OK) return status;
  }
  return OK;
}

function writeField(
  { layout, shape }: Pick<Field, "layout" | "shape">,
  target: Target,
  offset: number,
  value: unknown,
  bytesOf: BytesOf,
): number {
  if (shape.length === 0) return writeItem(layout, target, offset, value, bytesOf);
  if (!Array.isArray(value)) return WRONG_TYPE;
  const [length, ...inner] = shape;
  if (value.length !== length) return WRONG_COUNT;
  const row = { layout, shape: inner };
  const step = product(inner) * layout.itemsize;
  let status = OK;
  for (let i = 0; i < length && status === OK; i++) {
    status = writeField(row, target, offset + i * step, value[i], bytesOf);
  }
  return status;
}

/** What counts as a number: in Python, truth values are. */
export function isNumber(value: unknown): value is number | bigint | boolean {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
}

/** Integers of so many bytes. To take a power costs more than the rest of a check. */
const counts: Readonly<Record<number, number>> = { 1: 2 ** 8, 2: 2 ** 16, 4: 2 ** 32, 8: 2 ** 64 };

/** Comparison of a bigint with a number is exact in JavaScript, and so are powers of two. */
function writeInteger(
  { code, itemsize, littleEndian }: Layout,
  target: Target,
  offset: number,
  value: unknown,
): number {
  if (!isNumber(value) || (typeof value === "number" && !Number.isInteger(value))) {
    return WRONG_TYPE;
  }
  const integer = typeof value === "boolean" ? Number(value) : value;
  const isSigned = code % 2 === 1;
  const count = counts[itemsize]!;
  const least = isSigned || code === POINTER ? -count / 2 : 0;
  const end = isSigned ? count / 2 : count;
  if (integer < least || integer >= end) return OUT_OF_RANGE;
  if (itemsize === 1) target?.setUint8(offset, Number(integer));
  else if (itemsize === 2) target?.setUint16(offset, Number(integer), littleEndian);
  else if (itemsize === 4) target?.setUint32(offset, Number(integer), littleEndian);
  else target?.setBigInt64(offset, BigInt(integer), littleEndian);
  return OK;
}

function writeFloat(
  { code, native, littleEndian }: Layout,
  target: Target,
  offset: number,
  value: unknown,
): number {
  if (!isNumber(value)) return WRONG_TYPE;
  const float = Number(value);
  const magnitude = Math.abs(float);
  // CPython checks what its C compiler cannot store by itself.
  const isChecked = code === FLOAT32 ? !native : code === COMPLEX64 && !littleEndian;
  if (magnitude === Infinity) {
    if (typeof value === "bigint") return OUT_OF_RANGE;
  } else if (
    code === FLOAT16 ? magnitude >= HALF_LIMIT : isChecked && Math.fround(magnitude) === Infinity
  ) {
    return FLOAT_OVERFLOW;
  }
  if (code === FLOAT16) target?.setUint16(offset, toHalf(float), littleEndian);
  else if (code === FLOAT32 || code === COMPLEX64) target?.setFloat32(offset, float, littleEndian);
  else target?.setFloat64(offset, float, littleEndian);
  return OK;
}

/** Cuts what is too long and fills with zeros what is too short. */
function writeBytes(
  { code, itemsize }: Layout,
  target: Target,
  offset: number,
  bytes: Uint8Array | undefined,
): number {
  if (bytes === undefined) return WRONG_TYPE;
  if (code === CHAR && bytes.length !== 1) return WRONG_LENGTH;
  const from = code === PASCAL ? 1 : 0; // behind the length byte
  const length = Math.min(bytes.length, itemsize - from, 0xff);
  if (target === undefined) return OK;
  for (let i = 0; i < itemsize; i++) {
    target.setUint8(offset + i, i < from ? length : (bytes[i - from] ?? 0));
  }
  return OK;
}

/** Python's truth: nothing, zero and what is empty are false; NaN is true. */
function isTrue(value: unknown, bytesOf: BytesOf): boolean {
  if (typeof value !== "object" || value === null) return Boolean(value) || Number.isNaN(value);
  const list = Array.isArray(value) ? value : bytesOf(value, BOOL);
  return list?.length !== 0;
}
