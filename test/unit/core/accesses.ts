/** Every way to the items of a view, for tests of what happens when their memory changes. */
import { bytearray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import type { MemoryView } from "../../../src/core/memoryview.ts";
import { BufferFlags, kBuffer } from "../../../src/core/protocol.ts";
import type { BufferRecord } from "../../../src/core/protocol.ts";
import { Struct } from "../../../src/struct/struct.ts";
import { counting } from "./memories.ts";

export type Octets = MemoryView<"B", number, 1>;
export type Access = readonly [name: string, act: (m: Octets) => unknown];

/** Each reaches the last byte of a view of six bytes, 2 to 7 of a memory of eight. */
export const reads: readonly Access[] = [
  ["get", (m) => m.get(5)],
  ["get of a negative index", (m) => m.get(-1)],
  ["getAt", (m) => m.getAt([5])],
  ["at", (m) => m.at(5)],
  ["getNumber", (m) => m.getNumber(5)],
  ["for..of", (m) => [...m]],
  ["toList", (m) => m.toList()],
  ["toBytes", (m) => m.toBytes()],
  ["toUint8Array in Fortran order", (m) => m.toUint8Array("F")],
  ["hex", (m) => m.hex()],
  ["count", (m) => m.count(7)],
  ["index", (m) => m.index(7)],
  ["equals, left", (m) => m.equals(counting(6))],
  ["equals, right", (m) => memoryview(counting(6)).equals(m)],
  ["equals of Bytes", (m) => bytes(counting(6)).equals(m)],
  ["equals of a bytearray", (m) => bytearray(counting(6)).equals(m)],
  ["copyFrom, as the source", (m) => memoryview(counting(6)).copyFrom(m)],
  ["bytes()", (m) => bytes(m)],
  ["bytearray()", (m) => bytearray(m)],
  ["find", (m) => m.find(7)],
  ["rfind", (m) => m.rfind(2)],
  ["find, as the needle", (m) => memoryview(counting(64)).find(m)],
  ["startsWith", (m) => m.startsWith(bytes([2]))],
  ["endsWith", (m) => m.endsWith(bytes([7]))],
  ["split", (m) => m.split(bytes([4]))],
  ["split at white space", (m) => m.split()],
  ["partition", (m) => m.partition(bytes([4]))],
  ["strip", (m) => m.strip()],
  ["decode", (m) => m.decode("latin-1")],
  ["asTypedArray", (m) => m.asTypedArray()],
  ["asUint8Array", (m) => m.asUint8Array()],
  ["lendUint8Array", (m) => m.lendUint8Array()],
  ["valueOf", (m) => m.valueOf()],
  ["Buffer.from", (m) => Buffer.from(m as unknown as Uint8Array)],
  ["[kBuffer]", (m) => contents(m[kBuffer](BufferFlags.FULL_RO))],
  ["[kBuffer] of bytes", (m) => contents(m[kBuffer](BufferFlags.SIMPLE))],
  ["toMessage", (m) => m.toMessage()],
  ["struct", (m) => new Struct("6B").unpack(m)],
  ["struct from an offset", (m) => new Struct("B").unpackFrom(m, 5)],
  ["subarray", (m) => m.subarray(5).get(0)],
  ["subarray, strided, as a list", (m) => m.subarray(1, undefined, 2).toList()],
  ["subarray, backwards, as bytes", (m) => m.subarray(null, null, -1).toBytes()],
  ["subarray, backwards, compared", (m) => m.subarray(null, null, -1).equals(counting(6))],
  ["cast", (m) => m.subarray(4).cast("H").get(0)],
  ["cast to records", (m) => m.cast("<HI").get(0)],
  ["cast to text", (m) => m.cast("6s").get(0)],
  ["field", (m) => m.cast("<HI").field(1).get(0)],
  ["select", (m) => m.select(5).get()],
  ["toReadonly", (m) => m.toReadonly().get(5)],
  ["two axes", (m) => m.cast("B", [2, 3]).get(1, 2)],
  ["two axes transposed, as bytes", (m) => m.cast("B", [2, 3]).transpose().toBytes()],
  ["two axes as a list", (m) => m.cast("B", [2, 3]).toList()],
  ["two axes compared", (m) => m.cast("B", [2, 3]).equals(m.cast("B", [2, 3]))],
];

export const writes: readonly Access[] = [
  ["set", (m) => m.set(5, 99)],
  ["set of a negative index", (m) => m.set(-1, 99)],
  ["setAt", (m) => m.setAt([5], 99)],
  ["copyFrom", (m) => m.copyFrom(counting(6))],
  ["copyFrom, strided", (m) => m.subarray(1, null, 2).copyFrom(counting(3))],
  ["copyFrom itself, reversed", (m) => m.copyFrom(m.subarray(null, null, -1))],
  ["copyFrom to two axes", (m) => m.cast("B", [2, 3]).transpose().copyFrom(transposed())],
  ["fill", (m) => m.fill(99)],
  ["fill, strided", (m) => m.subarray(1, null, 2).fill(99)],
  ["fill with a pattern", (m) => m.cast("H").fill(99)],
  ["set of a record", (m) => m.cast("<HI").set(0, [1, 2])],
  ["set of text", (m) => m.cast("6s").set(0, bytes(counting(6)))],
  ["set through two axes", (m) => m.cast("B", [2, 3]).set(1, 2, 99)],
];

function contents({ buffer, byteOffset, byteLength }: BufferRecord): number[] {
  return [...new Uint8Array(buffer, byteOffset, byteLength)];
}

function transposed(): MemoryView {
  return memoryview(counting(6)).cast("B", [3, 2]);
}

/** A view of bytes. */
export function octets(source: ArrayBufferLike | Uint8Array): Octets {
  return memoryview(source);
}
