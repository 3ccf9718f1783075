/**
 * Bytes to values. Straight from a Uint8Array: to make a DataView of one, or even to ask it for its
 * buffer and offset, takes longer than to read a record of four values.
 */
import { Bytes } from "../core/bytes.ts";
import { cloneBytes } from "../core/copy.ts";
import type {
  BOOL,
  CHAR,
  FLOAT32,
  FLOAT64,
  INT16,
  INT32,
  INT64,
  INT8,
  POINTER,
  UINT16,
  UINT32,
  UINT64,
  UINT8,
} from "../format/codes.ts";
import type { ItemMemory } from "../format/layout.ts";
import { readItem, readPlain } from "../format/read.ts";
import { unpackBig, unpackLittle } from "./numbers.ts";
import type { Plan, Slot } from "./plan.ts";

/** Where eight bytes become a number. */
const bits = new Uint8Array(8);
const number = new DataView(bits.buffer);

/**
 * The values from `start` on, all of whose bytes must be there. With a `view` of the same bytes it
 * is faster where all values are plain numbers.
 *
 * *Copies:* the bytes of `c`, `s` and `p`.
 */
export function readRecord(
  plan: Plan,
  bytes: Uint8Array,
  start: number,
  view: DataView | undefined,
): unknown[] {
  const { numbers } = plan;
  if (view === undefined || numbers === null) return unpackValues(plan, bytes, start);
  return plan.littleEndian ? unpackLittle(numbers, view, start) : unpackBig(numbers, view, start);
}

/** Numbers alone, from memory that was read before; undefined for other records, and when it is gone. */
export function readRecent(plan: Plan, view: DataView, start: number): number[] | undefined {
  const { numbers } = plan;
  if (numbers === null) return undefined;
  try {
    return plan.littleEndian ? unpackLittle(numbers, view, start) : unpackBig(numbers, view, start);
  } catch {
    return undefined; // the slow path says why
  }
}

function unpackValues(plan: Plan, bytes: Uint8Array, start: number): unknown[] {
  const { slots, littleEndian } = plan;
  const values = new Array<unknown>(plan.count); // oxlint-disable-line unicorn/no-new-array -- Array.from is many times slower
  let i = 0;
  for (let k = 0; k < slots.length; k++) {
    const slot = slots[k] as Slot;
    const at = start + slot.offset;
    switch (slot.code) {
      case 2 satisfies typeof UINT8:
        values[i++] = bytes[at];
        break;
      case 1 satisfies typeof INT8:
        values[i++] = ((bytes[at] as number) << 24) >> 24;
        break;
      case 4 satisfies typeof BOOL:
        values[i++] = bytes[at] !== 0;
        break;
      case 5 satisfies typeof INT16:
        values[i++] = (load16(bytes, at, littleEndian) << 16) >> 16;
        break;
      case 6 satisfies typeof UINT16:
        values[i++] = load16(bytes, at, littleEndian);
        break;
      case 7 satisfies typeof INT32:
        values[i++] = load32(bytes, at, littleEndian);
        break;
      case 8 satisfies typeof UINT32:
        values[i++] = load32(bytes, at, littleEndian) >>> 0;
        break;
      case 9 satisfies typeof INT64:
        load64(bytes, at);
        values[i++] = number.getBigInt64(0, littleEndian);
        break;
      case 10 satisfies typeof UINT64:
      case 18 satisfies typeof POINTER:
        load64(bytes, at);
        values[i++] = number.getBigUint64(0, littleEndian);
        break;
      case 12 satisfies typeof FLOAT32:
        number.setInt32(0, load32(bytes, at, true), true);
        values[i++] = number.getFloat32(0, littleEndian);
        break;
      case 13 satisfies typeof FLOAT64:
        load64(bytes, at);
        values[i++] = number.getFloat64(0, littleEndian);
        break;
      case 3 satisfies typeof CHAR:
        values[i++] = Bytes._adopt(cloneBytes(bytes.subarray(at, at + 1)));
        break;
      default:
        i = unpackSlowly(slot, bytes, at, values, i);
    }
  }
  return values;
}

function load16(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  const first = bytes[at] as number;
  const second = bytes[at + 1] as number;
  return littleEndian ? first | (second << 8) : (first << 8) | second;
}

/** Signed. */
function load32(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  return littleEndian
    ? load16(bytes, at, true) | (load16(bytes, at + 2, true) << 16)
    : (load16(bytes, at, false) << 16) | load16(bytes, at + 2, false);
}

function load64(bytes: Uint8Array, at: number): void {
  bits[0] = bytes[at] as number;
  bits[1] = bytes[at + 1] as number;
  bits[2] = bytes[at + 2] as number;
  bits[3] = bytes[at + 3] as number;
  bits[4] = bytes[at + 4] as number;
  bits[5] = bytes[at + 5] as number;
  bits[6] = bytes[at + 6] as number;
  bits[7] = bytes[at + 7] as number;
}

/** Runs, `s` and `p`, halves and complex numbers. Returns the index after the last value. */
function unpackSlowly(
  slot: Slot,
  bytes: Uint8Array,
  at: number,
  values: unknown[],
  index: number,
): number {
  const { layout, count } = slot;
  const memory: ItemMemory = {
    view: new DataView(bytes.buffer, bytes.byteOffset + at, layout.itemsize * count),
    bytesAt: (offset, length) =>
      Bytes._adopt(cloneBytes(bytes.subarray(at + offset, at + offset + length))),
  };
  const { view } = memory;
  const { code, itemsize, littleEndian } = layout;
  for (let i = 0; i < count; i++) {
    const offset = i * itemsize;
    values[index + i] =
      readPlain(view, code, offset, littleEndian) ?? readItem(layout, memory, offset);
  }
  return index + count;
}
