/** Memory that goes away or changes its size, and how to ask what was thrown. */
import { expect } from "vitest";
import { kBuffer } from "../../../src/core/protocol.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import type { MemoryView } from "../../../src/core/memoryview.ts";
import type { BufferRecord, Exporter } from "../../../src/core/protocol.ts";

export interface Resizable extends ArrayBuffer {
  resize(length: number): void;
}

export interface Growable extends SharedArrayBuffer {
  grow(length: number): void;
}

interface Limit {
  readonly maxByteLength: number;
}

/** The types of ES2023 do not know these buffers yet; every supported engine does. */
const ResizableBuffer = ArrayBuffer as unknown as new (length: number, limit: Limit) => Resizable;
const GrowableBuffer = SharedArrayBuffer as unknown as new (
  length: number,
  limit: Limit,
) => Growable;

interface GrowingPages {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** `WebAssembly.Memory`, which Node's types leave to those of browsers. */
export const Pages: new (size: {
  readonly initial: number;
  readonly maximum?: number;
  readonly shared?: boolean;
}) => GrowingPages = (globalThis as unknown as { WebAssembly: { Memory: typeof Pages } })
  .WebAssembly.Memory;

/** `ArrayBuffer` that holds `content` and can become as long as `maxByteLength`. */
export function resizable(content: Iterable<number>, maxByteLength: number = 64): Resizable {
  const bytes = [...content];
  const buffer = new ResizableBuffer(bytes.length, { maxByteLength });
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

export function growable(content: Iterable<number>, maxByteLength: number = 64): Growable {
  const bytes = [...content];
  const buffer = new GrowableBuffer(bytes.length, { maxByteLength });
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** Gives the memory to nobody: what was seen through the buffer is gone. */
export function detach(buffer: ArrayBufferLike): void {
  structuredClone(undefined, { transfer: [buffer as ArrayBuffer] });
}

/** An exporter that answers every request with this record. */
export function exporterOf(record: unknown): Exporter {
  return { [kBuffer]: () => record as BufferRecord };
}

/** What `act` throws; undefined when it throws nothing. */
export function thrown(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** What `act` returns, or the name of the error that it throws. */
export function resultOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return (error as Error).name;
  }
}

/** Asserts the class by Python's name; `TypeError` and `DataCloneError` are the platform's own. */
export function expectThrown(act: () => unknown, name: string, message: RegExp = /./): void {
  const error = thrown(act);
  expect(error, "nothing was thrown").toBeInstanceOf(Error);
  const { name: found, message: text } = error as Error;
  expect(found, text).toBe(name);
  expect(text).toMatch(message);
}

/** All items, in C order. */
export function itemsOf<T = number>(view: { toList(): unknown }): T[] {
  return ([view.toList()] as unknown[]).flat(99) as T[];
}

/** Zeros for some items of a format, three bytes off any alignment. */
export function zeros(format: string, count: number): MemoryView {
  const { itemsize } = memoryview(new Uint8Array(0)).cast(format);
  const size = itemsize * count;
  return memoryview(new Uint8Array(new ArrayBuffer(size + 3), 3)).cast(format);
}

/** 0, 1, 2, … */
export function counting(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => i);
}
