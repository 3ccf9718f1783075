/** From the numbers of array libraries, which count elements, to those of the buffer protocol: bytes. */
import { BufferError, invalidType } from "../core/errors.ts";
import { extent } from "../core/geometry.ts";
import type { BufferRecord } from "../core/protocol.ts";
import { product } from "../format/layout.ts";

/** A typed array, a DataView, or what is made like them. */
export interface Elements {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly byteLength: number;
  /** A DataView has none: it counts bytes. */
  readonly BYTES_PER_ELEMENT?: number;
}

/** An object of another library: it should have these fields, but nobody has checked. */
export type Unchecked<T> = { readonly [K in keyof T]?: unknown };

/** Items among elements. Item `[i, j]` lies at `data[offset + i * strides[0] + j * strides[1]]`. */
export interface Arrangement {
  readonly data: Elements;
  readonly shape: unknown;
  readonly strides: unknown;
  readonly offset: unknown;
  readonly format: string;
  /** Bytes. */
  readonly itemsize: number;
  readonly readonly?: boolean;
}

/**
 * @throws {TypeError} when shape, strides or offset are not integers.
 * @throws {BufferError} when items lie outside of `data`: a library that does not check indices
 * would read whatever is there.
 */
export function arrange(arrangement: Arrangement, action: string): BufferRecord {
  const { data, format, itemsize, readonly = false } = arrangement;
  const unit = data.BYTES_PER_ELEMENT ?? 1;
  const shape = numbers(arrangement.shape, "a shape", action);
  const strides = toBytes(numbers(arrangement.strides, "strides", action), unit, action);
  const [offset = 0] = toBytes(numbers([arrangement.offset], "an offset", action), unit, action);
  if (shape.length !== strides.length || !shape.every((size) => isInteger(size) && size >= 0)) {
    const found = `shape [${shape.join(", ")}] with ${strides.length} strides`;
    throw new TypeError(
      `Cannot ${action}: wanted a size and a stride for each axis, found ${found}`,
    );
  }
  const { low, high } = extent({ shape, strides, itemsize });
  const isEmpty = low === high;
  if (!isEmpty && (offset + low < 0 || offset + high > data.byteLength)) {
    throw new BufferError(
      `Cannot ${action}: wanted items within its ${data.byteLength} bytes of data, found bytes ${offset + low} to ${offset + high}`,
    );
  }
  return {
    buffer: data.buffer,
    byteOffset: data.byteOffset + (isEmpty ? 0 : offset),
    byteLength: product(shape) * itemsize,
    format,
    itemsize,
    shape,
    strides,
    readonly,
  };
}

function numbers(list: unknown, name: string, action: string): readonly number[] {
  const isNumber = (n: unknown): boolean => typeof n === "number";
  if (Array.isArray(list) && list.every(isNumber)) return list;
  const found: unknown = Array.isArray(list) ? list.find((n) => !isNumber(n)) : list;
  throw invalidType(action, `${name} of integers`, found);
}

/** In elements it may be a fraction: items of Pyodide's need not be as wide as its elements. */
function toBytes(counts: readonly number[], unit: number, action: string): readonly number[] {
  const bytes = counts.map((count) => count * unit);
  if (bytes.every(isInteger)) return bytes;
  throw invalidType(
    action,
    "strides and offset of whole bytes",
    bytes.find((n) => !isInteger(n)),
  );
}

function isInteger(n: number): boolean {
  return Number.isSafeInteger(n);
}

/** @throws {TypeError} unless an object. */
export function checkObject(source: unknown, action: string, wanted: string): void {
  if (typeof source !== "object" || source === null) throw invalidType(action, wanted, source);
}
