/**
 * Reads one item. One flat switch on numeric codes, no closure per format and no generated code:
 * a call site that has seen many formats stays as fast as one that has seen one.
 *
 * Bounds are the DataView's: what it throws for memory that is out of range or detached passes
 * through.
 */
import { RECORD } from "./codes.ts";
import type {
  BOOL,
  CHAR,
  COMPLEX128,
  COMPLEX64,
  FLOAT16,
  FLOAT32,
  FLOAT64,
  INT16,
  INT32,
  INT64,
  INT8,
  PASCAL,
  POINTER,
  TEXT,
  UINT16,
  UINT32,
  UINT64,
  UINT8,
} from "./codes.ts";
import { fromHalf } from "./half.ts";
import type { Field, ItemMemory, Layout } from "./layout.ts";

/**
 * The item at `offset`: a number, bigint, boolean, bytes, `[re, im]`, or arrays and objects of those.
 *
 * *Copies:* the bytes of `c`, `s` and `p` items, through `memory.bytesAt`.
 */
export function readItem(layout: Layout, memory: ItemMemory, offset: number): unknown {
  if (layout.hot === RECORD) return readOther(layout, memory, offset);
  const { view } = memory;
  switch (layout.hot) {
    case 1 satisfies typeof UINT8:
      return view.getUint8(offset);
    case 2 satisfies typeof INT8:
      return view.getInt8(offset);
    case 3 satisfies typeof CHAR:
      return memory.bytesAt(offset, 1);
    case 4 satisfies typeof BOOL:
      return view.getUint8(offset) !== 0;
    case 5 satisfies typeof INT16:
      return view.getInt16(offset, true);
    case 6 satisfies typeof UINT16:
      return view.getUint16(offset, true);
    case 7 satisfies typeof INT32:
      return view.getInt32(offset, true);
    case 8 satisfies typeof UINT32:
      return view.getUint32(offset, true);
    case 9 satisfies typeof INT64:
      return view.getBigInt64(offset, true);
    case 10 satisfies typeof UINT64:
      return view.getBigUint64(offset, true);
    case 11 satisfies typeof FLOAT16:
      return fromHalf(view.getUint16(offset, true));
    case 12 satisfies typeof FLOAT32:
      return view.getFloat32(offset, true);
    case 13 satisfies typeof FLOAT64:
      return view.getFloat64(offset, true);
    case 14 satisfies typeof COMPLEX64:
      return [view.getFloat32(offset, true), view.getFloat32(offset + 4, true)];
    case 15 satisfies typeof COMPLEX128:
      return [view.getFloat64(offset, true), view.getFloat64(offset + 8, true)];
    default:
      return undefined; // there is no other hot code
  }
}

/** Records, big-endian scalars, and bytes that know their length. */
function readOther(layout: Layout, memory: ItemMemory, offset: number): unknown {
  if (layout.code === RECORD) return readRecord(layout, memory, offset);
  return readScalar(layout, memory, offset);
}

function readScalar(layout: Layout, memory: ItemMemory, offset: number): unknown {
  const { view } = memory;
  switch (layout.code) {
    case 16 satisfies typeof TEXT:
      return memory.bytesAt(offset, layout.itemsize);
    case 17 satisfies typeof PASCAL:
      return readPascal(layout.itemsize, memory, offset);
    case 5 satisfies typeof INT16:
      return view.getInt16(offset);
    case 6 satisfies typeof UINT16:
      return view.getUint16(offset);
    case 7 satisfies typeof INT32:
      return view.getInt32(offset);
    case 8 satisfies typeof UINT32:
      return view.getUint32(offset);
    case 9 satisfies typeof INT64:
      return view.getBigInt64(offset);
    case 10 satisfies typeof UINT64:
    case 18 satisfies typeof POINTER:
      return view.getBigUint64(offset);
    case 11 satisfies typeof FLOAT16:
      return fromHalf(view.getUint16(offset));
    case 12 satisfies typeof FLOAT32:
      return view.getFloat32(offset);
    case 13 satisfies typeof FLOAT64:
      return view.getFloat64(offset);
    case 14 satisfies typeof COMPLEX64:
      return [view.getFloat32(offset), view.getFloat32(offset + 4)];
    case 15 satisfies typeof COMPLEX128:
      return [view.getFloat64(offset), view.getFloat64(offset + 8)];
    default:
      return undefined; // CHAR, BOOL and what else has one byte has no byte order: it is hot
  }
}

function readPascal(itemsize: number, memory: ItemMemory, offset: number): unknown {
  if (itemsize === 0) return memory.bytesAt(offset, 0);
  const lengthBytes = Math.min(memory.view.getUint8(offset), itemsize - 1);
  return memory.bytesAt(offset + 1, lengthBytes);
}

function readRecord(layout: Layout, memory: ItemMemory, offset: number): unknown {
  const { fields, shape } = layout;
  const first = fields[0];
  if (layout.named) return readObject(fields, memory, offset);
  if (first === undefined || fields.length > 1) return readFields(fields, memory, offset);
  if (shape.length > 0) return readNested(first.layout, shape, memory, offset);
  return readField(first, memory, offset);
}

/**
 * All fields as an array, whatever their names and number.
 *
 * The switch stands here once more: through `readItem`, which is too large to be inlined into a
 * loop, four fields take twice as long.
 */
function readFields(fields: readonly Field[], memory: ItemMemory, offset: number): unknown[] {
  const { view } = memory;
  const { length } = fields;
  const values = new Array<unknown>(length); // oxlint-disable-line unicorn/no-new-array -- Array.from is many times slower
  for (let i = 0; i < length; i++) {
    const field = fields[i] as Field;
    const at = offset + field.offset;
    switch (field.hot) {
      case 1 satisfies typeof UINT8:
        values[i] = view.getUint8(at);
        break;
      case 2 satisfies typeof INT8:
        values[i] = view.getInt8(at);
        break;
      case 4 satisfies typeof BOOL:
        values[i] = view.getUint8(at) !== 0;
        break;
      case 5 satisfies typeof INT16:
        values[i] = view.getInt16(at, true);
        break;
      case 6 satisfies typeof UINT16:
        values[i] = view.getUint16(at, true);
        break;
      case 7 satisfies typeof INT32:
        values[i] = view.getInt32(at, true);
        break;
      case 8 satisfies typeof UINT32:
        values[i] = view.getUint32(at, true);
        break;
      case 9 satisfies typeof INT64:
        values[i] = view.getBigInt64(at, true);
        break;
      case 10 satisfies typeof UINT64:
        values[i] = view.getBigUint64(at, true);
        break;
      case 12 satisfies typeof FLOAT32:
        values[i] = view.getFloat32(at, true);
        break;
      case 13 satisfies typeof FLOAT64:
        values[i] = view.getFloat64(at, true);
        break;
      default:
        values[i] = readField(field, memory, offset);
    }
  }
  return values;
}

function readObject(fields: readonly Field[], memory: ItemMemory, offset: number): object {
  const values = readFields(fields, memory, offset);
  const item: Record<string, unknown> = {};
  for (const [i, { name = "" }] of fields.entries()) item[name] = values[i];
  return item;
}

/** The field of the item that starts at `offset`. */
function readField(field: Field, memory: ItemMemory, offset: number): unknown {
  const start = offset + field.offset;
  if (field.shape.length === 0) return readItem(field.layout, memory, start);
  return readNested(field.layout, field.shape, memory, start);
}

function readNested(
  element: Layout,
  shape: readonly number[],
  memory: ItemMemory,
  offset: number,
): unknown[] {
  const [length = 0, ...inner] = shape;
  const step = inner.reduce((size, axis) => size * axis, element.itemsize);
  const values: unknown[] = [];
  for (let i = 0; i < length; i++) {
    const at = offset + i * step;
    if (inner.length > 0) values.push(readNested(element, inner, memory, at));
    else values.push(readItem(element, memory, at));
  }
  return values;
}
