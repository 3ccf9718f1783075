/** Memory whose size changes under its views, and what stays of them. */
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { bytes } from "../../../src/core/construct.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { octets, reads, writes } from "./accesses.ts";
import type { Octets } from "./accesses.ts";
import { Pages, counting, expectThrown, growable, resizable } from "./memories.ts";

test("what is left of shrunk memory can be read and written", () => {
  const buffer = resizable(counting(8));
  const m = octets(buffer);
  buffer.resize(6);
  expect(m.get(5)).toBe(5);
  m.set(5, 50);
  expect(m.subarray(0, 6).toList()).toEqual([0, 1, 2, 3, 4, 50]);
  expectThrown(() => m.get(6), "BufferError", /found 6: detached or resized$/);
  expectThrown(() => m.fill(9), "BufferError");
  expect([...new Uint8Array(buffer)], "a failed fill writes nothing").toEqual([0, 1, 2, 3, 4, 50]);
});

test("a failed write to shrunk memory writes nothing, in whatever order", () => {
  const buffer = resizable(counting(8));
  const m = octets(buffer);
  buffer.resize(6);
  for (const [, act] of writes) expectThrown(() => act(m.subarray(2)), "BufferError");
  expectThrown(() => m.subarray(null, null, -1).copyFrom(counting(8)), "BufferError");
  expectThrown(() => m.cast("<HHI").set(0, [9, 9, 9]), "BufferError");
  expect([...new Uint8Array(buffer)]).toEqual([0, 1, 2, 3, 4, 5]);
});

test("memory that grows again is there again", () => {
  const buffer = resizable(counting(8));
  const whole = octets(buffer);
  const window = octets(new Uint8Array(buffer, 2, 6));
  buffer.resize(1);
  expectThrown(() => window.get(0), "BufferError");
  expectThrown(() => whole.toBytes(), "BufferError");
  buffer.resize(16);
  expect(window.toList()).toEqual([0, 0, 0, 0, 0, 0]);
  window.set(5, 7);
  expect(whole.toList()).toEqual([0, 0, 0, 0, 0, 0, 0, 7]);
});

test("memory that grows does not change what its views show", () => {
  const buffer = resizable(counting(4));
  const m = octets(buffer);
  buffer.resize(8);
  expect([m.length, m.toList(), m.asTypedArray().length]).toEqual([4, [0, 1, 2, 3], 4]);
});

test("shared memory that grows does not change what its views show", () => {
  const buffer = growable(counting(4));
  const m = octets(buffer);
  const backwards = m.subarray(null, null, -1);
  buffer.grow(8);
  expect([m.length, m.toList()]).toEqual([4, [0, 1, 2, 3]]);
  m.copyFrom(backwards);
  expect([...new Uint8Array(buffer)]).toEqual([3, 2, 1, 0, 0, 0, 0, 0]);
  expect(octets(buffer).length).toBe(8);
});

describe("a WebAssembly.Memory that grows", () => {
  function grown(): { memory: InstanceType<typeof Pages>; m: Octets } {
    const memory = new Pages({ initial: 1 });
    new Uint8Array(memory.buffer).set(counting(8));
    const m = memoryview(memory).subarray(2, 8);
    memory.grow(1);
    return { memory, m };
  }

  test.each(reads)("is still read by %s", (_, act) => {
    const still = octets(counting(8)).subarray(2);
    const { m } = grown();
    expect(inspect(attempt(() => act(m)))).toEqual(inspect(attempt(() => act(still))));
  });

  test.each(writes)("is still written by %s", (_, act) => {
    const { memory, m } = grown();
    const still = counting(8);
    act(m);
    act(octets(still).subarray(2));
    expect([...new Uint8Array(memory.buffer, 0, 8)]).toEqual([...still]);
  });

  test("has empty views, too", () => {
    const { m } = grown();
    expect(m.subarray(3, 3).toBytes().length).toBe(0);
    expect(bytes(m.subarray(6)).length).toBe(0);
    expect(m.subarray(3, 3).equals(bytes())).toBe(true);
    expect(m.subarray(3, 3).asTypedArray().length).toBe(0);
  });

  test("may grow while an iterator runs", () => {
    const { memory, m } = grown();
    const seen: number[] = [];
    for (const item of m) {
      seen.push(item);
      memory.grow(1);
    }
    expect(seen).toEqual([2, 3, 4, 5, 6, 7]);
  });

  test("lends windows that the next growth takes away, and the view does not lose", () => {
    const { memory, m } = grown();
    const window = m.asUint8Array();
    memory.grow(1);
    expect(window.length).toBe(0);
    expect(m.asUint8Array()).toEqual(counting(8).subarray(2));
  });

  test("keeps its views when it is shared", () => {
    const memory = new Pages({ initial: 1, maximum: 4, shared: true });
    const m = memoryview(memory);
    memory.grow(1);
    m.set(0, 5);
    expect(new Uint8Array(memory.buffer)[0]).toBe(5);
    expect(m.length).toBe(65_536);
  });
});

/** A result or an error, to compare. */
function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return String(error);
  }
}
