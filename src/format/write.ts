/**
 * Writes one item, in two steps: `checkItem` says whether the value can be written, `writeItem`
 * writes it. A refused value therefore writes nothing.
 *
 * Statuses instead of errors: CPython's memoryview and struct differ in the class they throw, so
 * their callers choose it.
 */
import { BOOL, CHAR, COMPLEX64, PASCAL } from "./codes.ts";
import type {
  COMPLEX128,
  FLOAT16,
  FLOAT32,
  FLOAT64,
  INT16,
  INT32,
  INT64,
  INT8,
  POINTER,
  TEXT,
  UINT16,
  UINT32,
  UINT64,
  UINT8,
} from "./codes.ts";
import { HALF_LIMIT, toHalf } from "./half.ts";
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
  switch (layout.code) {
    case 1 satisfies typeof UINT8:
      return checkInteger(value, 0, 0xff);
    case 2 satisfies typeof INT8:
      return checkInteger(value, -0x80, 0x7f);
    case 5 satisfies typeof INT16:
      return checkInteger(value, -0x8000, 0x7fff);
    case 6 satisfies typeof UINT16:
      return checkInteger(value, 0, 0xffff);
    case 7 satisfies typeof INT32:
      return checkInteger(value, -0x8000_0000, 0x7fff_ffff);
    case 8 satisfies typeof UINT32:
      return checkInteger(value, 0, 0xffff_ffff);
    case 9 satisfies typeof INT64:
      return checkInteger(value, -(2n ** 63n), 2n ** 63n - 1n);
    case 10 satisfies typeof UINT64:
      return checkInteger(value, 0n, 2n ** 64n - 1n);
    case 18 satisfies typeof POINTER:
      return checkInteger(value, -(2n ** 63n), 2n ** 64n - 1n);
    case 4 satisfies typeof BOOL:
      return OK;
    case 11 satisfies typeof FLOAT16:
    case 12 satisfies typeof FLOAT32:
    case 13 satisfies typeof FLOAT64:
      return checkFloat(layout, value);
    case 14 satisfies typeof COMPLEX64:
    case 15 satisfies typeof COMPLEX128:
      return checkComplex(layout, value);
    case 3 satisfies typeof CHAR:
    case 16 satisfies typeof TEXT:
    case 17 satisfies typeof PASCAL:
      return checkBytes(layout, value, bytesOf);
    default:
      return checkRecord(layout, value, bytesOf);
  }
}

/** Comparison of a bigint with a number is exact in JavaScript. */
function checkInteger(value: unknown, least: number | bigint, most: number | bigint): number {
  if (typeof value === "boolean") return OK;
  if (typeof value !== "bigint" && !Number.isInteger(value)) return WRONG_TYPE;
  const integer = value as number | bigint;
  return integer >= least && integer <= most ? OK : OUT_OF_RANGE;
}

function checkFloat(layout: Layout, value: unknown): number {
  if (typeof value === "boolean") return OK;
  if (typeof value !== "number" && typeof value !== "bigint") return WRONG_TYPE;
  const magnitude = Math.abs(Number(value));
  if (magnitude === Infinity) return typeof value === "bigint" ? OUT_OF_RANGE : OK;
  switch (layout.code) {
    case 11 satisfies typeof FLOAT16:
      return magnitude >= HALF_LIMIT ? FLOAT_OVERFLOW : OK;
    case 12 satisfies typeof FLOAT32:
      return !layout.native && Math.fround(magnitude) === Infinity ? FLOAT_OVERFLOW : OK;
    case 14 satisfies typeof COMPLEX64: // CPython checks what its C compiler cannot store by itself
      return !layout.littleEndian && Math.fround(magnitude) === Infinity ? FLOAT_OVERFLOW : OK;
    default:
      return OK;
  }
}

function checkComplex(layout: Layout, value: unknown): number {
  if (!Array.isArray(value)) return checkFloat(layout, value);
  if (value.length !== 2) return WRONG_COUNT;
  return checkFloat(layout, value[0]) || checkFloat(layout, value[1]);
}

function checkBytes(layout: Layout, value: unknown, bytesOf: BytesOf): number {
  const bytes = bytesOf(value, layout.code);
  if (bytes === undefined) return WRONG_TYPE;
  return layout.code === CHAR && bytes.length !== 1 ? WRONG_LENGTH : OK;
}

function checkRecord(layout: Layout, value: unknown, bytesOf: BytesOf): number {
  const { fields, shape } = layout;
  const first = fields[0];
  if (first !== undefined && shape.length > 0) return checkNested(first, shape, value, bytesOf);
  if (layout.named && !Array.isArray(value)) return checkObject(fields, value, bytesOf);
  if (first !== undefined && isSingle(layout)) return checkField(first, value, bytesOf);
  if (!Array.isArray(value)) return WRONG_TYPE;
  return checkFields(fields, value, bytesOf);
}

/** Whether values, in order, can be written to fields. */
function checkFields(
  fields: readonly Field[],
  values: readonly unknown[],
  bytesOf: BytesOf,
): number {
  if (values.length !== fields.length) return WRONG_COUNT;
  for (let i = 0; i < fields.length; i++) {
    const status = checkField(fields[i] as Field, values[i], bytesOf);
    if (status !== OK) return status;
  }
  return OK;
}

function checkObject(fields: readonly Field[], value: unknown, bytesOf: BytesOf): number {
  if (typeof value !== "object" || value === null) return WRONG_TYPE;
  const members = value as Record<string, unknown>;
  for (const field of fields) {
    const { name = "" } = field;
    if (!(name in members)) return WRONG_COUNT;
    const status = checkField(field, members[name], bytesOf);
    if (status !== OK) return status;
  }
  return OK;
}

function checkField(field: Field, value: unknown, bytesOf: BytesOf): number {
  if (field.shape.length === 0) return checkItem(field.layout, value, bytesOf);
  return checkNested(field, field.shape, value, bytesOf);
}

function checkNested(
  element: Field,
  shape: readonly number[],
  value: unknown,
  bytesOf: BytesOf,
): number {
  if (!Array.isArray(value)) return WRONG_TYPE;
  const [length = 0, ...inner] = shape;
  if (value.length !== length) return WRONG_COUNT;
  for (const part of value as readonly unknown[]) {
    const status =
      inner.length > 0
        ? checkNested(element, inner, part, bytesOf)
        : checkItem(element.layout, part, bytesOf);
    if (status !== OK) return status;
  }
  return OK;
}

/** A record of one value without a name stands for that value. */
function isSingle(layout: Layout): boolean {
  return layout.fields.length === 1 && !layout.named;
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
  const { littleEndian } = layout;
  switch (layout.code) {
    case 1 satisfies typeof UINT8:
    case 2 satisfies typeof INT8:
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
    case 11 satisfies typeof FLOAT16:
      return view.setUint16(offset, toHalf(Number(value)), littleEndian);
    case 12 satisfies typeof FLOAT32:
      return view.setFloat32(offset, Number(value), littleEndian);
    case 13 satisfies typeof FLOAT64:
      return view.setFloat64(offset, Number(value), littleEndian);
    case 14 satisfies typeof COMPLEX64:
    case 15 satisfies typeof COMPLEX128:
      return writeComplex(layout, view, offset, value);
    case 3 satisfies typeof CHAR:
    case 16 satisfies typeof TEXT:
    case 17 satisfies typeof PASCAL:
      return writeBytes(layout, view, offset, bytesOf(value, layout.code) ?? new Uint8Array(0));
    default:
      return writeRecord(layout, view, offset, value, bytesOf);
  }
}

/** Python's truth: nothing, zero and what is empty are false; NaN is true. */
function isTrue(value: unknown, bytesOf: BytesOf): boolean {
  if (typeof value === "number") return value !== 0;
  if (typeof value !== "object" || value === null) return Boolean(value);
  if (Array.isArray(value)) return value.length > 0;
  const bytes = bytesOf(value, BOOL);
  return bytes === undefined || bytes.length > 0;
}

function writeComplex(layout: Layout, view: DataView, offset: number, value: unknown): void {
  const [real, imaginary] = Array.isArray(value) ? (value as unknown[]) : [value, 0];
  if (layout.code === COMPLEX64) {
    view.setFloat32(offset, Number(real), layout.littleEndian);
    view.setFloat32(offset + 4, Number(imaginary), layout.littleEndian);
  } else {
    view.setFloat64(offset, Number(real), layout.littleEndian);
    view.setFloat64(offset + 8, Number(imaginary), layout.littleEndian);
  }
}

/** Cuts what is too long and fills with zeros what is too short. */
function writeBytes(layout: Layout, view: DataView, offset: number, bytes: Uint8Array): void {
  const end = offset + layout.itemsize;
  let at = offset;
  if (layout.code === PASCAL && at < end) {
    view.setUint8(at++, Math.min(bytes.length, layout.itemsize - 1, 0xff));
  }
  for (const byte of bytes) {
    if (at >= end) return;
    view.setUint8(at++, byte);
  }
  while (at < end) view.setUint8(at++, 0);
}

function writeRecord(
  layout: Layout,
  view: DataView,
  offset: number,
  value: unknown,
  bytesOf: BytesOf,
): void {
  const { fields, shape } = layout;
  const first = fields[0];
  if (first !== undefined && shape.length > 0) {
    const put = { view, bytesOf, element: first.layout };
    return writeNested(put, shape, offset, value);
  }
  if (layout.named && !Array.isArray(value)) {
    const members = value as Record<string, unknown>;
    for (const field of fields) {
      writeField(field, view, offset, members[field.name ?? ""], bytesOf);
    }
    return;
  }
  const values = isSingle(layout) ? [value] : (value as readonly unknown[]);
  writeFields(fields, view, offset, values, bytesOf);
}

/** Writes values in order to fields. Only after `checkFields` has said OK. */
function writeFields(
  fields: readonly Field[],
  view: DataView,
  offset: number,
  values: readonly unknown[],
  bytesOf: BytesOf,
): void {
  for (let i = 0; i < fields.length; i++) {
    writeField(fields[i] as Field, view, offset, values[i], bytesOf);
  }
}

function writeField(
  field: Field,
  view: DataView,
  offset: number,
  value: unknown,
  bytesOf: BytesOf,
): void {
  const start = offset + field.offset;
  if (field.shape.length === 0) return writeItem(field.layout, view, start, value, bytesOf);
  return writeNested({ view, bytesOf, element: field.layout }, field.shape, start, value);
}

interface NestedTarget {
  readonly view: DataView;
  readonly bytesOf: BytesOf;
  readonly element: Layout;
}

function writeNested(
  target: NestedTarget,
  shape: readonly number[],
  offset: number,
  value: unknown,
): void {
  const [, ...inner] = shape;
  const step = inner.reduce((size, axis) => size * axis, target.element.itemsize);
  for (const [i, part] of (value as readonly unknown[]).entries()) {
    const start = offset + i * step;
    if (inner.length > 0) writeNested(target, inner, start, part);
    else writeItem(target.element, target.view, start, part, target.bytesOf);
  }
}
