import { expect, test } from "vitest";
import { b, bytearray, copiedBytes, kBuffer, memoryview } from "../../../src/index.ts";
import type { BytesLike } from "../../../src/core/protocol.ts";
import { Pieces } from "../../../src/net/pieces.ts";
import { wasmMemory } from "../../support/wasm.ts";

const kib = (fill: number): Uint8Array<ArrayBuffer> => new Uint8Array(1024).fill(fill);

/** What would be sent. */
function contents(pieces: Pieces): number[] {
  return Array.from({ length: pieces.count }, (_, index) => [...pieces.window(index)]).flat();
}

test("pieces of one buffer share one memory, with offsets", () => {
  const ring = new Uint8Array(8192).map((_, index) => index);
  const views = [ring.subarray(1024, 2048), ring.subarray(4096, 5120), ring.subarray(0, 1024)];
  const pieces = new Pieces(views, "test");
  expect(pieces.memories).toHaveLength(1);
  expect([...pieces.table.subarray(0, 9)]).toEqual([0, 1024, 1024, 0, 4096, 1024, 0, 0, 1024]);
  expect(contents(pieces)).toEqual([...Buffer.concat(views)]);
});

test("a source that is alone in its buffer is its own memory, and no window is made", () => {
  const views = [kib(1), kib(2), new Uint8Array(new ArrayBuffer(4096), 2048).fill(3)];
  const pieces = new Pieces(views, "test");
  expect(pieces.memories).toEqual(views);
  expect(pieces.memories.every((memory, index) => memory === views[index])).toBe(true);
});

test("buffers that take turns are told apart", () => {
  const [a, c] = [kib(1), kib(2)];
  const pieces = new Pieces([a, c, a.subarray(512), a, c.subarray(1)], "test");
  const wanted = [...a, ...c, ...a.subarray(512), ...a, ...c.subarray(1)];
  expect(contents(pieces)).toEqual(wanted);
});

test("everything bytes-like is a piece, where it lies", () => {
  const before = copiedBytes();
  const wasm = wasmMemory({ initial: 1 });
  const sources: BytesLike[] = [
    Buffer.alloc(1000, 1),
    new ArrayBuffer(1000),
    new SharedArrayBuffer(1000),
    new Float64Array(125).fill(1),
    new DataView(kib(4).buffer, 24),
    wasm,
    b`constant`,
    bytearray(1000),
    memoryview(wasm).subarray(10, 1010),
    memoryview(kib(5)).cast("<q").subarray(3),
  ];
  const pieces = new Pieces(sources, "test");
  expect(pieces.bytes).toBe(1000 * 7 + 65_536 + 8 + 1000);
  expect(contents(pieces)).toHaveLength(pieces.bytes);
  expect([pieces.gathered, copiedBytes()]).toEqual([0, before]);
  pieces.release();
});

test("strided views are gathered, and counted", () => {
  const source = memoryview(new Uint8Array(4096).map((_, index) => index));
  const pieces = new Pieces([source.subarray(0, 4096, 2), source], "test");
  expect(pieces.gathered).toBe(2048);
  expect(contents(pieces).slice(0, 3)).toEqual([0, 2, 4]);
  expect(pieces.bytes).toBe(2048 + 4096);
  pieces.release();
});

test.each([
  ["arrays", (): BytesLike[] => Array.from({ length: 100 }, (_, index) => Uint8Array.of(index, 1))],
  ["views", () => Array.from({ length: 100 }, (_, index) => memoryview(Uint8Array.of(index, 1)))],
])("short %s are gathered to one piece, and counted", (_kind, make) => {
  const list = make();
  const pieces = new Pieces(list, "test");
  expect([pieces.count, pieces.gathered, pieces.bytes]).toEqual([1, 200, 200]);
  expect(contents(pieces)).toEqual(list.flatMap((_, index) => [index, 1]));
});

test("empty sources make no piece", () => {
  const pieces = new Pieces([new Uint8Array(0), b``, memoryview(new ArrayBuffer(0))], "test");
  expect([pieces.count, pieces.bytes]).toEqual([0, 0]);
  expect(new Pieces([], "test").count).toBe(0);
});

test("exporters are held until release, once", () => {
  const log = bytearray(1000);
  const view = memoryview(kib(1));
  const pieces = new Pieces([log, view, view.subarray(10)], "test");
  expect(() => log.append(1)).toThrow("wanted no views, found 1");
  expect(() => view.release()).toThrow("wanted no consumers, found 1");
  expect(view._storage.consumers).toBe(2);
  pieces.release();
  pieces.release();
  expect(view._storage.consumers).toBe(0);
  log.append(1);
  view.release();
});

test("what was held is released when a later source is refused", () => {
  let released = 0;
  const exporter = {
    [kBuffer]: () => ({
      ...{ buffer: new ArrayBuffer(500), byteOffset: 0, byteLength: 500 },
      release: () => (released += 1),
    }),
  } as unknown as BytesLike;
  const log = bytearray(1000);
  const view = memoryview(log);
  const sources = [exporter, view, "text" as unknown as BytesLike];
  expect(() => new Pieces(sources, "test")).toThrow("Cannot test: wanted a bytes-like object");
  expect(released).toBe(1);
  view.release();
  log.append(1);
});

test.each([[kib(1)], [new ArrayBuffer(8)], [undefined], ["text"], [1], [{}], [b`x`]])(
  "%o is no list of views",
  (views) => {
    const make = (): Pieces => new Pieces(views as never, "test");
    expect(make).toThrow(TypeError);
    expect(make).toThrow("wanted a list of bytes-like objects, such as [view], found");
  },
);

test("the table of released pieces is used again, by one at a time", () => {
  const list = [kib(1), kib(2), kib(3)];
  const first = new Pieces(list, "test");
  const { table } = first;
  first.release();
  const second = new Pieces(list, "test");
  const third = new Pieces([kib(4)], "test");
  expect(second.table === table || second.table.length > table.length).toBe(true);
  expect(third.table).not.toBe(second.table);
  expect(contents(second)).toHaveLength(3 * 1024);
  expect(contents(third).every((byte) => byte === 4)).toBe(true);
});

test("any iterable of bytes-like objects is a list", () => {
  expect(new Pieces(new Set([kib(1), kib(2)]), "test").bytes).toBe(2048);
});

test("memory that is gone is a BufferError, at once or when it is looked at", () => {
  const empty = kib(1);
  structuredClone(empty.buffer, { transfer: [empty.buffer] });
  expect(() => new Pieces([empty], "test")).toThrow("wanted memory, found it detached or resized");
  const later = kib(1);
  const pieces = new Pieces([later], "test");
  structuredClone(later.buffer, { transfer: [later.buffer] });
  expect(() => pieces.window(0)).toThrow("Cannot test: wanted memory, found it detached");
});

test("a released view is a ValueError", () => {
  const view = memoryview(kib(1));
  view.release();
  expect(() => new Pieces([view], "test")).toThrow("it was released");
});
