/**
 * What a buffer record means, checked: nothing of an exporter is believed that could make us read
 * or write outside its buffer, or misread its items.
 */
import { parseFormat } from "../format/parse.ts";
import { RECORD } from "../format/codes.ts";
import { noFields, noShape, recordLayout } from "../format/layout.ts";
import type { Layout } from "../format/layout.ts";
import { BufferError, ValueError, invalidType } from "./errors.ts";
import { cStrides, extent, maxAxes, product } from "./geometry.ts";
import type { Shape, Strides } from "./geometry.ts";
import type { BufferRecord } from "./protocol.ts";

/** Memory with a meaning. */
export interface Description {
  readonly buffer: ArrayBufferLike;
  /** Of the first item, in bytes. */
  readonly offset: number;
  readonly layout: Layout;
  readonly shape: Shape;
  readonly strides: Strides;
  readonly readonly: boolean;
}

/**
 * @throws {BufferError} when the record contradicts itself or reaches outside its buffer.
 * @throws {TypeError} when shape or strides are not lists of integers.
 * @throws {ValueError} with more than 64 axes.
 */
export function describeRecord(record: BufferRecord, action: string): Description {
  const { buffer, byteOffset, byteLength } = record;
  const layout = layoutOf(record, action);
  const { itemsize } = layout;
  if (record.strides && !record.shape) throw contradiction(action, "shape with strides", "none");
  if (!record.shape && byteLength % itemsize !== 0) {
    throw contradiction(action, `byteLength a multiple of ${itemsize}`, byteLength);
  }
  const shape = copyAxes(record.shape ?? [byteLength / itemsize], "shape", action);
  const strides = copyAxes(record.strides ?? cStrides(shape, itemsize), "strides", action);
  if (strides.length !== shape.length) {
    throw contradiction(action, `as many strides as axes (${shape.length})`, strides.length);
  }
  const nbytes = product(shape) * itemsize;
  const { low, high } = extent(shape, strides, itemsize);
  if (!Number.isSafeInteger(nbytes) || (!record.strides && nbytes !== byteLength)) {
    const items = `shape [${shape.join(", ")}] of ${itemsize}-byte items to fill byteLength`;
    throw contradiction(action, items, `${nbytes} of ${byteLength} bytes`);
  }
  if (byteOffset + low < 0 || byteOffset + high > buffer.byteLength) {
    const allowed = `items within the ${buffer.byteLength} bytes of the buffer`;
    throw contradiction(action, allowed, `bytes ${byteOffset + low} to ${byteOffset + high}`);
  }
  return { buffer, offset: byteOffset, layout, shape, strides, readonly: Boolean(record.readonly) };
}

function layoutOf({ format = "B", itemsize }: BufferRecord, action: string): Layout {
  if (typeof format !== "string") throw invalidType(action, "a format string", format);
  const layout = parseFormat(format);
  const known = "problem" in layout ? undefined : layout;
  if (known && known.itemsize > 0 && (itemsize ?? known.itemsize) === known.itemsize) return known;
  if (itemsize === undefined || !Number.isSafeInteger(itemsize) || itemsize <= 0) {
    throw contradiction(action, `itemsize with format ${JSON.stringify(format)}`, itemsize);
  }
  // CPython takes the exporter's word for itemsize; so do we, but do not read more than it says.
  const facts = { itemsize, align: 1, shape: noShape };
  if (known === undefined || known.itemsize > itemsize) {
    return recordLayout(format, { ...facts, struct: false, fields: noFields });
  }
  const { hot } = known;
  const whole = { name: undefined, offset: 0, layout: known, shape: noShape, hot };
  const fields = known.code === RECORD ? known.fields : [whole];
  return recordLayout(format, { ...facts, struct: known.struct, fields, shape: known.shape });
}

/** Copied before it is looked at: what was checked is what is used. */
function copyAxes(list: readonly number[], name: string, action: string): readonly number[] {
  if (!Array.isArray(list)) throw invalidType(`${action} of this ${name}`, "an array", list);
  const axes = [...(list as readonly number[])];
  if (!axes.every((n) => Number.isSafeInteger(n) && (name === "strides" || n >= 0))) {
    throw invalidType(`${action} of this ${name}`, "integers", axes.join(", "));
  }
  if (axes.length > maxAxes) {
    throw new ValueError(`Cannot ${action}: at most ${maxAxes} axes, found ${axes.length}`);
  }
  return axes;
}

function contradiction(action: string, wanted: string, found: unknown): BufferError {
  return new BufferError(`Cannot ${action}: wanted ${wanted}, found ${String(found)}`);
}
