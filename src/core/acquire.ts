/** From anything that owns memory to a Storage and the meaning of its bytes. */
import { parseFormat } from "../format/parse.ts";
import type { Layout } from "../format/layout.ts";
import { extent } from "./geometry.ts";
import type { Shape, Strides } from "./geometry.ts";
import {
  bytesOf,
  isExporter,
  isGrowingMemory,
  isMemory,
  isObject,
  kMutable,
  notBytesLike,
} from "./protocol.ts";
import { requestBuffer } from "./record.ts";
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
}

/**
 * *Copies:* none.
 *
 * @throws {TypeError} when `source` owns no memory. Whatever an exporter throws passes through.
 */
export function acquire(source: unknown, action: string, flags: number): Acquired {
  if (isStorageOwner(source)) return linear(source[kStorage](), "B");
  const isView = ArrayBuffer.isView(source);
  if (!isView && isExporter(source)) {
    const lent = requestBuffer(source, flags, action);
    const { shape, strides, layout, readonly, release } = lent;
    // The storage is a window on the items alone, so that no view can reach further.
    const { low, high } = extent(lent);
    const bytes = lent.bytes.subarray(lent.offset + low, lent.offset + high);
    const storage = new Storage(source, bytes, {
      readonly,
      hashable: !(kMutable in source),
      release,
    });
    return { storage, offset: 0 - low, layout, shape, strides };
  }
  if (!isMemory(source)) throw notBytesLike(action, source);
  const bytes = bytesOf(source, action);
  if (!isView) {
    const growing = isGrowingMemory(source) ? source : undefined;
    return linear(new Storage(source, bytes, { growing }), "B");
  }
  // One class, whatever the source.
  const window = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return linear(new Storage(source, window), formatOfArray(source));
}

function isStorageOwner(source: unknown): source is StorageOwner {
  return isObject(source) && kStorage in source;
}

function linear(storage: Storage, format: string): Acquired {
  const layout = parseFormat(format) as Layout;
  const { itemsize } = layout;
  const shape = [storage.bytes.length / itemsize];
  return { storage, offset: 0, layout, shape, strides: [itemsize] };
}
