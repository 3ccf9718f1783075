/**
 * The buffer protocol: how an object lends its memory (PEP 3118, PEP 688).
 *
 * An exporter has a method `[kBuffer](flags)` that describes its memory, or throws a BufferError when
 * it cannot meet the flags. `release` of the record is called once, when nobody uses the memory any
 * more; until then the exporter must neither move nor resize it.
 */
import { BufferError, NotImplementedError, invalidType } from "./errors.ts";

/** On an exporter of ours whose memory others may write even if views may not: it is not hashed. */
export const kMutable: unique symbol = Symbol("zerocopy.mutable");

/** The method by which an object exports memory. Shared by every copy of this package. */
export const kBuffer: unique symbol = Symbol.for("zerocopy.buffer") as never;

/** What a consumer asks of an exporter: Python's `inspect.BufferFlags`, with the same values. */
export const BufferFlags = {
  SIMPLE: 0,
  WRITABLE: 0x1,
  FORMAT: 0x4,
  ND: 0x8,
  STRIDES: 0x18,
  C_CONTIGUOUS: 0x38,
  F_CONTIGUOUS: 0x58,
  ANY_CONTIGUOUS: 0x98,
  INDIRECT: 0x118,
  CONTIG: 0x9,
  CONTIG_RO: 0x8,
  STRIDED: 0x19,
  STRIDED_RO: 0x18,
  RECORDS: 0x1d,
  RECORDS_RO: 0x1c,
  FULL: 0x11d,
  FULL_RO: 0x11c,
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

export function isExporter(source: unknown): source is Exporter {
  return (
    typeof source === "object" &&
    source !== null &&
    typeof (source as Partial<Exporter>)[kBuffer] === "function"
  );
}

/** An exporter that compares by rules of its own: a view compares items, not bytes. */
export function hasEquals(source: unknown): source is { equals(other: unknown): boolean } {
  return isExporter(source) && typeof (source as { equals?: unknown }).equals === "function";
}

/** By what its own accessor accepts, so that memory of another realm counts, and nothing else. */
export function isArrayBuffer(source: unknown): source is ArrayBufferLike {
  return accepts(privateLength, source) || isShared(source);
}

export function isShared(source: unknown): source is SharedArrayBuffer {
  return accepts(sharedLength, source);
}

export function isGrowingMemory(source: unknown): source is GrowingMemory {
  return accepts(growingBuffer, source);
}

type Accessor = (this: unknown) => unknown;

const privateLength = /* @__PURE__ */ accessorOf("ArrayBuffer", "byteLength");
const sharedLength = /* @__PURE__ */ accessorOf("SharedArrayBuffer", "byteLength");
const growingBuffer = /* @__PURE__ */ accessorOf("WebAssembly.Memory", "buffer");

/** Undefined where the engine does not have the class. */
function accessorOf(path: string, name: string): Accessor | undefined {
  let value: unknown = globalThis;
  for (const step of path.split("."))
    value = (value as Record<string, unknown> | undefined)?.[step];
  const { prototype } = (value ?? {}) as { prototype?: object };
  return prototype && Object.getOwnPropertyDescriptor(prototype, name)?.get;
}

function accepts(accessor: Accessor | undefined, source: unknown): boolean {
  if (accessor === undefined || typeof source !== "object" || source === null) return false;
  try {
    accessor.call(source);
    return true;
  } catch {
    return false;
  }
}

/**
 * A window on all bytes of a view or buffer. *Copies:* none.
 *
 * @throws {BufferError} when its memory was detached, or shrank so that the view lies outside.
 */
export function bytesOf(source: ArrayBufferView | ArrayBufferLike, action: string): Uint8Array {
  try {
    if (!ArrayBuffer.isView(source)) return new Uint8Array(source);
    if (source.byteLength === 0) Uint8Array.prototype.at.call(asUint8Array(source), 0); // throws
    return asUint8Array(source);
  } catch (cause) {
    const error = new BufferError(`Cannot ${action}: wanted memory, found it detached or resized`);
    throw Object.assign(error, { cause });
  }
}

function asUint8Array(source: ArrayBufferView): Uint8Array {
  return source instanceof Uint8Array
    ? source
    : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}

/**
 * Asks an exporter, and checks what it answers. A record that is refused is released.
 *
 * @throws {TypeError} @throws {BufferError} @throws {NotImplementedError} for a wrong record.
 */
export function requestBuffer(source: Exporter, flags: number, action: string): BufferRecord {
  const record = source[kBuffer](flags);
  if (typeof record !== "object" || record === null || !isArrayBuffer(record.buffer)) {
    releaseRefused(record);
    throw invalidType(action, "[kBuffer]() to return { buffer, byteOffset, byteLength }", record);
  }
  try {
    checkRecord(record, flags, action);
  } catch (error) {
    releaseRefused(record);
    throw error;
  }
  return record;
}

/** What is wrong with the record matters more than what its `release` throws. */
export function releaseRefused(record: Partial<BufferRecord> | null | undefined): void {
  try {
    record?.release?.();
  } catch {
    // The caller is about to throw.
  }
}

function checkRecord(record: BufferRecord, flags: number, action: string): void {
  const { byteOffset, byteLength, suboffsets, release } = record;
  if (release !== undefined && typeof release !== "function") {
    throw invalidType(action, "release of [kBuffer]()'s record to be a function", release);
  }
  if (!isSize(byteOffset) || !isSize(byteLength)) {
    throw invalidType(
      action,
      "byteOffset and byteLength of [kBuffer]()'s record to be sizes in bytes",
      isSize(byteOffset) ? byteLength : byteOffset,
    );
  }
  if (flags & BufferFlags.WRITABLE && record.readonly) {
    throw new BufferError(`Cannot ${action}: wanted writable memory, found read-only`);
  }
  if (suboffsets?.some((suboffset) => suboffset >= 0)) {
    throw new NotImplementedError(
      `Cannot ${action}: JavaScript memory has no suboffsets to follow`,
    );
  }
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** What a consumer that takes no view says of a wrong source. */
export function notBytesLike(action: string, found: unknown): TypeError {
  return invalidType(
    action,
    "a bytes-like object (ArrayBuffer, a typed array, Buffer, DataView, WebAssembly.Memory, or an object with [kBuffer])",
    found,
  );
}
