/** What an exporter may say of its memory, and what of it is refused: nothing reaches beyond. */
import { describe, expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import type { MemoryView } from "../../../src/core/memoryview.ts";
import { calcSize } from "../../../src/struct/index.ts";
import type { BufferRecord } from "../../../src/core/protocol.ts";
import { counting, expectThrown, exporterOf } from "./memories.ts";

describe("a record that contradicts itself", () => {
  const { buffer } = counting(64);
  const good = { buffer, byteOffset: 16, byteLength: 16 };
  const wrong: readonly (readonly [name: string, record: unknown, error: string])[] = [
    ["no record", undefined, "TypeError"],
    ["null", null, "TypeError"],
    ["a typed array as its buffer", { ...good, buffer: counting(64) }, "TypeError"],
    ["no buffer", { ...good, buffer: undefined }, "TypeError"],
    ["an offset of NaN", { ...good, byteOffset: Number.NaN }, "TypeError"],
    ["a negative offset", { ...good, byteOffset: -1 }, "TypeError"],
    ["an offset that is text", { ...good, byteOffset: "16" }, "TypeError"],
    ["no offset", { buffer, byteLength: 16 }, "TypeError"],
    ["a fractional length", { ...good, byteLength: 1.5 }, "TypeError"],
    ["an endless length", { ...good, byteLength: Infinity }, "TypeError"],
    ["an offset behind the end", { ...good, byteOffset: 65, byteLength: 0 }, "BufferError"],
    ["a length beyond the end", { ...good, byteLength: 49 }, "BufferError"],
    ["a length of 2^53 - 1", { ...good, byteLength: 2 ** 53 - 1 }, "BufferError"],
    ["half an item", { ...good, byteLength: 15, format: "H" }, "BufferError"],
    ["fewer items than bytes", { ...good, shape: [15] }, "BufferError"],
    ["more items than bytes", { ...good, shape: [4, 5] }, "BufferError"],
    ["a huge shape", { ...good, shape: [2 ** 53 - 1, 2 ** 53 - 1] }, "BufferError"],
    ["a shape that is a number", { ...good, shape: 16 }, "TypeError"],
    ["a shape that is text", { ...good, shape: "16" }, "TypeError"],
    ["a shape like an array", { ...good, shape: { length: 1, 0: 16 } }, "TypeError"],
    ["a negative size", { ...good, shape: [-16] }, "TypeError"],
    ["a size of NaN", { ...good, shape: [Number.NaN] }, "TypeError"],
    ["a size that is a bigint", { ...good, shape: [16n] }, "TypeError"],
    ["a missing size with strides", { ...good, shape: Array(1), strides: [1] }, "TypeError"],
    ["a missing size", { ...good, shape: Array(1) }, "TypeError"],
    ["65 axes", { ...good, byteLength: 1, shape: Array(65).fill(1) }, "ValueError"],
    ["strides without shape", { ...good, strides: [2] }, "BufferError"],
    ["fewer strides than axes", { ...good, shape: [4, 4], strides: [4] }, "BufferError"],
    ["more strides than axes", { ...good, shape: [16], strides: [1, 1] }, "BufferError"],
    ["strides that are a number", { ...good, shape: [16], strides: 1 }, "TypeError"],
    ["a stride of NaN", { ...good, shape: [16], strides: [Number.NaN] }, "TypeError"],
    ["a fractional stride", { ...good, shape: [16], strides: [0.5] }, "TypeError"],
    ["strides beyond the end", { ...good, shape: [16], strides: [4] }, "BufferError"],
    ["strides below the start", { ...good, shape: [16], strides: [-2] }, "BufferError"],
    ["huge strides", { ...good, shape: [16], strides: [2 ** 53 - 1] }, "BufferError"],
    ["strides that add up", { ...good, shape: [4, 4], strides: [-8, 2] }, "BufferError"],
    ["a format that is a number", { ...good, format: 66 }, "TypeError"],
    ["an unknown format", { ...good, format: "k" }, "BufferError"],
    ["no format", { ...good, format: "" }, "BufferError"],
    ["an itemsize of 0", { ...good, itemsize: 0 }, "BufferError"],
    ["an itemsize of NaN", { ...good, itemsize: Number.NaN }, "BufferError"],
    ["a negative itemsize", { ...good, format: "k", itemsize: -8 }, "BufferError"],
    ["an itemsize that does not divide", { ...good, format: "k", itemsize: 5 }, "BufferError"],
    ["suboffsets", { ...good, suboffsets: [0] }, "NotImplementedError"],
    ["a release that is no function", { ...good, release: 5 }, "TypeError"],
  ];

  test.each(wrong)("%s: refused, and given back once", (_, record, error) => {
    let released = 0;
    const release = (): void => {
      released += 1;
    };
    const lends = record !== undefined && record !== null && !Object.hasOwn(record, "release");
    const lent = exporterOf(lends ? { release, ...record } : record);
    expectThrown(() => memoryview(lent), error, /^Cannot /);
    expectThrown(() => bytes(lent), error, /^Cannot /);
    expectThrown(() => bytearray().extend(lent), "TypeError", /^Cannot /);
    expect(memoryview(bytes()).equals(lent)).toBe(false);
    expect(released).toBe(lends ? 4 : 0);
  });

  test("a release that throws does not hide why the record was refused", () => {
    const release = (): never => {
      throw new SyntaxError("cannot take it back");
    };
    expectThrown(
      () => memoryview(exporterOf({ ...good, shape: [99], release })),
      "BufferError",
      /wanted 16 bytes, found 99$/,
    );
  });

  test.each(["buffer", "byteOffset", "byteLength", "format", "itemsize", "shape", "strides"])(
    "a getter of %s that throws is heard",
    (name) => {
      const record = { ...good };
      Object.defineProperty(record, name, {
        get() {
          throw new SyntaxError("no");
        },
      });
      expectThrown(() => memoryview(exporterOf(record)), "SyntaxError", /^no$/);
    },
  );
});

describe("what a record may say", () => {
  const { buffer } = counting(64);

  test("negative strides count from the first item", () => {
    const record = { buffer, byteOffset: 20, byteLength: 4, shape: [4], strides: [-2] };
    const m = memoryview(exporterOf(record));
    expect(m.toList()).toEqual([20, 18, 16, 14]);
    expect([m.strides, m.shape]).toEqual([[-2], [4]]);
  });

  test("beside strides, the shape says how many items there are", () => {
    const m = memoryview(
      exporterOf({ buffer, byteOffset: 0, byteLength: 9, shape: [2], strides: [9] }),
    );
    expect([m.nbytes, m.toList()]).toEqual([2, [0, 9]]);
  });

  test("a stride of 0 repeats an item", () => {
    const record = { buffer, byteOffset: 5, byteLength: 6, shape: [2, 3], strides: [0, 0] };
    expect(memoryview(exporterOf(record)).toList()).toEqual([
      [5, 5, 5],
      [5, 5, 5],
    ]);
  });

  test("no axes are one item", () => {
    const record = { buffer, byteOffset: 4, byteLength: 4, format: "<I", shape: [] };
    const m = memoryview(exporterOf(record));
    expect([m.ndim, m.shape, m.get(), m.nbytes]).toEqual([0, [], 0x07060504, 4]);
  });

  test("an axis without items may have any strides and lie anywhere in the buffer", () => {
    const record = { buffer, byteOffset: 64, byteLength: 0, shape: [0, 4], strides: [999, -999] };
    const m = memoryview(exporterOf(record));
    expect([m.toList(), m.nbytes]).toEqual([[], 0]);
  });

  test("an axis of one item may have any stride", () => {
    const record = { buffer, byteOffset: 63, byteLength: 1, shape: [1], strides: [-9999] };
    expect(memoryview(exporterOf(record)).toList()).toEqual([63]);
  });

  test("suboffsets that are negative mean none", () => {
    const record = { buffer, byteOffset: 0, byteLength: 2, suboffsets: [-1] };
    expect(memoryview(exporterOf(record)).toList()).toEqual([0, 1]);
  });

  test("a format that nobody knows, with an itemsize, is carried but not read", () => {
    const record = { buffer, byteOffset: 0, byteLength: 16, format: "O", itemsize: 8 };
    const m = memoryview(exporterOf(record));
    expect([m.format, m.itemsize, m.shape]).toEqual(["O", 8, [2]]);
    expectThrown(() => m.get(0), "NotImplementedError", /known format .*, found "O"$/);
    expectThrown(() => m.set(0, 1), "NotImplementedError");
    expectThrown(() => m.fill(1), "NotImplementedError");
    expectThrown(() => m.toList(), "NotImplementedError");
    expectThrown(() => [...m], "NotImplementedError");
    expect(m.toBytes().toUint8Array()).toEqual(counting(16));
    expect(m.cast("B").get(9)).toBe(9);
    expect(m.equals(m)).toBe(false);
  });

  test.each([4, 7])(
    "an itemsize of %i below the format's is believed, not read past",
    (itemsize) => {
      const record = { buffer, byteOffset: 0, byteLength: itemsize * 2, format: "d", itemsize };
      const m = memoryview(exporterOf(record));
      expect([m.itemsize, m.shape]).toEqual([itemsize, [2]]);
      expectThrown(() => m.get(1), "NotImplementedError");
    },
  );

  test("an itemsize above the format's never makes an item of nothing", () => {
    const memory = new Float64Array([1.5, 2, 2.5, 3]);
    const record = { ...memoryFacts(memory), format: "d", itemsize: 16 };
    const m = memoryview(exporterOf(record));
    expect(m.toList()).toEqual([1.5, 2.5]);
    m.set(1, 7);
    expect([...memory]).toEqual([1.5, 2, 7, 3]);
    expectThrown(() => m.set(1, [] as never), "TypeError");
  });

  test("an itemsize above a record's is padding", () => {
    const record = { buffer, byteOffset: 0, byteLength: 8, format: "<BB", itemsize: 4 };
    const m = memoryview(exporterOf(record));
    expect(m.toList()).toEqual([
      [0, 1],
      [4, 5],
    ]);
    expect(m.field(1).toList()).toEqual([1, 5]);
    expect(calcSize("<BB")).toBe(2);
  });

  function memoryFacts({ buffer: memory, byteOffset, byteLength }: ArrayBufferView): BufferRecord {
    return { buffer: memory, byteOffset, byteLength };
  }
});

describe("the window of a record", () => {
  const inside = { byteOffset: 16, byteLength: 16 };

  function window(): { memory: Uint8Array; m: MemoryView<"B", number, 1> } {
    const memory = counting(64);
    const m = memoryview(exporterOf({ buffer: memory.buffer, ...inside }));
    return { memory, m: m as MemoryView<"B", number, 1> };
  }

  test("is all that its views reach", () => {
    const { m } = window();
    expect(m.toList()).toEqual([...counting(64).subarray(16, 32)]);
    expectThrown(() => m.get(16), "IndexError");
    expectThrown(() => m.get(-17), "IndexError");
    expect(m.at(16)).toBeUndefined();
    expect(m.subarray(-100, 100).length).toBe(16);
    expect(m.asUint8Array().byteLength).toBe(16);
    expect(m.find(40)).toBe(-1);
    expect(m.rfind(15)).toBe(-1);
  });

  test("is all that its views change", () => {
    const { memory, m } = window();
    m.fill(255);
    m.subarray(null, null, -3).fill(254);
    m.subarray(null, null, -1).copyFrom(m);
    const outside = [...memory.subarray(0, 16), ...memory.subarray(32)];
    expect(outside).toEqual([...counting(16), ...counting(64).subarray(32)]);
  });

  test("is asked for once: an answer that changes between two readings changes nothing", () => {
    const memory = counting(64);
    for (let honest = 0; honest < 12; honest += 1) {
      let left = honest;
      const strides = [1];
      Object.defineProperty(strides, 0, { get: () => ((left -= 1) >= 0 ? 1 : -1) });
      const record = { buffer: memory.buffer, ...inside, shape: [16], strides };
      let m: MemoryView;
      try {
        m = memoryview(exporterOf(record));
      } catch {
        continue;
      }
      const [stride] = m.strides;
      const seen = [...counting(64).subarray(16, 32)];
      const behind = [...counting(17).subarray(1)].toReversed();
      expect(m.toList()).toEqual(stride === 1 ? seen : behind);
    }
  });
});

test("a Buffer of Node's pool shows its own bytes only", () => {
  const buffer = Buffer.from("pooled");
  const m = memoryview(buffer);
  expect(buffer.buffer.byteLength).toBeGreaterThan(6);
  expect([m.format, m.nbytes, m.decode()]).toEqual(["B", 6, "pooled"]);
  expect(m.obj).toBe(buffer);
});
