/** Types of Bytes, ByteArray and the template tag, as a user's editor sees them. */
import { ByteArray, Bytes, b, bytearray, bytes, memoryview } from "zerocopy";
import type { BytesInit, BytesLike, MemoryView } from "zerocopy";
import type { Same } from "./same.ts";

const fixed = bytes([1, 2, 3]);
const growing = bytearray(fixed);
const literal = b`GET ${fixed} ${growing} ${new Uint8Array(1)}\r\n`;

// Everything bytes-like, and nothing else.
const sources: readonly BytesLike[] = [
  fixed,
  growing,
  memoryview(fixed),
  new ArrayBuffer(1),
  new SharedArrayBuffer(1),
  new Float64Array(1),
  new DataView(new ArrayBuffer(1)),
  new WebAssembly.Memory({ initial: 1 }),
];
const inits: readonly BytesInit[] = [
  ...sources,
  5,
  5n,
  [1, 2n, true],
  new Set([1]),
  fixed.split()[0] ?? 0,
];
for (const source of sources) growing.extend(source);
bytes("text", "utf-8");
bytes("text", "latin-1", "replace");
bytearray("text", "ascii", "backslashreplace");
growing.setSlice(0, null, 2n, [1, 2]);
growing.append(5n);
growing.insert(true, 5);
growing.takeBytes(null);
fixed.split(null, 2n);
fixed.startsWith([b`a`, new Uint8Array(1)], -1, null);
const mixed: (Bytes | ByteArray)[] = [fixed, growing];
const lengths: number[] = mixed.map((one) => one.strip().length);
const ordered: number = growing.compare(new Uint8Array(1));
for (const byte of fixed) byte.toFixed();

// @ts-expect-error -- text needs its encoding
bytes("text");
// @ts-expect-error -- text needs its encoding
bytearray("text");
// @ts-expect-error -- bytes have an encoding already
bytes(fixed, "utf-8");
// @ts-expect-error -- no such way to treat errors
bytes("text", "utf-8", "explode");
// @ts-expect-error -- text is not bytes
bytes(["1"]);
// @ts-expect-error -- holes of a literal are bytes, not text
export const host = b`Host: ${"example.org"}`;
// @ts-expect-error -- nor numbers
export const size = b`Length: ${5}`;
// @ts-expect-error -- text is no needle
fixed.find("a");
// @ts-expect-error -- text is no separator
fixed.split(",");
// @ts-expect-error -- a list is no separator
fixed.partition([44]);
// @ts-expect-error -- an order among Bytes and bytearrays only
fixed.compare(new Uint8Array(1));
// @ts-expect-error -- padding is one byte of ours
fixed.center(9, "*");
// @ts-expect-error -- Bytes do not change
fixed.set(0, 1);
// @ts-expect-error -- Bytes do not grow
fixed.append(1);
// @ts-expect-error -- the length is not set, but changed by resize
growing.length = 5;
// @ts-expect-error -- parts of arrays are views, which can have steps; parts of Bytes are Bytes
const part: Bytes = growing.subarray(1);
// @ts-expect-error -- a number is no source to extend by
growing.extend(5);
// @ts-expect-error -- text neither
growing.extend("text");
// @ts-expect-error -- nor to put in place of a slice
growing.setSlice(0, 1, 1, 5);
// @ts-expect-error -- a bytearray has no key: it changes
growing.hashKey();
// @ts-expect-error -- the constructor is private
export const made = new Bytes();
// @ts-expect-error -- the constructor is private
export const grown = new ByteArray(1);
// @ts-expect-error -- one class is not the other
export const other: Bytes = growing;

type Trio<T> = [T, T, T];

export type OfBytes = [
  Same<typeof fixed, Bytes>,
  Same<typeof literal, Bytes>,
  Same<ReturnType<typeof fixed.get>, number>,
  Same<ReturnType<typeof fixed.at>, number | undefined>,
  Same<ReturnType<typeof fixed.slice>, Bytes>,
  Same<ReturnType<typeof fixed.subarray>, Bytes>,
  Same<ReturnType<typeof fixed.split>, Bytes[]>,
  Same<ReturnType<typeof fixed.rsplit>, Bytes[]>,
  Same<ReturnType<typeof fixed.splitLines>, Bytes[]>,
  Same<ReturnType<typeof fixed.partition>, Trio<Bytes>>,
  Same<ReturnType<typeof fixed.rpartition>, Trio<Bytes>>,
  Same<ReturnType<typeof fixed.concat>, Bytes>,
  Same<ReturnType<typeof fixed.translate>, Bytes>,
  Same<ReturnType<typeof fixed.mod>, Bytes>,
  Same<ReturnType<typeof fixed.decode>, string>,
  Same<ReturnType<typeof fixed.hex>, string>,
  Same<ReturnType<typeof fixed.equals>, boolean>,
  Same<ReturnType<typeof fixed.toUint8Array>, Uint8Array<ArrayBuffer>>,
  Same<ReturnType<typeof fixed.lendUint8Array>, Uint8Array<ArrayBuffer>>,
  Same<ReturnType<typeof Bytes.fromHex>, Bytes>,
  Same<ReturnType<typeof Bytes.makeTrans>, Bytes>,
];

export type OfByteArrays = [
  Same<typeof growing, ByteArray>,
  Same<ReturnType<typeof growing.slice>, ByteArray>,
  Same<ReturnType<typeof growing.subarray>, MemoryView<"B", number, 1>>,
  Same<ReturnType<typeof growing.split>, ByteArray[]>,
  Same<ReturnType<typeof growing.splitLines>, ByteArray[]>,
  Same<ReturnType<typeof growing.partition>, Trio<ByteArray>>,
  Same<ReturnType<typeof growing.rpartition>, Trio<ByteArray>>,
  Same<ReturnType<typeof growing.upper>, ByteArray>,
  Same<ReturnType<typeof growing.replace>, ByteArray>,
  Same<ReturnType<typeof growing.copy>, ByteArray>,
  Same<ReturnType<typeof growing.pop>, number>,
  Same<ReturnType<typeof growing.append>, void>,
  Same<ReturnType<typeof growing.takeBytes>, Bytes>,
  Same<ReturnType<typeof growing.lendUint8Array>, Uint8Array<ArrayBuffer>>,
  Same<ReturnType<typeof ByteArray.fromHex>, ByteArray>,
  Same<ReturnType<typeof ByteArray.fromBase64>, ByteArray>,
  Same<ReturnType<typeof ByteArray.makeTrans>, Bytes>,
  Same<ReturnType<typeof ByteArray.fromMessage>, ByteArray>,
];

export { inits, lengths, ordered, part };
