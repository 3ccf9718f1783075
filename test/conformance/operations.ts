/**
 * The operations of the vectors, as this library does them. The same table in Python, with CPython's
 * spelling of each, is tools/vectors/machine.py.
 *
 * Parameters have the types of the call that is right; the vectors pass wrong ones on purpose.
 */
import { Bytes, bytearray, bytes, kBuffer, memoryview } from "zerocopy";
import type { ByteArray, MemoryView } from "zerocopy";
import { calcSize, iterUnpack, pack, packInto, unpack, unpackFrom } from "zerocopy/struct";
import type { Backing } from "./backings.ts";
import { byteOperations } from "./byteOperations.ts";
import type { Operation } from "./values.ts";

export interface Settings {
  readonly backing: Backing;
  /** CPython's refusals, or this library's extensions. */
  readonly strict: boolean;
  /** Where any buffer may stand, a window of this memory does, and not Bytes. */
  readonly lent?: boolean;
  /** The other way to say the same: integers as bigints, `getAt`, `setAt` and `subarray`. */
  readonly respelled?: boolean;
}

/** What makes an object for a register. */
export const makers: ReadonlySet<string> = new Set([
  "bytes",
  "bytearray",
  "mem",
  "array",
  "nd",
  "exporter",
  "mv",
  "mv.slice",
  "mv.cast",
  "mv.toreadonly",
  "mv.iter",
  "bytes.from",
  "bytearray.from",
  "subject",
  "kept",
]);

const typedArrays: Record<string, TypedArray> = {
  b: Int8Array,
  B: Uint8Array,
  h: Int16Array,
  H: Uint16Array,
  i: Int32Array,
  I: Uint32Array,
  q: BigInt64Array,
  Q: BigUint64Array,
  f: Float32Array,
  d: Float64Array,
};

interface TypedArray {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, offset: number, length: number): ArrayBufferView;
}

type View = MemoryView;
type Index = number | bigint | null;

/** Python's integers have no limit: an index that is no number here is one all the same. */
const position = (index: Index): never =>
  (typeof index === "bigint" ? Number(index) : index) as never;

/** None as a bound of a slice is an argument left out. */
const bound = (index: Index): never => (index === null ? undefined : position(index)) as never;

export function operationsOf({
  backing,
  strict,
  respelled = false,
}: Settings): Record<string, Operation> {
  const hold = (content: Bytes): Uint8Array => backing.hold(content.toUint8Array());
  const view = (source: unknown): View => memoryview(source as never, { strict });
  const all: Record<string, Operation> = {
    ...viewOperations(view),
    ...bytesOperations,
    ...byteOperations,
    ...structOperations,
    mem: hold,
    array: (code: string, content: Bytes) => arrayOf(code, hold(content)),
    nd: strided,
    exporter: (content: Bytes) => new Logging(hold(content)),
    "exporter.log": (exporter: Logging) => exporter.log,
    mv: view,
    kept: (name: string, ...args: never[]) => {
      const operation = all[name];
      if (operation === undefined) throw new Error(`unknown operation ${name}`);
      return operation(...args);
    },
    ...(respelled ? respelledOperations : {}),
  };
  return all;
}

/** A typed array where the memory allows one, else an exporter of the same. */
function arrayOf(code: string, memory: Uint8Array): unknown {
  const kind = typedArrays[code];
  if (kind === undefined) throw new Error(`no typed array holds ${code}`);
  const itemsize = kind.BYTES_PER_ELEMENT;
  const count = memory.length / itemsize;
  if (memory.byteOffset % itemsize === 0) return new kind(memory.buffer, memory.byteOffset, count);
  const standIn = strided(memory, code, itemsize, [count], [itemsize], 0, false);
  unhashable.add(standIn);
  return standIn;
}

/** What stands for an array: an exporter cannot say that it is not hashable, as arrays are not. */
const unhashable = new WeakSet<object>();

export type Arrangement = [
  format: string,
  itemsize: number,
  shape: number[],
  strides: number[],
  offset: number,
  readonly: boolean,
];

/** An exporter of an array that lies in `memory`. */
export function strided(memory: Uint8Array, ...arrangement: Arrangement): object {
  const { buffer, byteOffset, byteLength } = memory;
  const [format, itemsize, shape, strides, offset, readonly] = arrangement;
  return {
    [kBuffer]: () => ({
      buffer,
      byteOffset: byteOffset + offset,
      byteLength: byteLength - offset,
      format,
      itemsize,
      shape,
      strides,
      readonly,
    }),
  };
}

/** Keeps a log of what was asked of it. */
class Logging {
  readonly log: (number | string)[] = [];
  readonly memory: Uint8Array;

  constructor(memory: Uint8Array) {
    this.memory = memory;
  }

  [kBuffer](flags: number): object {
    this.log.push(flags);
    const { buffer, byteOffset, byteLength } = this.memory;
    return { buffer, byteOffset, byteLength, release: () => this.log.push("release") };
  }
}

function viewOperations(view: (source: unknown) => View): Record<string, Operation> {
  return {
    content: (source: unknown) => {
      const all = view(source);
      try {
        return all.toBytes();
      } finally {
        all.release();
      }
    },
    "mv.attributes": attributes,
    "mv.layout": (m: View) => [m.shape, m.strides, m.contiguous, m.toBytes()],
    "mv.obj": (m: View, source: unknown) =>
      m.obj === source ||
      // CPython has one object for all bytes of length 0.
      (source instanceof Bytes && source.length === 0 && m.obj instanceof Bytes && !m.nbytes),
    "mv.len": (m: View) => m.length,
    "mv.get": (m: View, indices: Index[]) => m.get(...indices.map(position)),
    "mv.set": (m: View, indices: Index[], value: never) =>
      (m.set as (...args: unknown[]) => void)(...indices.map(position), value),
    "mv.slice": (m: View, start: Index, stop: Index, step: Index) =>
      m.subarray(bound(start), bound(stop), bound(step)),
    "mv.setslice": setSlice,
    "mv.cast": (m: View, format: string, ...shape: Index[][]) =>
      m.cast(
        format,
        ...(shape.map((one) => (Array.isArray(one) ? one.map(position) : one)) as never[]),
      ),
    "mv.toreadonly": (m: View) => m.toReadonly(),
    "mv.tobytes": (m: View, order: "C" | null = null) => m.toBytes(order ?? undefined),
    "mv.tolist": (m: View) => m.toList(),
    "mv.items": (m: View) => [...m],
    "mv.iter": (m: View) => m[Symbol.iterator](),
    "mv.next": (iterator: Iterator<unknown>) => {
      const next = iterator.next();
      return next.done === true ? [] : [next.value];
    },
    "mv.hex": (m: View, ...grouping: never[]) => m.hex(...grouping),
    "mv.eq": (m: View, other: never) => m.equals(other),
    "mv.hash": hashed,
    "mv.count": (m: View, value: never) => m.count(value),
    "mv.index": (m: View, value: never, ...limits: Index[]) =>
      m.index(value, ...(limits.map(position) as [])),
    "mv.release": (m: View) => m.release(),
    "mv.exit": (m: View) => m[Symbol.dispose](),
  };
}

const respelledOperations: Record<string, Operation> = {
  "b.slice": (b: Bytes | ByteArray, start: never, stop: never, step: never) => {
    if (step !== null) return b.slice(start, stop, step);
    const part = b.subarray(start, stop);
    if (part instanceof Bytes) return part;
    const copy = bytearray(part);
    part.release();
    return copy;
  },
  "mv.get": (m: View, indices: Index[]) => m.getAt(indices.map(position)),
  "mv.set": (m: View, indices: Index[], value: never) => m.setAt(indices.map(position), value),
};

function attributes(m: View): unknown[] {
  const numbers = [m.format, m.itemsize, m.nbytes, m.ndim, m.shape, m.strides, m.suboffsets];
  return [...numbers, m.readonly, m.cContiguous, m.fContiguous, m.contiguous];
}

/** `m[a:b:c] = x`. The part is a view of its own here, which must not outlive the statement. */
function setSlice(m: View, start: Index, stop: Index, step: Index, source: never): void {
  const part = m.subarray(bound(start), bound(stop), bound(step));
  try {
    part.copyFrom(source);
  } finally {
    part.release();
  }
}

/** The bytes whose hash it is, as recorded; `true` when the view was released after it was hashed. */
function hashed(m: View): unknown {
  const key: unknown = m.hashKey();
  let content: Bytes;
  try {
    content = m.toBytes();
  } catch {
    return true;
  }
  if (unhashable.has(m.obj as object)) throw new TypeError("arrays are not hashable");
  return key === content.hashKey() ? content : { key, content };
}

const bytesOperations: Record<string, Operation> = {
  bytes: (content: Bytes) => content,
  bytearray: (content: Bytes) => bytearray(content),
  "bytes.from": (source: never) => bytes(source),
  "bytearray.from": (source: never) => bytearray(source),
};

const structOperations: Record<string, Operation> = {
  "st.calcsize": (format: string) => calcSize(format),
  "st.pack": (format: string, values: never[]) => pack(format, ...(values as [])),
  "st.unpack": (format: string, source: never) => unpack(format, source),
  "st.unpackfrom": (format: string, source: never, ...offset: Index[]) =>
    unpackFrom(format, source, ...(offset.map(position) as [])),
  "st.packinto": (format: string, target: never, offset: Index, values: never[]) =>
    packInto(format, target, position(offset), ...(values as [])),
  "st.iterunpack": (format: string, source: never) => [...iterUnpack(format, source)],
};
