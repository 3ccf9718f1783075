/** Every method of a bytearray while it is viewed: what changes the length changes nothing at all. */
import { describe, expect, test } from "vitest";
import { ByteArray, bytearray } from "../../../src/core/bytearray.ts";
import { Bytes } from "../../../src/core/bytes.ts";
import { bytes } from "../../../src/core/construct.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { kBuffer } from "../../../src/core/protocol.ts";
import { expectThrown, thrown } from "./memories.ts";
import { changes, memoryOf, methodsOf, readings, sameLength } from "./sequences.ts";

const content = [97, 98, 99, 100];
const make = (): ByteArray => bytearray(content);

/** Public methods; what begins with "_" is internal. */
function namesOf(type: { readonly prototype: object }): Set<string> {
  const names = new Set<string>();
  for (let level = type.prototype; level !== Object.prototype; level = Object.getPrototypeOf(level))
    for (const name of Object.getOwnPropertyNames(level)) names.add(name);
  const rest = new Set(["constructor", "length", "0", "releaseViews", "toJSON", "hashKey"]);
  return new Set([...names].filter((name) => !name.startsWith("_") && !rest.has(name)));
}

test("the tables of methods leave none out", () => {
  const inTables = methodsOf(readings, changes, sameLength);
  expect([...namesOf(ByteArray)].filter((name) => !inTables.has(name))).toEqual([]);
  expect([...namesOf(Bytes)].filter((name) => !(name in readings))).toEqual([]);
});

const holders: readonly (readonly [string, (ba: ByteArray) => () => void])[] = [
  [
    "a view",
    (ba) => {
      const m = memoryview(ba);
      return () => m.release();
    },
  ],
  [
    "a view of a view",
    (ba) => {
      const m = memoryview(ba);
      const part = m.subarray(1, 2);
      m.release();
      return () => part.release();
    },
  ],
  [
    "an empty view",
    (ba) => {
      const m = ba.subarray(2, 2);
      return () => m.release();
    },
  ],
  [
    "a record of the buffer protocol",
    (ba) => {
      const { release } = ba[kBuffer](0);
      return () => release?.();
    },
  ],
];

describe.each(Object.entries(changes))("%s", (_, change) => {
  test.each(holders)("is a BufferError while there is %s, and changes nothing", (__, hold) => {
    const ba = make();
    const done = hold(ba);
    const before = memoryOf(ba);
    expectThrown(() => change(ba), "BufferError", /^Cannot .*: wanted no views, found 1;/);
    expect(memoryOf(ba)).toStrictEqual(before);
    expect([...ba]).toEqual(content);
    done();
    expect(thrown(() => change(ba))).toBeUndefined();
  });

  test("is a BufferError also while it is lent, and it stays lent", () => {
    const ba = make();
    const window = ba.lendUint8Array();
    const m = memoryview(ba);
    const before = memoryOf(ba);
    expectThrown(() => change(ba), "BufferError");
    expect(memoryOf(ba)).toStrictEqual(before);
    m.release();
    change(ba);
    expect([...window]).toEqual(content);
  });

  test("is possible after releaseViews", () => {
    const [ba, free] = [make(), make()];
    const views = [memoryview(ba), memoryview(ba).cast("H"), ba.subarray(1)];
    ba.releaseViews();
    change(ba);
    change(free);
    expect([...ba]).toEqual([...free]);
    for (const view of views) expectThrown(() => view.get(0), "ValueError", /all were released/);
  });
});

test.each(Object.entries(sameLength))("%s is possible while there is a view", (_, change) => {
  const [ba, free] = [make(), make()];
  const m = memoryview(ba);
  const before = memoryOf(ba);
  change(ba);
  change(free);
  expect([...ba]).toEqual([...free]);
  expect(m.toList(), "the view sees it").toEqual([...free]);
  expect(memoryOf(ba)).toStrictEqual(before);
  m.release();
});

test.each(Object.entries(readings))("%s is possible while there is a view", (_, read) => {
  const ba = make();
  const m = memoryview(ba);
  expect(thrown(() => read(ba))).toBeUndefined();
  expect([...ba]).toEqual(content);
  m.release();
});

describe("errors of values come before the lock, as CPython's do", () => {
  const wrong: readonly (readonly [string, string, (ba: ByteArray) => unknown])[] = [
    ["append of 256", "ValueError", (ba) => ba.append(256)],
    ["append of text", "TypeError", (ba) => ba.append("a" as never)],
    ["extend by 256", "ValueError", (ba) => ba.extend([1, 256])],
    ["extend by a number", "TypeError", (ba) => ba.extend(1 as never)],
    ["insert of -1", "ValueError", (ba) => ba.insert(0, -1)],
    ["insert at text", "TypeError", (ba) => ba.insert("0" as never, 1)],
    ["pop beyond the end", "IndexError", (ba) => ba.pop(4)],
    ["remove of what is not there", "ValueError", (ba) => ba.remove(1)],
    ["delete beyond the end", "IndexError", (ba) => ba.delete(-5)],
    ["deleteSlice with a step of 0", "ValueError", (ba) => ba.deleteSlice(0, 1, 0)],
    ["setSlice of 256", "ValueError", (ba) => ba.setSlice(0, 1, 1, [256])],
    ["setSlice of too many", "ValueError", (ba) => ba.setSlice(0, 4, 2, [1])],
    ["resize to -1", "ValueError", (ba) => ba.resize(-1)],
    ["repeatInPlace by text", "TypeError", (ba) => ba.repeatInPlace("2" as never)],
    ["takeBytes of too many", "IndexError", (ba) => ba.takeBytes(5)],
    ["takeBytes of a fraction", "TypeError", (ba) => ba.takeBytes(0.5)],
  ];
  test.each(wrong)("%s is a %s, viewed or not", (_, error, change) => {
    const ba = make();
    expectThrown(() => change(ba), error, /^Cannot /);
    const m = memoryview(ba);
    expectThrown(() => change(ba), error, /^Cannot /);
    expect([...ba]).toEqual(content);
    m.release();
    ba.append(101);
    expect([...ba]).toEqual([...content, 101]);
  });

  test("an empty pop is an IndexError, viewed or not", () => {
    const ba = bytearray();
    const m = memoryview(ba);
    expectThrown(() => ba.pop(), "IndexError", /pop from empty bytearray/);
    m.release();
  });

  test("what deletes nothing with a step is a BufferError all the same, as CPython's", () => {
    const ba = make();
    const m = memoryview(ba);
    expectThrown(() => ba.deleteSlice(4, null, 2), "BufferError");
    expectThrown(() => ba.setSlice(4, null, 2, bytes()), "BufferError");
    ba.deleteSlice(4, null);
    ba.setSlice(2, 2, 1, []);
    expectThrown(() => ba.takeBytes(0), "BufferError"); // what is taken must not change
    m.release();
  });
});

test("clearing what is empty is no change of length", () => {
  const ba = bytearray();
  const m = memoryview(ba);
  ba.clear();
  ba.resize(0);
  ba.repeatInPlace(0);
  ba.repeatInPlace(5);
  expect(m.length).toBe(0);
  m.release();
});

test("repetition without end is a BufferError while there is a view, before memory is asked for", () => {
  const ba = make();
  const m = memoryview(ba);
  expectThrown(() => ba.repeatInPlace(2 ** 52), "BufferError");
  m.release();
  expectThrown(() => ba.repeatInPlace(2 ** 52), "OverflowError");
  expect([...ba]).toEqual(content);
});

test("a consumer that releases its record twice releases it once", () => {
  const ba = make();
  const [first, second] = [ba[kBuffer](0), ba[kBuffer](0)];
  first.release?.();
  first.release?.();
  expectThrown(() => ba.append(1), "BufferError", /found 1;/);
  second.release?.();
  ba.append(1);
});
