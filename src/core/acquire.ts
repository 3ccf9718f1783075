/** From anything that owns memory to a Storage and the meaning of its bytes. */
import { parseFormat } from "../format/parse.ts";
import type { Layout } from "../format/layout.ts";
import { extent } from "./geometry.ts";
import type { Shape, Strides } from "./geometry.ts";
import {
  bytesOf,
  isArrayBuffer,
  isExporter,
  isGrowingMemory,
  kMutable,
  notBytesLike,
  releaseRefused,
  requestBuffer,
} from "./protocol.ts";
import type { Exporter } from "./protocol.ts";
import { describeRecord } from "./record.ts";
import { Storage, kStorage } from "./storage.ts";
import type { StorageOwner } from "./storage.ts";
import { formatOfArray } from "./typedArrays.ts";

/** What a first view of an exporter is made of. */
export interface Acquired {
  readonly storage: Storage;
  /** Of the first item, in bytes from the start of the storage. */
  readonly offset: number;
  readonly layout: Layout;
  readonly shape: Shape;
  readonly strides: Strides;
  readonly readonly: boolean;
}

/**
 * *Copies:* none.
 *
 * @throws {TypeError} when `source` owns no memory. Whatever an exporter throws passes through.
 */
export function acquire(source: unknown, action: string, flags: number): Acquired {
  if (isStorageOwner(source)) return linear(source[kStorage](), "B");
  if (ArrayBuffer.isView(source)) {
    const { buffer, byteOffset, byteLength } = bytesOf(source, action);
    const bytes = new Uint8Array(buffer, byteOffset, byteLength); // one class, whatever the source
    return linear(new Storage(source, bytes), formatOfArray(source));
  }
  if (isExporter(source)) return fromExporter(source, action, flags);
  if (isArrayBuffer(source)) return linear(new Storage(source, bytesOf(source, action)), "B");
  if (isGrowingMemory(source)) {
    return linear(new Storage(source, new Uint8Array(source.buffer), {}, source), "B");
  }
  throw notBytesLike(action, source);
}

function isStorageOwner(source: unknown): source is StorageOwner {
  return typeof source === "object" && source !== null && kStorage in source;
}

function linear(storage: Storage, format: string): Acquired {
  const layout = parseFormat(format) as Layout;
  const { itemsize } = layout;
  const shape = [storage.bytes.length / itemsize];
  return { storage, offset: 0, layout, shape, strides: [itemsize], readonly: storage.readonly };
}

/** The storage is a window on the items alone, so that no view can reach further. */
function fromExporter(source: Exporter, action: string, flags: number): Acquired {
  const record = requestBuffer(source, flags, action);
  try {
    const { buffer, offset, layout, shape, strides, readonly } = describeRecord(record, action);
    const { low, high } = extent(shape, strides, layout.itemsize);
    const bytes = new Uint8Array(buffer, offset + low, high - low);
    const release = record.release?.bind(record);
    const storage = new Storage(source, bytes, {
      readonly,
      hashable: !(kMutable in source),
      release,
    });
    return { storage, offset: 0 - low, layout, shape, strides, readonly };
  } catch (error) {
    releaseRefused(record);
    throw error;
  }
}
