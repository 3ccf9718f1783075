/** Kinds and case of all 256 bytes: ASCII letters, digits and white space only, whatever the locale. */
import { describe, expect, test } from "vitest";
import { bytes } from "../../../src/core/construct.ts";
import { b } from "../../../src/core/literal.ts";
import { kinds } from "./sequences.ts";
import type { Sequence } from "./sequences.ts";

const every = Array.from({ length: 256 }, (_, byte) => byte);

/** The bytes for which something holds, as ranges: "0-9 A-Z". */
function rangesOf(holds: (byte: number) => boolean): string {
  const ranges: string[] = [];
  for (let byte = 0; byte < 256; byte += 1) {
    if (!holds(byte)) continue;
    const first = byte;
    while (byte < 255 && holds(byte + 1)) byte += 1;
    ranges.push(`${first}-${byte}`);
  }
  return ranges.join(" ");
}

const ofEach: readonly (readonly [string, (s: Sequence) => boolean, string])[] = [
  ["isAlnum", (s) => s.isAlnum(), "48-57 65-90 97-122"],
  ["isAlpha", (s) => s.isAlpha(), "65-90 97-122"],
  ["isAscii", (s) => s.isAscii(), "0-127"],
  ["isDigit", (s) => s.isDigit(), "48-57"],
  ["isLower", (s) => s.isLower(), "97-122"],
  ["isSpace", (s) => s.isSpace(), "9-13 32-32"],
  ["isTitle", (s) => s.isTitle(), "65-90"],
  ["isUpper", (s) => s.isUpper(), "65-90"],
];

describe.each(kinds)("%s", (_, make) => {
  test.each(ofEach)("%s of one byte", (name, test_, wanted) => {
    expect(rangesOf((byte) => test_(make([byte])))).toBe(wanted);
    expect(test_(make([])), "of nothing").toBe(name === "isAscii");
  });

  test.each(ofEach.slice(0, 6).filter(([name]) => name !== "isLower"))(
    "%s of many is that of each, wherever one is not",
    (__, test_) => {
      const good = every.filter((byte) => test_(make([byte])));
      expect(test_(make(good))).toBe(true);
      for (const at of [0, 1, good.length]) {
        expect(test_(make(good.toSpliced(at, 0, 255)))).toBe(false);
      }
    },
  );

  test("the case of a text is that of its letters, and there must be some", () => {
    for (const text of [b`a`, b`a1 \xff`, b`1a`, b`abc\x00`]) {
      expect([make([...text]).isLower(), make([...text.upper()]).isUpper()]).toEqual([true, true]);
      expect([make([...text]).isUpper(), make([...text.upper()]).isLower()]).toEqual([
        false,
        false,
      ]);
    }
    for (const text of [b`aB`, b`Ab`, b`1`, b`\xe9`, b` `]) {
      expect([make([...text]).isLower(), make([...text]).isUpper()]).toEqual([false, false]);
    }
  });

  test("title case begins every run of letters, and no other letter", () => {
    for (const text of [b`A`, b`Abc Def`, b`1Abc`, b`A1B2`, b`Don'T`, b` A`, b`A\xffB`]) {
      expect(make([...text]).isTitle(), text.toString()).toBe(true);
      expect(
        make([...text.lower()])
          .title()
          .equals(text),
      ).toBe(true);
      expect(
        make([...text.upper()])
          .title()
          .equals(text),
      ).toBe(true);
    }
    for (const text of [b`a`, b`AB`, b`Abc def`, b`AbC`, b`1a`, b`1`, b``, b` `, b`A1b`]) {
      expect(make([...text]).isTitle(), text.toString()).toBe(false);
    }
  });

  test("case changes ASCII letters, and only them, in new memory", () => {
    const subject = make(every);
    const before = [...subject];
    const [lower, upper, swapped] = [subject.lower(), subject.upper(), subject.swapCase()];
    expect(rangesOf((byte) => lower.get(byte) !== byte)).toBe("65-90");
    expect(rangesOf((byte) => upper.get(byte) !== byte)).toBe("97-122");
    expect(rangesOf((byte) => swapped.get(byte) !== byte)).toBe("65-90 97-122");
    expect([lower.get(65), upper.get(122), swapped.get(65), swapped.get(122)]).toEqual([
      97, 90, 97, 90,
    ]);
    expect(
      make([...b`hELLO wORLD`])
        .capitalize()
        .equals(b`Hello world`),
    ).toBe(true);
    expect(
      make([...b`1A`])
        .capitalize()
        .equals(b`1a`),
    ).toBe(true);
    expect([...subject]).toEqual(before);
    for (const result of [lower, upper, swapped, subject.title(), subject.capitalize()]) {
      expect(result.constructor).toBe(subject.constructor);
      expect(result.length).toBe(256);
    }
    expect(bytes().title().length + bytes().capitalize().length).toBe(0);
  });
});
