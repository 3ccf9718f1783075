/** Searching in Bytes and bytearrays of any length, against models, with and without the accelerator. */
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accelerate } from "../../../src/core/accelerate.ts";
import { bytes } from "../../../src/core/construct.ts";
import { b } from "../../../src/core/literal.ts";
import { counting } from "./memories.ts";
import { kinds } from "./sequences.ts";
import type { Sequence } from "./sequences.ts";

/** Text of Latin-1, in which string methods are the models. */
const encoded = (text: string): Sequence => bytes(text, "latin-1");

function texts(parts: readonly Sequence[]): string[] {
  return parts.map((part) => part.decode("latin-1"));
}

describe.each([true, false])("with the accelerator: %s", (on) => {
  beforeAll(() => void accelerate(on));
  afterAll(() => void accelerate(true));

  test.each([0, 1, 3, 4, 5, 1019, 1020, 1021, 1023, 1024, 2044, 4095, 4096, 4097, 5120, 9001])(
    "a byte is counted in %i bytes, however often it is there",
    (length) => {
      for (const every of [1, 2, 3, 60, 64, 65, 1000]) {
        for (const byte of [0, 1, 127, 128, 255]) {
          const memory = new Uint8Array(length + 3).fill(byte ^ 1);
          for (let i = 3; i < memory.length; i += every) memory[i] = byte;
          const wanted = Math.ceil(length / every);
          const subject = bytes(memory).subarray(3);
          const found = [
            subject.count(byte),
            subject.count(Uint8Array.of(byte)),
            subject.count(byte ^ 2),
          ];
          expect(found, `${byte}, every ${every}`).toEqual([wanted, wanted, 0]);
          expect(subject.count(byte, 1, -1)).toBe(
            memory.subarray(4, -1).filter((one, i) => one === byte && i < length - 2).length,
          );
        }
      }
    },
  );

  test("each byte is counted among all others", () => {
    const all = bytes(counting(256)).repeat(20);
    for (let byte = 0; byte < 256; byte += 1) expect(all.count(byte)).toBe(20);
  });

  test("matches do not overlap, from either end", () => {
    const subject = b`aaaaa`;
    expect([subject.count(b`aa`), subject.find(b`aa`, 1), subject.rfind(b`aa`)]).toEqual([2, 1, 3]);
    expect(texts(subject.split(b`aa`))).toEqual(["", "", "a"]);
    expect(texts(subject.rsplit(b`aa`))).toEqual(["a", "", ""]);
    expect(texts(subject.split(b`aa`, 1))).toEqual(["", "aaa"]);
    expect(texts(subject.rsplit(b`aa`, 1))).toEqual(["aaa", ""]);
    expect(texts(subject.partition(b`aa`))).toEqual(["", "aa", "aaa"]);
    expect(texts(subject.rpartition(b`aa`))).toEqual(["aaa", "aa", ""]);
  });

  const unit = fc.constantFrom("a", "b", " ", "\n", "\r", "\x0b", "\xff");
  const text = fc.oneof(
    fc.string({ unit, maxLength: 12 }),
    fc.string({ unit, minLength: 45, maxLength: 120 }),
  );
  const needle = fc.string({ unit: fc.constantFrom("a", "b", " "), minLength: 1, maxLength: 3 });
  const most = fc.integer({ min: -1, max: 4 });

  test.each(kinds)("%s are split as text is", (_, make) => {
    const property = fc.property(text, needle, most, (whole, sub, limit) => {
      const subject = make([...Buffer.from(whole, "latin1")]);
      const separator = encoded(sub);
      const parts = whole.split(sub);
      const kept = limit < 0 ? parts.length : Math.min(limit, parts.length - 1);
      const first = [...parts.slice(0, kept), parts.slice(kept).join(sub)];
      expect(texts(subject.split(separator, limit))).toEqual(limit < 0 ? parts : first);
      const [head = "", ...tail] = parts;
      const at = whole.indexOf(sub);
      expect(texts(subject.partition(separator))).toEqual(
        at < 0 ? [whole, "", ""] : [head, sub, tail.join(sub)],
      );
      const last = whole.lastIndexOf(sub);
      expect(texts(subject.rpartition(separator))).toEqual(
        last < 0 ? ["", "", whole] : [whole.slice(0, last), sub, whole.slice(last + sub.length)],
      );
      expect([subject.find(separator), subject.rfind(separator)]).toEqual([at, last]);
      expect(subject.count(separator)).toBe(parts.length - 1);
      expect(subject.includes(separator)).toBe(at >= 0);
      expect(subject.removePrefix(separator).decode("latin-1")).toBe(
        whole.startsWith(sub) ? whole.slice(sub.length) : whole,
      );
      expect(subject.removeSuffix(separator).decode("latin-1")).toBe(
        whole.endsWith(sub) ? whole.slice(0, -sub.length) : whole,
      );
    });
    fc.assert(property, { numRuns: 200 });
  });

  test.each(kinds)("%s are split from the end as reversed text is from the start", (_, make) => {
    const reversed = (list: string): string => list.split("").toReversed().join("");
    const property = fc.property(text, needle, most, (whole, sub, limit) => {
      const subject = make([...Buffer.from(whole, "latin1")]);
      const back = encoded(reversed(whole));
      const mirrored = (parts: readonly Sequence[]): string[] =>
        texts(parts).map(reversed).toReversed();
      expect(texts(subject.rsplit(encoded(sub), limit))).toEqual(
        mirrored(back.split(encoded(reversed(sub)), limit)),
      );
      expect(texts(subject.rsplit(null, limit))).toEqual(mirrored(back.split(null, limit)));
      const words = whole.split(/[\t-\r ]+/).filter(Boolean);
      expect(texts(subject.split())).toEqual(words);
      expect(texts(subject.rsplit())).toEqual(words);
    });
    fc.assert(property, { numRuns: 200 });
  });

  test.each(kinds)("%s end lines at \\n, \\r and \\r\\n, and at nothing else", (_, make) => {
    const property = fc.property(text, (whole) => {
      const subject = make([...Buffer.from(whole, "latin1")]);
      const lines = whole.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
      expect(texts(subject.splitLines(true))).toEqual([...lines]);
      expect(texts(subject.splitLines())).toEqual(
        lines.map((line) => line.replace(/[\r\n]+$/, "")),
      );
    });
    fc.assert(property, { numRuns: 200 });
    const others = [11, 12, 28, 29, 30, 0x85, 0];
    expect(make([97, ...others, 98]).splitLines().length).toBe(1);
  });

  test.each(kinds)("%s are stripped at one end or both", (_, make) => {
    const set = fc.string({ unit, maxLength: 3 });
    const property = fc.property(text, set, (whole, drop) => {
      const subject = make([...Buffer.from(whole, "latin1")]);
      const inSet = (character: string | undefined): boolean =>
        character !== undefined && drop.includes(character);
      let [from, to] = [0, whole.length];
      while (inSet(whole[from])) from += 1;
      while (to > 0 && inSet(whole[to - 1])) to -= 1;
      const wanted = encoded(drop);
      expect(subject.lstrip(wanted).decode("latin-1")).toBe(whole.slice(from));
      expect(subject.rstrip(wanted).decode("latin-1")).toBe(whole.slice(0, to));
      expect(subject.strip(wanted).decode("latin-1")).toBe(whole.slice(from, Math.max(from, to)));
      expect(subject.strip().decode("latin-1")).toBe(
        whole.replaceAll(/^[\t-\r ]+|[\t-\r ]+$/g, ""),
      );
    });
    fc.assert(property, { numRuns: 200 });
  });

  test("which of two comes first is decided by the first byte that differs, else by length", () => {
    for (const length of [1, 47, 48, 49, 300]) {
      const a = bytes(counting(length));
      for (const at of new Set([0, length - 1])) {
        const more = counting(length);
        more[at] = 255;
        const longer = bytes([...more, 1]);
        expect([a.compare(bytes(more)), bytes(more).compare(a)]).toEqual([-1, 1]);
        expect([longer.compare(bytes(more)), bytes(more).compare(longer)]).toEqual([1, -1]);
      }
      expect([a.compare(a), a.compare(bytes()), bytes().compare(a)]).toEqual([0, 1, -1]);
    }
  });
});
