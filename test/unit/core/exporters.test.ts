/** Objects that lend their memory by `[kBuffer]`: what they are asked, what of their answer is believed. */
import { describe, expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";
import { BufferError } from "../../../src/core/errors.ts";
import { MemoryView, memoryview } from "../../../src/core/memoryview.ts";
import { BufferFlags, kBuffer } from "../../../src/core/protocol.ts";
import type { BufferRecord } from "../../../src/core/protocol.ts";
import { packInto, unpackFrom } from "../../../src/struct/index.ts";
import { counting, expectThrown, exporterOf } from "./memories.ts";

/** Lends bytes, and remembers what it was asked and how often it was given them back. */
class Lender {
  readonly memory: Uint8Array;
  readonly facts: Partial<BufferRecord>;
  readonly asked: number[] = [];
  released = 0;

  constructor(memory: Uint8Array = counting(8), facts: Partial<BufferRecord> = {}) {
    this.memory = memory;
    this.facts = facts;
  }

  [kBuffer](flags: number): BufferRecord {
    if (flags & BufferFlags.WRITABLE && this.facts.readonly) throw new BufferError("read-only");
    this.asked.push(flags);
    const { buffer, byteOffset, byteLength } = this.memory;
    const release = (): void => {
      this.released += 1;
    };
    return { buffer, byteOffset, byteLength, release, ...this.facts };
  }
}

describe("what an exporter is asked, and given back", () => {
  test("a memoryview asks once for everything, and gives back with its last view", () => {
    const lender = new Lender();
    const m = memoryview(lender);
    const views = [m.subarray(1), m.cast("H"), m.toReadonly(), m.select([0, 4]), memoryview(m)];
    expect(m.obj).toBe(lender);
    m.release();
    for (const view of views) {
      expect(lender.released).toBe(0);
      view.release();
      view.release();
    }
    expect([lender.asked, lender.released]).toEqual([[BufferFlags.FULL_RO], 1]);
  });

  test("a window that a view lent is no loan: who has it keeps the view", () => {
    const lender = new Lender();
    const m = memoryview(lender);
    const window = m.asUint8Array();
    m.release();
    expect(lender.released).toBe(1);
    lender.memory[0] = 99;
    expect(window[0]).toBe(99);
  });

  test("two memoryviews of one exporter are two loans", () => {
    const lender = new Lender();
    const [a, b] = [memoryview(lender), memoryview(lender)];
    a.release();
    expect([lender.asked.length, lender.released]).toEqual([2, 1]);
    b.release();
    expect(lender.released).toBe(2);
  });

  const { FULL_RO, SIMPLE, WRITABLE } = BufferFlags;
  const target = (): MemoryView => memoryview(new Uint8Array(8));
  test.each<readonly [string, number, (lender: Lender) => unknown]>([
    ["bytes()", FULL_RO, (lender) => bytes(lender)],
    ["bytearray()", FULL_RO, (lender) => bytearray(lender)],
    ["bytearray.extend", SIMPLE, (lender) => bytearray().extend(lender)],
    ["Bytes.equals", SIMPLE, (lender) => bytes(lender.memory).equals(lender)],
    ["bytearray.equals", SIMPLE, (lender) => bytearray(lender.memory).equals(lender)],
    ["equals", FULL_RO, (lender) => target().equals(lender)],
    ["copyFrom", FULL_RO, (lender) => target().copyFrom(lender)],
    ["find", SIMPLE, (lender) => target().find(lender)],
    ["rfind", SIMPLE, (lender) => target().rfind(lender)],
    ["startsWith", SIMPLE, (lender) => target().startsWith([lender])],
    ["endsWith", SIMPLE, (lender) => target().endsWith(lender)],
    ["split", SIMPLE, (lender) => target().split(lender)],
    ["partition", SIMPLE, (lender) => target().partition(lender)],
    ["strip", SIMPLE, (lender) => target().strip(lender)],
    [
      "a value of format s",
      SIMPLE,
      (lender) =>
        target()
          .cast("8s")
          .set(0, lender as never),
    ],
    ["unpackFrom", SIMPLE, (lender) => unpackFrom("<Q", lender)],
    ["packInto", WRITABLE, (lender) => packInto("<Q", lender, 0, 5n)],
  ])("%s asks with flags 0x%x and gives back after the call", (_, flags, use) => {
    const lender = new Lender();
    use(lender);
    expect(new Set(lender.asked)).toEqual(new Set([flags]));
    expect(lender.released).toBe(lender.asked.length);
  });

  test.each<readonly [string, (lender: Lender) => unknown]>([
    ["copyFrom of another length", (lender) => memoryview(new Uint8Array(3)).copyFrom(lender)],
    ["copyFrom of another format", (lender) => memoryview(new Int8Array(8)).copyFrom(lender)],
    ["split by nothing", (lender) => memoryview(new Uint8Array(3)).split(lender)],
    ["unpackFrom beyond the end", (lender) => unpackFrom("<QQ", lender)],
    ["packInto of a wrong value", (lender) => packInto("B", lender, 0, 256)],
    ["find in a view with gaps", (lender) => memoryview(lender).subarray(0, 8, 2).find(lender)],
  ])("%s fails, and gives back as often as it asked", (name, use) => {
    const lender = new Lender(name.startsWith("split") ? new Uint8Array(0) : counting(8));
    let view: MemoryView | undefined;
    expect(() => {
      view = memoryview(new Lender());
      use(lender);
    }).toThrow(Error);
    view?.release();
    expect(lender.released).toBe(lender.asked.length - (name.startsWith("find") ? 1 : 0));
  });

  test("an exporter that refuses the flags is heard, and gives its own error", () => {
    const lender = new Lender(counting(8), { readonly: true });
    expect(memoryview(lender).readonly).toBe(true);
    expectThrown(() => packInto("B", lender, 0, 1), "TypeError");
    const refusing = {
      [kBuffer]: (): never => {
        throw new SyntaxError("not today");
      },
    };
    expectThrown(() => memoryview(refusing), "SyntaxError", /^not today$/);
    expectThrown(() => bytes(refusing), "SyntaxError", /^not today$/);
    expectThrown(() => memoryview(new Uint8Array(1)).copyFrom(refusing), "SyntaxError");
    expect(memoryview(new Uint8Array(1)).equals(refusing)).toBe(false);
  });

  test("a release that throws is heard by who releases, once", () => {
    let calls = 0;
    const release = (): never => {
      calls += 1;
      throw new SyntaxError("cannot take it back");
    };
    const m = memoryview(new Lender(counting(8), { release }));
    expectThrown(() => m.release(), "SyntaxError", /^cannot take it back$/);
    m.release();
    expectThrown(() => m.get(0), "ValueError");
    expect(calls).toBe(1);
  });

  test("release is called on the record that it belongs to", () => {
    const record = {
      ...new Lender()[kBuffer](0),
      self: undefined as unknown,
      release(): void {
        this.self = this;
      },
    };
    memoryview(exporterOf(record)).release();
    expect(record.self).toBe(record);
  });
});

describe("a view as an exporter", () => {
  test("cannot be released while somebody uses it", () => {
    const m = memoryview(counting(8));
    const [first, second] = [m[kBuffer](0), m[kBuffer](BufferFlags.FULL_RO)];
    expectThrown(() => m.release(), "BufferError", /no consumers, found 2$/);
    first.release?.();
    first.release?.();
    expectThrown(() => m.release(), "BufferError", /no consumers, found 1$/);
    expect(m.get(1)).toBe(1);
    for (const other of [memoryview(m), m.toReadonly(), m.subarray(1)]) other.release();
    second.release?.();
    m.release();
    expectThrown(() => m[kBuffer](0), "ValueError");
  });

  test("is no longer held after a request that it refuses", () => {
    const m = memoryview(counting(8)).subarray(0, 8, 2);
    expectThrown(() => m[kBuffer](BufferFlags.SIMPLE), "BufferError");
    expectThrown(() => m.toReadonly()[kBuffer](BufferFlags.WRITABLE), "BufferError");
    m.release();
  });

  /** Hides a view, so that only the protocol is left. */
  const through = (m: MemoryView): MemoryView =>
    memoryview({ [kBuffer]: (flags: number) => m[kBuffer](flags) });

  test.each<readonly [string, MemoryView]>([
    ["bytes", memoryview(counting(12))],
    ["a window", memoryview(counting(12).subarray(3, 9))],
    ["items", memoryview(new Float64Array([1, 2, 3]))],
    ["records", memoryview(counting(12)).cast("<HI")],
    ["read-only bytes", memoryview(bytes(counting(12)))],
    ["every second", memoryview(counting(12)).subarray(1, null, 2)],
    ["backwards", memoryview(counting(12)).subarray(null, null, -1)],
    ["backwards by three", memoryview(new Uint16Array(counting(12))).subarray(10, 1, -3)],
    ["two axes", memoryview(counting(12)).cast("B", [3, 4])],
    ["transposed", memoryview(counting(12)).cast("H", [3, 2]).transpose()],
    ["both axes backwards", memoryview(counting(12)).cast("B", [3, 4]).select(R(), R(2))],
    ["without axes", memoryview(counting(8)).cast("d", [])],
    ["empty", memoryview(counting(12)).subarray(5, 5)],
    ["empty, backwards", memoryview(counting(12)).subarray(null, null, -1).subarray(12)],
    ["empty, beyond the end", memoryview(counting(5)).subarray(0, 5, 2).subarray(3)],
    ["empty, two axes", memoryview(counting(12)).cast("B", [3, 4]).subarray(3)],
    [
      "empty, selected backwards",
      memoryview(counting(12)).cast("B", [3, 4]).select([null, null, -1]).select([3]),
    ],
    ["shared", memoryview(new SharedArrayBuffer(5)).subarray(null, null, -1).subarray(5)],
  ])("shows the same through the protocol: %s", (_, m) => {
    const copy = through(m);
    expect(facts(copy)).toEqual(facts(m));
    expect(copy.toList()).toEqual(m.toList());
    expect(bytes(copy).toUint8Array()).toEqual(m.toUint8Array());
    expect(copy.equals(m)).toBe(true);
    copy.release();
    const { value } = m.toMessage();
    const received = MemoryView.fromMessage(value);
    expect(received.toList()).toEqual(m.toList());
    expect(received.shape).toEqual(m.shape);
  });

  function R(by = 1): readonly [null, null, number] {
    return [null, null, -by];
  }

  function facts(m: MemoryView): unknown {
    const { format, itemsize, nbytes, ndim, shape, strides, readonly } = m;
    return { format, itemsize, nbytes, ndim, shape, strides, readonly };
  }
});
