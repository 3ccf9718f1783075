/** Windows that were lent are never written behind their holder's back, whatever becomes of the bytearray. */
import { describe, expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import type { ByteArray } from "../../../src/core/bytearray.ts";
import { Bytes } from "../../../src/core/bytes.ts";
import { bytes } from "../../../src/core/construct.ts";
import { copiedBytes } from "../../../src/core/copy.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { kBuffer } from "../../../src/core/protocol.ts";
import { counting, detach, expectThrown } from "./memories.ts";
import { changes, kinds, others, readings, sameLength } from "./sequences.ts";

const content = [97, 98, 99, 100];

/** Each ends its view before it returns. */
const lenders: readonly (readonly [string, (ba: ByteArray) => Uint8Array])[] = [
  ["lendUint8Array", (ba) => ba.lendUint8Array()],
  ["valueOf", (ba) => ba.valueOf()],
  ...(["lendUint8Array", "asUint8Array", "asTypedArray", "valueOf"] as const).map(
    (name) =>
      [
        `${name} of a view`,
        (ba: ByteArray) => {
          const m = memoryview(ba);
          const window = m[name]();
          m.release();
          return window;
        },
      ] as const,
  ),
  [
    "asUint8Array of a view that releaseViews ended",
    (ba) => {
      const window = memoryview(ba).asUint8Array();
      ba.releaseViews();
      return window;
    },
  ],
];

/** Writes to all memory that the bytearray may have. */
function scribble(ba: ByteArray): void {
  for (let i = 0; i < ba.length; i += 1) ba.set(i, 255);
  for (let i = 0; i < 40; i += 1) ba.append(254);
  ba.setSlice(0, 40, 1, bytes(bytes([253]).repeat(60)));
  ba.deleteSlice(0, 30);
  ba.resize(64);
}

describe.each(lenders)("what %s lent", (_, lend) => {
  test.each(Object.entries(changes))("is left alone by %s, and by what follows", (__, change) => {
    const [ba, free] = [bytearray(content), bytearray(content)];
    const window = lend(ba);
    change(ba);
    change(free);
    expect([...ba]).toEqual([...free]);
    expect([...window]).toEqual(content);
    scribble(ba);
    expect([...window]).toEqual(content);
  });

  test.each(Object.entries(sameLength))("shows what %s writes, in place", (__, change) => {
    const ba = bytearray(content);
    const window = lend(ba);
    change(ba);
    expect([...window]).toEqual([...ba]);
    ba.append(1);
    scribble(ba);
    expect(window.length).toBe(4);
  });
});

test("a window does not see what is written after an append for which there was room", () => {
  for (const add of [
    (ba: ByteArray) => ba.append(5),
    (ba: ByteArray) => ba.extend(Uint8Array.of(5)),
    (ba: ByteArray) => ba.extend([5]),
  ]) {
    const ba = bytearray(100);
    ba.resize(4);
    const window = ba.lendUint8Array();
    add(ba);
    ba.set(0, 9);
    expect([...window]).toEqual([0, 0, 0, 0]);
    expect([...ba]).toEqual([9, 0, 0, 0, 5]);
  }
});

test("bytes that are taken share no memory with a window that was lent before", () => {
  for (const [, lend] of lenders) {
    for (const count of [null, 4, 3, 1]) {
      const ba = bytearray(content);
      const window = lend(ba);
      const taken = ba.takeBytes(count);
      window.fill(255); // as the receiver of asUint8Array may
      expect([...taken, ...ba]).toEqual(content);
    }
  }
});

test("a consumer of the protocol keeps what it has when all views are released at once", () => {
  for (const change of Object.values(changes)) {
    const ba = bytearray(content);
    const { buffer, byteOffset, byteLength } = ba[kBuffer](0);
    const window = new Uint8Array(buffer, byteOffset, byteLength);
    ba.releaseViews();
    const taken = change(ba);
    scribble(ba);
    expect([...window], String(change)).toEqual(content);
    const before = taken instanceof Bytes ? taken.hashKey() : "";
    window.fill(255);
    expect(taken instanceof Bytes ? taken.hashKey() : "").toBe(before);
  }
});

test("memory that was lent is moved once, then used as before", () => {
  const ba = bytearray(10_000);
  ba.lendUint8Array();
  const copied = copiedBytes();
  ba.append(1);
  expect(copiedBytes() - copied).toBeLessThanOrEqual(10_001);
  const moved = copiedBytes();
  for (let i = 0; i < 5000; i += 1) ba.append(1);
  ba.deleteSlice(0, 10);
  expect(copiedBytes() - moved).toBeLessThanOrEqual(5000);
});

test("spare memory before and behind the contents is lent to nobody", () => {
  const ba = bytearray(counting(100));
  ba.append(7);
  ba.deleteSlice(0, 50);
  const window = ba.lendUint8Array();
  expect([...window]).toEqual([...counting(100).subarray(50), 7]);
  ba.insert(0, 1);
  ba.append(2);
  expect([...window]).toEqual([...counting(100).subarray(50), 7]);
});

test("a window of the array itself is a source like any other", () => {
  const make = (): [ByteArray, Uint8Array] => {
    const ba = bytearray(content);
    return [ba, ba.lendUint8Array()];
  };
  for (const [change, wanted] of [
    [(ba, w) => ba.extend(w), [97, 98, 99, 100, 97, 98, 99, 100]],
    [(ba, w) => ba.extend(w.subarray(1, 3)), [97, 98, 99, 100, 98, 99]],
    [(ba, w) => ba.setSlice(1, 2, 1, w), [97, 97, 98, 99, 100, 99, 100]],
    [(ba, w) => ba.setSlice(0, 2, 1, w), [97, 98, 99, 100, 99, 100]],
    [(ba, w) => ba.setSlice(0, 3, 1, w.subarray(1)), [98, 99, 100, 100]],
    [(ba, w) => ba.setSlice(1, 4, 1, w.subarray(0, 3)), [97, 97, 98, 99]],
    [(ba, w) => ba.setSlice(0, 4, 1, w.subarray(3)), [100]],
    [(ba, w) => ba.setSlice(null, null, -1, w), [100, 99, 98, 97]],
    [(ba, w) => ba.setSlice(null, null, 2, w.subarray(2)), [99, 98, 100, 100]],
    [(ba, w) => ba.extend(new Uint16Array(w.buffer, 0, 1)), [97, 98, 99, 100, 97, 98]],
    [(ba, w) => ba.extend(w.buffer), [97, 98, 99, 100, 97, 98, 99, 100]],
  ] as readonly (readonly [(ba: ByteArray, window: Uint8Array) => void, readonly number[]])[]) {
    const [ba, window] = make();
    change(ba, window);
    expect([...ba], String(change)).toEqual(wanted);
  }
});

describe.each(kinds)("%s whose lent memory was transferred", (_, make) => {
  const lost = (): ReturnType<typeof make> => {
    const subject = make(content);
    detach(subject.lendUint8Array().buffer);
    return subject;
  };

  test.each(Object.entries({ ...readings, ...others }))("is a BufferError from %s", (__, read) => {
    const use = (): unknown => {
      const result = read(lost());
      return result instanceof Bytes && result.get(0); // a part is lost, too
    };
    expectThrown(use, "BufferError", /^Cannot access .*detached or resized$/);
  });

  test("is a BufferError as a source", () => {
    const good = make(content);
    for (const use of [
      () => memoryview(lost()),
      () => bytearray(lost()),
      () => good.find(lost()),
      () => good.split(lost()),
      () => good.strip(lost()),
      () => good.replace(lost(), good),
      () => good.translate(lost()),
      () => good.equals(lost()),
    ]) {
      expectThrown(use, "BufferError", /^Cannot /);
    }
    expectThrown(() => good.concat(lost()), "TypeError"); // so CPython, of what does not lend itself
    expectThrown(() => good.join([lost()]), "TypeError");
    expect([...good]).toEqual(content);
  });
});

describe("a bytearray whose lent memory was transferred", () => {
  const lost = (): ByteArray => {
    const ba = bytearray(content);
    detach(ba.lendUint8Array().buffer);
    return ba;
  };

  const touching = Object.entries({ ...changes, ...sameLength }).filter(
    ([name]) => name !== "extend by nothing" && name !== "repeatInPlace once",
  );

  test.each(touching)("is a BufferError from %s", (_, act) => {
    const ba = lost();
    expectThrown(() => act(ba), "BufferError", /^Cannot /);
    expect(ba.length).toBe(4);
  });

  test.each(touching)("is a BufferError from %s also when its views go first", (_, act) => {
    const ba = bytearray(content);
    const m = memoryview(ba);
    detach(m.asUint8Array().buffer);
    expectThrown(() => m.get(0), "BufferError");
    m.release();
    expectThrown(() => act(ba), "BufferError", /^Cannot /);
    expect(ba.length).toBe(4);
  });

  test("is a BufferError to whoever wants a view while there is another", () => {
    const ba = bytearray(content);
    const m = memoryview(ba);
    detach(m.asUint8Array().buffer);
    for (const use of [
      () => memoryview(ba),
      () => ba.subarray(1),
      () => ba[kBuffer](0),
      () => bytes(ba),
      () => bytes([1]).find(ba),
    ]) {
      expectThrown(use, "BufferError", /^Cannot /);
    }
  });

  test("is a BufferError for the record of the buffer protocol", () => {
    const ba = lost();
    expectThrown(() => ba[kBuffer](0), "BufferError");
  });
});
