import { describe, expect, test } from "vitest";
import type { ItemMemory, Layout } from "../../../src/format/layout.ts";
import { parseFormat } from "../../../src/format/parse.ts";
import { readItem } from "../../../src/format/read.ts";
import {
  checkItem,
  FLOAT_OVERFLOW,
  OK,
  OUT_OF_RANGE,
  WRONG_COUNT,
  WRONG_LENGTH,
  WRONG_TYPE,
  writeItem,
} from "../../../src/format/write.ts";

function layoutOf(format: string): Layout {
  const layout = parseFormat(format);
  if ("problem" in layout) throw new Error(`${format}: ${layout.problem}`);
  return layout;
}

const bytesOf = (value: unknown) => (value instanceof Uint8Array ? value : undefined);
const check = (format: string, value: unknown) => checkItem(layoutOf(format), value, bytesOf);
const text = (value: string) => new TextEncoder().encode(value);

function memoryOf(bytes: Uint8Array): ItemMemory {
  return {
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    bytesAt: (offset, length) => bytes.slice(offset, offset + length),
  };
}

/** Written at an odd offset among 0xee bytes; what is around the item must stay. */
function write(format: string, value: unknown): { bytes: Uint8Array; hex: string; read: unknown } {
  const layout = layoutOf(format);
  expect(checkItem(layout, value, bytesOf)).toBe(OK);
  const all = new Uint8Array(layout.itemsize + 4).fill(0xee);
  const memory = memoryOf(all);
  writeItem(layout, memory.view, 3, value, bytesOf);
  expect([...all.subarray(0, 3), all.at(-1)]).toEqual([0xee, 0xee, 0xee, 0xee]);
  const bytes = all.subarray(3, -1);
  const hex = Buffer.from(bytes).toString("hex");
  return { bytes, hex, read: readItem(layout, memory, 3) };
}

describe("an item that is written reads back", () => {
  test.each([
    ["b", -2, "fe", -2],
    ["B", 254n, "fe", 254],
    ["B", true, "01", 1],
    ["h", -2, "feff", -2],
    [">h", -2, "fffe", -2],
    ["H", 0xfffe, "feff", 0xfffe],
    [">H", 258, "0102", 258],
    ["i", -2, "feffffff", -2],
    [">i", -2, "fffffffe", -2],
    ["I", 0xffff_fffe, "feffffff", 0xffff_fffe],
    [">I", 1, "00000001", 1],
    ["q", -2, "feffffffffffffff", -2n],
    [">q", -2n, "fffffffffffffffe", -2n],
    ["Q", 2n ** 64n - 1n, "ffffffffffffffff", 2n ** 64n - 1n],
    [">Q", 2n ** 63n, "8000000000000000", 2n ** 63n],
    ["l", 1, "0100000000000000", 1n],
    ["<l", 1, "01000000", 1],
    ["n", -1, "ffffffffffffffff", -1n],
    ["N", 1, "0100000000000000", 1n],
    ["P", -1, "ffffffffffffffff", 2n ** 64n - 1n],
    ["e", 1.5, "003e", 1.5],
    [">e", -2, "c000", -2],
    ["f", 0.1, "cdcccc3d", Math.fround(0.1)],
    ["f", 1e40, "0000807f", Infinity],
    ["<f", Infinity, "0000807f", Infinity],
    [">f", 1, "3f800000", 1],
    ["d", 1, "000000000000f03f", 1],
    ["d", 3n, "0000000000000840", 3],
    [">d", true, "3ff0000000000000", 1],
    ["Zf", [1, -2], "0000803f000000c0", [1, -2]],
    [">Zf", 1, "3f80000000000000", [1, 0]],
    ["Zd", [1, 2n], "000000000000f03f0000000000000040", [1, 2]],
    [">D", [1, 0], "3ff00000000000000000000000000000", [1, 0]],
    ["c", text("a"), "61", text("a")],
    ["5s", text("abc"), "6162630000", text("abc\0\0")],
    ["2s", text("abc"), "6162", text("ab")],
    ["0s", text("abc"), "", text("")],
    ["5p", text("abc"), "0361626300", text("abc")],
    ["5p", text("abcdefgh"), "0461626364", text("abcd")],
    ["p", text("a"), "00", text("")],
    ["0p", text("a"), "", text("")],
    ["<IdHH", [1, 1, 2, 3], "01000000000000000000f03f02000300", [1, 1, 2, 3]],
    ["T{i}", 1, "01000000", 1],
    ["T{<H:x:>H:y:}", { x: 1, y: 2 }, "01000002", { x: 1, y: 2 }],
    ["T{<H:x:>H:y:}", [1, 2], "01000002", { x: 1, y: 2 }],
    ["T{B:x:}", { x: 1 }, "01", { x: 1 }],
    [
      "(2,3)B",
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      "010203040506",
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      "T{B:x:(2)T{B:a:B:b:}:y:}",
      { x: 1, y: [{ a: 2, b: 3 }, [4, 5]] },
      "0102030405",
      {
        x: 1,
        y: [
          { a: 2, b: 3 },
          { a: 4, b: 5 },
        ],
      },
    ],
    [
      "2T{BB}",
      [
        [1, 2],
        [3, 4],
      ],
      "01020304",
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ["", [], "", []],
  ])("%s of %o is %s", (format, value, hex, read) => {
    const written = write(format, value);
    expect(written.hex).toBe(hex);
    expect(written.read).toStrictEqual(read);
  });

  test("padding keeps its bytes", () => {
    expect(write("xB2xB", [1, 2]).hex).toBe("ee01eeee02");
    expect(write("xB", 1)).toMatchObject({ hex: "ee01", read: 1 });
  });

  test("'p' of 300 bytes says 255 and keeps what fits", () => {
    const { bytes, read } = write("300p", new Uint8Array(400).fill(7));
    expect([bytes[0], bytes[299]]).toEqual([255, 7]);
    expect(read).toEqual(new Uint8Array(255).fill(7));
  });

  test("'p' reads no further than its item", () => {
    const memory = memoryOf(Uint8Array.of(255, 97, 98, 99));
    expect(readItem(layoutOf("3p"), memory, 0)).toEqual(text("ab"));
  });

  test.each([
    [0, false],
    [-0, false],
    [Number.NaN, true],
    [0n, false],
    ["", false],
    ["0", true],
    [null, false],
    [undefined, false],
    [[], false],
    [[0], true],
    [{}, true],
    [text(""), false],
    [text("\0"), true],
  ])("'?' of %o is %s, as in Python", (value, truth) => {
    expect(write("?", value).read).toBe(truth);
  });

  test("any byte but 0 reads as true", () => {
    expect(readItem(layoutOf("?"), memoryOf(Uint8Array.of(2)), 0)).toBe(true);
  });
});

describe("checkItem", () => {
  const integers: readonly (readonly [string, bigint, bigint])[] = [
    ["b", -128n, 127n],
    ["B", 0n, 255n],
    ["h", -(2n ** 15n), 2n ** 15n - 1n],
    ["H", 0n, 2n ** 16n - 1n],
    ["i", -(2n ** 31n), 2n ** 31n - 1n],
    ["I", 0n, 2n ** 32n - 1n],
    ["q", -(2n ** 63n), 2n ** 63n - 1n],
    ["Q", 0n, 2n ** 64n - 1n],
    ["P", -(2n ** 63n), 2n ** 64n - 1n],
  ];
  test.each(integers)("%s takes %d to %d", (format, least, most) => {
    expect([least, most].map((value) => check(format, value))).toEqual([OK, OK]);
    expect([least - 1n, most + 1n, 1e300].map((value) => check(format, value))).toEqual([
      OUT_OF_RANGE,
      OUT_OF_RANGE,
      OUT_OF_RANGE,
    ]);
  });

  test.each([
    ["B", 1.5, WRONG_TYPE],
    ["B", Number.NaN, WRONG_TYPE],
    ["B", Infinity, WRONG_TYPE],
    ["B", "1", WRONG_TYPE],
    ["B", null, WRONG_TYPE],
    ["B", undefined, WRONG_TYPE],
    ["B", [1], WRONG_TYPE],
    ["q", 1.5, WRONG_TYPE],
    ["d", "1", WRONG_TYPE],
    ["d", 10n ** 400n, OUT_OF_RANGE],
    ["e", 10n ** 400n, OUT_OF_RANGE],
    ["e", 65_519.99, OK],
    ["e", 65_520, FLOAT_OVERFLOW],
    ["e", -Infinity, OK],
    ["<f", 1e39, FLOAT_OVERFLOW],
    ["<f", 3.402_823_5e38, OK],
    ["f", 1e39, OK],
    ["Zf", [1e39, 0], OK],
    ["<Zf", [0, 1e39], OK],
    [">Zf", [0, 1e39], FLOAT_OVERFLOW],
    ["Zd", [1], WRONG_COUNT],
    ["Zd", [1, "2"], WRONG_TYPE],
    ["Zd", "1", WRONG_TYPE],
    ["c", text("ab"), WRONG_LENGTH],
    ["c", 97, WRONG_TYPE],
    ["3s", "abc", WRONG_TYPE],
    ["BB", [1], WRONG_COUNT],
    ["BB", [1, 2, 3], WRONG_COUNT],
    ["BB", 1, WRONG_TYPE],
    ["BB", [1, 256], OUT_OF_RANGE],
    ["B:x:B:y:", { x: 1 }, WRONG_COUNT],
    ["B:x:B:y:", { x: 1, y: 2, z: 3 }, OK],
    ["B:x:B:y:", null, WRONG_TYPE],
    ["B:x:B:y:", { x: 1, y: 300 }, OUT_OF_RANGE],
    ["(2)B", [1], WRONG_COUNT],
    ["(2)B", 1, WRONG_TYPE],
    ["(2,1)B", [[1], 2], WRONG_TYPE],
    ["(2,1)B", [[1], [300]], OUT_OF_RANGE],
  ])("of %s and %o", (format, value, status) => {
    expect(check(format, value)).toBe(status);
  });
});

test("reading beyond the memory throws the DataView's RangeError", () => {
  const memory = memoryOf(new Uint8Array(3));
  expect(() => readItem(layoutOf("I"), memory, 0)).toThrow(RangeError);
});
