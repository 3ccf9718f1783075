/** The cases were run on CPython 3.14.2; a case that differs says so. */
import { describe, expect, test } from "vitest";
import {
  BufferError,
  IndexError,
  OverflowError,
  StructError,
  UnicodeEncodeError,
  ValueError,
} from "../../../src/core/errors.ts";
import { bytearray } from "../../../src/core/bytearray.ts";
import { Bytes } from "../../../src/core/bytes.ts";
import { bytes } from "../../../src/core/construct.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { BufferFlags, kBuffer } from "../../../src/core/protocol.ts";
import type { BufferRecord, Exporter } from "../../../src/core/protocol.ts";
import { Struct, calcSize, pack, packInto, unpack, unpackFrom } from "../../../src/struct/index.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
/** Values that no type of a literal format admits. */
const make = (format: string): Struct => new Struct(format);
const record = make("<hb");

/** Three zeros; it logs what it is asked. */
function exporter(log: (number | string)[], facts: Partial<BufferRecord> = {}): Exporter {
  const buffer = new ArrayBuffer(3);
  return {
    [kBuffer](flags) {
      log.push(flags);
      const release = (): void => void log.push("release");
      return { buffer, byteOffset: 0, byteLength: 3, release, ...facts };
    },
  };
}

/** Bytes as hex, inside tuples too. */
function plain(value: unknown): unknown {
  if (value instanceof Bytes) return value.hex();
  return Array.isArray(value) ? value.map(plain) : value;
}

describe("pack and unpack", () => {
  test.each([
    ["", [], "", []],
    ["<h", [-2], "feff", [-2]],
    [">h", [-2], "fffe", [-2]],
    ["!I", [258], "00000102", [258]],
    ["=l", [1], "01000000", [1]],
    ["l", [1], "0100000000000000", [1n]],
    ["<q", [-2n], "feffffffffffffff", [-2n]],
    [">Q", [2n ** 64n - 2n], "fffffffffffffffe", [2n ** 64n - 2n]],
    [
      "nNP",
      [-1, 1, -1],
      "ffffffffffffffff0100000000000000ffffffffffffffff",
      [-1n, 1n, 2n ** 64n - 1n],
    ],
    ["?bB", [3, -1, true], "01ff01", [true, -1, 1]],
    ["??", [null, Number.NaN], "0001", [false, true]],
    ["<IdHH", [1, 1, 2, 3], "01000000000000000000f03f02000300", [1, 1, 2, 3]],
    [">IdHH", [1, 1, 2, 3], "000000013ff000000000000000020003", [1, 1, 2, 3]],
    ["ib0i", [1, 2], "0100000002000000", [1, 2]],
    ["@b0xq", [1, 2], "01000000000000000200000000000000", [1, 2n]],
    [" 2h i ", [1, 2, 3], "0100020003000000", [1, 2, 3]],
    ["<2xb2x", [1], "0000010000", [1]],
    ["f", [1e39], "0000807f", [Infinity]],
    [">f", [1], "3f800000", [1]],
    ["e", [1.5], "003e", [1.5]],
    [">e", [-2], "c000", [-2]],
    ["d", [10n], "0000000000002440", [10]],
    ["F", [[1, 2]], "0000803f00000040", [[1, 2]]],
    ["<F", [1e39], "0000807f00000000", [[Infinity, 0]]],
    [">D", [[1, -2]], "3ff0000000000000c000000000000000", [[1, -2]]],
    ["Zf", [[1, 2]], "0000803f00000040", [[1, 2]]], // from Python 3.15
    ["c", [text("a")], "61", ["61"]],
    ["3s", [text("a")], "610000", ["610000"]],
    ["2s", [bytearray(text("abc"))], "6162", ["6162"]],
    ["0s", [text("abc")], "", [""]],
    ["p", [text("a")], "00", [""]],
    ["0p", [text("a")], "", [""]],
    ["5p", [bytes(text("abcdefgh"))], "0461626364", ["61626364"]],
    ["<5pH", [text("a"), 1], "01610000000100", ["61", 1]],
    ["3c", [text("a"), text("b"), text("c")], "616263", ["61", "62", "63"]],
    [
      "20B",
      Array.from({ length: 20 }, (_, i) => i),
      "000102030405060708090a0b0c0d0e0f10111213",
      Array.from({ length: 20 }, (_, i) => i),
    ],
    [
      "<17hb",
      [...Array.from({ length: 17 }, () => -2), 1],
      `${"feff".repeat(17)}01`,
      [...Array.from({ length: 17 }, () => -2), 1],
    ],
  ])("%j of %o is %s", (format, values, hex, read) => {
    const packed = make(format).pack(...values);
    expect(packed).toBeInstanceOf(Bytes);
    expect(packed.hex()).toBe(hex);
    expect(plain(make(format).unpack(packed))).toStrictEqual(read);
    const odd = new Uint8Array(packed.length + 6).fill(0xee);
    make(format).packInto(odd, 3, ...values);
    expect([...odd.subarray(0, 3), ...odd.subarray(-3)]).toEqual(
      Array.from({ length: 6 }, () => 0xee),
    );
    expect(bytes(odd.subarray(3, -3)).hex()).toBe(hex);
    expect(plain(make(format).unpackFrom(odd, 3))).toStrictEqual(read);
  });

  test("a 'p' that claims more than it has gives what it has", () => {
    expect(plain(unpack("5p", text("\u007fabcd")))).toEqual(["61626364"]);
    expect(plain(unpack("<2p", Uint8Array.of(5, 97)))).toEqual(["61"]);
  });

  test("NaN and negative zero survive", () => {
    expect(
      unpack("<2d2f2e", pack("<2d2f2e", Number.NaN, -0, Number.NaN, -0, Number.NaN, -0)),
    ).toStrictEqual([Number.NaN, -0, Number.NaN, -0, Number.NaN, -0]);
  });
});

describe("a Struct", () => {
  test("shows its format and size, and Python's repr", () => {
    expect([record.format, record.size, String(record)]).toEqual(["<hb", 3, "Struct('<hb')"]);
  });

  test.each([
    ["bi", 8],
    ["ib", 5],
    ["bq", 16],
    ["qb", 9],
    ["bF", 12],
    ["bD", 24],
    ["<bq", 9],
    ["100000000B", 100_000_000],
  ])("calcSize of %j is %i", (format, size) => {
    expect(calcSize(format)).toBe(size);
  });

  test.each(["k", "2 h", "h2", "<n", " <h", "b<h", "^b", "(2)b", "T{b}", "h:x:", "b\0", "Z"])(
    "of %j is a StructError",
    (format) => {
      expect(() => make(format)).toThrow(StructError);
    },
  );

  test("of text beyond ASCII is a UnicodeEncodeError", () => {
    expect(() => make("hé")).toThrow(UnicodeEncodeError);
  });

  test.each([1, null, undefined, {}])("of %o is a TypeError", (format) => {
    expect(() => make(format as string)).toThrow(TypeError);
  });
});

describe("pack refuses", () => {
  test("more memory than there is", () => {
    expect(calcSize("90000000000000x")).toBe(90_000_000_000_000);
    expect(() => pack("90000000000000x")).toThrow(OverflowError);
  });

  test.each([
    ["<hb", [1], StructError, "wanted 2 values, found 1"],
    ["<hb", [1, 2, 3], StructError, "wanted 2 values, found 3"],
    ["<hb", ["a"], StructError, "wanted 2 values, found 1"],
    ["b", [300], StructError, "wanted an integer from -128 to 127 as value 0, found 300"],
    ["b", [1.5], StructError, "wanted an integer as value 0, found 1.5"],
    ["b", ["1"], StructError, "wanted an integer"],
    ["b", [undefined], StructError, "wanted an integer"],
    ["Q", [-1], StructError, "from 0 to 18446744073709551615"],
    ["P", [-(2n ** 63n) - 1n], StructError, "from -9223372036854775808 to 18446744073709551615"],
    ["P", [2n ** 64n], StructError, "wanted an integer"],
    ["<hf", [1e9, 1e39], StructError, "as value 0"],
    ["<fh", [1e39, "a"], OverflowError, "as value 0"],
    ["<f", [1e39], OverflowError, "a number that a 32-bit float can hold"],
    ["e", [65_520], OverflowError, "a number below 65520"],
    ["<e", [-1e10], OverflowError, "a number below 65520"],
    ["e", [70_000n], StructError, "a number below 65520"], // of Python's int; its float is an OverflowError
    [">F", [1e39], OverflowError, "that a 32-bit float can hold"],
    ["d", [10n ** 400n], StructError, "wanted a number"],
    ["f", ["a"], StructError, "wanted a number"],
    ["F", ["a"], StructError, "a number or [re, im]"],
    ["F", [[1]], StructError, "a number or [re, im]"],
    ["D", [10n ** 400n], StructError, "a number or [re, im]"],
    ["c", [text("ab")], StructError, "bytes of length 1"],
    ["c", [97], StructError, "bytes of length 1"],
    ["c", [bytearray(1)], StructError, "bytes of length 1"],
    ["c", [memoryview(text("a"))], StructError, "bytes of length 1"],
    ["3s", ["abc"], StructError, "wanted bytes"],
    ["0s", ["abc"], StructError, "wanted bytes"],
    ["3p", [memoryview(text("a"))], StructError, "wanted bytes"],
    ["20B", [...Array.from({ length: 19 }, () => 0), 256], StructError, "as value 19"],
  ])("%j of %o", (format, values, error, message) => {
    expect(() => make(format).pack(...values)).toThrow(error);
    expect(() => make(format).pack(...values)).toThrow(message);
  });
});

describe("packInto", () => {
  test.each([
    [-3, "010002"],
    [0, "010002"],
    [false, "010002"],
    [0n, "010002"],
  ])("at %o of 3 bytes", (offset, hex) => {
    const target = bytearray(3);
    record.packInto(target, offset, 1, 2);
    expect(target.hex()).toBe(hex);
  });

  test.each([
    [-1, StructError],
    [-2, StructError],
    [-4, StructError],
    [1, StructError],
    [3, StructError],
    [10, StructError],
    [1.5, TypeError],
    ["a", TypeError],
    [undefined, TypeError],
    [2 ** 70, IndexError],
    [-(2n ** 70n), IndexError],
  ])("at %o of 3 bytes is refused, and writes nothing", (offset, error) => {
    const target = bytearray(3);
    expect(() => record.packInto(target, offset as number, 1, 2)).toThrow(error);
    expect(target.hex()).toBe("000000");
  });

  test.each([
    ["Bytes", bytes(3)],
    ["text", "abc"],
    ["nothing", undefined],
    ["a read-only view", memoryview(bytes(3))],
    ["a strided view", memoryview(bytearray(10)).subarray(undefined, undefined, 2)],
  ])("%s as target is a TypeError", (_, target) => {
    expect(() => record.packInto(target as unknown as Uint8Array, 0, 1, 2)).toThrow(TypeError);
  });

  test("an exporter that answers with read-only memory is a TypeError, and is released", () => {
    const log: (number | string)[] = [];
    const target = exporter(log, { readonly: true });
    expect(() => record.packInto(target, 9, 1, 2)).toThrow(TypeError);
    expect(log).toEqual([BufferFlags.WRITABLE, "release"]);
  });

  test("checks the number of values, then the target, the offset, the room, the values", () => {
    const wrong = "wrong" as unknown as number;
    expect(() => record.packInto(bytes(3), wrong, 1)).toThrow(StructError);
    expect(() => record.packInto(bytes(3), wrong, 1, 2)).toThrow(TypeError);
    expect(() => record.packInto(bytearray(2), 0, 1e9, 2)).toThrow("wanted 3 bytes at offset 0");
    expect(() => make("<fb").packInto(bytearray(3), 0, 1e39, 2)).toThrow(StructError);
  });

  test("a wrong value leaves the target alone, unlike CPython, which writes those before it", () => {
    const target = bytearray(Uint8Array.of(255, 255, 255, 255));
    expect(() => packInto("<bb", target, 0, 1, 300)).toThrow(StructError);
    expect(target.hex()).toBe("ffffffff");
  });

  test("writes into views, at byte offsets whatever their format and shape", () => {
    const memory = new Uint8Array(8);
    record.packInto(memoryview(memory).cast("B", [2, 4]), 5, 1, 2);
    record.packInto(new Uint16Array(memory.buffer), 1, 3, 4);
    record.packInto(memory.buffer, 0, 5, 6);
    expect(bytes(memory).hex()).toBe("0500060400010002");
  });

  test("bytes of the target itself are packed as they were", () => {
    const memory = text("abcdef");
    packInto("3s", memory, 1, memory);
    expect(new TextDecoder().decode(memory)).toBe("aabcef"); // CPython has cleared them by then
  });
});

describe("unpack and unpackFrom", () => {
  const source = text("abcd");
  const sources = (): [string, () => ArrayBufferView | ArrayBuffer | Bytes][] => [
    ["Uint8Array", () => source],
    ["Buffer", () => Buffer.from(source)],
    ["ArrayBuffer", () => source.slice().buffer],
    ["DataView", () => new DataView(source.buffer, source.byteOffset, 4)],
    ["Uint16Array", () => new Uint16Array(source.slice().buffer)],
    ["Bytes", () => bytes(source)],
  ];
  test.each(sources())("from a %s", (_, from) => {
    expect(unpack("<hbb", from())).toEqual([25_185, 99, 100]);
    expect(unpackFrom("<hb", from(), 1)).toEqual([25_442, 100]);
  });

  test("from ByteArray, views, and memory that is shared or resizable", () => {
    expect(unpack("<I", bytearray(source))).toEqual([1_684_234_849]);
    expect(unpack("<I", memoryview(source.slice()).cast("H"))).toEqual([1_684_234_849]);
    expect(unpackFrom("<h", memoryview(source).subarray(1), 1)).toEqual([25_699]);
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    shared.set(source);
    expect(unpack("<I", shared)).toEqual([1_684_234_849]);
    expect(unpack("<I", shared.buffer)).toEqual([1_684_234_849]);
  });

  test.each([
    [-3, 25_442],
    [-4, 25_185],
    [0, 25_185],
    [1, 25_442],
    [1n, 25_442],
    [true, 25_442],
  ])("unpackFrom at %o of 4 bytes", (offset, first) => {
    expect(record.unpackFrom(source, offset)[0]).toBe(first);
  });

  test.each([
    [-1, StructError],
    [-2, StructError],
    [-10, StructError],
    [2, StructError],
    [10, StructError],
    [1.5, TypeError],
    ["a", TypeError],
    [null, TypeError],
    [2 ** 70, OverflowError],
    [-(2n ** 70n), OverflowError],
  ])("unpackFrom at %o of 4 bytes is refused", (offset, error) => {
    expect(() => record.unpackFrom(source, offset as number)).toThrow(error);
  });

  test("unpack wants exactly its size", () => {
    expect(() => record.unpack(source)).toThrow("wanted 3 bytes, found 4");
    expect(() => record.unpack(source.subarray(0, 2))).toThrow(StructError);
  });

  test.each(["abc", 3, null, undefined, [1, 2, 3]])("%o is no source", (from) => {
    const wrong = from as unknown as Uint8Array;
    expect(() => record.unpack(wrong)).toThrow(TypeError);
    expect(() => record.unpackFrom(wrong, 1.5)).toThrow(TypeError);
    expect(() => record.iterUnpack(wrong)).toThrow(TypeError);
  });

  test("a strided source is a BufferError, before the offset is looked at", () => {
    const strided = memoryview(text("abcdef")).subarray(undefined, undefined, 2);
    expect(() => record.unpack(strided)).toThrow(BufferError);
    expect(() => record.unpackFrom(strided, 1.5)).toThrow(BufferError);
    expect(() => record.iterUnpack(strided)).toThrow(BufferError);
  });

  test("a released view is a ValueError as source, a TypeError as target", () => {
    const view = memoryview(bytearray(3));
    view.release();
    expect(() => record.unpack(view)).toThrow(ValueError);
    expect(() => record.packInto(view, 0, 1, 2)).toThrow(TypeError);
  });

  test("an empty view that starts behind its memory has a wrong size, as any other", () => {
    const rows = memoryview(text("abcdefgh")).cast("B", [2, 4]);
    const view = rows.subarray(undefined, undefined, 3).subarray(1);
    expect([view.shape, view.cContiguous]).toEqual([[0, 4], true]);
    expect(() => unpack("B", view)).toThrow(StructError);
    expect(unpack("", view)).toEqual([]);
  });

  test("an exporter is asked for bytes alone, and released", () => {
    const log: (number | string)[] = [];
    const from = exporter(log);
    expect(record.unpack(from)).toEqual([0, 0]);
    expect([...record.iterUnpack(from)]).toEqual([[0, 0]]);
    expect(log).toEqual([0, "release", 0, "release"]);
  });

  test("values of c, s and p are copies", () => {
    const memory = text("abc");
    const [value] = unpack("3s", memory);
    memory[0] = 0;
    expect(value.hex()).toBe("616263");
  });
});
