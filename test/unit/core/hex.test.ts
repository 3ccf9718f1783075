/** Hexadecimal digits, both ways, as CPython 3.14. All short texts: test/slow/codecs.test.ts. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytes } from "../../../src/core/construct.ts";
import { bytesOfHex, hexOf } from "../../../src/core/hex.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { expectThrown } from "./memories.ts";

describe("hexOf", () => {
  const data = Uint8Array.of(0, 0x0f, 0xf0, 0xab, 0xff);

  test.each<readonly [string | undefined, number | undefined, string]>([
    [undefined, undefined, "000ff0abff"],
    [undefined, 2, "000ff0abff"],
    ["-", undefined, "00-0f-f0-ab-ff"],
    ["-", 0, "000ff0abff"],
    ["-", 1, "00-0f-f0-ab-ff"],
    ["-", 2, "00-0ff0-abff"],
    ["-", -2, "000f-f0ab-ff"],
    ["-", 4, "00-0ff0abff"],
    ["-", -4, "000ff0ab-ff"],
    ["-", 5, "000ff0abff"],
    ["-", -5, "000ff0abff"],
    ["-", 2 ** 31 - 1, "000ff0abff"],
    ["-", -(2 ** 31), "000ff0abff"],
    ["\0", 3, "000f\0f0abff"],
  ])("separator %j, groups of %s", (separator, size, text) => {
    expect(hexOf(data, separator, size)).toBe(text);
    expect(hexOf(data.subarray(0, 0), separator, size)).toBe("");
  });

  test("takes one ASCII character, or one byte of it, and nothing else", () => {
    expect(hexOf(data, bytes([58]), -3)).toBe("000ff0:abff");
    for (const separator of [
      "",
      "--",
      "é",
      "\x80",
      "€",
      bytes([]),
      bytes([128]),
      bytes([45, 45]),
    ]) {
      expectThrown(() => hexOf(data, separator), "ValueError", /one ASCII character/);
      expectThrown(() => hexOf(data, separator, 0), "ValueError");
    }
    for (const separator of [1, null, [45], {}]) {
      expectThrown(() => hexOf(data, separator as never), "TypeError");
    }
    expectThrown(() => hexOf(data, "-", 1.5), "TypeError");
    for (const size of [2 ** 31, -(2 ** 31) - 1, 2 ** 70]) {
      expectThrown(() => hexOf(data, undefined, size), "OverflowError");
      expectThrown(() => hexOf(data, "é", size), "OverflowError");
    }
  });
});

describe("bytesOfHex", () => {
  test("reads pairs of digits, upper or lower, and white space between them", () => {
    expect([...bytesOfHex("00fFAb9A")]).toEqual([0, 0xff, 0xab, 0x9a]);
    expect([...bytesOfHex(" \t00\n\r\v\fff ")]).toEqual([0, 0xff]);
    for (const text of ["", " \n"]) expect([...bytesOfHex(text)]).toEqual([]);
    expect(bytesOfHex("00 ff").buffer.byteLength, "no memory beyond its bytes").toBe(2);
  });

  test("reads bytes that are digits", () => {
    const digits = bytes("00 ff", "ascii");
    expect([...bytesOfHex(digits)]).toEqual([0, 0xff]);
    expect([...bytesOfHex(memoryview(digits).subarray(3))]).toEqual([0xff]);
    expectThrown(() => bytesOfHex(memoryview(digits).subarray(0, 5, 2)), "BufferError");
  });

  test.each([
    ["0", /the end at 1/],
    ["00 f", /the end at 4/],
    ["0 0", /another character at 1/],
    ["0g", /another character at 1/],
    ["g0", /another character at 0/],
    ["000", /the end at 3/],
    ["00\x1c00", /another character at 2/],
    ["00\0", /at 2/],
    ["00\xa0", /at 2/],
    ["00é0", /at 2/],
    ["٠0", /at 0/],
    ["0x00", /at 1/],
    ["\ud800", /at 0/],
  ])("refuses %j and says where", (text, message) => {
    expectThrown(() => bytesOfHex(text), "ValueError", message);
  });

  test("takes neither numbers nor lists", () => {
    for (const text of [undefined, null, 0, ["00"], {}]) {
      expectThrown(() => bytesOfHex(text as never), "TypeError", /text or a bytes-like object/);
    }
  });

  test("undoes hexOf", () => {
    const property = fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(" ", "\t", undefined),
      fc.integer({ min: -5, max: 5 }),
      (data, separator, size) => {
        const text = hexOf(data, separator, size);
        expect(text.replaceAll(/\s/g, "")).toBe(Buffer.from(data).toString("hex"));
        expect(bytesOfHex(text)).toEqual(data);
        expect(bytesOfHex(text.toUpperCase())).toEqual(data);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});
