/** `bytes % values`: results are those of CPython 3.14. */
import { describe, expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";
import { copiedBytes } from "../../../src/core/copy.ts";
import { formatBytes } from "../../../src/core/formatting.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { kBuffer } from "../../../src/core/protocol.ts";
import type { BufferRecord } from "../../../src/core/protocol.ts";
import { counting, expectThrown, exporterOf } from "./memories.ts";

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function format(template: string, values: unknown): string {
  return String.fromCharCode(...formatBytes(latin1(template), values));
}

function exporting({ buffer, byteOffset, byteLength }: Uint8Array): BufferRecord {
  return { buffer, byteOffset, byteLength };
}

type Row = readonly [template: string, values: unknown, expected: string];

function rows(name: string, table: readonly Row[]): void {
  test(name, () => {
    for (const [template, values, expected] of table) {
      expect(format(template, values), template).toBe(expected);
    }
  });
}

describe("values", () => {
  rows("an array is a tuple, an object or Map a dict, all else one value", [
    ["%d-%d", [1, 2], "1-2"],
    ["%d", 7, "7"],
    ["%s", bytes([97]), "a"],
    ["100%%", [], "100%"],
    ["%(a)d %(b(c))s %(a)d", { a: 1, "b(c)": latin1("x") }, "1 x 1"],
    [
      "%()d%(a)d",
      new Map([
        ["", 2],
        ["a", 1],
      ]),
      "21",
    ],
    ["none", {}, "none"],
    ["none", memoryview(bytes([97])), "none"],
  ]);

  test("bytes stay bytes", () => {
    const every = counting(256);
    expect(formatBytes(latin1("\xff%b\0"), every)).toEqual(Uint8Array.of(255, ...every, 0));
  });

  test("an exporter is released", () => {
    let held = 0;
    const { buffer } = latin1("ab");
    const record = { buffer, byteOffset: 0, byteLength: 2, release: () => (held += 1) };
    expect(format("%s%s", [exporterOf(record), exporterOf(record)])).toBe("abab");
    expect(held).toBe(2);
  });

  test("an exporter may format too, while it is asked", () => {
    const inner = { [kBuffer]: () => exporting(formatBytes(latin1("<%d>"), 1)) };
    expect(format("%d%s%d", [1, inner, 2])).toBe("1<1>2");
  });

  test("bytes are copied once, with what lies between", () => {
    const before = copiedBytes();
    formatBytes(latin1("%b,%b,%5b"), [new Uint8Array(5000), bytes(300), bytearray(3)]);
    expect(copiedBytes() - before).toBe(5000 + 300 + 3 + 4);
  });
});

describe("text and bytes", () => {
  rows("%b and %s take anything bytes-like, strided too", [
    ["<%5b|%-5s|%.2s>", [bytes([97]), latin1("b"), latin1("cde")], "<    a|b    |cd>"],
    ["%.2000000000s", [bytes([97])], "a"],
    ["%b", memoryview(latin1("abcd")).subarray(null, null, -2), "db"],
    ["%05s%+#s", [latin1("a"), latin1("b")], "    ab"],
    ["%s", Uint16Array.of(0x4241), "AB"],
    ["%s%s", [new ArrayBuffer(1), new DataView(new ArrayBuffer(1))], "\0\0"],
  ]);

  test("a list within itself is shown as [...]", () => {
    const list: unknown[] = [1];
    list.push(list, [list]);
    expect(format("%r", [list])).toBe("[1, [...], [[...]]]");
    const twice = [2];
    expect(format("%a", [[twice, twice]])).toBe("[[2], [2]]");
  });

  rows("%c is a byte, or bytes of length 1", [
    ["%c%c%c%c%c", [65, true, 0xffn, bytes([66]), bytearray([67])], "A\x01\xffBC"],
    ["%3c|%-3c|%.0c|%03c", [65, 65, 65, 65], "  A|A  |A|  A"],
  ]);

  rows("%a and %r are Python's ascii()", [
    ["%a %r", [null, true], "None True"],
    ["%a %a %a", [12, 2n ** 70n, undefined], "12 1180591620717411303424 None"],
    ["%a %a %a %a", [0.1, -0, 1e22, 1e-5], "0.1 -0.0 1e+22 1e-05"],
    ["%a %a %a", [1234567.25, 2 ** 53, 1.5e300], "1234567.25 9007199254740992.0 1.5e+300"],
    ["%a %a %a", [Infinity, -Infinity, Number.NaN], "inf -inf nan"],
    ["%a", ['it\'s "x"'], "'it\\'s \"x\"'"],
    ["%a", ["it's"], '"it\'s"'],
    [
      "%a",
      "\t\n\r\\\0\x7f\xe9\u20ac\ud800\u{1f600}",
      "'\\t\\n\\r\\\\\\x00\\x7f\\xe9\\u20ac\\ud800\\U0001f600'",
    ],
    ["%a", [[1, [bytes([0, 39])], "a"]], "[1, [b\"\\x00'\"], 'a']"],
    [
      "%a %a",
      [bytearray(latin1("it's")), bytearray(2)],
      `bytearray(b"it\\'s") bytearray(b'\\x00\\x00')`,
    ],
    ["%.3a|%6a|%-6a|", ["abc", "b", "c"], "'ab|   'b'|'c'   |"],
    ["%a", [latin1("x".repeat(100))], `b'${"x".repeat(100)}'`],
  ]);
});

describe("integers", () => {
  rows("decimal takes numbers, bigints and booleans, and cuts fractions off", [
    ["%d %i %u", [-42, 42n, true], "-42 42 1"],
    ["%d %d %d", [3.99, -3.99, 1e22], "3 -3 10000000000000000000000"],
    ["%d", 2n ** 100n, "1267650600228229401496703205376"],
    ["%ld%hd%Ld", [1, 2, 3], "123"],
  ]);

  rows("flags, width and precision", [
    ["%+d|% d|%+ d|% d", [5, 5, 5, -5], "+5| 5|+5|-5"],
    ["%5d|%-5d|%05d|%-05d", [-3, -3, -3, -3], "   -3|-3   |-0003|-3   "],
    ["%.3d|%8.3d|%08.3d|%.0d", [-5, -5, -5, 0], "-005|    -005|-0000005|0"],
    ["%*d|%-*d|%*d|%.*d", [4, 1, 4, 1, -4, 1, -4, 1], "   1|1   |1   |1"],
    ["%x %X %o", [255, 255n, 8], "ff FF 10"],
    ["%#x %#X %#o %#d", [255, 255, 0, 5], "0xff 0XFF 0o0 5"],
    ["%+#08x|%#.5x|%-#8o|%#8x", [255, -255, 8, 1], "+0x000ff|-0x000ff|0o10    |     0x1"],
  ]);
});

describe("floats", () => {
  rows("%f rounds halves to even, as the exact value of the float says", [
    ["%f %.2f %.0f %.0f %.0f", [1.5, 2.675, 0.5, 1.5, 2.5], "1.500000 2.67 0 2 2"],
    ["%.1f %.1f %.3f", [0.25, 0.35, 1e21], "0.2 0.3 1000000000000000000000.000"],
    ["%.25f", 0.1, "0.1000000000000000055511151"],
    ["%.2f %.3f %f", [0, 5e-324, -0], "0.00 0.000 -0.000000"],
    ["%f %f", [10n, true], "10.000000 1.000000"],
    ["%.0f", 2 ** 80, "1208925819614629174706176"],
  ]);

  rows("%e and %g", [
    ["%e %E %.0e %.0e", [12345.678, 0.00012, 2.5, 9.5], "1.234568e+04 1.200000E-04 2e+00 1e+01"],
    ["%.2e %.3e %e", [9.999, 1e-300, 0], "1.00e+01 1.000e-300 0.000000e+00"],
    ["%.20e %.17g", [1e23, 1e23], "9.99999999999999916114e+22 9.9999999999999992e+22"],
    ["%g %g %g %g", [100000, 1000000, 0.0001, 0.00001], "100000 1e+06 0.0001 1e-05"],
    ["%g %g %g", [999999.5, 9.9999995, 0.00009999995], "1e+06 10 0.0001"],
    ["%.3g %.0g %G %g", [1234.5, 0.05, 1e-10, 0], "1.23e+03 0.05 1E-10 0"],
    ["%#g %#.3g %#.0f %#.0e", [1, 10, 3, 3], "1.00000 10.0 3. 3.e+00"],
  ]);

  rows("padding, infinities, not a number", [
    ["%8.2f|%-8.2f|%+08.2f|% .1f", [1.25, -1.25, 1.5, 1], "    1.25|-1.25   |+0001.50| 1.0"],
    ["%f %F %e %G", [Infinity, -Infinity, Number.NaN, Number.NaN], "inf -INF nan NAN"],
    ["%05f|%+f|%#.0f", [Infinity, Number.NaN, Infinity], "00inf|+nan|inf"],
  ]);

  test("digits beyond the last are zeros, however many", () => {
    const least = format("%.1080f", 5e-324);
    expect(least.slice(0, 330)).toBe(`0.${"0".repeat(323)}49406`.slice(0, 330));
    expect(least.slice(-12)).toBe("265625000000"); // 5e-324 is 2^-1074, of 1074 decimals
    expect(format("%.3000f", 1.5)).toBe(`1.5${"0".repeat(2999)}`);
    expect(format("%.2000e", 2 ** -1)).toBe(`5.${"0".repeat(2000)}e-01`);
    expect(format("%.2000000000g", 1.25)).toBe("1.25");
    expect(format("%.0f", 1.7976931348623157e308)).toBe(`${BigInt(1.7976931348623157e308)}`);
  });
});

describe("errors", () => {
  const refusals: readonly (readonly [string, unknown, string])[] = [
    // too few, too many
    ["%d", [], "TypeError"],
    ["%d %d", 1, "TypeError"],
    ["%d", [1, 2], "TypeError"],
    ["none", [1], "TypeError"],
    ["none", null, "TypeError"],
    ["none", bytes([97]), "TypeError"],
    ["none", bytearray([97]), "TypeError"],
    // templates
    ["%", [], "ValueError"],
    ["%5", [1], "ValueError"],
    ["%.", [1], "ValueError"],
    ["%l", [1], "ValueError"],
    ["%lld", [1], "ValueError"],
    ["%y", [1], "ValueError"],
    ["%\xff", [1], "OverflowError"],
    ["%5%", [1], "ValueError"],
    ["%5%", [], "TypeError"], // a value comes first
    ["%*", [], "TypeError"],
    ["%*", [5], "ValueError"],
    // keys
    ["%(a)d", [1], "TypeError"],
    ["%(a)d", bytes([97]), "TypeError"],
    ["%(a", { a: 1 }, "ValueError"],
    ["%((a)d", { a: 1 }, "ValueError"],
    ["%(a)", {}, "KeyError"],
    ["%(a)", { a: 1 }, "ValueError"],
    ["%(constructor)d", {}, "KeyError"],
    ["%(a)d", { a: undefined }, "KeyError"],
    ["%(a)d", new Map(), "KeyError"],
    ["%(a)d", memoryview(bytes([97])), "TypeError"],
    ["%(a)d %d", { a: 1 }, "TypeError"],
    ["%(a)*d", { a: 1 }, "TypeError"],
    ["%(a)%", { a: 1 }, "ValueError"],
    // sizes
    ["%*d", [1.5, 1], "TypeError"],
    ["%*d", [latin1("1"), 1], "TypeError"],
    ["%*d", [2n ** 63n, 1], "OverflowError"],
    ["%.*d", [-(2 ** 31) - 1, 1], "OverflowError"],
    ["%9223372036854775808d", [1], "ValueError"],
    ["%.2147483648d", [1], "ValueError"],
    // longer than the engine's text
    ["%600000000d", [1], "OverflowError"],
    ["%-600000000s", [bytes([97])], "OverflowError"],
    ["%0600000000d", [1], "OverflowError"],
    ["%*x", [2n ** 62n, 1], "OverflowError"],
    ["%.600000000d", [1], "OverflowError"],
    ["%.2147483647e", [1], "OverflowError"],
    ["%#.2147483647g", [1], "OverflowError"],
    ["%600000000d", ["1"], "TypeError"], // the value comes first
    // values
    ["%b", ["text"], "TypeError"],
    ["%s", [1], "TypeError"],
    ["%c", [256], "OverflowError"],
    ["%c", [-1n], "OverflowError"],
    ["%c", [1.5], "TypeError"],
    ["%c", [bytes(2)], "TypeError"],
    ["%c", ["a"], "TypeError"],
    ["%c", [memoryview(bytes(1))], "TypeError"],
    ["%d", ["1"], "TypeError"],
    ["%d", [bytes([49])], "TypeError"],
    ["%d", [null], "TypeError"],
    ["%d", [Number.NaN], "ValueError"],
    ["%d", [Infinity], "OverflowError"],
    ["%x", [3.5], "TypeError"],
    ["%x", [Number.NaN], "TypeError"],
    ["%f", ["1"], "TypeError"],
    ["%f", [10n ** 400n], "TypeError"],
    ["%a", [Symbol("s")], "TypeError"],
    ["%a", [{}], "TypeError"],
  ];

  test("have CPython's class, in CPython's order", () => {
    for (const [template, values, name] of refusals) {
      expectThrown(() => format(template, values), name);
    }
  });

  test("say what was wanted", () => {
    expectThrown(() => format("%d", "1"), "TypeError", /wanted a number for %d, found "1"$/);
    expectThrown(() => format("%(a)d", {}), "KeyError", /found "a"$/);
    expectThrown(() => format("%y", 1), "ValueError", /found "%y"$/);
  });
});
