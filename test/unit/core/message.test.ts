/** What a message carries, and which memory is not given away; workers get them in test/system. */
import { describe, expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import { bytes } from "../../../src/core/construct.ts";
import { BufferError } from "../../../src/core/errors.ts";
import { MemoryView, memoryview } from "../../../src/core/memoryview.ts";
import { kBuffer } from "../../../src/core/protocol.ts";

const content = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

/** Through a port and back, without the port. */
function sent(view: MemoryView, options?: { transfer?: boolean }): MemoryView {
  const { value, transferList } = view.toMessage(options);
  return MemoryView.fromMessage(structuredClone(value, { transfer: transferList }));
}

test("a message of strided memory has the items without gaps", () => {
  const columns = memoryview(content.slice()).cast("B", [2, 4]).select(null, [3, null, -2]);
  const { value, transferList } = columns.toMessage();
  expect([value.shape, value.strides, value.byteOffset]).toEqual([[2, 2], [2, 1], 0]);
  expect(transferList).toEqual([value.buffer]);
  const there = sent(columns);
  expect(there.toList()).toEqual([
    [4, 2],
    [8, 6],
  ]);
  expect(there.strides).toEqual([2, 1]);
});

test("a message keeps format, shape and read-only", () => {
  const view = memoryview(bytes(content)).cast("<H", [2, 2]);
  const there = sent(view);
  expect([there.format, there.shape, there.readonly]).toEqual(["<H", [2, 2], true]);
  expect(there.equals(view)).toBe(true);
  expect(sent(memoryview(content)).readonly).toBe(false);
});

test("shared memory is shared, from where the view begins", () => {
  const memory = new Uint8Array(new SharedArrayBuffer(8));
  const { value, transferList } = memoryview(memory.subarray(1)).subarray(2, 6, 2).toMessage();
  expect(transferList).toEqual([]);
  expect(value.buffer).toBe(memory.buffer);
  const here = MemoryView.fromMessage(value);
  here.set(1, 9);
  expect([...memory]).toEqual([0, 0, 0, 0, 0, 9, 0, 0]);
});

test("with transfer a whole ArrayBuffer goes, and is gone here", () => {
  const own = content.slice();
  const view = memoryview(own);
  const there = sent(view, { transfer: true });
  expect(there.toList()).toEqual([...content]);
  expect(own.byteLength).toBe(0);
  expect(() => view.get(0)).toThrow(BufferError);
});

describe("with transfer a BufferError, and nothing is lost, for", () => {
  const pages = new (
    globalThis as unknown as {
      WebAssembly: { Memory: new (pages: { initial: number }) => { buffer: ArrayBuffer } };
    }
  ).WebAssembly.Memory({ initial: 1 });
  const { buffer } = content.slice();
  const lent = { buffer, byteOffset: 0, byteLength: 8 };
  const whole = content.slice();

  test.each<readonly [string, MemoryView]>([
    ["a part of a buffer, from its start", memoryview(new Uint8Array(whole.buffer, 0, 4))],
    ["a part of a buffer, up to its end", memoryview(new Uint8Array(whole.buffer, 4))],
    ["a bytearray", memoryview(bytearray(content))],
    ["Bytes", memoryview(bytes(content))],
    [
      "an exporter that waits for the release",
      memoryview({ [kBuffer]: () => ({ ...lent, release() {} }) }),
    ],
    ["WebAssembly memory", memoryview(pages as never)],
    ["the window of WebAssembly memory", memoryview(new Uint8Array(pages.buffer))],
    ["a Buffer of Node's pool", memoryview(Buffer.from("pooled"))],
  ])("%s", (_, view) => {
    const before = view.toBytes();
    expect(() => view.toMessage({ transfer: true })).toThrow(BufferError);
    expect(view.toBytes().equals(before)).toBe(true);
    expect(view.nbytes).toBeGreaterThan(0);
  });
});
