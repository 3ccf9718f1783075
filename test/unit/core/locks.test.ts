/** While a bytearray is viewed its length is locked; windows that were lent are left alone. */
import { describe, expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import type { ByteArray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";
import { BufferError } from "../../../src/core/errors.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { kBuffer } from "../../../src/core/protocol.ts";
import { traceExports } from "../../../src/core/storage.ts";
import { dispose } from "../../../src/core/foreign.ts";
import { expectThrown, exporterOf, thrown } from "./memories.ts";

const changes: readonly (readonly [string, (ba: ByteArray) => unknown])[] = [
  ["append", (ba) => ba.append(9)],
  ["extend", (ba) => ba.extend(bytes([9, 9]))],
  ["extend by an iterable", (ba) => ba.extend([9, 9])],
  ["extend by itself", (ba) => ba.extend(ba)],
  ["pop", (ba) => ba.pop()],
  ["pop of the first", (ba) => ba.pop(0)],
  ["clear", (ba) => ba.clear()],
  ["resize to more", (ba) => ba.resize(99)],
  ["resize to less", (ba) => ba.resize(1)],
];

describe.each(changes)("%s of a bytearray", (_, change) => {
  const make = (): ByteArray => bytearray([1, 2, 3, 4]);
  const changed = make();
  change(changed);

  test("is a BufferError while a view is not released, and changes nothing", () => {
    const ba = make();
    const m = memoryview(ba);
    expectThrown(() => change(ba), "BufferError", /^Cannot .*: wanted no views, found 1;/);
    expect([...ba]).toEqual([1, 2, 3, 4]);
    expect(m.toList()).toEqual([1, 2, 3, 4]);
    m.release();
    change(ba);
    expect([...ba]).toEqual([...changed]);
  });

  test("waits for the last of all views that came of one", () => {
    const ba = make();
    const first = memoryview(ba);
    const rest = [
      first.subarray(1),
      first.cast("H"),
      first.toReadonly(),
      first.select([0, 2]),
      first.reshape([2, 2]),
      first.transpose(),
      memoryview(first),
      memoryview(ba),
    ];
    first.release();
    for (const view of rest) {
      expect(thrown(() => change(ba))).toBeInstanceOf(BufferError);
      view[dispose]();
      view.release();
    }
    change(ba);
    expect([...ba]).toEqual([...changed]);
  });

  test("is a BufferError while the protocol has lent it", () => {
    const ba = make();
    const record = ba[kBuffer](0);
    expectThrown(() => change(ba), "BufferError");
    record.release?.();
    record.release?.();
    change(ba);
    expect([...ba]).toEqual([...changed]);
  });

  test("is possible after releaseViews, which ends every view", () => {
    const ba = make();
    const views = [memoryview(ba), memoryview(ba).subarray(1), memoryview(ba).cast("H")];
    ba.releaseViews();
    change(ba);
    for (const view of views) {
      for (const use of [
        () => view.get(0),
        () => view.set(0, 1),
        () => view.length,
        () => view.toBytes(),
        () => view.subarray(1),
        () => view.lendUint8Array(),
        () => view.equals(bytes()),
        () => view[kBuffer](0),
        () => [...view],
      ]) {
        expectThrown(use, "ValueError", /all were released/);
      }
      view.release();
    }
    expect([...ba]).toEqual([...changed]);
    const again = memoryview(ba);
    expect(again.toList()).toEqual([...changed]);
    expectThrown(() => ba.append(1), "BufferError");
    again.release();
  });

  test("does not reach windows that were lent before", () => {
    for (const lend of [
      (ba: ByteArray) => ba.lendUint8Array(),
      (ba: ByteArray) => ba.valueOf(),
      ...viewLenders,
    ]) {
      const ba = make();
      const window = lend(ba);
      change(ba);
      expect([...window], String(lend)).toEqual([1, 2, 3, 4]);
      for (let i = 0; i < ba.length; i += 1) ba.set(i, 255);
      for (let i = 0; i < 40; i += 1) ba.append(254);
      expect([...window], String(lend)).toEqual([1, 2, 3, 4]);
    }
  });

  test("does not reach windows of views that were released all at once", () => {
    const ba = make();
    const window = memoryview(ba).asUint8Array();
    ba.releaseViews();
    change(ba);
    for (let i = 0; i < ba.length; i += 1) ba.set(i, 255);
    expect([...window]).toEqual([1, 2, 3, 4]);
  });
});

/** Each releases its view before it returns. */
const viewLenders = (["lendUint8Array", "asUint8Array", "asTypedArray", "valueOf"] as const).map(
  (name) => (ba: ByteArray) => {
    const m = memoryview(ba);
    const window = m[name]();
    m.release();
    return window;
  },
);

test("changes that change no length are possible while viewed", () => {
  const ba = bytearray([1, 2, 3]);
  const m = memoryview(ba);
  ba.resize(3);
  ba.extend([]);
  ba.extend(bytes());
  ba.set(0, 9);
  expect(m.toList()).toEqual([9, 2, 3]);
  m.set(1, 8);
  expect([...ba]).toEqual([9, 8, 3]);
  m.release();
  const none = bytearray();
  const empty = memoryview(none);
  none.clear();
  expectThrown(() => none.append(1), "BufferError");
  empty.release();
});

test("a failed copy into a view, or out of it, leaves nothing locked", () => {
  const ba = bytearray([1, 2, 3]);
  const target = memoryview(new Uint8Array(2));
  expectThrown(() => target.copyFrom(ba), "ValueError");
  expectThrown(() => memoryview(exporterOf(undefined)).equals(ba), "TypeError");
  expect(target.equals(ba)).toBe(false);
  target.find(ba);
  expectThrown(() => target.split(bytearray()), "ValueError");
  ba.append(4);
  expect([...ba]).toEqual([1, 2, 3, 4]);
});

test("bytes that were lent show what is written without a change of length", () => {
  const ba = bytearray([1, 2, 3]);
  const window = ba.lendUint8Array();
  ba.set(0, 9);
  expect([...window]).toEqual([9, 2, 3]);
});

test("a BufferError says how many views there are, and with traceExports who holds them", () => {
  const ba = bytearray([1]);
  const silent = memoryview(ba);
  const untraced = thrown(() => ba.append(2));
  expect(untraced).toMatchObject({ exports: 1, holders: [], code: "ERR_BUFFER" });
  expect((untraced as Error).message).toContain("traceExports(true)");
  silent.release();
  traceExports(true);
  try {
    const holdIt = (): unknown => memoryview(ba);
    holdIt();
    const traced = thrown(() => ba.append(2)) as BufferError;
    expect(traced.exports).toBe(1);
    expect(traced.holders).toHaveLength(1);
    expect(traced.holders[0]).toContain("holdIt");
    expect(traced.message).toContain("holdIt");
  } finally {
    traceExports(false);
  }
});

test("a released view is a ValueError to everything but release, toString and equality with itself", () => {
  const m = memoryview(new Uint8Array([1, 2, 3, 4]));
  const sibling = m.subarray(0);
  const iterator = m[Symbol.iterator]();
  iterator.next();
  m.release();
  m.release();
  m[dispose]();
  expect(m.toString()).toBe("<released memoryview>");
  expect([m.equals(m), m.equals(sibling), sibling.equals(m)]).toEqual([true, false, false]);
  expect(sibling.toList()).toEqual([1, 2, 3, 4]);
  const uses: readonly ((view: typeof m) => unknown)[] = [
    (v) => v.obj,
    (v) => v.format,
    (v) => v.itemsize,
    (v) => v.nbytes,
    (v) => v.ndim,
    (v) => v.shape,
    (v) => v.strides,
    (v) => v.suboffsets,
    (v) => v.readonly,
    (v) => v.contiguous,
    (v) => v.cContiguous,
    (v) => v.fContiguous,
    (v) => v.length,
    (v) => v.get(0),
    (v) => v.getAt([0]),
    (v) => v.at(0),
    (v) => v.getNumber(0),
    (v) => v.set(0, 1),
    (v) => v.setAt([0], 1),
    (v) => v[Symbol.iterator](),
    (v) => v.toList(),
    (v) => v.count(1),
    (v) => v.index(1),
    (v) => v.subarray(0),
    (v) => v.subarray(0, 2, 2),
    (v) => v.select(0),
    (v) => v.field(0),
    (v) => v.transpose(),
    (v) => v.reshape([4]),
    (v) => v.cast("B"),
    (v) => v.toReadonly(),
    (v) => v.asTypedArray(),
    (v) => v.tryTypedArray(),
    (v) => v.asUint8Array(),
    (v) => v.lendUint8Array(),
    (v) => v.valueOf(),
    (v) => v.toBytes(),
    (v) => v.toUint8Array(),
    (v) => v.hex(),
    (v) => v.copyFrom(bytes([1, 2, 3, 4])),
    (v) => sibling.copyFrom(v),
    (v) => v.fill(0),
    (v) => v.find(1),
    (v) => v.rfind(1),
    (v) => v.startsWith(bytes()),
    (v) => v.endsWith(bytes()),
    (v) => v.split(),
    (v) => v.partition(bytes([1])),
    (v) => v.strip(),
    (v) => v.decode(),
    (v) => v.toMessage(),
    (v) => v.toMessage({ transfer: true }),
    (v) => v[kBuffer](0),
    (v) => memoryview(v),
    (v) => bytes(v),
    (v) => bytearray(v),
    (v) => sibling.find(v),
    (v) => v.hashKey(),
    () => iterator.next(),
  ];
  for (const use of uses) {
    expectThrown(() => use(m), "ValueError", /^Cannot use a memoryview: .*released/);
  }
});

test("a hash key is kept after release", () => {
  const m = memoryview(bytes([1, 2]));
  const key = m.hashKey();
  m.release();
  expect(m.hashKey()).toBe(key);
});
