/** `bytes` and `bytearray` of text. */
import { describe, expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";
import { expectThrown, thrown } from "./memories.ts";

describe.each([
  ["bytes", bytes],
  ["bytearray", bytearray],
] as const)("%s of text", (_, make) => {
  test("takes text with its encoding", () => {
    expect([...make("hé", "utf-8")]).toEqual([0x68, 0xc3, 0xa9]);
    expect([...make("hé", "latin-1", "strict")]).toEqual([0x68, 0xe9]);
    expect([...make("hé", "ascii", "replace")]).toEqual([0x68, 0x3f]);
    expect([...make("", "ascii")]).toEqual([]);
    expectThrown(() => make("é", "ascii"), "UnicodeEncodeError");
    expectThrown(() => make("é", "utf-16"), "LookupError");
  });

  test("refuses text without an encoding, and says how to give it", () => {
    const untyped = make as unknown as (...args: unknown[]) => unknown;
    const right = 'bytes(text, "utf-8") or b`text`';
    for (const args of [["a"], [""], ["a", undefined, "strict"]]) {
      const error = thrown(() => untyped(...args));
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).toContain(right);
    }
  });

  test("refuses an encoding, or a way to treat errors, of anything else", () => {
    const untyped = make as unknown as (...args: unknown[]) => unknown;
    for (const source of [1, [1], bytes([1]), new Uint8Array(1), null, undefined]) {
      expectThrown(() => untyped(source, "utf-8"), "TypeError");
      expectThrown(() => untyped(source, undefined, "strict"), "TypeError");
    }
    expectThrown(() => untyped("a", null), "TypeError");
    expectThrown(() => untyped("a", "utf-8", null), "TypeError");
    expectThrown(() => untyped("a", 8), "TypeError");
  });
});
