/** What a bytearray copies, and how much memory it keeps: counted, never timed. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import type { ByteArray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";
import { copiedBytes } from "../../../src/core/copy.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { counting } from "./memories.ts";

function copiedBy(act: () => unknown): number {
  const before = copiedBytes();
  act();
  return copiedBytes() - before;
}

/** Of the memory that it keeps, used or not. */
function capacityOf(ba: ByteArray): number {
  return ba._bytes.buffer.byteLength;
}

const size = 10_000;
const large = (): ByteArray => bytearray(Uint8Array.from({ length: size }, (_, i) => i * 7));

describe("growing", () => {
  test("byte by byte copies each at most twice, and keeps at most twice the memory", () => {
    const ba = bytearray();
    const copied = copiedBy(() => {
      for (let i = 0; i < size; i += 1) ba.append(i & 255);
    });
    expect(copied).toBeLessThan(3 * size);
    expect(capacityOf(ba)).toBeLessThanOrEqual(2 * size);
    expect(ba.equals(Uint8Array.from({ length: size }, (_, i) => i))).toBe(true);
  });

  test("by chunks copies each byte once into it, and at most twice more", () => {
    const ba = bytearray();
    const chunk = counting(64);
    const copied = copiedBy(() => {
      for (let i = 0; i < 1000; i += 1) ba.extend(chunk);
    });
    expect(copied).toBeGreaterThanOrEqual(64_000);
    expect(copied).toBeLessThan(3 * 64_000);
    expect(ba.length).toBe(64_000);
    expect(ba.slice(-64).equals(chunk)).toBe(true);
  });

  test("an extension that finds room copies its bytes and no others", () => {
    const ba = large();
    ba.append(1); // moves, and doubles
    const capacity = capacityOf(ba);
    for (const source of [counting(100), bytes(counting(100)), bytearray(counting(100))]) {
      expect(copiedBy(() => ba.extend(source))).toBe(100);
    }
    expect(copiedBy(() => ba.append(9))).toBeLessThanOrEqual(1);
    expect(capacityOf(ba)).toBe(capacity);
    expect(ba.length).toBe(size + 302);
  });

  test("an extension that finds none copies its bytes and what is there, once", () => {
    const ba = large();
    expect(copiedBy(() => ba.extend(counting(100)))).toBe(size + 100);
    expect(ba.slice(0, 3).hex() + ba.slice(-3).hex()).toBe("00070e616263");
  });

  test("resize copies what is there at most, and writes zeros only behind it", () => {
    const ba = large();
    expect(copiedBy(() => ba.resize(size + 1))).toBe(size);
    expect(copiedBy(() => ba.resize(size + 100))).toBe(0);
    expect(copiedBy(() => ba.resize(size))).toBe(0);
    expect(ba.equals(large())).toBe(true);
  });
});

describe("where there is not twice the memory", () => {
  afterEach(() => vi.unstubAllGlobals());

  /** An engine that gives so much at once, and no more. */
  function limit(bytesAtOnce: number): void {
    const Whole = Uint8Array;
    const construct = (target: typeof Whole, args: unknown[], made: Function): object => {
      if (Number(args[0]) > bytesAtOnce) throw new RangeError("Array buffer allocation failed");
      return Reflect.construct(target, args, made);
    };
    vi.stubGlobal("Uint8Array", new Proxy(Whole, { construct }));
  }

  test("it grows by what can be had, and by as much as is needed at least", () => {
    const ba = large();
    limit(1.3 * size);
    ba.append(1);
    expect(capacityOf(ba)).toBeGreaterThan(1.2 * size);
    expect(copiedBy(() => ba.extend(counting(100)))).toBe(100);
    ba.resize(1.3 * size);
    expect(capacityOf(ba)).toBe(1.3 * size);
    expect(ba.slice(0, size).equals(large())).toBe(true);
    expect([ba.get(size), ba.get(size + 8), ba.get(-1)]).toEqual([1, 7, 0]);
  });

  test("what cannot be had at all changes nothing", () => {
    const ba = large();
    limit(size + 500);
    expect(() => ba.resize(size + 501)).toThrow(
      expect.objectContaining({ name: "OverflowError", message: expect.stringMatching(/10501/) }),
    );
    expect(ba.equals(large())).toBe(true);
  });
});

describe("shrinking", () => {
  test("at the start or at the end copies nothing", () => {
    const ba = large();
    expect(
      copiedBy(() => {
        ba.deleteSlice(0, 100);
        ba.delete(0);
        ba.pop(0);
        ba.setSlice(0, 10, 1, []);
        ba.pop();
        ba.delete(-1);
        ba.deleteSlice(-100);
        ba.resize(size - 300);
      }),
    ).toBe(0);
    expect(ba.equals(large().slice(112, size - 188))).toBe(true);
  });

  test("in the middle copies what is behind", () => {
    const ba = large();
    expect(copiedBy(() => ba.deleteSlice(size - 100, size - 50))).toBe(50);
    expect(copiedBy(() => ba.delete(size - 60))).toBe(9);
    expect(copiedBy(() => ba.insert(size - 61, 5))).toBeLessThanOrEqual(11);
    const [head, tail] = [large().slice(0, size - 100), large().slice(size - 50)];
    tail.deleteSlice(40, 41);
    tail.insert(39, 5);
    expect(ba.equals(head.concat(tail))).toBe(true);
  });

  test("a queue of bytes copies each a bounded number of times, in bounded memory", () => {
    const queue = bytearray();
    const chunk = counting(64);
    let most = 0;
    const copied = copiedBy(() => {
      for (let i = 0; i < 5000; i += 1) {
        queue.extend(chunk);
        if (queue.length > 640) queue.deleteSlice(0, 64);
        most = Math.max(most, capacityOf(queue));
      }
    });
    expect(copied).toBeLessThan(4 * 64 * 5000);
    expect(most).toBeLessThan(8 * 704);
    expect(queue.equals(bytes(chunk).repeat(10))).toBe(true);
  });

  test("a queue uses the memory at its start again", () => {
    const queue = bytearray(4000);
    queue.resize(64);
    const memories = new Set<ArrayBuffer>();
    for (let i = 0; i < 1000; i += 1) {
      queue.extend(counting(64));
      queue.deleteSlice(0, 64);
      memories.add(queue._bytes.buffer);
    }
    expect(memories.size).toBe(1);
    expect(queue.equals(counting(64))).toBe(true);
  });

  test("a queue that fills its memory does not move at every step", () => {
    const queue = bytearray(1000);
    const copied = copiedBy(() => {
      for (let i = 0; i < 1000; i += 1) {
        queue.pop(0);
        queue.append(i & 255);
      }
    });
    expect(copied).toBeLessThan(5000);
    expect(queue.equals(Uint8Array.from({ length: 1000 }, (_, i) => i))).toBe(true);
  });

  test.each<readonly [string, (ba: ByteArray) => unknown]>([
    ["resize", (ba) => ba.resize(5)],
    ["deleteSlice at the start", (ba) => ba.deleteSlice(0, 99_995)],
    ["deleteSlice at the end", (ba) => ba.deleteSlice(5)],
    ["deleteSlice in the middle", (ba) => ba.deleteSlice(2, 99_997)],
    ["setSlice", (ba) => ba.setSlice(5, null, 1, [])],
    ["takeBytes", (ba) => ba.takeBytes(99_995)],
    ["clear", (ba) => ba.clear()],
    ["repeatInPlace", (ba) => ba.repeatInPlace(0)],
    [
      "pop",
      (ba) => {
        while (ba.length > 5) ba.pop();
      },
    ],
  ])("%s lets the memory go that is not used any more", (_, shrink) => {
    const ba = bytearray(100_000);
    shrink(ba);
    expect(ba.length).toBeLessThanOrEqual(5);
    expect(capacityOf(ba)).toBeLessThanOrEqual(4096);
    ba.append(7);
    expect(ba.get(-1)).toBe(7);
  });

  test("clearing copies nothing, lent or not, and leaves the window as it is", () => {
    const ba = large();
    const window = ba.lendUint8Array();
    expect(copiedBy(() => ba.clear())).toBe(0);
    ba.extend(counting(size));
    expect(large().equals(window)).toBe(true);
    expect(ba.equals(counting(size))).toBe(true);
  });

  test("memory that is used again soon is kept", () => {
    const ba = bytearray(4000);
    ba.clear();
    expect(capacityOf(ba)).toBe(4000);
    expect(copiedBy(() => ba.extend(counting(3000)))).toBe(3000);
    expect(capacityOf(ba)).toBe(4000);
  });
});

describe("takeBytes", () => {
  test.each([1, 1000, 1_000_000])("of all %i copies nothing: the memory itself goes", (length) => {
    const ba = bytearray(length);
    ba.set(-1, 5);
    const { buffer } = ba._bytes;
    let taken = bytes();
    expect(copiedBy(() => (taken = ba.takeBytes()))).toBe(0);
    expect(taken.lendUint8Array().buffer).toBe(buffer);
    expect([taken.length, taken.get(-1), ba.length]).toEqual([length, 5, 0]);
    expect(ba._bytes.buffer).not.toBe(buffer);
  });

  test.each<readonly [number | bigint | null, number, number]>([
    [0, 0, 0],
    [1, 1, 1],
    [4999, 4999, 4999],
    [5000, 5000, 5000],
    [5001, 5001, 4999],
    [9999n, 9999, 1],
    [-1, 9999, 1],
    [-9999, 1, 1],
    [-10_000, 0, 0],
    [10_000, 10_000, 0],
    [null, 10_000, 0],
  ])("of %s takes %i and copies the smaller part", (count, length, copied) => {
    const ba = large();
    let taken = bytes();
    expect(copiedBy(() => (taken = ba.takeBytes(count)))).toBe(copied);
    expect(taken.equals(large().slice(0, length))).toBe(true);
    expect(ba.equals(large().slice(length))).toBe(true);
  });

  test("leaves an array that shares nothing with what was taken", () => {
    for (const count of [null, 1, 5000, 9999]) {
      const ba = large();
      const taken = ba.takeBytes(count);
      const key = taken.hashKey();
      for (let i = 0; i < ba.length; i += 1) ba.set(i, 255);
      for (let i = 0; i < size; i += 1) ba.append(254);
      ba.reverse();
      expect(taken.hashKey()).toBe(key);
    }
  });

  test("of a part of much memory is found with its bytes only", () => {
    const ba = large();
    ba.deleteSlice(0, 10);
    ba.append(1);
    const taken = ba.takeBytes();
    expect(
      taken.equals(
        large()
          .slice(10)
          .concat(bytes([1])),
      ),
    ).toBe(true);
    const copy = bytes(taken);
    expect(copy.lendUint8Array().buffer.byteLength).toBe(size - 9);
  });
});

describe("sources", () => {
  const content = counting(100);
  test.each<readonly [string, () => Parameters<ByteArray["extend"]>[0]]>([
    ["a typed array", () => content.slice()],
    ["a window", () => new Uint8Array([...content, 7, ...content]).subarray(0, 100)],
    ["a Buffer", () => Buffer.from(content)],
    ["an ArrayBuffer", () => content.slice().buffer],
    ["a DataView", () => new DataView(content.slice().buffer)],
    ["wider items", () => new Uint16Array(content.slice().buffer)],
    ["shared memory", () => shared(content)],
    ["Bytes", () => bytes(content)],
    ["a part of Bytes", () => bytes([7, ...content]).subarray(1)],
    ["a bytearray", () => bytearray(content)],
    ["a memoryview", () => memoryview(content)],
  ])("%s is copied once", (_, make) => {
    const source = make();
    const ba = large();
    ba.append(0);
    expect(copiedBy(() => ba.extend(source))).toBe(100);
    expect(ba.slice(-100).equals(content)).toBe(true);
    let made = bytearray();
    expect(copiedBy(() => (made = bytearray(source)))).toBe(100);
    expect(made.equals(content)).toBe(true);
    ba.setSlice(0, 100, 1, source);
    expect(ba.slice(0, 100).equals(content)).toBe(true);
    expect(ba.length).toBe(size + 101);
  });

  function shared(list: Uint8Array): Uint8Array {
    const memory = new Uint8Array(new SharedArrayBuffer(list.length + 1), 1);
    memory.set(list);
    return memory;
  }
});
