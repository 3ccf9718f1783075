/** Bytes never change: what shares their memory, what copies it, and what nobody gets. */
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { ByteArray, bytearray } from "../../../src/core/bytearray.ts";
import { Bytes } from "../../../src/core/bytes.ts";
import { bytes } from "../../../src/core/construct.ts";
import { copiedBytes } from "../../../src/core/copy.ts";
import { b } from "../../../src/core/literal.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import type { MemoryView } from "../../../src/core/memoryview.ts";
import { BufferFlags, kBuffer } from "../../../src/core/protocol.ts";
import type { BytesLike } from "../../../src/core/protocol.ts";
import { counting, expectThrown, exporterOf, growable, resizable } from "./memories.ts";
import { readings } from "./sequences.ts";

const text = b`  GET /index.html HTTP/1.1\r\nHost: example.org\n  `;

function copiedBy(act: () => unknown): number {
  const before = copiedBytes();
  act();
  return copiedBytes() - before;
}

function hexOf(list: readonly { hex(): string }[]): string[] {
  return list.map((part) => part.hex());
}

const parts: readonly (readonly [string, (whole: Bytes) => Bytes | readonly Bytes[]])[] = [
  ["subarray", (s) => s.subarray(2, -2)],
  ["split", (s) => s.split()],
  ["split at a separator", (s) => s.split(b`/`)],
  ["rsplit", (s) => s.rsplit(null, 1)],
  ["rsplit at a separator", (s) => s.rsplit(b`ex`)],
  ["splitLines", (s) => s.splitLines()],
  ["splitLines with ends", (s) => s.splitLines(true)],
  ["partition", (s) => s.partition(b`HTTP`)],
  ["partition at what is not there", (s) => s.partition(b`HTTPS`)],
  ["rpartition", (s) => s.rpartition(b`e`)],
  ["rpartition at what is not there", (s) => s.rpartition(b`E!`)],
  ["strip", (s) => s.strip()],
  ["lstrip", (s) => s.lstrip()],
  ["rstrip", (s) => s.rstrip(b` \n`)],
  ["removePrefix", (s) => s.removePrefix(b`  G`)],
  ["removePrefix of another", (s) => s.removePrefix(b`G`)],
  ["removeSuffix", (s) => s.removeSuffix(b`\n  `)],
  ["replace of what is not there", (s) => s.replace(b`HTTPS`, b`HTTP`)],
];

describe.each(parts)("%s of Bytes", (_, take) => {
  test("shares their memory, and copies nothing", () => {
    const { buffer } = text.lendUint8Array();
    let taken: readonly Bytes[] = [];
    expect(copiedBy(() => (taken = [take(text)].flat()))).toBe(0);
    for (const part of taken) {
      expect(copiedBy(() => part.find(1))).toBe(0);
      expect(part.length === 0 || part.lendUint8Array().buffer === buffer).toBe(true);
    }
  });

  test("gives the same as of a bytearray, whose parts are copies", () => {
    const source = bytearray(text);
    const taken = [take(source as never)].flat() as unknown as readonly ByteArray[];
    expect(hexOf(taken)).toEqual(hexOf([take(text)].flat()));
    for (const part of taken) {
      if (part instanceof ByteArray) part.resize(99);
      else (part as MemoryView).release(); // subarray's
    }
    expect(source.equals(text)).toBe(true);
  });

  test("can be taken of a part, and of a part of that", () => {
    const shifted = b`!!${text}!!`.subarray(2, -2);
    const deeper = b`!!!${shifted}!`.subarray(1).subarray(2, -1);
    const wanted = hexOf([take(bytes(text.toUint8Array()))].flat());
    expect(hexOf([take(shifted)].flat())).toEqual(wanted);
    expect(hexOf([take(deeper)].flat())).toEqual(wanted);
  });

  test("is detached by bytes()", () => {
    for (const part of [take(text)].flat()) {
      if (part === text) continue;
      const own = bytes(part);
      const window = own.lendUint8Array();
      expect(own.equals(part)).toBe(true);
      expect(window.buffer).not.toBe(text.lendUint8Array().buffer);
      expect(window.buffer.byteLength).toBe(part.length);
      expect(bytes(own)).toBe(own);
    }
  });
});

test("what takes all is the same object, as in CPython", () => {
  const nothing = b`x`.strip(b`x`);
  expect(bytes(text)).toBe(text);
  expect(text.subarray()).toBe(text);
  expect(text.strip(b`x`)).toBe(text);
  expect(text.removePrefix(b`x`)).toBe(text);
  expect(text.removeSuffix(b``)).toBe(text);
  expect(text.replace(b`\x00\x01`, b`x`)).toBe(text);
  expect(text.partition(b`\x00`)[0]).toBe(text);
  expect(text.split(b`\x00`)[0]).toBe(text);
  expect(nothing.length).toBe(0);
});

test("a part has its own length, repr, text, key and iterator", () => {
  const part = text.subarray(2, 5);
  expect([part.length, part.toString(), part.decode(), part.hex()]).toEqual([
    3,
    "b'GET'",
    "GET",
    "474554",
  ]);
  expect([part.hashKey(), [...part], part.get(-1), part.at(3)]).toEqual([
    "GET",
    [71, 69, 84],
    84,
    undefined,
  ]);
  expectThrown(() => part.get(3), "IndexError");
  expect([part.find(32), part.rfind(47), part.count(84)]).toEqual([-1, -1, 1]);
  expect([part.endsWith(b`GET `), part.startsWith(b` G`)]).toEqual([false, false]);
  const record = part[kBuffer](0);
  expect([record.byteOffset, record.byteLength, record.readonly]).toEqual([2, 3, true]);
  expect(memoryview(part).toList()).toEqual([71, 69, 84]);
});

test("subarray clips as slices do, and refuses a step", () => {
  const s = bytes([0, 1, 2, 3, 4]);
  const taken = (...range: Parameters<Bytes["subarray"]>): string => s.subarray(...range).hex();
  expect([taken(-2), taken(1, -1), taken(9), taken(3, 1), taken(-9, 9)]).toEqual([
    "0304",
    "010203",
    "",
    "",
    "0001020304",
  ]);
  expect([taken(null, null), taken(1n, 2n), taken(undefined, 2, null), taken(1, 3, 1n)]).toEqual([
    "0001020304",
    "01",
    "0001",
    "0102",
  ]);
  expect([s.subarray(3, 1).length, s.subarray(9).length]).toEqual([0, 0]);
  expectThrown(() => taken(0, 5, 2), "ValueError", /^Cannot share: wanted a step of 1/);
  expectThrown(() => taken(0, 5, -1), "ValueError");
  expectThrown(() => taken(0.5), "TypeError");
  expectThrown(() => taken("0" as never), "TypeError");
});

describe("nobody gets memory of Bytes to write to", () => {
  const content = counting(64).map((byte) => byte + 64);
  const untouched = (subject: Bytes): void => {
    expect(subject.equals(content)).toBe(true);
  };

  test("from a copy, or from what was their source", () => {
    const source = content.slice();
    const subject = bytes(source);
    source.fill(255);
    subject.toUint8Array().fill(255);
    subject.toMessage().value.bytes.fill(255);
    new Uint8Array(memoryview(subject).toUint8Array().buffer).fill(255);
    bytearray(subject).reverse();
    untouched(subject);
  });

  test.each<readonly [string, (source: Uint8Array) => BytesLike]>([
    ["an ArrayBuffer", (source) => source.buffer],
    ["a DataView", (source) => new DataView(source.buffer)],
    ["a typed array", (source) => new Float64Array(source.buffer)],
    ["an exporter", ({ buffer }) => exporterOf({ buffer, byteOffset: 0, byteLength: 64 })],
    ["a memoryview", (source) => memoryview(source)],
  ])("from %s that they were made of", (_, make) => {
    const source = content.slice();
    const subject = bytes(make(source));
    const joined = bytes().join([make(source)]);
    const sum = bytes().concat(make(source));
    source.fill(255);
    for (const one of [subject, joined, sum]) untouched(one);
  });

  test("from memory that is shared, or that shrinks", () => {
    for (const buffer of [growable(content), resizable(content)]) {
      const subject = bytes(buffer);
      new Uint8Array(buffer).fill(255);
      untouched(subject);
      if ("resize" in buffer) buffer.resize(1);
      untouched(subject);
    }
  });

  test("from the results of any method", () => {
    const subject = bytes(content);
    const whole = subject.subarray(0);
    for (const [name, read] of Object.entries(readings)) {
      if (["lendUint8Array", "valueOf"].includes(name)) continue;
      for (const result of [read(subject)].flat()) {
        if (result instanceof Uint8Array) result.fill(255);
      }
    }
    untouched(whole);
  });

  test("from the buffer protocol: a writable request is a BufferError", () => {
    const subject = bytes(content);
    for (const flags of [
      BufferFlags.WRITABLE,
      BufferFlags.CONTIG,
      BufferFlags.STRIDED,
      BufferFlags.RECORDS,
      BufferFlags.FULL,
    ]) {
      expectThrown(() => subject[kBuffer](flags), "BufferError", /^Cannot lend: .*read-only$/);
    }
    const m = memoryview(subject);
    for (const write of [
      () => m.set(0, 1),
      () => m.fill(1),
      () => m.copyFrom(content),
      () => m.asUint8Array(),
      () => m.asTypedArray(),
      () => m.cast("I").set(0, 1),
    ]) {
      expect(write).toThrow(/read-only/);
    }
    expect(m.readonly && m.subarray(1).readonly && m.cast("H").readonly).toBe(true);
    untouched(subject);
  });

  test("from a bytearray whose bytes were taken", () => {
    const ba = bytearray(content);
    const m = memoryview(ba);
    const iterator = ba[Symbol.iterator]();
    m.release();
    const subject = ba.takeBytes();
    ba.extend(content);
    ba.reverse();
    ba.resize(64);
    expectThrown(() => m.set(0, 1), "ValueError");
    iterator.next();
    untouched(subject);
  });
});

describe("equality", () => {
  const content = counting(60);
  const odd = new Uint8Array([9, ...content]).subarray(1);
  const same: readonly (readonly [string, unknown])[] = [
    ["Bytes", bytes(content)],
    ["a part of Bytes", bytes(odd.buffer).subarray(1)],
    ["a bytearray", bytearray(content)],
    ["a bytearray with memory to spare", spacious()],
    ["a memoryview", memoryview(content)],
    ["a strided memoryview", memoryview(content.toReversed()).subarray(null, null, -1)],
    ["a typed array", content],
    ["a window", odd],
    ["a Buffer", Buffer.from(content)],
    ["an ArrayBuffer", content.slice().buffer],
    ["a DataView", new DataView(odd.buffer, 1)],
    ["shared memory", growable(content)],
    ["resizable memory", resizable(content)],
    ["an exporter", exporterOf({ buffer: odd.buffer, byteOffset: 1, byteLength: 60 })],
  ];

  function spacious(): unknown {
    const ba = bytearray([1, 2, ...content]);
    ba.deleteSlice(0, 2);
    ba.append(1);
    ba.pop();
    return ba;
  }

  test.each(same)("of contents, with %s", (_, other) => {
    for (const make of [bytes, bytearray]) {
      const subject = make(content);
      expect(subject.equals(other)).toBe(true);
      for (const at of [0, 31, 59]) {
        const different = content.slice();
        different[at] = 255;
        expect(make(different).equals(other)).toBe(false);
      }
      expect(make(content.subarray(1)).equals(other)).toBe(false);
      expect(make([...content, 0]).equals(other)).toBe(false);
    }
    expect(bytes(odd.buffer).subarray(1).equals(other)).toBe(true);
  });

  test("with anything else there is none", () => {
    for (const other of [null, undefined, 0, 1n, "", "\0", [], [0], {}, { length: 0 }, Bytes]) {
      for (const subject of [bytes(), bytes([0]), bytearray(), bytearray([0])]) {
        expect(subject.equals(other)).toBe(false);
      }
    }
    expect(bytes().equals(exporterOf(undefined))).toBe(false);
    expect(bytearray().equals(exporterOf(undefined))).toBe(false);
  });

  test("is what hashKey has, wherever the bytes lie", () => {
    const keys = new Map<string, number>();
    const all = [bytes(content), bytes(odd.buffer).subarray(1), bytearray(content).takeBytes()];
    for (const one of all) keys.set(one.hashKey(), (keys.get(one.hashKey()) ?? 0) + 1);
    expect([...keys.values()]).toEqual([3]);
    expect(bytes(content.subarray(1)).hashKey()).not.toBe(bytes(content).hashKey());
    const every = Array.from({ length: 256 }, (_, byte) => bytes([byte]).hashKey());
    expect(new Set(every).size).toBe(256);
    expect(memoryview(bytes(content)).hashKey()).toBe(bytes(content).hashKey());
  });

  test("by assert and by Jest's matchers never holds for other contents", () => {
    const [whole, rest] = [bytes([0, 1, 2, 3]), bytes([1, 2, 3, 0])];
    const pairs: readonly (readonly [unknown, unknown])[] = [
      [whole.subarray(0, 2), whole.subarray(1, 3)],
      [whole.subarray(0, 2), whole.subarray(0, 3)],
      [whole, rest],
      [whole.subarray(1), rest],
      [whole.subarray(1, 3), rest.subarray(1, 3)],
      [grown([1, 2]), grown([1, 3])],
      [grown([1, 2]), grown([1, 2, 3])],
      [bytearray([1, 2]), bytes([1, 2])],
    ];
    for (const [a, c] of pairs) {
      expect(isDeepStrictEqual(a, c)).toBe(false);
      expect(isDeepStrictEqual({ deep: [a] }, { deep: [c] })).toBe(false);
      expect(a).not.toEqual(c);
      expect(a).not.toStrictEqual(c);
    }
  });

  /** With one start, one capacity and one end, whatever the contents. */
  function grown(list: readonly number[]): unknown {
    const ba = bytearray(8);
    ba.clear();
    ba.extend(list);
    return ba;
  }
});
