/**
 * Reading and writing single items. The hot functions are one flat switch over a numeric code: a
 * call site that has seen eight formats is as fast as one that has seen one (bench `get after 8
 * formats`). They check nothing that the memory checks anyway, and report failure instead of
 * throwing; the caller then takes the slow path, which finds out what is wrong.
 */
import { CHAR } from "../format/codes.ts";
import type {
  BOOL,
  FLOAT32,
  FLOAT64,
  INT16,
  INT32,
  INT64,
  INT8,
  UINT16,
  UINT32,
  UINT64,
  UINT8,
} from "../format/codes.ts";
import type { Layout } from "../format/layout.ts";
import { readItem } from "../format/read.ts";
import { OK, WRONG_COUNT, WRONG_TYPE, checkItem, writeItem } from "../format/write.ts";
import { withBytes } from "./borrow.ts";
import { Bytes } from "./bytes.ts";
import { ValueError, cannot, describe, invalidType } from "./errors.ts";
import { isExporter } from "./protocol.ts";
import type { Storage } from "./storage.ts";
import { checkReadable } from "./view.ts";
import type { View } from "./view.ts";

/**
 * The item at a byte offset.
 *
 * @throws {BufferError} when the memory is gone. @throws {ValueError} when the view was released.
 */
export function readAt(view: View, at: number): unknown {
  const storage = view._storage;
  try {
    switch (view._layout.hot) {
      case 2 satisfies typeof UINT8: {
        const byte = storage.bytes[at];
        if (byte !== undefined) return byte;
        break;
      }
      case 1 satisfies typeof INT8:
        return storage.view.getInt8(at);
      case 4 satisfies typeof BOOL:
        return storage.view.getUint8(at) !== 0;
      case 5 satisfies typeof INT16:
        return storage.view.getInt16(at, true);
      case 6 satisfies typeof UINT16:
        return storage.view.getUint16(at, true);
      case 7 satisfies typeof INT32:
        return storage.view.getInt32(at, true);
      case 8 satisfies typeof UINT32:
        return storage.view.getUint32(at, true);
      case 9 satisfies typeof INT64:
        return storage.view.getBigInt64(at, true);
      case 10 satisfies typeof UINT64:
        return storage.view.getBigUint64(at, true);
      case 12 satisfies typeof FLOAT32:
        return storage.view.getFloat32(at, true);
      case 13 satisfies typeof FLOAT64:
        return storage.view.getFloat64(at, true);
    }
  } catch {
    // The memory is gone: the slow path says so.
  }
  checkReadable(view);
  return readAny(view, at);
}

/** Beyond it a value is not finite in 32 bits: native `f` writes infinity, `<f` refuses. */
const largestSingle = 3.4028234663852886e38;

/** Whether the item was written: a value of exactly its type and range, memory that is there. */
export function writeHot(storage: Storage, code: number, at: number, value: unknown): boolean {
  const { view } = storage;
  try {
    if (typeof value === "number") {
      switch (code) {
        case 2 satisfies typeof UINT8:
          if ((value & 0xff) !== value) return false;
          view.setUint8(at, value);
          return true;
        case 1 satisfies typeof INT8:
          if ((value << 24) >> 24 !== value) return false;
          view.setInt8(at, value);
          return true;
        case 5 satisfies typeof INT16:
          if ((value << 16) >> 16 !== value) return false;
          view.setInt16(at, value, true);
          return true;
        case 6 satisfies typeof UINT16:
          if ((value & 0xffff) !== value) return false;
          view.setUint16(at, value, true);
          return true;
        case 7 satisfies typeof INT32:
          if ((value | 0) !== value) return false;
          view.setInt32(at, value, true);
          return true;
        case 8 satisfies typeof UINT32:
          if (value >>> 0 !== value) return false;
          view.setUint32(at, value, true);
          return true;
        case 12 satisfies typeof FLOAT32:
          if (value > largestSingle || value < -largestSingle) return false;
          view.setFloat32(at, value, true);
          return true;
        case 13 satisfies typeof FLOAT64:
          view.setFloat64(at, value, true);
          return true;
      }
    } else if (typeof value === "bigint") return writeBig(view, code, at, value);
  } catch {
    // The memory is gone: the slow path says so.
  }
  return false;
}

/** Apart from `writeHot`, which must stay small enough to be inlined. */
function writeBig(view: DataView, code: number, at: number, value: bigint): boolean {
  if (code === (9 satisfies typeof INT64) && BigInt.asIntN(64, value) === value) {
    view.setBigInt64(at, value, true);
    return true;
  }
  if (code === (10 satisfies typeof UINT64) && BigInt.asUintN(64, value) === value) {
    view.setBigUint64(at, value, true);
    return true;
  }
  return false;
}

/** The item at a byte offset, for comparing: of a format that strict views do not read, too. */
export function readAny(view: View, at: number): unknown {
  view._storage.live(at + view._layout.itemsize);
  return readItem(view._layout, view._storage, at);
}

/**
 * Writes an item, or nothing.
 *
 * @throws {TypeError} for a value of another kind. @throws {ValueError} for one out of range.
 * @throws {BufferError} when the memory is gone.
 */
export function writeSlow(view: View, at: number, value: unknown): void {
  checkReadable(view);
  checkValue(view._layout, value);
  view._storage.live(at + view._layout.itemsize);
  writeItem(view._layout, view._storage.view, at, value, contentsOf);
}

/** The bytes of an item that holds this value, in memory of their own. */
export function encodeItem(view: View, value: unknown): Uint8Array<ArrayBuffer> {
  checkReadable(view);
  const layout = view._layout;
  checkValue(layout, value);
  const bytes = new Uint8Array(layout.itemsize);
  writeItem(layout, new DataView(bytes.buffer), 0, value, contentsOf);
  return bytes;
}

/** Contents of values for `c`, `s` and `p`; CPython takes bytes alone for `c`. */
function contentsOf(value: unknown, code: number): Uint8Array | undefined {
  if (value instanceof Bytes) return value._live();
  if (code === CHAR) return undefined;
  if (value instanceof Uint8Array) return value;
  return isExporter(value) ? withBytes(value, "write bytes", (bytes) => bytes) : undefined;
}

function checkValue(layout: Layout, value: unknown): void {
  const status = checkItem(layout, value, contentsOf);
  if (status === OK) return;
  const action = `write an item of format ${describe(layout.format)}`;
  if (status === WRONG_TYPE) throw invalidType(action, "a value of its type", value);
  const wanted = status === WRONG_COUNT ? "a value for each field" : "a value that fits";
  throw cannot(ValueError, action, wanted, describe(value));
}
