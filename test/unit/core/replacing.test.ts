/** Bytes made of other bytes, against models that go byte by byte: sizes and offsets around where loops change. */
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accelerate } from "../../../src/core/accelerate.ts";
import { bytearray } from "../../../src/core/bytearray.ts";
import { Bytes } from "../../../src/core/bytes.ts";
import { bytes } from "../../../src/core/construct.ts";
import { copiedBytes } from "../../../src/core/copy.ts";
import { b } from "../../../src/core/literal.ts";
import type { Sequence } from "./sequences.ts";

/** Bytes that repeat nowhere soon; `shift` bytes off the start of their memory. */
function noise(length: number, shift = 0): Bytes {
  const memory = new Uint8Array(length + shift + 3);
  let state = 0x2545f491;
  for (let i = 0; i < memory.length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    memory[i] = state >>> 24;
  }
  return bytes(memory).subarray(shift, shift + length);
}

/** Text of Latin-1, in which string methods are the models. */
function latin1(subject: Sequence | Uint8Array): string {
  return Buffer.from(subject as Uint8Array).toString("latin1");
}

function same(found: Sequence, wanted: Uint8Array | string, what = ""): void {
  const list = typeof wanted === "string" ? Buffer.from(wanted, "latin1") : Buffer.from(wanted);
  const window = found.lendUint8Array();
  expect(window.length, what).toBe(list.length);
  const differs =
    Buffer.compare(window, list) === 0 ? -1 : window.findIndex((x, i) => x !== list[i]);
  expect(differs, `${what}: where it differs`).toBe(-1);
}

const lengths = [
  0, 1, 3, 4, 5, 47, 48, 49, 255, 256, 257, 65_535, 65_536, 65_537, 65_538, 65_539, 131_075,
];
const reversed = Uint8Array.from({ length: 256 }, (_, byte) => 255 - byte);

describe.each([true, false])("with the accelerator: %s", (on) => {
  beforeAll(() => void accelerate(on));
  afterAll(() => void accelerate(true));

  test.each(lengths)("translate of %i bytes, at every offset from a word", (length) => {
    for (const shift of [0, 1, 2, 3]) {
      const subject = noise(length, shift);
      const model = subject.toUint8Array().map((byte) => reversed[byte]!);
      same(subject.translate(reversed), model, `shift ${shift}`);
      same(bytearray(subject).translate(bytes(reversed)), model);
      same(subject.translate(null), subject.toUint8Array());
    }
  });

  test.each(lengths)("translate of %i bytes without some", (length) => {
    for (const dropped of [
      b`\x00`,
      b`\x00\xff\x80 `,
      bytes(reversed.subarray(0, 200)),
      bytes(reversed),
    ]) {
      const subject = noise(length, length % 3);
      const set = new Set(dropped);
      const kept = subject.toUint8Array().filter((byte) => !set.has(byte));
      const model = kept.map((byte) => reversed[byte]!);
      same(subject.translate(reversed, dropped), model, `without ${dropped.length}`);
      same(subject.translate(null, dropped), kept);
    }
  });

  test.each(lengths)("case of %i bytes", (length) => {
    const subject = noise(length, 1);
    const text = latin1(subject);
    const lower = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
    const upper = text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
    same(subject.lower(), lower);
    same(subject.upper(), upper);
    same(
      subject.swapCase(),
      text.replaceAll(/[A-Za-z]/g, (letter) =>
        letter < "a" ? letter.toLowerCase() : letter.toUpperCase(),
      ),
    );
    same(
      subject.capitalize(),
      lower.replace(/^[a-z]/, (letter) => letter.toUpperCase()),
    );
    same(
      subject.title(),
      lower.replaceAll(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase()),
    );
  });

  test.each(lengths)("replace in %i bytes", (length) => {
    const subject = noise(length, 2);
    const text = latin1(subject);
    for (const [old, next] of [
      ["\0", "\x01"],
      ["\0", ""],
      ["\0", "<0>"],
      ["\x10\x20", "\x30\x40"],
      ["\x80", "\x80"],
      ["\x7f", "a long replacement, longer than any word"],
    ] as const) {
      const [from, to] = [bytes(old, "latin-1"), bytes(next, "latin-1")];
      same(
        subject.replace(from, to),
        text.replaceAll(old, () => next),
        `${old} by ${next}`,
      );
      same(
        bytearray(subject).replace(from, to),
        text.replaceAll(old, () => next),
      );
      let few = text;
      for (let i = 0, at = 0; i < 3; i += 1) {
        at = few.indexOf(old, at);
        if (at < 0) break;
        few = few.slice(0, at) + next + few.slice(at + old.length);
        at += next.length;
      }
      same(subject.replace(from, to, 3), few, "three times");
      expect(subject.replace(from, to, 0).equals(subject)).toBe(true);
    }
  });

  test("replace of nothing puts bytes between all others", () => {
    expect(b`abc`.replace(b``, b`-`).equals(b`-a-b-c-`)).toBe(true);
    expect(b`abc`.replace(b``, b`--`, 2).equals(b`--a--bc`)).toBe(true);
    expect(b``.replace(b``, b`-`).equals(b`-`)).toBe(true);
    expect(b``.replace(b``, b`-`, 0).equals(b``)).toBe(true);
    expect(b`abc`.replace(b``, b``).equals(b`abc`)).toBe(true);
    same(
      noise(70_000)
        .replace(b``, b`-`)
        .slice(1, null, 2),
      noise(70_000).toUint8Array(),
    );
  });

  test.each([0, 4, 5, 8, 15, 16, 17, 155, 160, 163, 164, 167, 168, 170, 5000])(
    "runs of %i bytes between what is replaced come through",
    (run) => {
      for (const size of [1, 2, 3, 4, 7]) {
        const old = bytes("#".repeat(size), "ascii");
        const runs = [0, 1, 2, 3, 4, 5].map((i) => noise(run + i, i).replace(b`#`, b`.`));
        const subject = old.join(runs);
        for (const next of [b``, b`_`, b`_-`, b`_-+*/=<>`]) {
          same(
            subject.replace(old, next),
            next.join(runs).toUint8Array(),
            `${size} by ${next.length}`,
          );
        }
      }
    },
  );

  test("runs that are no numbers keep their bits, also when the engine has compiled the loop", () => {
    const signalling = [0xf1, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0xf4, 0xff];
    const run = Array.from({ length: 9 }, () => signalling).flat();
    const subject = bytes(Array.from({ length: 500 }, () => [...run, 35]).flat());
    const wanted = Array.from({ length: 500 }, () => [...run, 13, 10]).flat();
    for (let i = 0; i < 40; i += 1) same(subject.replace(b`#`, b`\r\n`), Uint8Array.from(wanted));
  });

  test("random bytes, with few different ones, are replaced as text is", () => {
    const letters = fc.constantFrom("a", "b", "\xff");
    const some = (maxLength: number): fc.Arbitrary<string> =>
      fc.string({ unit: letters, maxLength });
    const property = fc.property(
      some(120),
      some(3),
      some(4),
      fc.integer({ min: -1, max: 5 }),
      (text, old, next, most) => {
        const subject = bytes(`!${text}!`, "latin-1").subarray(1, -1);
        const found = subject.replace(bytes(old, "latin-1"), bytes(next, "latin-1"), most);
        let left = most < 0 ? Infinity : most;
        const model =
          old === ""
            ? replaceNothing(text, next, left)
            : text.split(old).reduce((done, part) => done + (left-- > 0 ? next : old) + part);
        same(found, model);
        expect(subject.count(bytes(old, "latin-1"))).toBe(
          text.split(old).length - (old === "" ? -1 : 1),
        );
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  function replaceNothing(text: string, next: string, most: number): string {
    const at = Math.min(most, text.length + 1);
    const parts = Array.from({ length: at }, (_, i) => next + text.slice(i, i + 1));
    return parts.join("") + text.slice(at);
  }

  test("join, repeat and padding of much are what they are of little", () => {
    for (const length of [0, 1, 15, 16, 17, 70_001]) {
      const part = noise(length, 1);
      const text = latin1(part);
      same(part.join([part, b``, part]), text + text + text + text);
      same(b`, `.join([part, part]), `${text}, ${text}`);
      for (const times of [-1, 0, 1, 2, 5]) {
        same(part.repeat(times), text.repeat(Math.max(0, times)));
        const ba = bytearray(part);
        ba.repeatInPlace(times);
        same(ba, text.repeat(Math.max(0, times)));
      }
      same(part.ljust(70_005, b`*`), text.padEnd(70_005, "*"));
      same(part.rjust(70_005, b`*`), text.padStart(70_005, "*"));
      same(b`-${part}`.zfill(70_005), `-${text.padStart(70_004, "0")}`);
      same(part.concat(part, bytearray(part)), text + text + text);
    }
  });
});

describe("copies are counted: the result, once", () => {
  const subject = noise(10_000, 1);
  const pair = subject.subarray(100, 102);
  test.each<readonly [string, () => Sequence]>([
    ["concat", () => subject.concat(b`abc`)],
    ["repeat", () => subject.repeat(3)],
    ["join", () => b`, `.join([subject, subject])],
    ["slice", () => subject.slice(10, 5000)],
    ["ljust", () => subject.ljust(10_000)],
    ["replace by more", () => subject.replace(b`\x00`, b`<nothing>`)],
    ["replace by less", () => subject.replace(b`\x01`, b``)],
    ["replace by as many", () => subject.replace(pair, b`\x02\x01`)],
    ["a bytearray", () => bytearray(subject)],
    ["a copy of a bytearray", () => source.copy()],
    ["a part of a bytearray", () => source.strip(b`\x07`)],
  ])("%s", (_, make) => {
    const before = copiedBytes();
    const { length } = make();
    expect(copiedBytes() - before).toBe(length);
  });
  const source = bytearray(subject);
});

test("a table of makeTrans maps what it is told, and the last of equal ones counts", () => {
  const table = Bytes.makeTrans(b`abca`, b`1234`);
  expect(table.length).toBe(256);
  expect(b`abcd`.translate(table).equals(b`423d`)).toBe(true);
  expect(
    bytes(256)
      .translate(Bytes.makeTrans(b``, b``))
      .equals(bytes(256)),
  ).toBe(true);
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  same(bytes(all).translate(Bytes.makeTrans(all, reversed)), reversed);
});

test("tabs become spaces up to the next stop of their line", () => {
  expect(b`a\tbc\td`.expandTabs(4).equals(b`a   bc  d`)).toBe(true);
  expect(b`abcd\te`.expandTabs(4).equals(b`abcd    e`)).toBe(true);
  expect(b`a\tb\n\tc\r\td\r\n\te`.expandTabs(3).equals(b`a  b\n   c\r   d\r\n   e`)).toBe(true);
  expect(b`a\tb`.expandTabs(0).equals(b`ab`)).toBe(true);
  expect(b`a\tb`.expandTabs(-1).equals(b`ab`)).toBe(true);
  expect(b`a\tb`.expandTabs(1).equals(b`a b`)).toBe(true);
  expect(b`\t`.expandTabs().length).toBe(8);
  expect(b`\xff\t\x00\t`.expandTabs(2).equals(b`\xff \x00 `)).toBe(true);
});
