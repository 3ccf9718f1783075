/**
 * The buffer protocol: how an object lends its memory (PEP 3118, PEP 688).
 *
 * An exporter has a method `[kBuffer](flags)` that describes its memory, or throws a BufferError when
 * it cannot meet the flags. `release` of the record is called once, when nobody uses the memory any
 * more; until then the exporter must neither move nor resize it. Windows that a view lent
 * (`asUint8Array`) are not counted: who has one answers for keeping its view.
 */
import { BufferError, cannot, invalidType } from "./errors.ts";

/** On an exporter of ours whose memory others may write even if views may not: it is not hashed. */
export const kMutable: unique symbol = Symbol("zerocopy.mutable");

/** Method of our own exporters whose memory never changes: a window on it, which needs no release. */
export const kConstant: unique symbol = Symbol("zerocopy.constant");

/** Method of what iterates bytes that lie in several pieces: windows on them, for the time of a call. */
export const kPieces: unique symbol = Symbol("zerocopy.pieces");

/** The method by which an object exports memory. Shared by every copy of this package. */
export const kBuffer: unique symbol = Symbol.for("zerocopy.buffer") as never;

// The flags that the library itself asks for or answers; bundlers leave out the others.
export const SIMPLE = 0;
export const WRITABLE = 0x1;
export const FORMAT = 0x4;
export const ND = 0x8;
export const STRIDES = 0x18;
export const C_CONTIGUOUS = 0x38;
export const F_CONTIGUOUS = 0x58;
export const ANY_CONTIGUOUS = 0x98;
export const FULL_RO = 0x11c;

/** What a consumer asks of an exporter: Python's `inspect.BufferFlags`, with the same values. */
export const BufferFlags = {
  SIMPLE,
  WRITABLE,
  FORMAT,
  ND,
  STRIDES,
  C_CONTIGUOUS,
  F_CONTIGUOUS,
  ANY_CONTIGUOUS,
  INDIRECT: 0x118,
  CONTIG: 0x9,
  CONTIG_RO: 0x8,
  STRIDED: 0x19,
  STRIDED_RO: 0x18,
  RECORDS: 0x1d,
  RECORDS_RO: 0x1c,
  FULL: 0x11d,
  FULL_RO,
  READ: 0x100,
  WRITE: 0x200,
} as const;

/**
 * Memory that an exporter lends: the fields of PEP 3118's `Py_buffer`.
 *
 * Item `[0, 0, …]` lies at `byteOffset` of `buffer`, with negative strides too. `shape` is in items,
 * `strides` and `byteLength` in bytes. Without `shape` the memory is one-dimensional; without
 * `strides` it is C-contiguous and fills `byteLength`; with them, items must lie in the buffer.
 */
export interface BufferRecord {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly byteLength: number;
  /** Default `"B"`. */
  readonly format?: string | undefined;
  /** Checked against `format` where that is understood. */
  readonly itemsize?: number | undefined;
  readonly shape?: readonly number[] | undefined;
  readonly strides?: readonly number[] | undefined;
  /** Only empty or all negative: JavaScript memory has no pointers to follow. */
  readonly suboffsets?: readonly number[] | undefined;
  /** The consumer must not write. */
  readonly readonly?: boolean | undefined;
  /** Called once, when the consumer is done. */
  readonly release?: (() => void) | undefined;
}

/** An object that lends its memory. */
export interface Exporter {
  [kBuffer](flags: number): BufferRecord;
}

/** `WebAssembly.Memory`, by shape: `buffer` is another object after every `grow`. */
export interface GrowingMemory {
  readonly buffer: ArrayBufferLike;
  grow(delta: number): number;
}

/** Everything that owns or shows memory. Python's "bytes-like object". */
export type BytesLike = ArrayBufferLike | ArrayBufferView | GrowingMemory | Exporter;

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Text is none: of characters nothing is made here. */
export function isIterable(value: unknown): value is Iterable<unknown> {
  return isObject(value) && Symbol.iterator in value;
}

export function isExporter(source: unknown): source is Exporter {
  return isObject(source) && typeof (source as Partial<Exporter>)[kBuffer] === "function";
}

export function isConstant(source: unknown): source is { [kConstant](): Uint8Array } {
  return isObject(source) && kConstant in source;
}

export function isInPieces(source: object): source is { [kPieces](): Uint8Array[] } {
  return kPieces in source;
}

/** An exporter that compares by rules of its own: a view compares items, not bytes. */
export function hasEquals(source: unknown): source is { equals(other: unknown): boolean } {
  return isExporter(source) && typeof (source as { equals?: unknown }).equals === "function";
}

/** By what its own accessor accepts, so that memory of another realm counts, and nothing else. */
export function isArrayBuffer(source: unknown): source is ArrayBufferLike {
  return accepts(privateLength, source) || accepts(sharedLength, source);
}

export function isShared(source: unknown): source is SharedArrayBuffer {
  return !accepts(privateLength, source) && accepts(sharedLength, source); // to throw takes long
}

export function isGrowingMemory(source: unknown): source is GrowingMemory {
  return accepts(growingBuffer, source);
}

type Accessor = (this: unknown) => unknown;

declare const WebAssembly: { readonly Memory: { readonly prototype: object } };

const privateLength = /* @__PURE__ */ accessorOf(() => ArrayBuffer, "byteLength");
const sharedLength = /* @__PURE__ */ accessorOf(() => SharedArrayBuffer, "byteLength");
const growingBuffer = /* @__PURE__ */ accessorOf(() => WebAssembly.Memory, "buffer");

/** Undefined where the engine does not have the class. */
function accessorOf(find: () => { readonly prototype: object }, name: string) {
  try {
    return Object.getOwnPropertyDescriptor(find().prototype, name)?.get as Accessor | undefined;
  } catch {
    return undefined;
  }
}

function accepts(accessor: Accessor | undefined, source: unknown): boolean {
  // To throw takes long.
  if (!accessor || !isObject(source) || !("byteLength" in source || "buffer" in source))
    return false;
  try {
    accessor.call(source);
    return true;
  } catch {
    return false;
  }
}

/** Is this memory itself, instead of an exporter of it? */
export function isMemory(
  source: unknown,
): source is ArrayBufferView | ArrayBufferLike | GrowingMemory {
  return ArrayBuffer.isView(source) || isArrayBuffer(source) || isGrowingMemory(source);
}

export function isBytesLike(source: unknown): source is BytesLike {
  return isExporter(source) || isMemory(source);
}

/**
 * A window on all bytes of memory. *Copies:* none.
 *
 * @throws {BufferError} when its memory was detached, or shrank so that the view lies outside.
 */
export function bytesOf(
  source: ArrayBufferView | ArrayBufferLike | GrowingMemory,
  action: string,
): Uint8Array {
  try {
    if (!ArrayBuffer.isView(source)) {
      return new Uint8Array(isArrayBuffer(source) ? source : source.buffer);
    }
    const { buffer, byteOffset, byteLength } = source;
    const bytes =
      source instanceof Uint8Array ? source : new Uint8Array(buffer, byteOffset, byteLength);
    if (byteLength === 0) Uint8Array.prototype.at.call(bytes, 0); // throws
    return bytes;
  } catch (cause) {
    const error = cannot(BufferError, action, "memory", "it detached or resized");
    throw Object.assign(error, { cause });
  }
}

/** What is said of text without an encoding. */
export const encoded = 'bytes(text, "utf-8") or b`text`';

/** What is said of a wrong source; text is the likely one. `others` are taken too. */
export function notBytesLike(action: string, found: unknown, others: string = ""): TypeError {
  const likely = typeof found === "string" ? `, as ${encoded}` : "";
  return invalidType(action, `${others}a bytes-like object${likely}`, found);
}
