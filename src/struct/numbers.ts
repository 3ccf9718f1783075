/**
 * Records of numbers alone, the common ones: no bigint, truth value, bytes or half. An array whose
 * elements are known to be doubles holds them itself, instead of pointers to boxes, and a loop that
 * makes doubles alone needs no boxes either. Together that is half the time (bench `unpack`).
 */
import { FLOAT32, FLOAT64, INT16, INT32, INT8, UINT16, UINT32, UINT8 } from "../format/codes.ts";
import type { Field } from "../format/layout.ts";

/** A step is a code in the low bits and an offset above them: one small integer to load. */
const CODE_BITS = 4;
const CODE_MASK = 15;
/** V8's small integers have 32 bits. */
const MAX_OFFSET = 2 ** 27;

const plain: ReadonlySet<number> = new Set([
  UINT8,
  INT8,
  INT16,
  UINT16,
  INT32,
  UINT32,
  FLOAT32,
  FLOAT64,
]);

/** The steps that read these fields, or null where one is something else. */
export function numberSteps(fields: readonly Field[]): readonly number[] | null {
  const isPlain = fields.every(({ layout, shape, offset }) => {
    return plain.has(layout.code) && shape.length === 0 && offset < MAX_OFFSET;
  });
  if (!isPlain || fields.length === 0) return null;
  return fields.map(({ layout, offset }) => (offset << CODE_BITS) | layout.code);
}

/**
 * The little-endian numbers from `start` on, all of whose bytes must be there. Small enough to be
 * inlined where it is called, for which reason big-endian has a function of its own.
 *
 * *Copies:* none.
 */
export function unpackLittle(steps: readonly number[], view: DataView, start: number): number[] {
  const { length } = steps;
  const values = doubles(length);
  for (let i = 0; i < length; i++) {
    const step = steps[i] as number;
    const at = start + (step >> CODE_BITS);
    let value: number;
    switch (step & CODE_MASK) {
      case 2 satisfies typeof UINT8:
        value = view.getUint8(at);
        break;
      case 1 satisfies typeof INT8:
        value = view.getInt8(at);
        break;
      case 5 satisfies typeof INT16:
        value = view.getInt16(at, true);
        break;
      case 6 satisfies typeof UINT16:
        value = view.getUint16(at, true);
        break;
      case 7 satisfies typeof INT32:
        value = view.getInt32(at, true);
        break;
      case 8 satisfies typeof UINT32:
        value = view.getUint32(at, true);
        break;
      case 12 satisfies typeof FLOAT32:
        value = view.getFloat32(at, true);
        break;
      default:
        value = view.getFloat64(at, true);
    }
    values[i] = value;
  }
  return values;
}

/** The same of big-endian numbers. */
export function unpackBig(steps: readonly number[], view: DataView, start: number): number[] {
  const { length } = steps;
  const values = doubles(length);
  for (let i = 0; i < length; i++) {
    const step = steps[i] as number;
    const at = start + (step >> CODE_BITS);
    let value: number;
    switch (step & CODE_MASK) {
      case 2 satisfies typeof UINT8:
        value = view.getUint8(at);
        break;
      case 1 satisfies typeof INT8:
        value = view.getInt8(at);
        break;
      case 5 satisfies typeof INT16:
        value = view.getInt16(at);
        break;
      case 6 satisfies typeof UINT16:
        value = view.getUint16(at);
        break;
      case 7 satisfies typeof INT32:
        value = view.getInt32(at);
        break;
      case 8 satisfies typeof UINT32:
        value = view.getUint32(at);
        break;
      case 12 satisfies typeof FLOAT32:
        value = view.getFloat32(at);
        break;
      default:
        value = view.getFloat64(at);
    }
    values[i] = value;
  }
  return values;
}

/** The fraction is what makes it an array of doubles. More cases cost more than they save. */
function doubles(length: number): number[] {
  if (length === 4) return [0.5, 0.5, 0.5, 0.5];
  if (length === 3) return [0.5, 0.5, 0.5];
  if (length === 2) return [0.5, 0.5];
  return new Array<number>(length); // oxlint-disable-line unicorn/no-new-array -- Array.from is many times slower
}
