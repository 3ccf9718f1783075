/**
 * What the habits of JavaScript do to our values. A plain class would answer each of these, wrongly
 * and in silence; here the answer is right, or an error that names the call that is.
 */
import assert from "node:assert";
import { format, inspect, isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { ByteArray, bytearray } from "../../../src/core/bytearray.ts";
import { ByteQueue } from "../../../src/core/byteQueue.ts";
import { Bytes } from "../../../src/core/bytes.ts";
import { bytes } from "../../../src/core/construct.ts";
import { MemoryView, memoryview } from "../../../src/core/memoryview.ts";
import { Pages, counting, expectThrown, exporterOf, thrown } from "./memories.ts";

type Value = Bytes | ByteArray | MemoryView;

const values: readonly (readonly [string, (content: readonly number[]) => Value])[] = [
  ["Bytes", (content) => bytes(content)],
  ["a bytearray", (content) => bytearray(content)],
  ["a memoryview", (content) => memoryview(Uint8Array.from(content))],
  ["a read-only memoryview", (content) => memoryview(bytes(content))],
];

const text = {
  name: "TypeError",
  message: /^Cannot convert .* to text or a number: use decode\(\)/,
};

describe.each(values)("%s", (_, make) => {
  const value = make([104, 105]);
  const any = value as never;
  const wide = value as unknown as string;

  test("Buffer.from copies its bytes", () => {
    const copy = Buffer.from(any);
    expect([...copy]).toEqual([104, 105]);
    copy[0] = 0;
    expect([...(value as Iterable<number>)]).toEqual([104, 105]);
  });

  test("new Uint8Array and Uint8Array.from copy its bytes", () => {
    expect([...new Uint8Array(any), ...Uint8Array.from(any)]).toEqual([104, 105, 104, 105]);
    expect([...(any as number[])]).toEqual([104, 105]);
  });

  test.each<readonly [string, () => unknown]>([
    ["a template string", () => `text ${wide}`],
    ["String()", () => String(any)],
    ["+ text", () => "text" + wide],
    ["+ itself", () => (any as number) + any],
    ["join", () => [value].join("")],
    ["as a key", () => ({ [any]: 1 })],
    ["Number()", () => Number(any)],
    ["unary +", () => +any],
    ["<", () => (any as number) < 5],
    ["parseInt", () => Number.parseInt(any, 10)],
    ["new Date", () => new Date(any)],
    ["new Blob", () => new Blob([any])],
    ["new File", () => new File([any], "name")],
    ["new Response", () => new Response(any)],
    ["new Request", () => new Request("http://localhost", { method: "POST", body: any })],
    ["util.format %s", () => format("%s", value)],
    ["encodeURIComponent", () => encodeURIComponent(any)],
    ["TextEncoder", () => new TextEncoder().encode(any)],
    ["new URL", () => new URL(any)],
    ["an item of a typed array", () => Uint8Array.of(any)],
    ["Buffer.from of a list of them", () => Buffer.from([any])],
  ])("%s is a TypeError that names decode()", (__, use) => {
    expectThrown(use, text.name, text.message);
  });

  test.each<readonly [string, () => unknown]>([
    ["JSON.stringify", () => JSON.stringify(value)],
    ["JSON.stringify of an object", () => JSON.stringify({ deep: [value] })],
  ])("%s is a TypeError that names what to call", (__, use) => {
    expectThrown(use, "TypeError", /^Cannot convert .* to JSON: use .*hex\(\)/);
  });

  test.each<readonly [string, (port: { postMessage(value: unknown): void }) => unknown]>([
    ["structuredClone", () => structuredClone(value)],
    ["structuredClone of an object", () => structuredClone({ deep: [value] })],
    ["postMessage", (port) => port.postMessage(value)],
    ["postMessage of an object", (port) => port.postMessage(new Map([[1, value]]))],
  ])("%s is a DataCloneError that names toMessage()", (__, use) => {
    const { port1, port2 } = new MessageChannel();
    try {
      expectThrown(() => use(port1), "DataCloneError", /toMessage\(\)/);
    } finally {
      port1.close();
      port2.close();
    }
  });

  test("a refused clone takes nothing away", () => {
    const window = value.lendUint8Array();
    const clone = (): unknown => structuredClone(value, { transfer: [window.buffer] });
    expectThrown(clone, "DataCloneError");
    expect(window.length).toBe(2);
  });

  test.each<readonly [string, () => unknown]>([
    ["Buffer.concat", () => Buffer.concat([any])],
    ["Buffer.compare", () => Buffer.compare(any, Buffer.alloc(2))],
    ["Buffer.byteLength", () => Buffer.byteLength(any)],
    ["new DataView", () => new DataView(any)],
    ["TextDecoder", () => new TextDecoder().decode(any)],
    ["ArrayBuffer.prototype.slice", () => ArrayBuffer.prototype.slice.call(any, 0)],
  ])("%s refuses it", (__, use) => {
    expect(thrown(use)).toBeInstanceOf(TypeError);
  });

  test("typed arrays do not take it for an empty list of items", () => {
    const target = new Uint8Array([7, 7]);
    expectThrown(() => target.set(any), "TypeError");
    expect([...target]).toEqual([7, 7]);
    expectThrown(() => (value as unknown as number[])[0], "TypeError", /get\(0\)/);
  });

  test("util.inspect shows it as Python does, and nothing of its insides", () => {
    expect(inspect(value)).toBe(value.toString());
    expect(inspect({ value })).toBe(`{ value: ${value.toString()} }`);
    expect(inspect(make(Array.from({ length: 1000 }, () => 0))).length).toBeLessThan(400);
  });

  test("a different content is never deeply equal", () => {
    const fresh = make([104, 105]);
    expect(isDeepStrictEqual(fresh, make([104, 105]))).toBe(true);
    for (const other of [[104, 106], [104], [104, 105, 0], []]) {
      const different = make(other);
      expect(isDeepStrictEqual(fresh, different)).toBe(false);
      expectThrown(() => assert.deepStrictEqual(fresh, different), "AssertionError");
      expectThrown(() => assert.deepEqual(fresh, different), "AssertionError");
      expectThrown(() => assert.deepStrictEqual([fresh], [different]), "AssertionError");
      expect(fresh).not.toEqual(different);
      expect(fresh).not.toStrictEqual(different);
    }
  });
});

describe("deep equality of views", () => {
  const memory = (): Uint8Array<ArrayBuffer> => counting(16);
  const pairs: readonly (readonly [string, MemoryView, MemoryView])[] = [
    ["offset", memoryview(memory()).subarray(0, 4), memoryview(memory()).subarray(1, 5)],
    ["length", memoryview(memory()).subarray(0, 4), memoryview(memory()).subarray(0, 5)],
    ["stride", memoryview(memory()).subarray(0, 8, 2), memoryview(memory()).subarray(0, 4)],
    ["direction", memoryview(memory()), memoryview(memory()).subarray(null, null, -1)],
    ["format", memoryview(memory()).cast("B"), memoryview(memory()).cast("b")],
    ["byte order", memoryview(memory()).cast("<H"), memoryview(memory()).cast(">H")],
    ["shape", memoryview(memory()).reshape([4, 4]), memoryview(memory()).reshape([2, 8])],
    [
      "axes",
      memoryview(memory()).reshape([4, 4]),
      memoryview(memory()).reshape([4, 4]).transpose(),
    ],
    ["shared memory", shared(1), shared(2)],
    ["exported memory", exported(1), exported(2)],
    ["WebAssembly memory", webAssembly(1), webAssembly(2)],
    ["WebAssembly memory that grew", webAssembly(1, true), webAssembly(2, true)],
  ];

  test.each(pairs)("sees another %s", (_, a, b) => {
    expect(thrown(() => assert.deepStrictEqual(a, b))).toBeInstanceOf(Error);
    expect(isEqualOrFails(a, b)).toBe(false);
  });

  function isEqualOrFails(a: unknown, b: unknown): boolean {
    try {
      return isDeepStrictEqual(a, b);
    } catch {
      return false;
    }
  }

  function shared(first: number): MemoryView {
    const m = memoryview(new SharedArrayBuffer(1));
    m.set(0, first);
    return m;
  }

  function exported(first: number): MemoryView {
    const { buffer } = Uint8Array.of(first);
    return memoryview(exporterOf({ buffer, byteOffset: 0, byteLength: 1 }));
  }

  function webAssembly(first: number, grow = false): MemoryView {
    const pages = new Pages({ initial: 1 });
    const m = memoryview(pages).subarray(0, 1);
    m.set(0, first);
    if (grow) pages.grow(1);
    return m;
  }
});

describe("set as typed arrays have it", () => {
  const sources: readonly (readonly [string, unknown])[] = [
    ["a typed array", Uint8Array.of(1, 2)],
    ["a Buffer", Buffer.of(1, 2)],
    ["a list", [1, 2]],
    ["Bytes", bytes([1, 2])],
    ["a bytearray", bytearray([1, 2])],
    ["a memoryview", memoryview(Uint8Array.of(1, 2))],
    ["an ArrayBuffer", new ArrayBuffer(2)],
  ];
  const copyFrom = /^Cannot set: .*copyFrom\(source\)/;

  test.each(sources)(
    "of %s is a TypeError that names copyFrom, and writes nothing",
    (_, source) => {
      const m = memoryview(counting(4));
      const two = memoryview(counting(4)).cast("B", [2, 2]);
      expectThrown(() => m.set(source as never), "TypeError", copyFrom);
      expectThrown(() => m.set(source as never, 0), "TypeError", copyFrom);
      expectThrown(() => m.set(source as never, 2), "TypeError", copyFrom);
      expectThrown(() => two.set(source as never, 1), "TypeError", copyFrom);
      expectThrown(() => two.set(source as never), "TypeError", copyFrom);
      expect([m.toList(), two.toList()]).toEqual([
        [0, 1, 2, 3],
        [
          [0, 1],
          [2, 3],
        ],
      ]);
    },
  );

  test("is what set does without axes, where there is no index", () => {
    const text4 = memoryview(new Uint8Array(4)).cast("4s", []);
    text4.set(Uint8Array.of(1, 2) as never);
    expect(text4.get().toUint8Array()).toEqual(Uint8Array.of(1, 2, 0, 0));
    const pair = memoryview(new Uint8Array(2)).cast("BB", []);
    pair.set([3, 4]);
    expect(pair.get()).toEqual([3, 4]);
  });
});

test("the repr of a memoryview says what it is", () => {
  const m = memoryview(new Float64Array(6)).cast("B").cast("d", [2, 3]);
  expect(m.toString()).toBe('<memoryview format="d" shape=[2, 3]>');
  expect(m.toReadonly().toString()).toBe('<memoryview format="d" shape=[2, 3] readonly>');
  expect(inspect(m)).toBe(m.toString());
});

test("the repr of bytes is Python's literal", () => {
  expect(bytes([0, 9, 10, 13, 39, 92, 65, 127, 255]).toString()).toBe(
    String.raw`b"\x00\t\n\r'\\A\x7f\xff"`,
  );
  expect(bytes([39, 34]).toString()).toBe(String.raw`b'\'"'`);
  expect(bytearray([65]).toString()).toBe("bytearray(b'A')");
  expect(bytes(Array.from({ length: 65 }, () => 65)).toString()).toBe(`b'${"A".repeat(64)}'…`);
});

test("memory with gaps is no Buffer: the reason is thrown", () => {
  const m = memoryview(counting(4)).subarray(null, null, -1);
  expectThrown(() => Buffer.from(m as never), "BufferError", /C-contiguous.*toUint8Array/);
});

test("a view of other items is a Buffer of its bytes, not of its items", () => {
  expect([...Buffer.from(memoryview(new Uint16Array([1, 0x203])) as never)]).toEqual([1, 0, 3, 2]);
});

describe("new", () => {
  const memory = new Uint8Array(2);
  test.each<readonly [string, new (...args: never) => unknown, readonly unknown[]]>([
    ["bytes(source)", Bytes as never, [memory]],
    ["bytearray(source)", ByteArray as never, [2]],
    ["memoryview(source)", MemoryView as never, [memory]],
    ["append(chunk)", ByteQueue, [memory]],
  ])("names %s", (call, Kind, args) => {
    const make = (...given: readonly unknown[]): unknown => new Kind(...(given as never));
    const names = expect.objectContaining({
      name: "TypeError",
      message: expect.stringContaining(call),
    });
    expect(() => make(...args)).toThrow(names);
    expect(() => make(null)).toThrow(names);
  });
});
