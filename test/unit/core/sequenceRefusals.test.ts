/** What methods of Bytes and ByteArray refuse: CPython's class, one form of message, and nothing is changed. */
import { describe, expect, test } from "vitest";
import { ByteArray, bytearray } from "../../../src/core/bytearray.ts";
import { Bytes } from "../../../src/core/bytes.ts";
import { b } from "../../../src/core/literal.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { counting, detach, expectThrown, exporterOf, thrown } from "./memories.ts";
import { kinds } from "./sequences.ts";
import type { Sequence } from "./sequences.ts";

const content = [97, 98, 99, 100];
const form = /^Cannot [^:]+: wanted [^]+, found [^]+$/;

type Use = (subject: Sequence, wrong: never) => unknown;

/** Parameters that take bytes. */
const ofBytes: Readonly<Record<string, Use>> = {
  "compare(other)": (s, wrong) => s.compare(wrong),
  "concat(other)": (s, wrong) => s.concat(b`x`, wrong),
  "join(part)": (s, wrong) => s.join([b`x`, wrong]),
  "partition(separator)": (s, wrong) => s.partition(wrong),
  "rpartition(separator)": (s, wrong) => s.rpartition(wrong),
  "split(separator)": (s, wrong) => s.split(wrong),
  "rsplit(separator)": (s, wrong) => s.rsplit(wrong),
  "strip(characters)": (s, wrong) => s.strip(wrong),
  "lstrip(characters)": (s, wrong) => s.lstrip(wrong),
  "rstrip(characters)": (s, wrong) => s.rstrip(wrong),
  "removePrefix(prefix)": (s, wrong) => s.removePrefix(wrong),
  "removeSuffix(suffix)": (s, wrong) => s.removeSuffix(wrong),
  "replace(old)": (s, wrong) => s.replace(wrong, b`x`),
  "replace(, next)": (s, wrong) => s.replace(b`x`, wrong),
  "translate(table)": (s, wrong) => s.translate(wrong),
  "translate(, dropped)": (s, wrong) => s.translate(null, wrong),
  "startsWith(prefix)": (s, wrong) => s.startsWith(wrong),
  "endsWith(suffix)": (s, wrong) => s.endsWith(wrong),
  "startsWith([prefix])": (s, wrong) => s.startsWith([b`x`, wrong]),
  "endsWith([suffix])": (s, wrong) => s.endsWith([b`x`, wrong]),
  "makeTrans(from)": (s, wrong) => classOf(s).makeTrans(wrong, b`x`),
  "makeTrans(, to)": (s, wrong) => classOf(s).makeTrans(b`x`, wrong),
  "center(, fill)": (s, wrong) => s.center(9, wrong),
  "ljust(, fill)": (s, wrong) => s.ljust(9, wrong),
  "rjust(, fill)": (s, wrong) => s.rjust(9, wrong),
};

function classOf(subject: Sequence): typeof Bytes | typeof ByteArray {
  return subject instanceof Bytes ? Bytes : ByteArray;
}

/** Parameters that take one byte or bytes. */
const ofNeedles: Readonly<Record<string, Use>> = {
  "find(needle)": (s, wrong) => s.find(wrong),
  "rfind(needle)": (s, wrong) => s.rfind(wrong),
  "index(needle)": (s, wrong) => s.index(wrong),
  "rindex(needle)": (s, wrong) => s.rindex(wrong),
  "count(needle)": (s, wrong) => s.count(wrong),
  "includes(needle)": (s, wrong) => s.includes(wrong),
};

/** Parameters that take an integer, and nothing for it. */
const ofIntegers: Readonly<Record<string, Use>> = {
  "get(index)": (s, wrong) => s.get(wrong),
  "at(index)": (s, wrong) => s.at(wrong),
  "repeat(times)": (s, wrong) => s.repeat(wrong),
  "center(width)": (s, wrong) => s.center(wrong),
  "ljust(width)": (s, wrong) => s.ljust(wrong),
  "rjust(width)": (s, wrong) => s.rjust(wrong),
  "zfill(width)": (s, wrong) => s.zfill(wrong),
};

/** Parameters that take an integer, or nothing. */
const ofOptions: Readonly<Record<string, Use>> = {
  "slice(start)": (s, wrong) => s.slice(wrong),
  "slice(, stop)": (s, wrong) => s.slice(0, wrong),
  "slice(, , step)": (s, wrong) => s.slice(0, 1, wrong),
  "subarray(start)": (s, wrong) => s.subarray(wrong),
  "subarray(, stop)": (s, wrong) => s.subarray(0, wrong),
  "subarray(, , step)": (s, wrong) => s.subarray(0, 1, wrong),
  "find(, start)": (s, wrong) => s.find(97, wrong),
  "rfind(, , stop)": (s, wrong) => s.rfind(97, 0, wrong),
  "index(, start)": (s, wrong) => s.index(97, wrong),
  "count(, , stop)": (s, wrong) => s.count(97, 0, wrong),
  "startsWith(, start)": (s, wrong) => s.startsWith(b`a`, wrong),
  "endsWith(, , stop)": (s, wrong) => s.endsWith(b`a`, 0, wrong),
  "split(, most)": (s, wrong) => s.split(null, wrong),
  "split at bytes(, most)": (s, wrong) => s.split(b`a`, wrong),
  "rsplit(, most)": (s, wrong) => s.rsplit(null, wrong),
  "replace(, , most)": (s, wrong) => s.replace(b`a`, b`b`, wrong),
  "expandTabs(size)": (s, wrong) => s.expandTabs(wrong),
  "hex(, bytesPerGroup)": (s, wrong) => s.hex(":", wrong),
};

const notBytes: readonly (readonly [string, unknown])[] = [
  ["text", "a"],
  ["empty text", ""],
  ["a number", 97],
  ["0", 0],
  ["true", true],
  ["a bigint", 97n],
  ["an object", {}],
  ["an object with a length", { length: 1, 0: 97 }],
  ["an iterator", [97].values()],
  ["a function", () => 97],
  ["a symbol", Symbol("a")],
  ["NaN", Number.NaN],
];
const notIntegers: readonly (readonly [string, unknown])[] = [
  ["text", "1"],
  ["a fraction", 0.5],
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["an object", {}],
  ["a list", [1]],
  ["bytes", b`1`],
  ["a function", () => 1],
  ["a symbol", Symbol("1")],
  ["a Date", new Date(1)],
];
const nothing: readonly (readonly [string, unknown])[] = [
  ["null", null],
  ["undefined", undefined],
];

function refuses(
  make: (list: readonly number[]) => Sequence,
  uses: Readonly<Record<string, Use>>,
  wrongs: readonly (readonly [string, unknown])[],
): void {
  test.each(Object.entries(uses))("%s is a TypeError for anything else", (_, use) => {
    for (const [what, wrong] of wrongs) {
      const subject = make(content);
      const error = thrown(() => use(subject, wrong as never)) as Error | undefined;
      expect(error?.name, `${what}: ${error?.message}`).toBe("TypeError");
      expect(error?.message, what).toMatch(form);
      expect((error as Error & { code?: string }).code, what).toBe("ERR_INVALID_ARG_TYPE");
      expect([...subject]).toEqual(content);
    }
  });
}

describe.each(kinds)("%s", (_, make) => {
  const lists: typeof notBytes = [
    ["a list", [97]],
    ["an empty list", []],
  ];
  const named = (names: RegExp): Readonly<Record<string, Use>> =>
    Object.fromEntries(Object.entries(ofBytes).filter(([name]) => names.test(name)));
  refuses(make, ofBytes, notBytes);
  refuses(make, named(/^(?!startsWith\(prefix|endsWith\(suffix|join)/), lists);
  refuses(
    make,
    named(/^(?!split|rsplit|strip|lstrip|rstrip|translate|center|ljust|rjust)/),
    nothing,
  );
  refuses(make, ofNeedles, [
    ...notBytes.filter(([, wrong]) => !/number|bigint|boolean/.test(typeof wrong)),
    ...lists,
    ...nothing,
    ["a fraction", 0.5],
    ["NaN", Number.NaN],
  ]);
  refuses(make, ofIntegers, [...notIntegers, ...nothing]);
  refuses(make, ofOptions, notIntegers);

  test.each(Object.entries(ofNeedles))("%s is a ValueError for what is no byte", (__, use) => {
    for (const wrong of [256, -1, 2 ** 53, 256n, -1n, 2n ** 70n]) {
      expectThrown(() => use(make(content), wrong as never), "ValueError", form);
    }
  });

  test.each(["partition", "rpartition", "split", "rsplit"] as const)(
    "%s is a ValueError for an empty separator",
    (name) => expectThrown(() => make(content)[name](b``), "ValueError", form),
  );

  test("padding takes one byte of Bytes or a bytearray, nothing else", () => {
    const subject = make(content);
    expect(subject.center(6, b`*`).equals(b`*abcd*`)).toBe(true);
    expect(subject.ljust(5, bytearray([42])).equals(b`abcd*`)).toBe(true);
    for (const wrong of [b``, b`**`, bytearray(2), new Uint8Array(1), memoryview(b`*`), "*", 42]) {
      for (const pad of ["center", "ljust", "rjust"] as const) {
        expectThrown(() => subject[pad](6, wrong as never), "TypeError", form);
        expectThrown(() => subject[pad](0, wrong as never), "TypeError", form);
      }
    }
  });

  test("translate takes a table of 256", () => {
    for (const length of [0, 1, 255, 257]) {
      expectThrown(() => make(content).translate(counting(length)), "ValueError", form);
    }
    expectThrown(() => Bytes.makeTrans(b`ab`, b`a`), "ValueError", form);
  });

  test("slices have no step of 0", () => {
    expectThrown(() => make(content).slice(0, 1, 0), "ValueError", form);
    expectThrown(() => make(content).subarray(0, 1, 0), "ValueError", form);
  });

  test("join takes an iterable, and text is none", () => {
    for (const wrong of ["ab", 5, null, undefined, {}, () => [], true, 1n]) {
      expectThrown(() => make(content).join(wrong as never), "TypeError", form);
    }
    expectThrown(() => make(content).join(b`ab` as never), "TypeError", form);
    expect(
      make(content)
        .join(new Set([b`1`, b`2`]))
        .equals(b`1abcd2`),
    ).toBe(true);
    expect(make(content).join([]).length).toBe(0);
  });

  test("get and at differ out of range only", () => {
    for (const index of [4, -5, 2 ** 31, -(2 ** 53), 2n ** 70n, -(2n ** 70n)]) {
      expectThrown(() => make(content).get(index), "IndexError", form);
      expect(make(content).at(index)).toBeUndefined();
    }
    expect([make(content).get(-4), make(content).at(3n), make(content).get(true)]).toEqual([
      97, 100, 98,
    ]);
  });

  test("sizes beyond 2^63 are OverflowErrors, and so is memory that nobody has", () => {
    const subject = make(content);
    for (const size of [2n ** 63n, -(2n ** 70n), 2 ** 64]) {
      for (const use of [
        () => subject.repeat(size),
        () => subject.center(size),
        () => subject.zfill(size),
        () => subject.split(null, size),
        () => subject.replace(b`a`, b`b`, size),
      ]) {
        expectThrown(use, "OverflowError", form);
      }
    }
    for (const size of [2 ** 52, 2n ** 62n]) {
      for (const use of [
        () => subject.repeat(size),
        () => subject.center(size),
        () => subject.zfill(size),
        () => subject.ljust(size),
        () => make([]).rjust(size),
      ]) {
        expectThrown(use, "OverflowError", form);
      }
    }
    expect([...subject]).toEqual(content);
  });

  test("memory with gaps is a BufferError where CPython takes one buffer, a TypeError in a list", () => {
    const gaps = memoryview(counting(4)).subarray(0, 4, 2);
    for (const use of [
      (s: Sequence) => s.find(gaps),
      (s: Sequence) => s.replace(gaps, b`x`),
      (s: Sequence) => s.strip(gaps),
      (s: Sequence) => s.startsWith(gaps),
      (s: Sequence) => s.translate(null, gaps),
      (s: Sequence) => s.removePrefix(gaps),
    ]) {
      expectThrown(() => use(make(content)), "BufferError", form);
    }
    expectThrown(() => make(content).join([gaps]), "TypeError", form);
    expectThrown(() => make(content).concat(gaps), "TypeError", form);
  });

  test("memory that is gone is a BufferError, from every method that takes bytes", () => {
    for (const [name, use] of Object.entries({ ...ofBytes, ...ofNeedles })) {
      if (/center|just/.test(name)) continue; // take none but our own
      for (const view of [
        counting(4),
        Buffer.from(counting(4).buffer),
        new DataView(new ArrayBuffer(4)),
      ]) {
        detach(view.buffer);
        const subject = make(content);
        const error = thrown(() => use(subject, view as never)) as Error | undefined;
        const wanted =
          /compare/.test(name) && subject instanceof Bytes ? "TypeError" : "BufferError";
        expect(error?.name, `${name}: ${error?.message}`).toBe(wanted);
        expect(error?.message).toMatch(form);
      }
    }
  });

  test("an exporter that fails passes its own error on", () => {
    const failing = {
      [Symbol.for("zerocopy.buffer")]: () => {
        throw new RangeError("not today");
      },
    } as never;
    expectThrown(() => make(content).find(failing), "RangeError", /^not today$/);
    expectThrown(() => make(content).replace(b`a`, failing), "RangeError", /^not today$/);
    const error = thrown(() => make(content).join([failing]));
    expect(error).toBeInstanceOf(TypeError); // so CPython, whatever the reason
    expect((error as Error).cause).toBeInstanceOf(RangeError);
    expectThrown(() => make(content).find(exporterOf(5)), "TypeError", form);
  });
});
