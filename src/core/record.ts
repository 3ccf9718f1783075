/**
 * What an exporter answers, checked: nothing of it is believed that could make us read or write
 * outside its buffer, or misread its items.
 */
import { parseFormat } from "../format/parse.ts";
import { RECORD } from "../format/codes.ts";
import { makeLayout, noShape, product } from "../format/layout.ts";
import type { Layout } from "../format/layout.ts";
import { BufferError, NotImplementedError, cannot, describe, invalidType } from "./errors.ts";
import type { Found } from "./errors.ts";
import { checkAxes, cStrides, extent } from "./geometry.ts";
import type { Region } from "./loops.ts";
import { WRITABLE, isArrayBuffer, isObject, kBuffer } from "./protocol.ts";
import type { BufferRecord, Exporter } from "./protocol.ts";

/** Memory with a meaning, until it is released. */
export interface Lent extends Region {
  readonly layout: Layout;
  readonly readonly: boolean;
  readonly release: (() => void) | undefined;
}

/**
 * Asks an exporter for its memory. A record that is refused is released.
 *
 * @throws {BufferError} when the record contradicts itself or reaches outside its buffer.
 * @throws {TypeError} for what is no record, or shape or strides that are no lists of integers.
 * @throws {NotImplementedError} with suboffsets. @throws {ValueError} with more than 64 axes.
 */
export function requestBuffer(source: Exporter, flags: number, action: string): Lent {
  const record = source[kBuffer](flags);
  try {
    return describeRecord(record, flags, action);
  } catch (error) {
    releaseRefused(record);
    throw error;
  }
}

/** What is wrong with the record matters more than what its `release` throws. */
function releaseRefused(record: Partial<BufferRecord> | null | undefined): void {
  try {
    record?.release?.();
  } catch {
    // The caller is about to throw.
  }
}

function describeRecord(record: BufferRecord, flags: number, action: string): Lent {
  if (!isObject(record)) throw invalidType(action, "a buffer record", record);
  const check = (field: keyof BufferRecord, isValid: boolean): void => {
    if (!isValid) throw invalidType(action, `a valid ${field}`, record[field]);
  };
  const { buffer, byteOffset, byteLength, suboffsets, release } = record;
  check("buffer", isArrayBuffer(buffer));
  check("release", release === undefined || typeof release === "function");
  check("byteOffset", isSize(byteOffset));
  check("byteLength", isSize(byteLength));
  const refuse = (wanted: string, found: Found) => cannot(BufferError, action, wanted, found);
  const readonly = Boolean(record.readonly);
  if (flags & WRITABLE && readonly) throw refuse("writable memory", "read-only");
  if (suboffsets?.some((suboffset) => suboffset >= 0)) {
    throw cannot(NotImplementedError, action, "no suboffsets", "some");
  }
  const layout = layoutOf(record, action);
  const { itemsize } = layout;
  if (record.strides && !record.shape) throw refuse("shape with strides", "none");
  const shape = copyAxes(record.shape ?? [Math.floor(byteLength / itemsize)], 0, action);
  const strides = copyAxes(record.strides ?? cStrides(shape, itemsize), -Infinity, action);
  if (strides.length !== shape.length) throw refuse(`${shape.length} strides`, strides.length);
  const nbytes = product(shape) * itemsize;
  if (!Number.isSafeInteger(nbytes) || (!record.strides && nbytes !== byteLength)) {
    throw refuse(`${byteLength} bytes`, nbytes);
  }
  const { low, high } = extent({ shape, strides, itemsize });
  const [from, to] = [byteOffset + low, byteOffset + high];
  if (from < 0 || to > buffer.byteLength) {
    throw refuse("items within the buffer", `bytes ${from} to ${to}`);
  }
  return {
    bytes: new Uint8Array(buffer),
    offset: byteOffset,
    shape,
    strides,
    itemsize,
    layout,
    readonly,
    release: release?.bind(record),
  };
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function layoutOf({ format = "B", itemsize }: BufferRecord, action: string): Layout {
  if (typeof format !== "string") throw invalidType(action, "a valid format", format);
  const layout = parseFormat(format);
  const known = "problem" in layout ? undefined : layout;
  if (known && known.itemsize > 0 && (itemsize ?? known.itemsize) === known.itemsize) return known;
  if (!itemsize || !isSize(itemsize)) {
    throw cannot(BufferError, action, "a valid itemsize", describe(itemsize));
  }
  // CPython takes the exporter's word for itemsize; so do we, but do not read more than it says.
  if (!known || known.itemsize > itemsize) {
    return makeLayout({ format, itemsize, align: 0, struct: false });
  }
  const { struct, code, hot } = known;
  const whole = { name: undefined, offset: 0, layout: known, shape: noShape, hot };
  const fields = code === RECORD ? known.fields : [whole];
  const align = struct || fields.length > 0 ? 1 : 0;
  return makeLayout({ format, itemsize, align, struct, fields });
}

/** Copied before it is looked at: what was checked is what is used. */
function copyAxes(list: readonly number[], least: number, action: string): readonly number[] {
  const axes = Array.isArray(list) ? [...(list as readonly number[])] : [Number.NaN];
  if (!axes.every((n) => Number.isSafeInteger(n) && n >= least)) {
    throw invalidType(action, "a valid shape and strides", list);
  }
  checkAxes(axes.length, action);
  return axes;
}
