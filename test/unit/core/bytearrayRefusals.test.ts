/** What the changing methods of a bytearray refuse; nothing is changed then, not even where it lies. */
import { describe, expect, test } from "vitest";
import { ByteArray, bytearray } from "../../../src/core/bytearray.ts";
import { Bytes } from "../../../src/core/bytes.ts";
import { bytes } from "../../../src/core/construct.ts";
import { describe as describeValue } from "../../../src/core/errors.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { counting, detach, expectThrown, thrown } from "./memories.ts";
import { memoryOf } from "./sequences.ts";

const content = [97, 98, 99, 100];
const form = /^Cannot [^:]+: wanted [^]+, found [^]+$/;

type Use = (ba: ByteArray, wrong: never) => unknown;

const ofBytes: Readonly<Record<string, Use>> = {
  append: (ba, wrong) => ba.append(wrong),
  insert: (ba, wrong) => ba.insert(0, wrong),
  remove: (ba, wrong) => ba.remove(wrong),
  set: (ba, wrong) => ba.set(0, wrong),
  "extend by several": (ba, wrong) => ba.extend([1, wrong]),
  "setSlice of several": (ba, wrong) => ba.setSlice(1, 2, 1, [1, wrong]),
  "setSlice with a step": (ba, wrong) => ba.setSlice(0, 4, 2, [1, wrong]),
};

const ofIndices: Readonly<Record<string, Use>> = {
  set: (ba, wrong) => ba.set(wrong, 1),
  delete: (ba, wrong) => ba.delete(wrong),
  pop: (ba, wrong) => ba.pop(wrong),
};

const ofIntegers: Readonly<Record<string, Use>> = {
  ...ofIndices,
  insert: (ba, wrong) => ba.insert(wrong, 1),
  repeatInPlace: (ba, wrong) => ba.repeatInPlace(wrong),
  resize: (ba, wrong) => ba.resize(wrong),
  takeBytes: (ba, wrong) => ba.takeBytes(wrong),
  "deleteSlice(start)": (ba, wrong) => ba.deleteSlice(wrong),
  "deleteSlice(, stop)": (ba, wrong) => ba.deleteSlice(0, wrong),
  "deleteSlice(, , step)": (ba, wrong) => ba.deleteSlice(0, 1, wrong),
  "setSlice(start)": (ba, wrong) => ba.setSlice(wrong, 1, 1, [1]),
  "setSlice(, stop)": (ba, wrong) => ba.setSlice(0, wrong, 1, [1]),
  "setSlice(, , step)": (ba, wrong) => ba.setSlice(0, 1, wrong, [1]),
};

const ofSources: Readonly<Record<string, Use>> = {
  extend: (ba, wrong) => ba.extend(wrong),
  setSlice: (ba, wrong) => ba.setSlice(1, 3, 1, wrong),
  "setSlice of nothing": (ba, wrong) => ba.setSlice(4, 4, 1, wrong),
  "setSlice with a step": (ba, wrong) => ba.setSlice(0, 4, 2, wrong),
};

/** In place, with room, with spare memory before it, and lent. */
const makers: readonly (readonly [string, () => ByteArray])[] = [
  ["new", () => bytearray(content)],
  [
    "with room",
    () => {
      const ba = bytearray([1, 2, ...content, 3]);
      ba.deleteSlice(0, 2);
      ba.pop();
      return ba;
    },
  ],
  [
    "lent",
    () => {
      const ba = bytearray(content);
      ba.lendUint8Array();
      return ba;
    },
  ],
];

function expectRefused(make: () => ByteArray, use: Use, wrong: unknown, kind: string): void {
  const ba = make();
  const before = memoryOf(ba);
  const what = describeValue(wrong);
  const error = thrown(() => use(ba, wrong as never)) as Error | undefined;
  expect(error?.name, `${what}: ${error?.message}`).toBe(kind);
  expect(error?.message, what).toMatch(form);
  expect([...ba], what).toEqual(content);
  expect(memoryOf(ba), what).toStrictEqual(before);
}

describe.each(makers)("a bytearray %s", (_, make) => {
  test.each(Object.entries(ofBytes))("%s takes bytes only", (__, use) => {
    for (const wrong of [256, -1, 2 ** 32 + 1, 2 ** 53, 256n, -1n, 2n ** 70n]) {
      expectRefused(make, use, wrong, "ValueError");
    }
    for (const wrong of [
      0.5,
      Number.NaN,
      Infinity,
      "1",
      "",
      null,
      undefined,
      {},
      [1],
      Symbol("1"),
    ]) {
      expectRefused(make, use, wrong, "TypeError");
    }
  });

  test.each(Object.entries(ofIntegers))("%s takes integers only", (__, use) => {
    for (const wrong of [0.5, Number.NaN, -Infinity, "1", "", {}, [1], () => 1, Symbol("1")]) {
      expectRefused(make, use, wrong, "TypeError");
    }
  });

  test.each(Object.entries(ofIndices))("%s finds nothing out of range", (__, use) => {
    for (const wrong of [4, -5, 100, 2 ** 31, 2 ** 53]) {
      expectRefused(make, use, wrong, "IndexError");
    }
  });

  test.each(Object.entries(ofSources))("%s takes bytes or an iterable only", (__, use) => {
    for (const wrong of [
      0,
      4,
      4n,
      true,
      "abcd",
      "",
      null,
      undefined,
      {},
      { length: 0 },
      () => [],
    ]) {
      expectRefused(make, use, wrong, "TypeError");
    }
    for (const view of [counting(2), new DataView(new ArrayBuffer(2)), new Uint16Array(1)]) {
      detach(view.buffer);
      expectRefused(make, use, view, "BufferError");
    }
    expectRefused(make, use, [1, 256], "ValueError");
    expectRefused(make, use, [[1], [2]], "TypeError");
  });

  test("lengths that nobody has are refused", () => {
    expectRefused(make, (ba) => ba.resize(-1), 0, "ValueError");
    expectRefused(make, (ba) => ba.resize(2n ** 63n), 0, "OverflowError");
    expectRefused(make, (ba) => ba.repeatInPlace(-(2n ** 70n)), 0, "OverflowError");
    expectRefused(make, (ba) => ba.resize(2 ** 52), 0, "OverflowError");
    expectRefused(make, (ba) => ba.repeatInPlace(2 ** 52), 0, "OverflowError");
    expectRefused(make, (ba) => ba.takeBytes(5), 0, "IndexError");
    expectRefused(make, (ba) => ba.takeBytes(-5), 0, "IndexError");
    expectRefused(make, (ba) => ba.insert(2n ** 63n, 1), 0, "OverflowError");
    expectRefused(make, (ba) => ba.pop(2n ** 63n), 0, "OverflowError");
    expectRefused(make, (ba) => ba.delete(2n ** 70n), 0, "IndexError");
  });

  test("a slice with a step takes as many bytes as it has, or none", () => {
    for (const wrong of [[1], [1, 2, 3], bytes([1]), new Uint8Array(4)]) {
      expectRefused(make, (ba) => ba.setSlice(0, 4, 2, wrong), 0, "ValueError");
    }
    expectRefused(make, (ba) => ba.setSlice(0, 4, 0, [1]), 0, "ValueError");
    expectRefused(make, (ba) => ba.deleteSlice(0, 4, 0), 0, "ValueError");
  });
});

test("what is not there cannot be removed, and nothing popped from nothing", () => {
  const ba = bytearray(content);
  expectThrown(() => ba.remove(1), "ValueError", /^Cannot /);
  const empty = bytearray();
  expectThrown(() => empty.pop(), "IndexError", /pop from empty bytearray/);
  expectThrown(() => empty.pop(0), "IndexError", /pop from empty bytearray/);
  expectThrown(() => empty.pop("0" as never), "TypeError", form);
  expectThrown(() => empty.remove(0), "ValueError");
  expectThrown(() => empty.delete(0), "IndexError", form);
  expectThrown(() => empty.takeBytes(1), "IndexError", form);
});

test("of several errors the one is thrown that CPython finds first", () => {
  const ba = bytearray(content);
  const m = memoryview(ba);
  expectThrown(() => ba.set(2n ** 70n, 256), "IndexError");
  expectThrown(() => ba.set(9, 256), "ValueError");
  expectThrown(() => ba.set("0" as never, 256), "TypeError");
  expectThrown(() => ba.insert("0" as never, 256), "TypeError");
  expectThrown(() => ba.setSlice("0" as never, 1, 1, [256]), "TypeError", /slice/);
  expectThrown(() => ba.setSlice(0, 1, 0, [256]), "ValueError", /step other than 0/);
  expectThrown(() => ba.setSlice(0, 1, 1, "1" as never), "TypeError");
  expect([...ba]).toEqual(content);
  m.release();
});

describe.each([
  ["Bytes", Bytes],
  ["ByteArray", ByteArray],
] as const)("%s", (name, type) => {
  test("is made by its functions, and from its own messages", () => {
    for (const wrong of [
      undefined,
      null,
      5,
      "x",
      [],
      {},
      { zerocopy: name },
      { zerocopy: name, bytes: [1] },
      { zerocopy: name, bytes: new ArrayBuffer(1) },
      { zerocopy: "MemoryView", bytes: new Uint8Array(1) },
      (name === "Bytes" ? bytearray(1) : bytes(1)).toMessage().value,
    ]) {
      expectThrown(() => type.fromMessage(wrong as never), "TypeError", form);
    }
    expect(type.fromMessage(type.fromHex("0102").toMessage().value as never).hex()).toBe("0102");
  });

  test("reads text or bytes-like objects only", () => {
    for (const wrong of [1, null, undefined, {}, [48, 48], true]) {
      expectThrown(() => type.fromHex(wrong as never), "TypeError", form);
      expectThrown(() => type.fromBase64(wrong as never), "TypeError", form);
    }
    for (const wrong of ["0", "0g", "é", "0 0"]) {
      expectThrown(() => type.fromHex(wrong), "ValueError", form);
    }
    for (const wrong of ["A", "AA", "A===", "AAA*", "AA==A", "é"]) {
      expectThrown(() => type.fromBase64(wrong), "ValueError", form);
    }
  });
});
