/**
 * Reads one item. One flat switch on numeric codes, no closure per format and no generated code:
 * a call site that has seen many formats stays as fast as one that has seen one.
 *
 * Bounds are the DataView's: what it throws for memory that is out of range or detached passes
 * through.
 */
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
  RECORD,
  TEXT,
  UINT16,
  UINT32,
  UINT64,
  UINT8,
} from "./codes.ts";
import { fromHalf } from "./half.ts";
import { product } from "./layout.ts";
import type { Field, ItemMemory, Layout } from "./layout.ts";

/**
 * The item at `offset`: a number, bigint, boolean, bytes, `[re, im]`, or arrays and objects of those.
 *
 * *Copies:* the bytes of `c`, `s` and `p` items, through `memory.bytesAt`.
 */
export function readItem(layout: Layout, memory: ItemMemory, offset: number): unknown {
  const { code, itemsize, littleEndian } = layout;
  const { view } = memory;
  switch (code) {
    case 0 satisfies typeof RECORD:
      return readRecord(layout, memory, offset);
    case 3 satisfies typeof CHAR:
    case 16 satisfies typeof TEXT:
      return memory.bytesAt(offset, itemsize);
    case 17 satisfies typeof PASCAL:
      return readPascal(itemsize, memory, offset);
    case 11 satisfies typeof FLOAT16:
      return fromHalf(view.getUint16(offset, littleEndian));
    case 14 satisfies typeof COMPLEX64:
      return [view.getFloat32(offset, littleEndian), view.getFloat32(offset + 4, littleEndian)];
    case 15 satisfies typeof COMPLEX128:
      return [view.getFloat64(offset, littleEndian), view.getFloat64(offset + 8, littleEndian)];
    case 18 satisfies typeof POINTER:
      return view.getBigUint64(offset, littleEndian);
    default:
      return readPlain(view, code, offset, littleEndian);
  }
}

/**
 * The value that one read of a DataView gives, or undefined for another code. Small enough to be
 * inlined: through `readItem`, which is not, the fields of a record take twice as long.
 */
export function readPlain(
  view: DataView,
  code: number,
  at: number,
  littleEndian: boolean,
): number | bigint | boolean | undefined {
  switch (code) {
    case 1 satisfies typeof INT8:
      return view.getInt8(at);
    case 2 satisfies typeof UINT8:
      return view.getUint8(at);
    case 4 satisfies typeof BOOL:
      return view.getUint8(at) !== 0;
    case 5 satisfies typeof INT16:
      return view.getInt16(at, littleEndian);
    case 6 satisfies typeof UINT16:
      return view.getUint16(at, littleEndian);
    case 7 satisfies typeof INT32:
      return view.getInt32(at, littleEndian);
    case 8 satisfies typeof UINT32:
      return view.getUint32(at, littleEndian);
    case 9 satisfies typeof INT64:
      return view.getBigInt64(at, littleEndian);
    case 10 satisfies typeof UINT64:
      return view.getBigUint64(at, littleEndian);
    case 12 satisfies typeof FLOAT32:
      return view.getFloat32(at, littleEndian);
    case 13 satisfies typeof FLOAT64:
      return view.getFloat64(at, littleEndian);
    default:
      return undefined;
  }
}

function readPascal(itemsize: number, memory: ItemMemory, offset: number): unknown {
  if (itemsize === 0) return memory.bytesAt(offset, 0);
  const lengthBytes = Math.min(memory.view.getUint8(offset), itemsize - 1);
  return memory.bytesAt(offset + 1, lengthBytes);
}

function readRecord(layout: Layout, memory: ItemMemory, offset: number): unknown {
  const { fields, named } = layout;
  const [first] = fields;
  if (first && fields.length === 1 && !named) {
    return readField(first, memory, offset + first.offset);
  }
  const { view } = memory;
  const { length } = fields;
  const values = new Array<unknown>(length); // oxlint-disable-line unicorn/no-new-array -- Array.from is many times slower
  for (let i = 0; i < length; i++) {
    const field = fields[i] as Field;
    const at = offset + field.offset;
    values[i] = readPlain(view, field.hot, at, true) ?? readField(field, memory, at);
  }
  if (!named) return values;
  const item: Record<string, unknown> = {};
  for (const [i, { name = "" }] of fields.entries()) item[name] = values[i];
  return item;
}

function readField(
  { layout, shape }: Pick<Field, "layout" | "shape">,
  memory: ItemMemory,
  offset: number,
): unknown {
  if (shape.length === 0) return readItem(layout, memory, offset);
  const [length = 0, ...inner] = shape;
  const row = { layout, shape: inner };
  const step = product(inner) * layout.itemsize;
  const values: unknown[] = [];
  for (let i = 0; i < length; i++) values.push(readField(row, memory, offset + i * step));
  return values;
}
