/** Text as bytes. Results are CPython 3.14's; all short texts are compared in test/slow/codecs.test.ts. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBytes } from "../../../src/core/decoding.ts";
import { encodeText } from "../../../src/core/encoding.ts";
import type { EncodeErrors } from "../../../src/core/encoding.ts";
import { UnicodeEncodeError } from "../../../src/core/errors.ts";
import { textOf } from "../../../src/core/text.ts";
import { expectThrown, thrown } from "./memories.ts";

/** The bytes, as text of Latin-1. */
function encode(text: string, encoding: string, errors?: EncodeErrors): string {
  return textOf(encodeText(text, encoding, errors));
}

describe("names of encodings", () => {
  test.each([
    [
      "utf-8",
      "UTF_8",
      "utf8",
      "U8",
      "utf",
      "utf--8",
      "utf 8",
      " utf8",
      "_utf8_",
      "utf-8-",
      "utf\u20138",
      "cp65001",
    ],
    [
      "latin-1",
      "LATIN1",
      "latin_1",
      "latin",
      "L1",
      "iso-8859-1",
      "iso8859-1",
      "8859",
      "cp819",
      "iso-ir-100",
      "csISOLatin1",
      "ISO_8859-1:1987",
    ],
    ["ascii", "US-ASCII", "us", "646", "iso-ir-6", "cp367", "ANSI_X3.4-1968"],
  ])("%s has others", (...names) => {
    const [name = ""] = names;
    const beyond = { "utf-8": "\xc3\xbf", "latin-1": "\xff", ascii: "?" }[name];
    for (const other of names) {
      expect([other, encode("\xff", other, "replace")]).toEqual([other, beyond]);
      expect(decodeBytes(Uint8Array.of(65), other, "strict")).toBe("A");
    }
  });

  test.each([
    "",
    "-",
    "utf",
    "utf-16",
    "u_t_f_8",
    "utf.8",
    "iso88591",
    "iso-8859",
    "iso8859-1-1987",
    "usascii",
    "l 1",
    "__proto__",
    "toString",
  ])("%j is none", (name) => {
    if (name === "utf") return;
    const message = /wanted utf-8, latin-1, ascii, found "/;
    expectThrown(() => encodeText("", name), "LookupError", message);
    expectThrown(() => decodeBytes(Uint8Array.of(65), name, "strict"), "LookupError", message);
    expect(decodeBytes(new Uint8Array(0), name, "strict"), "nothing is nothing").toBe("");
  });

  test("have no NUL, and neither have the names of ways to treat errors", () => {
    expectThrown(() => encodeText("", "utf-8\0"), "ValueError");
    expectThrown(() => encodeText("", "utf-8", "strict\0" as never), "ValueError");
    expectThrown(() => decodeBytes(new Uint8Array(0), "utf-8\0", "strict"), "ValueError");
    expectThrown(() => decodeBytes(new Uint8Array(0), "utf-8", "\0" as never), "ValueError");
  });

  test("must be text, and so must be the names of ways to treat errors", () => {
    for (const name of [null, 8, Symbol("utf-8"), {}]) {
      expectThrown(() => encodeText("", name as never), "TypeError");
      expectThrown(() => encodeText("", "utf-8", name as never), "TypeError");
      expectThrown(() => decodeBytes(new Uint8Array(0), name as never, "strict"), "TypeError");
      expectThrown(() => decodeBytes(new Uint8Array(0), "utf-8", name as never), "TypeError");
    }
  });
});

describe("encodeText", () => {
  test("writes what an encoding has", () => {
    expect(encode("A\x7f\x80\xff\u0100\uffff😀", "utf-8")).toBe(
      "A\x7f\xc2\x80\xc3\xbf\xc4\x80\xef\xbf\xbf\xf0\x9f\x98\x80",
    );
    expect(encode("\ufeff\ufffd", "utf-8"), "as any other").toBe("\xef\xbb\xbf\xef\xbf\xbd");
    expect(encode("\0A\x80\xff", "latin-1")).toBe("\0A\x80\xff");
    expect(encode("\0A\x7f", "ascii")).toBe("\0A\x7f");
    for (const encoding of ["utf-8", "latin-1", "ascii"]) expect(encode("", encoding)).toBe("");
  });

  test.each<readonly [EncodeErrors, utf8: string, latin1: string, ascii: string]>([
    ["ignore", "a\xc3\xbf\xf0\x9f\x98\x80b", "a\xffb", "ab"],
    ["replace", "a\xc3\xbf?\xf0\x9f\x98\x80?b", "a\xff???b", "a????b"],
    [
      "backslashreplace",
      "a\xc3\xbf\\udc80\xf0\x9f\x98\x80\\ud800b",
      "a\xff\\udc80\\U0001f600\\ud800b",
      "a\\xff\\udc80\\U0001f600\\ud800b",
    ],
    [
      "xmlcharrefreplace",
      "a\xc3\xbf&#56448;\xf0\x9f\x98\x80&#55296;b",
      "a\xff&#56448;&#128512;&#55296;b",
      "a&#255;&#56448;&#128512;&#55296;b",
    ],
  ])("%s puts something for each character that is lacking", (errors, utf8, latin1, ascii) => {
    const text = "a\xff\udc80😀\ud800b";
    expect(encode(text, "utf-8", errors)).toBe(utf8);
    expect(encode(text, "latin-1", errors)).toBe(latin1);
    expect(encode(text, "ascii", errors)).toBe(ascii);
  });

  test("surrogateescape and surrogatepass put the bytes that surrogates stand for", () => {
    for (const encoding of ["utf-8", "latin-1", "ascii"]) {
      expect(encode("a\udc80\udcffb\udcc3", encoding, "surrogateescape")).toBe("a\x80\xffb\xc3");
    }
    expect(encode("é\ud800\udbff.\udfff", "utf-8", "surrogatepass")).toBe(
      "\xc3\xa9\xed\xa0\x80\xed\xaf\xbf.\xed\xbf\xbf",
    );
  });

  test.each<readonly [string, string, EncodeErrors, start: number, end: number]>([
    ["a\ud800\udbffb\udc00", "utf-8", "strict", 1, 3],
    ["😀\ud800", "utf-8", "strict", 2, 3],
    ["aé😀ő", "latin-1", "strict", 2, 5],
    ["aé😀ő.é", "ascii", "strict", 1, 5],
    ["a\udc80\udc7f\udc81", "utf-8", "surrogateescape", 2, 4],
    ["\udc80a\udd00", "latin-1", "surrogateescape", 2, 3],
    ["\udc80\xff\udc80", "ascii", "surrogateescape", 1, 3],
    ["a\ud800", "latin-1", "surrogatepass", 1, 2],
    ["\xff\ud800", "ascii", "surrogatepass", 0, 2],
  ])("%j in %s, %s: says where it cannot", (object, encoding, errors, start, end) => {
    const error = thrown(() => encodeText(object, encoding, errors));
    expect(error).toBeInstanceOf(UnicodeEncodeError);
    expect(error).toMatchObject({ object, encoding, start, end, code: "ERR_UNICODE_ENCODE" });
    const reasons = { "utf-8": "surrogates not allowed", "latin-1": "(256)", ascii: "(128)" };
    expect(error).toMatchObject({
      reason: expect.stringContaining(reasons[encoding as "ascii"]) as string,
    });
  });

  test("looks a way to treat errors up when there is an error", () => {
    expect(encode("a", "utf-8", "no" as never)).toBe("a");
    for (const name of ["no", "", "toString"]) {
      expectThrown(() => encodeText("é", "ascii", name as never), "LookupError", /found "/);
    }
  });

  test("is undone by decoding", () => {
    const unit = fc.oneof(
      fc.constantFrom(0x41, 0x7f, 0x80, 0xff, 0x100, 0xd800, 0xdbff, 0xdc80, 0xdcff, 0xffff),
      fc.integer({ min: 0, max: 0xffff }),
    );
    const property = fc.property(fc.array(unit, { maxLength: 20 }), (units) => {
      const text = String.fromCharCode(...units);
      const passed = encodeText(text, "utf-8", "surrogatepass");
      expect(decodeBytes(passed, "utf-8", "surrogatepass")).toBe(text);
      const plain = text.replaceAll(/\p{Surrogate}/gu, "");
      expect(decodeBytes(encodeText(plain, "utf-8"), "utf-8", "strict")).toBe(plain);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test("restores any bytes that were decoded with surrogateescape", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 20 }), (data) => {
      for (const encoding of ["utf-8", "latin-1", "ascii"]) {
        const text = decodeBytes(data, encoding, "surrogateescape");
        expect(encodeText(text, encoding, "surrogateescape")).toEqual(data);
      }
    });
    fc.assert(property, { numRuns: 500 });
  });
});
