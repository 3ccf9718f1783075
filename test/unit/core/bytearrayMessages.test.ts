/** What a bytearray sends: all of it and nothing else, from wherever it lies; workers get it in test/system. */
import { expect, test } from "vitest";
import { ByteArray, bytearray } from "../../../src/core/bytearray.ts";
import { Bytes } from "../../../src/core/bytes.ts";
import { bytes } from "../../../src/core/construct.ts";
import { copiedBytes } from "../../../src/core/copy.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { expectThrown } from "./memories.ts";

/** Its contents begin and end within its memory. */
function spacious(): ByteArray {
  const ba = bytearray([9, 9, 1, 2, 3, 9]);
  ba.deleteSlice(0, 2);
  ba.pop();
  return ba;
}

function sent<V>({ value, transferList }: { value: V; transferList: ArrayBuffer[] }): V {
  return structuredClone(value, { transfer: transferList });
}

test.each([{}, { transfer: true }])("a message with %o has the contents of now", (options) => {
  const ba = spacious();
  const before = copiedBytes();
  const message = ba.toMessage(options);
  expect(copiedBytes() - before).toBe("transfer" in options ? 0 : 3);
  expect([...message.value.bytes]).toEqual([1, 2, 3]);
  expect(message.transferList).toEqual([message.value.bytes.buffer]);
  expect([...ba]).toEqual("transfer" in options ? [] : [1, 2, 3]);
  ba.extend([7, 8]);
  const there = ByteArray.fromMessage(sent(message));
  expect([...there]).toEqual([1, 2, 3]);
  there.append(4);
  there.insert(0, 0);
  expect([...there]).toEqual([0, 1, 2, 3, 4]);
});

test("what is lent or viewed is not transferred with it", () => {
  const lent = spacious();
  const window = lent.lendUint8Array();
  sent(lent.toMessage({ transfer: true }));
  expect([...window]).toEqual([1, 2, 3]);
  const viewed = spacious();
  const m = memoryview(viewed);
  expectThrown(() => viewed.toMessage({ transfer: true }), "BufferError", /no views/);
  expect([...viewed, ...m]).toEqual([1, 2, 3, 1, 2, 3]);
  sent(viewed.toMessage());
  m.release();
});

test("empty ones are transferred, one after the other, and share nothing", () => {
  const arrays = [bytearray(), bytearray([1]), bytearray([2])];
  for (const ba of arrays) ba.takeBytes();
  for (const ba of arrays) {
    for (let i = 0; i < 2; i += 1) {
      expect(ByteArray.fromMessage(sent(ba.toMessage({ transfer: true }))).length).toBe(0);
    }
  }
  for (const ba of arrays) {
    expect([ba.find(1), ba.length, ba.hex()]).toEqual([-1, 0, ""]);
    ba.append(5);
    expect([...ba]).toEqual([5]);
  }
});

test("empty bytes have nothing to lose: whatever becomes of their memory, they are empty", () => {
  for (const empty of [bytes(), bytearray(), bytes([1]).subarray(1), bytearray(1).takeBytes(0)]) {
    structuredClone(undefined, { transfer: [empty.lendUint8Array().buffer] });
    expect([empty.find(1), empty.hex(), empty.slice().length, [...empty]]).toEqual([-1, "", 0, []]);
    expect(empty.equals(bytes())).toBe(true);
    expect(memoryview(empty).length).toBe(0);
  }
});

test("a message of Bytes is a copy, and one of a part is of the part", () => {
  const part = bytes([9, 1, 2, 9]).subarray(1, 3);
  const { value, transferList } = part.toMessage();
  expect([[...value.bytes], transferList[0]?.byteLength]).toEqual([[1, 2], 2]);
  value.bytes.fill(7);
  expect([...part]).toEqual([1, 2]);
  expect([...Bytes.fromMessage(sent(part.toMessage()))]).toEqual([1, 2]);
});
