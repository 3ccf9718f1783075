/**
 * Values to bytes, in two steps: every value is checked before the first byte is written. CPython's
 * `pack_into` leaves the values before a wrong one in the target; ours writes nothing.
 */
import { ByteArray } from "../core/bytearray.ts";
import { Bytes } from "../core/bytes.ts";
import { copyBytes } from "../core/copy.ts";
import { OverflowError, StructError, describe } from "../core/errors.ts";
import { CHAR, FLOAT16, INT16, INT32, INT64, INT8, PASCAL, TEXT } from "../format/codes.ts";
import type {
  BOOL,
  COMPLEX128,
  COMPLEX64,
  FLOAT32,
  FLOAT64,
  UINT16,
  UINT32,
  UINT8,
} from "../format/codes.ts";
import type { Layout } from "../format/layout.ts";
import { FLOAT_OVERFLOW, OK, OUT_OF_RANGE, checkItem, writeItem } from "../format/write.ts";
import type { Plan, Slot } from "./plan.ts";

/** Where a number becomes bytes; a complex one has sixteen. */
const bits = new Uint8Array(16);
const number = new DataView(bits.buffer);

/**
 * @throws {StructError} for a wrong number of values, and for a value that does not fit.
 * @throws {OverflowError} for a float too large for `e`, or for an `f` of explicit byte order.
 */
export function checkValues(plan: Plan, values: readonly unknown[]): void {
  if (values.length !== plan.count) {
    const wanted = `${plan.count} ${plan.count === 1 ? "value" : "values"}`;
    throw new StructError(`${cannotPack(plan)}: wanted ${wanted}, found ${values.length}`);
  }
  const { slots } = plan;
  let i = 0;
  for (let k = 0; k < slots.length; k++) {
    const { layout, count } = slots[k] as Slot;
    for (const end = i + count; i < end; i++) {
      const value = values[i];
      if (typeof value === "number" && isPlain(layout.code, value)) continue;
      const status = checkItem(layout, value, contentsOf);
      if (status !== OK) throw refusal(plan, layout, i, value, status);
    }
  }
}

/** The common values of the common codes, so that they do not cost a call of `checkItem`. */
function isPlain(code: number, value: number): boolean {
  switch (code) {
    case 2 satisfies typeof UINT8:
      return (value & 0xff) === value;
    case 1 satisfies typeof INT8:
      return (value << 24) >> 24 === value;
    case 5 satisfies typeof INT16:
      return (value << 16) >> 16 === value;
    case 6 satisfies typeof UINT16:
      return (value & 0xffff) === value;
    case 7 satisfies typeof INT32:
      return (value | 0) === value;
    case 8 satisfies typeof UINT32:
      return value >>> 0 === value;
    default:
      return code === (13 satisfies typeof FLOAT64);
  }
}

/**
 * Writes values that were checked, and zeros between them, from `start` on.
 *
 * *Copies:* the bytes of `c`, `s` and `p` values.
 */
export function packValues(
  plan: Plan,
  values: readonly unknown[],
  target: Uint8Array,
  start: number,
): void {
  const { slots } = plan;
  let written = start;
  let i = 0;
  for (let k = 0; k < slots.length; k++) {
    const { layout, count, offset } = slots[k] as Slot;
    let at = start + offset;
    if (at > written) target.fill(0, written, at);
    for (const end = i + count; i < end; i++) {
      packValue(layout, target, at, values[i]);
      at += layout.itemsize;
    }
    written = at;
  }
  if (start + plan.size > written) target.fill(0, written, start + plan.size);
}

function packValue(layout: Layout, target: Uint8Array, at: number, value: unknown): void {
  switch (layout.code) {
    case 2 satisfies typeof UINT8:
    case 1 satisfies typeof INT8:
      target[at] = Number(value);
      return;
    case 5 satisfies typeof INT16:
    case 6 satisfies typeof UINT16:
      number.setInt16(0, Number(value), layout.littleEndian);
      break;
    case 7 satisfies typeof INT32:
    case 8 satisfies typeof UINT32:
      number.setInt32(0, Number(value), layout.littleEndian);
      break;
    case 12 satisfies typeof FLOAT32:
      number.setFloat32(0, Number(value), layout.littleEndian);
      break;
    case 13 satisfies typeof FLOAT64:
      number.setFloat64(0, Number(value), layout.littleEndian);
      break;
    case 3 satisfies typeof CHAR:
    case 16 satisfies typeof TEXT:
    case 17 satisfies typeof PASCAL:
      packBytes(layout, target, at, contentsOf(value, TEXT) ?? bits);
      return;
    default:
      writeItem(layout, number, 0, value, contentsOf);
  }
  for (let i = 0; i < layout.itemsize; i++) target[at + i] = bits[i] as number;
}

/** Cuts what is too long, fills with zeros what is too short. */
function packBytes(layout: Layout, target: Uint8Array, at: number, bytes: Uint8Array): void {
  const { itemsize, code } = layout;
  const end = at + itemsize;
  const from = code === PASCAL ? Math.min(at + 1, end) : at;
  const length = Math.min(bytes.length, end - from);
  copyBytes(bytes.subarray(0, length), target.subarray(from, end));
  target.fill(0, from + length, end);
  if (from > at) target[at] = Math.min(length, 0xff);
}

/** CPython takes bytes and bytearray for `s` and `p`, bytes alone for `c`, and no view for either. */
function contentsOf(value: unknown, code: number): Uint8Array | undefined {
  if (value instanceof Bytes) return value._live();
  if (value instanceof Uint8Array) return value;
  if (value instanceof ByteArray) {
    return code === CHAR ? undefined : value._live();
  }
  return undefined;
}

function refusal(plan: Plan, layout: Layout, index: number, value: unknown, status: number): Error {
  const wanted = wantedBy(layout, status);
  const message = `${cannotPack(plan)}: wanted ${wanted} as value ${index}, found ${describe(value)}`;
  const isFloat = typeof value !== "bigint"; // of an integer CPython says struct.error
  return isFloat && status === FLOAT_OVERFLOW
    ? new OverflowError(message)
    : new StructError(message);
}

function cannotPack({ format }: Plan): string {
  return `Cannot pack ${JSON.stringify(format.slice(0, 60))}`;
}

function wantedBy(layout: Layout, status: number): string {
  switch (layout.code) {
    case 3 satisfies typeof CHAR:
      return "bytes of length 1";
    case 16 satisfies typeof TEXT:
    case 17 satisfies typeof PASCAL:
      return "bytes";
    case 11 satisfies typeof FLOAT16:
    case 12 satisfies typeof FLOAT32:
    case 13 satisfies typeof FLOAT64:
      return floatRange(layout, status);
    case 14 satisfies typeof COMPLEX64:
    case 15 satisfies typeof COMPLEX128:
      return status === FLOAT_OVERFLOW ? floatRange(layout, status) : "a number or [re, im]";
    case 4 satisfies typeof BOOL:
      return "anything";
    default:
      return status === OUT_OF_RANGE ? integerRange(layout) : "an integer";
  }
}

function floatRange(layout: Layout, status: number): string {
  if (status !== FLOAT_OVERFLOW) return "a number";
  return layout.code === FLOAT16 ? "a number below 65520" : "a number that a 32-bit float can hold";
}

function integerRange({ code, itemsize, format }: Layout): string {
  const width = BigInt(itemsize * 8);
  const isSigned = [INT8, INT16, INT32, INT64].includes(code) || format === "P";
  const least = isSigned ? -(2n ** (width - 1n)) : 0n;
  const most = isSigned && format !== "P" ? 2n ** (width - 1n) - 1n : 2n ** width - 1n;
  return `an integer from ${least} to ${most}`;
}
