/** Sources whose memory is gone before they are used, and bytes whose memory a receiver took. */
import { describe, expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { counting, detach, expectThrown } from "./memories.ts";

describe("a source that is gone already", () => {
  const sources: readonly (readonly [string, () => ArrayBufferLike | Uint8Array])[] = [
    ["an ArrayBuffer", () => counting(4).buffer],
    ["a typed array", () => counting(4)],
    ["a Buffer", () => Buffer.from(counting(4).buffer)],
  ];
  const uses: readonly (readonly [string, (source: Uint8Array) => unknown])[] = [
    ["memoryview", (source) => memoryview(source)],
    ["copyFrom", (source) => memoryview(new Uint8Array(4)).copyFrom(source)],
    ["copyFrom to nothing", (source) => memoryview(new Uint8Array(0)).copyFrom(source)],
    ["bytes", (source) => bytes(source)],
    ["bytearray", (source) => bytearray(source)],
    ["find", (source) => memoryview(counting(4)).find(source)],
    ["startsWith", (source) => memoryview(counting(4)).startsWith(source)],
    ["endsWith", (source) => memoryview(counting(4)).endsWith(source)],
    ["split", (source) => memoryview(counting(4)).split(source)],
    ["strip", (source) => memoryview(counting(4)).strip(source)],
    ["a separator of hex", (source) => memoryview(counting(4)).hex(source)],
  ];
  for (const [what, make] of sources) {
    test.each(uses)(`${what}: a BufferError from %s`, (_, use) => {
      const source = make();
      detach(ArrayBuffer.isView(source) ? source.buffer : source);
      expectThrown(() => use(source as Uint8Array), "BufferError", /^Cannot /);
    });
    test(`${what}: equal to nothing`, () => {
      const source = make();
      detach(ArrayBuffer.isView(source) ? source.buffer : source);
      expect(memoryview(new Uint8Array(0)).equals(source)).toBe(false);
      expect(bytes().equals(source)).toBe(false);
      expect(bytearray().equals(source)).toBe(false);
    });
  }
});

describe("bytes whose lent window was transferred by the receiver", () => {
  const uses: readonly (readonly [string, (lost: ReturnType<typeof bytearray>) => unknown])[] = [
    ["get", (lost) => lost.get(0)],
    ["hex", (lost) => lost.hex()],
    ["equals", (lost) => lost.equals(bytes([1, 2, 3]))],
    ["toUint8Array", (lost) => lost.toUint8Array()],
    ["for..of", (lost) => [...lost]],
    ["memoryview", (lost) => memoryview(lost)],
    ["lendUint8Array", (lost) => lost.lendUint8Array()],
    ["as a needle", (lost) => memoryview(counting(4)).find(lost)],
  ];
  const changes: readonly (readonly [string, (lost: ReturnType<typeof bytearray>) => unknown])[] = [
    ["set", (lost) => lost.set(0, 9)],
    ["append", (lost) => lost.append(9)],
    ["extend", (lost) => lost.extend(bytes([9]))],
    ["pop", (lost) => lost.pop()],
    ["resize", (lost) => lost.resize(2)],
  ];
  test.each([...uses, ...changes])("a BufferError from %s of a bytearray", (_, use) => {
    const lost = bytearray([1, 2, 3]);
    detach(lost.lendUint8Array().buffer);
    expectThrown(() => use(lost), "BufferError", /^Cannot /);
  });
  test.each(uses)("a BufferError from %s of Bytes", (_, use) => {
    const lost = bytes([1, 2, 3]);
    detach(lost.lendUint8Array().buffer);
    expectThrown(() => use(lost as never), "BufferError", /^Cannot /);
  });
});
