/** Searching byte views, against models that look at every place, with and without the accelerator. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { accelerate } from "../../../src/core/accelerate.ts";
import { bytearray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";
import { UnicodeDecodeError } from "../../../src/core/errors.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import type { MemoryView } from "../../../src/core/memoryview.ts";
import { counting, expectThrown, exporterOf, growable, resizable, thrown } from "./memories.ts";

/** Where `needle` lies within `[from, to)` of `list`: all places. */
function places(list: readonly number[], needle: readonly number[], from = 0, to = list.length) {
  const found: number[] = [];
  for (let at = from; at + needle.length <= to; at += 1) {
    if (needle.every((byte, i) => list[at + i] === byte)) found.push(at);
  }
  return found;
}

/** A bound of a slice, as Python fits it to a search. */
function fit(bound: number | undefined, size: number, otherwise: number): number {
  if (bound === undefined) return otherwise;
  return bound < 0 ? Math.max(0, bound + size) : bound;
}

function splitNaively(
  list: readonly number[],
  needle: readonly number[],
  most: number,
): number[][] {
  const parts: number[][] = [];
  let from = 0;
  for (let at = places(list, needle, from)[0]; at !== undefined && parts.length !== most;) {
    parts.push(list.slice(from, at));
    from = at + needle.length;
    at = places(list, needle, from)[0];
  }
  return [...parts, list.slice(from)];
}

function splitWordsNaively(list: readonly number[], most: number): number[][] {
  const text = String.fromCharCode(...list);
  const parts: string[] = [];
  let rest = text.replace(/^[\t-\r ]+/, "");
  while (rest !== "" && parts.length !== most) {
    const [word = ""] = /^[^\t-\r ]+/.exec(rest) ?? [];
    parts.push(word);
    rest = rest.slice(word.length).replace(/^[\t-\r ]+/, "");
  }
  if (rest !== "") parts.push(rest);
  return parts.map((part) => Array.from(part, (c) => c.charCodeAt(0)));
}

function lists(parts: readonly MemoryView[]): number[][] {
  return parts.map((part) => part.toList() as number[]);
}

/** Few different bytes, so that there is something to find; on both sides of the accelerator's bar. */
const haystack = fc.oneof(
  fc.array(fc.constantFrom(0, 1, 32), { maxLength: 12 }),
  fc.array(fc.constantFrom(0, 1, 9, 32), { minLength: 48, maxLength: 90 }),
);
const needle = fc.array(fc.constantFrom(0, 1, 32), { maxLength: 3 });
const bound = fc.option(fc.integer({ min: -100, max: 100 }), { nil: undefined });
const runs = { numRuns: 300 };

describe.each([true, false])("with the accelerator: %s", (on) => {
  beforeAll(() => void accelerate(on));
  afterAll(() => void accelerate(true));

  /** In the middle of other bytes that look alike. */
  function view(list: readonly number[]): MemoryView {
    const memory = Uint8Array.from([0, 1, 32, ...list, 0, 1, 32]);
    return memoryview(memory.subarray(3, 3 + list.length));
  }

  test("find and rfind find the first and the last place within bounds", () => {
    const property = fc.property(haystack, needle, bound, bound, (list, sub, start, stop) => {
      const from = fit(start, list.length, 0);
      const to = Math.min(fit(stop, list.length, list.length), list.length);
      const found = from > to ? [] : places(list, sub, from, to);
      const m = view(list);
      expect(m.find(Uint8Array.from(sub), start, stop)).toBe(found[0] ?? -1);
      expect(m.rfind(bytes(sub), start, stop)).toBe(found.at(-1) ?? -1);
      const [only] = sub;
      if (sub.length !== 1 || only === undefined) return;
      expect(m.find(only, start, stop)).toBe(found[0] ?? -1);
      expect(m.rfind(BigInt(only), start, stop)).toBe(found.at(-1) ?? -1);
    });
    fc.assert(property, runs);
  });

  test("startsWith and endsWith look at the ends within bounds", () => {
    const property = fc.property(haystack, needle, bound, bound, (list, sub, start, stop) => {
      const from = fit(start, list.length, 0);
      const to = Math.min(fit(stop, list.length, list.length), list.length);
      const found = from > to ? [] : places(list, sub, from, to);
      const m = view(list);
      expect(m.startsWith(bytes(sub), start, stop)).toBe(found.includes(from));
      expect(m.endsWith(bytes(sub), start, stop)).toBe(found.includes(to - sub.length));
      const several = [bytes([77]), bytes(sub)];
      expect(m.startsWith(several, start, stop)).toBe(found.includes(from));
      expect(m.endsWith(several, start, stop)).toBe(found.includes(to - sub.length));
    });
    fc.assert(property, runs);
  });

  const most = fc.integer({ min: -1, max: 4 });

  test("split gives the parts between separators, as views", () => {
    const separator = fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 2 });
    const property = fc.property(haystack, separator, most, (list, sub, limit) => {
      const m = view(list);
      expect(lists(m.split(bytes(sub), limit))).toEqual(splitNaively(list, sub, limit));
      expect(lists(m.split(null, limit))).toEqual(splitWordsNaively(list, limit));
      for (const part of m.split(bytes(sub))) expect(part.obj).toBe(m.obj);
    });
    fc.assert(property, runs);
  });

  test("partition gives what is before, the separator, and what is after", () => {
    const separator = fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 2 });
    const property = fc.property(haystack, separator, (list, sub) => {
      const [at] = places(list, sub);
      const wanted =
        at === undefined ? [list, [], []] : [list.slice(0, at), sub, list.slice(at + sub.length)];
      expect(lists(view(list).partition(bytes(sub)))).toEqual(wanted);
    });
    fc.assert(property, runs);
  });

  test("strip drops white space, or the bytes it is given, at both ends", () => {
    const property = fc.property(haystack, needle, (list, set) => {
      const inner = (drop: (byte: number) => boolean): number[] => {
        const from = list.findIndex((byte) => !drop(byte));
        return from < 0 ? [] : list.slice(from, list.findLastIndex((byte) => !drop(byte)) + 1);
      };
      const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);
      expect(view(list).strip().toList()).toEqual(inner(isSpace));
      expect(view(list).strip(bytes(set)).toList()).toEqual(
        inner((byte) => set.some((one) => one === byte)),
      );
    });
    fc.assert(property, runs);
  });

  test("equality of bytes looks at every one of them", () => {
    for (const length of [0, 1, 47, 48, 49, 300]) {
      const a = counting(length);
      expect(memoryview(a).equals(a.slice())).toBe(true);
      expect(bytes(a).equals(bytearray(a))).toBe(true);
      for (let i = 0; i < length; i += 1) {
        const b = a.slice();
        b[i]! ^= 1;
        expect(memoryview(a).equals(b)).toBe(false);
        expect(bytes(a).equals(bytes(b))).toBe(false);
        expect(bytearray(a).equals(b)).toBe(false);
      }
    }
  });

  test("searching works in every kind of memory", () => {
    const list = Array.from({ length: 100 }, (_, i) => (i * 7) % 100);
    const at = list.indexOf(63);
    for (const source of [
      Uint8Array.from(list),
      Uint8Array.from(list).buffer,
      Buffer.from(list),
      bytes(list),
      bytearray(list),
      resizable(list, 200),
      growable(list, 200),
      exporterOf({ buffer: Uint8Array.from([0, ...list]).buffer, byteOffset: 1, byteLength: 100 }),
    ]) {
      const m = memoryview(source);
      expect([m.find(63), m.rfind(63), m.find(63, at + 1)]).toEqual([at, at, -1]);
      expect(m.find(bytes(list.slice(60)))).toBe(60);
      expect(m.cast("c").find(63)).toBe(at);
      expect(m.cast("b").split(bytes([63])).length).toBe(2);
      expect(m.endsWith(bytes(list.slice(-60)))).toBe(true);
    }
  });

  test("nothing is found in nothing but nothing, at a start that is there", () => {
    const m = memoryview(counting(3));
    expect([m.find(bytes()), m.find(bytes(), 3), m.find(bytes(), 4)]).toEqual([0, 3, -1]);
    expect([m.rfind(bytes()), m.rfind(bytes(), 0, 2), m.rfind(bytes(), 4)]).toEqual([3, 2, -1]);
    expect([m.startsWith(bytes(), 3), m.startsWith(bytes(), 4)]).toEqual([true, false]);
    expect([m.endsWith(bytes(), 3), m.endsWith(bytes(), 4)]).toEqual([true, false]);
    expect(m.startsWith([])).toBe(false);
    expect([m.find(bytes([1]), 2n ** 70n), m.find(1, -(10n ** 400n))]).toEqual([-1, 1]);
  });

  test("bytes beyond 2 GiB are found where they are", () => {
    const far = 2 ** 31;
    const memory = new Uint8Array(far + 1000);
    const m = memoryview(memory);
    memory[far - 1] = 7;
    memory[far + 500] = 7;
    const seven = bytes([7]);
    expect(m.find(seven, far - 10)).toBe(far - 1);
    expect(m.find(seven, far + 10)).toBe(far + 500);
    expect(m.find(seven, far + 501)).toBe(-1);
    expect(m.rfind(seven, far - 10)).toBe(far + 500);
    expect(m.rfind(seven, far - 10, far + 500)).toBe(far - 1);
    expect(m.rfind(seven, far, far + 500)).toBe(-1);
    expect(m.startsWith(seven, far + 500)).toBe(true);
    expect(m.startsWith(seven, far + 400)).toBe(false);
    expect(m.endsWith(seven, far, far + 501)).toBe(true);
    expect([m.get(far + 500), m.at(-500), m.subarray(far + 500).get(0)]).toEqual([7, 7, 7]);
  });
});

describe("what is searched for", () => {
  const m = memoryview(counting(10));
  test.each<readonly [string, () => unknown, string]>([
    ["a number beyond a byte", () => m.find(256), "ValueError"],
    ["a negative number", () => m.rfind(-1), "ValueError"],
    ["a fraction", () => m.find(0.5), "TypeError"],
    ["text", () => m.find("1" as never), "TypeError"],
    ["nothing", () => m.find(undefined as never), "TypeError"],
    ["null", () => m.find(null as never), "TypeError"],
    ["a list", () => m.find([1] as never), "TypeError"],
    ["memory with gaps", () => m.find(m.subarray(0, 4, 2)), "BufferError"],
    ["a start that is text", () => m.find(1, "0" as never), "TypeError"],
    ["a stop that is a fraction", () => m.find(1, 0, 0.5), "TypeError"],
    ["a prefix that is a number", () => m.startsWith(1 as never), "TypeError"],
    ["a suffix that is text", () => m.endsWith(["1"] as never), "TypeError"],
    ["a separator that is empty", () => m.split(bytes()), "ValueError"],
    ["a separator that is text", () => m.split("," as never), "TypeError"],
    ["a separator that is a number", () => m.split(1 as never), "TypeError"],
    ["a limit that is a fraction", () => m.split(bytes([1]), 0.5), "TypeError"],
    ["a limit that is NaN", () => m.split(bytes([1]), Number.NaN), "TypeError"],
    ["a limit that is text", () => m.split(null, "1" as never), "TypeError"],
    ["an empty separator to partition", () => m.partition(bytes()), "ValueError"],
    ["no separator to partition", () => m.partition(null as never), "TypeError"],
    ["characters to strip as text", () => m.strip("ab" as never), "TypeError"],
  ])("%s is refused", (_, act, error) => {
    expectThrown(act, error, /^Cannot .*(wanted|C-contiguous)/);
  });

  test("a limit may be a bigint", () => {
    expect(m.split(bytes([3]), 1n).length).toBe(2);
    expect(m.split(bytes([3]), 0n).length).toBe(1);
  });

  test("a needle of other items is its bytes", () => {
    expect(m.find(new Uint16Array([0x0302]))).toBe(2);
    expect(m.find(memoryview(new Uint16Array([0x0302])))).toBe(2);
  });
});

describe("views that are not bytes in a row", () => {
  const searches: readonly (readonly [string, (m: MemoryView) => unknown])[] = [
    ["find", (m) => m.find(1)],
    ["rfind", (m) => m.rfind(1)],
    ["startsWith", (m) => m.startsWith(bytes())],
    ["endsWith", (m) => m.endsWith(bytes())],
    ["split", (m) => m.split()],
    ["partition", (m) => m.partition(bytes([1]))],
    ["strip", (m) => m.strip()],
    ["decode", (m) => m.decode()],
  ];
  test.each(searches)("%s names cast", (_, search) => {
    const m = memoryview(counting(12));
    for (const other of [
      m.cast("H"),
      m.cast("<BB"),
      m.subarray(0, 12, 2),
      m.subarray(null, null, -1),
      m.cast("B", [3, 4]),
      m.subarray(0, 1).cast("B", []),
    ]) {
      expectThrown(() => search(other), "TypeError", /^Cannot \w+: .*cast\("B"\)/);
    }
  });
});

describe("decode", () => {
  const view = (...list: number[]): MemoryView =>
    memoryview(Uint8Array.from([65, ...list])).subarray(1);
  const utf8 = [104, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80];

  test.each(["utf-8", "UTF8", "u8", "utf_8"])("reads %s", (encoding) => {
    expect(view(...utf8).decode(encoding)).toBe("hé€😀");
  });

  test("reads utf-8 by default, and keeps a byte order mark", () => {
    expect(view(...utf8).decode()).toBe("hé€😀");
    expect(view(0xef, 0xbb, 0xbf, 65).decode()).toBe("\ufeffA");
    expect(view().decode()).toBe("");
  });

  test("reads latin-1 and ascii", () => {
    expect(view(0, 65, 255).decode("latin-1")).toBe("\0Aÿ");
    expect(view(65, 127).decode("ascii")).toBe("A\x7f");
    expect(view(65, 255).decode("ascii", "replace")).toBe("A\ufffd");
    expect(view(65, 255).decode("ascii", "ignore")).toBe("A");
    expect(view(65, 255).decode("ascii", "backslashreplace")).toBe(String.raw`A\xff`);
    for (const no of [view(65, 128), view(0xc3, 0xa9)]) {
      expectThrown(() => no.decode("ascii"), "UnicodeDecodeError", /ordinal not in range/);
    }
  });

  test.each<readonly [string, readonly number[], number, number]>([
    ["a lone continuation", [65, 0x80], 1, 2],
    ["an overlong form", [0xc0, 0x80], 0, 1],
    ["a surrogate", [0xed, 0xa0, 0x80], 0, 1],
    ["beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80], 0, 1],
    ["a broken sequence", [65, 0xe2, 0x82, 65], 1, 3],
    ["an unfinished sequence", [65, 0xf0, 0x9f, 0x98], 1, 4],
  ])("says where %s is", (_, list, start, end) => {
    const error = thrown(() => view(...list).decode());
    expect(error).toBeInstanceOf(UnicodeDecodeError);
    expect(error).toMatchObject({ start, end, encoding: "utf-8", code: "ERR_UNICODE_DECODE" });
    expect(view(...list).decode("utf-8", "replace")).toBe(
      new TextDecoder().decode(Uint8Array.from(list)),
    );
  });

  test("reads shared and resizable memory", () => {
    expect(memoryview(growable(utf8)).decode()).toBe("hé€😀");
    expect(memoryview(resizable(utf8)).decode()).toBe("hé€😀");
    expect(memoryview(resizable([...utf8, 255])).decode("utf-8", "ignore")).toBe("hé€😀");
  });

  test("refuses other encodings and other ways to treat errors", () => {
    expectThrown(() => view(65).decode("utf-16"), "LookupError", /found "utf-16"/);
    expectThrown(() => view(255).decode("utf-8", "surrogate" as never), "LookupError");
    expectThrown(() => view(65).decode(8 as never), "TypeError");
  });

  test("random bytes are what TextDecoder makes of them", () => {
    const byte = fc.constantFrom(65, 0x80, 0xbf, 0xc2, 0xe0, 0xe2, 0xed, 0xf0, 0xf4, 0xf5, 0x9f);
    const property = fc.property(fc.array(byte, { maxLength: 12 }), (list) => {
      const wanted = new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(list));
      expect(view(...list).decode("utf-8", "replace")).toBe(wanted);
    });
    fc.assert(property, { numRuns: 500 });
  });
});
