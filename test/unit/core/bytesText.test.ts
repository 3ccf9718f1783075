/** Which characters each encoding has: all of them, asked one by one. */
import { expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";
import { expectThrown } from "./memories.ts";

test.each([
  ["ascii", 0x80],
  ["latin-1", 0x100],
])("%s has the characters below %i, and no others", (encoding, end) => {
  const codes = Array.from({ length: 0x200 }, (_, code) => code);
  for (const code of codes.slice(0, end)) {
    const text = String.fromCharCode(code);
    expect([...bytes(text, encoding), ...bytearray(text, encoding)]).toEqual([code, code]);
    expect(bytes([code]).decode(encoding)).toBe(text);
  }
  for (const code of codes.slice(end)) {
    const text = String.fromCharCode(code);
    expectThrown(() => bytes(text, encoding), "UnicodeEncodeError");
    expect([...bytearray(`a${text}b`, encoding, "replace")]).toEqual([97, 63, 98]);
  }
});

test("utf-8 has all characters but lone surrogates", () => {
  for (const code of [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff]) {
    const text = String.fromCodePoint(code);
    const encoded = bytes(text, "utf-8");
    expect([...encoded]).toEqual([...new TextEncoder().encode(text)]);
    expect(encoded.decode()).toBe(text);
  }
  for (const code of [0xd800, 0xdbff, 0xdc00, 0xdfff]) {
    expectThrown(() => bytes(String.fromCharCode(code), "utf-8"), "UnicodeEncodeError");
  }
});
