/** The template tag `b`: what Python's `b"…"` means by the same characters. */
import { describe, expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import { Bytes } from "../../../src/core/bytes.ts";
import { bytes } from "../../../src/core/construct.ts";
import { copiedBytes } from "../../../src/core/copy.ts";
import { b } from "../../../src/core/literal.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import type { BytesLike } from "../../../src/core/protocol.ts";
import { expectThrown, exporterOf } from "./memories.ts";

function text(value: Bytes): string {
  return String.fromCharCode(...value);
}

/** Calls the tag as a template of this raw text does. */
function literal(raw: string, ...holes: readonly unknown[]): string {
  const raws = raw.split("${}");
  const strings = Object.assign([...raws], { raw: raws });
  return text(b(strings, ...(holes as readonly BytesLike[])));
}

describe("escapes", () => {
  test("are Python's", () => {
    expect(text(b`\\ \' \" \a\b\f\n\r\t\v`)).toBe("\\ ' \" \x07\b\f\n\r\t\v");
    expect(text(b`\x00\xff\xfF\x41g`)).toBe("\0\xff\xffAg");
    expect(text(b`\0\12\101\1014\08`)).toBe("\0\nAA4\x008");
  });

  test("octal ones keep eight bits", () => {
    expect(text(b`\377\400\777`)).toBe("\xff\0\xff");
  });

  test("a backslash before anything else stays", () => {
    const kept = String.raw`\N{DASH} \u1234 \U \8 \d \X41 \. \{ \$ \}`;
    expect(text(b`\N{DASH} \u1234 \U \8 \d \X41 \. \{ \$ \}`)).toBe(kept);
  });

  test("a backslash joins lines; a line break without one stays", () => {
    expect(
      text(b`one\
two
three`),
    ).toBe("onetwo\nthree");
  });

  test("of templates themselves mean what they hide", () => {
    expect(text(b`\` \${x} $\{x} \\\${ \\$ $\\{`)).toBe("` ${x} ${x} \\${ \\$ $\\{");
  });

  test("without digits, and characters beyond ASCII, are syntax errors", () => {
    for (const raw of [String.raw`\x`, String.raw`\x4`, String.raw`a\xg0`, String.raw`\x4 1`]) {
      expectThrown(() => literal(raw), "SyntaxError", /\\x/);
    }
    for (const raw of ["\x80", "é", "\u{1f600}", String.raw`\é`]) {
      expectThrown(() => literal(raw), "SyntaxError", /ASCII/);
    }
  });

  test("every ASCII character after a backslash is as in CPython", () => {
    const meant: Record<string, string> = {
      "\n": "",
      "\\": "\\",
      "'": "'",
      '"': '"',
      "`": "`",
      a: "\x07",
      b: "\b",
      f: "\f",
      n: "\n",
      r: "\r",
      t: "\t",
      v: "\v",
    };
    for (let code = 0; code < 128; code += 1) {
      const character = String.fromCharCode(code);
      if (character === "x") continue;
      const isOctal = character >= "0" && character <= "7";
      const expected = isOctal
        ? String.fromCharCode(code - 48)
        : (meant[character] ?? `\\${character}`);
      expect(literal(`<\\${character}>`)).toBe(`<${expected}>`);
    }
  });
});

describe("holes", () => {
  test("take anything bytes-like", () => {
    const view = memoryview(bytearray([3, 4]));
    expect(text(b`${bytes([1, 2])}|${view}|${new ArrayBuffer(1)}`)).toBe("\x01\x02|\x03\x04|\0");
    expect(text(b`${b`a`}${b``}${Uint16Array.of(0x4241)}`)).toBe("aAB");
    let released = 0;
    const { buffer } = Uint8Array.of(120);
    const record = { buffer, byteOffset: 0, byteLength: 1, release: () => (released += 1) };
    expect(text(b`[${exporterOf(record)}]`)).toBe("[x]");
    expect(released).toBe(1);
  });

  test("are bytes, not escapes", () => {
    const hole = bytes([92, 120, 52, 49]);
    expect(text(b`\\${hole}\n`)).toBe("\\\\x41\n");
  });

  test("refuse text and numbers, which have no bytes of their own", () => {
    for (const hole of ["text", 65, 65n, true, null, undefined, {}, [1], () => 1, Symbol("s")]) {
      expectThrown(() => literal("${}", hole), "TypeError");
    }
    expectThrown(() => literal("${}", "text"), "TypeError", /bytes\(text, "utf-8"\)/);
  });

  test("refuse views with gaps, as joining does", () => {
    const view = memoryview(bytes([1, 2, 3])).subarray(null, null, 2);
    expectThrown(() => b`${view}`, "TypeError");
  });

  test("are copied once", () => {
    const payload = new Uint8Array(1000);
    const make = (): Bytes => b`<${payload}>`;
    make();
    const before = copiedBytes();
    expect(make().length).toBe(1002);
    expect(copiedBytes() - before).toBe(1002);
  });
});

describe("the result", () => {
  test("is Bytes, empty ones too", () => {
    expect(b`a`).toBeInstanceOf(Bytes);
    expect(b``.length).toBe(0);
  });

  test("of a literal without holes is made once for its place", () => {
    const here = (): Bytes => b`same`;
    expect(here()).toBe(here());
    expect(here()).not.toBe(b`same`);
    expect(here().equals(b`same`)).toBe(true);
  });

  test("of a literal with holes is new each time", () => {
    const here = (hole: BytesLike): Bytes => b`x${hole}\0`;
    const first = here(bytes([1]));
    expect(text(here(bytes([2])))).toBe("x\x02\0");
    expect(text(first)).toBe("x\x01\0");
  });

  test("needs a template", () => {
    for (const wrong of ["text", null, undefined, ["text"], 1]) {
      expectThrown(() => b(wrong as unknown as TemplateStringsArray), "TypeError", /b`text`/);
    }
  });
});
