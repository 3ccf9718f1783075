/** What a ByteQueue keeps, copies, refuses and lets go of. Its contents: test/property. */
import { expect, test } from "vitest";
import {
  BufferError,
  ByteQueue,
  IndexError,
  ValueError,
  bytearray,
  bytes,
  copiedBytes,
  kBuffer,
  memoryview,
} from "zerocopy";
import type { BytesLike } from "zerocopy";
import { expectThrown, resizable } from "./memories.ts";

function queueOf(...chunks: readonly BytesLike[]): ByteQueue {
  const queue = new ByteQueue();
  for (const chunk of chunks) queue.append(chunk);
  return queue;
}

/** Bytes that count up from `first`. */
function count(length: number, first = 0): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => first + i);
}

function detach({ buffer }: Uint8Array<ArrayBuffer>): void {
  structuredClone(buffer, { transfer: [buffer] });
}

test("what lies in one chunk is a view of it", () => {
  const chunk = count(8);
  const queue = queueOf(chunk);
  const view = queue.take(4);
  view.set(0, 99);
  expect(chunk[0]).toBe(99);
  queue.peek(2).set(1, 98);
  expect([chunk[5], queue.get(1), queue.copiedBytes]).toEqual([98, 98, 0]);
});

test("what lies in several chunks is copied once, and counted", () => {
  const queue = queueOf(count(1000), count(1000), count(1000));
  const before = copiedBytes();
  queue.consume(990);
  expect(queue.peek(20).toList()).toEqual([...count(1000).subarray(990), ...count(10)]);
  expect(queue.copiedBytes).toBe(20);
  expect(queue.peek(20).get(19)).toBe(9);
  expect(queue.take(20).get(0)).toBe(count(1000)[990]);
  expect(queue.copiedBytes).toBe(20);
  expect(copiedBytes() - before).toBe(20);
});

test("chunks no longer than what is asked for are copied to their end, since more will straddle", () => {
  const queue = queueOf(...Array.from({ length: 8 }, () => count(10)));
  expect(queue.take(15).length).toBe(15);
  expect(queue.copiedBytes).toBe(20);
  expect(queue.take(15).length).toBe(15);
  expect(queue.copiedBytes).toBe(30);
});

test("large chunks are not copied beyond what is asked for", () => {
  const queue = queueOf(count(10), new Uint8Array(1 << 20), count(10));
  queue.take(40_000);
  expect(queue.copiedBytes).toBe(40_000);
  expect(queue.peek((1 << 20) - 39_990).length).toBe((1 << 20) - 39_990);
  expect(queue.copiedBytes).toBe(40_000);
});

test("a write to a peeked view is in the queue, wherever it lies", () => {
  const queue = queueOf(count(100), count(100));
  queue.consume(98);
  queue.peek(4).set(3, 77);
  expect([queue.get(3), queue.find(77), queue.views().map((view) => view.length)]).toEqual([
    77,
    3,
    [4, 98],
  ]);
  expect(queue.views()[0]).toEqual(Uint8Array.of(98, 99, 0, 77));
});

/** How many blocks of memory messages of `size` come from, out of 2000 chunks of 100 bytes. */
function blocksOf(size: number, use: (view: ReturnType<ByteQueue["take"]>) => void): number {
  const blocks = new Set<ArrayBufferLike>();
  const queue = new ByteQueue();
  for (let i = 0; i < 2000; i += 1) {
    queue.append(count(100));
    if (queue.length < size) continue;
    const view = queue.take(size);
    const { buffer, release } = view[kBuffer](0);
    blocks.add(buffer);
    release?.();
    use(view);
  }
  return blocks.size;
}

test.each([200, 150, 101])("blocks are used again when their views are released: %d", (size) => {
  expect(blocksOf(size, (view) => view.release())).toBe(1);
});

test("blocks whose views are kept, or were lent, are left alone, and the next is twice as long", () => {
  expect(blocksOf(200, () => {})).toBe(6); // 16 * 200 bytes, then 2, 4, 8, 16 times as many
  const lent: Uint8Array[] = [];
  const lend = (view: ReturnType<ByteQueue["take"]>): void => {
    lent.push(view.lendUint8Array());
    view.release();
  };
  expect(blocksOf(150, lend)).toBe(7);
  expect(lent.every((window, i) => window[0] === (i * 150) % 100)).toBe(true);
});

test("views are read-only once a read-only chunk was appended, wherever they lie", () => {
  const queue = queueOf(count(4), count(4));
  expect([queue.peek(2).readonly, queue.peek(6).readonly]).toEqual([false, false]);
  queue.append(bytes(count(4)));
  const views = [queue.peek(2), queue.take(6), queue.take(3), queue.take(3)];
  expect(views.map((view) => view.readonly)).toEqual([true, true, true, true]);
});

test("a ByteArray is locked until its last byte is consumed and its views are released", () => {
  const array = bytearray([1, 2, 3]);
  const queue = queueOf(array);
  expect(() => array.append(4)).toThrow(BufferError);
  const view = queue.take(2);
  queue.consume(1);
  expect(() => array.append(4)).toThrow(BufferError);
  view.release();
  array.append(4);
  expect(array.hex()).toBe("01020304");
});

test("a ByteArray whose bytes were joined is let go of", () => {
  const array = bytearray([1, 2, 3]);
  const queue = queueOf(array, count(3));
  const view = queue.peek(4);
  array.append(4);
  expect(view.hex()).toBe("01020300");
});

test("what a ByteArray lent by views() is left alone", () => {
  const array = bytearray([1, 2, 3]);
  const queue = queueOf(array);
  const [window] = queue.views();
  queue.consume(3);
  array.clear();
  array.extend([7, 8, 9]);
  expect(window).toEqual(Uint8Array.of(1, 2, 3));
});

test("views() are the rest of each chunk", () => {
  const queue = queueOf(count(3), new ArrayBuffer(0), bytes([7]), count(2).buffer);
  queue.consume(1);
  expect(queue.views()).toEqual([Uint8Array.of(1, 2), Uint8Array.of(7), Uint8Array.of(0, 1)]);
  expect(new ByteQueue().views()).toEqual([]);
});

test("an exporter of its own is released once, when its bytes are consumed", () => {
  let released = 0;
  const exporter = {
    [kBuffer]: () => ({
      ...{ buffer: count(4).buffer, byteOffset: 1, byteLength: 3 },
      release: () => (released += 1),
    }),
  };
  const queue = queueOf(exporter);
  queue.consume(2);
  expect([queue.get(0), released]).toEqual([3, 0]);
  queue.consume(1);
  expect(released).toBe(1);
});

test("items of any format and shape are appended as their bytes", () => {
  const queue = queueOf(Float32Array.of(1), memoryview(count(6)).cast("<H", [3, 1]));
  expect(queue.take(10).hex()).toBe("0000803f000102030405");
});

test("strided memory is refused, and nothing of it held", () => {
  const array = bytearray(count(4));
  const view = memoryview(array);
  const queue = new ByteQueue();
  expect(() => queue.append(view.subarray(null, null, 2))).toThrow(BufferError);
  expect(queue.length).toBe(0);
});

test.each([["text"], [7], [null], [undefined], [[1, 2]], [{}], [new ByteQueue()]])(
  "append(%o) is a TypeError",
  (chunk) => {
    expect(() => queueOf(chunk as never)).toThrow(TypeError);
  },
);

test.each(["peek", "take", "consume"] as const)("%s refuses what is not there", (method) => {
  const queue = queueOf(count(3), count(3));
  expect(() => queue[method](7)).toThrow(ValueError);
  expect(() => queue[method](-1)).toThrow(ValueError);
  expect(() => queue[method](1.5)).toThrow(TypeError);
  expect(() => queue[method]("1" as never)).toThrow(TypeError);
  expect(() => queue[method](undefined as never)).toThrow(TypeError);
  expect(queue.length).toBe(6);
  queue[method](0);
  queue[method](1n);
  expect(queue.length).toBe(method === "peek" ? 6 : 5);
});

test("the errors say what was there", () => {
  expect(() => queueOf(count(3)).take(4)).toThrow(/wanted 0 to 3 bytes, found 4/);
});

test("nothing of an empty queue is an empty view", () => {
  const queue = new ByteQueue();
  expect([queue.peek(0).length, queue.take(0).length, queue.length]).toEqual([0, 0, 0]);
});

test("get counts from both ends, like Bytes", () => {
  const queue = queueOf(count(3), count(3, 10));
  expect([queue.get(2), queue.get(3), queue.get(-1), queue.get(-6)]).toEqual([2, 10, 12, 0]);
  expect(queue.get(4n)).toBe(11);
  expect(() => queue.get(6)).toThrow(IndexError);
  expect(() => queue.get(-7)).toThrow(IndexError);
  expect(() => queue.get(0.5)).toThrow(TypeError);
  expect(() => queue.get(undefined as never)).toThrow(TypeError);
});

test("find takes what Bytes.find takes", () => {
  const queue = queueOf(bytes([1, 2]), bytes([3]), bytes([4, 1, 2]));
  expect(queue.find(bytes([2, 3, 4, 1]))).toBe(1);
  expect(queue.find(memoryview(Uint16Array.of(0x0201)), 1)).toBe(4);
  expect([queue.find(4), queue.find(2n), queue.find(4, -2), queue.find(9)]).toEqual([3, 1, -1, -1]);
  expect([queue.find(bytes([]), 6), queue.find(bytes([]), 7)]).toEqual([6, -1]);
  expect(() => queue.find(256)).toThrow(ValueError);
  expect(() => queue.find("a" as never)).toThrow(TypeError);
  expect(() => queue.find(null as unknown as number)).toThrow(TypeError);
});

test("memory that is gone is an error wherever it is used, and can be consumed", () => {
  const chunk = count(4);
  const queue = queueOf(count(2), chunk, count(2));
  detach(chunk);
  expect(() => queue.get(3)).toThrow(BufferError);
  expect(() => queue.find(9)).toThrow(BufferError);
  expect(() => queue.find(bytes([1, 0]))).toThrow(BufferError);
  expect(() => queue.peek(4)).toThrow(BufferError);
  expect(() => queue.take(7)).toThrow(BufferError);
  expect(() => queue.views()).toThrow(BufferError);
  expect(() => [...queue]).toThrow(BufferError);
  expect(() => queueOf(chunk)).toThrow(BufferError);
  expect([queue.length, queue.get(-1), queue.take(2).toList()]).toEqual([8, 1, [0, 1]]);
  expect(() => queue.take(1)).toThrow(BufferError);
  queue.consume(4);
  expect(queue.take(2).toList()).toEqual([0, 1]);
});

test("memory that shrank is gone, memory that grew has the bytes it had", () => {
  const buffer = resizable(count(4));
  const queue = queueOf(new Uint8Array(buffer), count(1));
  buffer.resize(8);
  expect([queue.length, queue.take(5).length]).toEqual([5, 5]);
  queue.append(buffer);
  buffer.resize(2);
  expect(() => queue.get(5)).toThrow(BufferError);
  expect(() => queue.peek(1)).toThrow(BufferError);
});

test("a ByteArray that ends its views ends its bytes in the queue", () => {
  const array = bytearray([1, 2, 3]);
  const queue = queueOf(array, count(2));
  array.releaseViews();
  for (const use of ["get", "take", "peek", "find"] as const) {
    expect(() => queue[use](1)).toThrow(ValueError);
  }
  expect(() => queue.views()).toThrow(ValueError);
  queue.consume(3);
  expect(queue.take(2).length).toBe(2);
});

test("100,000 chunks: any byte is found, and each chunk let go of in its turn", () => {
  const queue = new ByteQueue();
  for (let i = 0; i < 100_000; i += 1) queue.append(Uint8Array.of(i & 255, i >> 8));
  for (const i of [0, 99_999, 50_000, 3, 199_999, -1]) {
    const at = i < 0 ? i + 200_000 : i;
    expect(queue.get(i)).toBe(at % 2 ? ((at >> 1) >> 8) & 255 : (at >> 1) & 255);
  }
  for (let i = 0; i < 99_990; i += 1) expect(queue.take(2).length).toBe(2);
  expect([queue.length, queue._chunks.length < 100, queue.copiedBytes]).toEqual([20, true, 0]);
});

/** Memory whose release does something else. */
function releasing(content: Uint8Array<ArrayBuffer>, release: () => void): BytesLike {
  const { buffer, byteLength } = content;
  return { [kBuffer]: () => ({ buffer, byteOffset: 0, byteLength, release }) };
}

test("a release that consumes more of the queue, and throws, consumes more of it", () => {
  const queue = new ByteQueue();
  const release = (): never => {
    queue.consume(3);
    throw new Error("of a release");
  };
  queue.append(releasing(count(2), release));
  queue.append(count(4, 10));
  expect(() => queue.consume(2)).toThrow("of a release");
  expect([queue.length, ...queue]).toEqual([1, 13]);
});

test.each<readonly [string, (queue: ByteQueue) => unknown, number]>([
  ["consumed", (queue) => queue.consume(queue.length), 0],
  ["joined", (queue) => queue.peek(queue.length), 20_000],
])(
  "of however many releases that throw, when %s, each is called, and the first heard",
  (_, act, left) => {
    const queue = new ByteQueue();
    let released = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const release = (): never => {
        released += 1;
        throw new Error(`of release ${i}`);
      };
      queue.append(releasing(count(1), release));
    }
    expect(() => act(queue)).toThrow(/^of release 0$/);
    expect([released, queue.length]).toEqual([20_000, left]);
  },
);

test("of chunks that were joined no place is kept", () => {
  const queue = queueOf(...Array.from({ length: 5000 }, () => count(1, 7)));
  queue.peek(4990).release();
  expect(queue._chunks.length).toBeLessThan(100);
  expect([queue.length, ...new Set(queue)]).toEqual([5000, 7]);
});

test("iterates bytes", () => {
  expect([...queueOf(count(2), count(2))]).toEqual([0, 1, 0, 1]);
  expect(new Uint8Array(queueOf(count(2), count(2)))).toEqual(Uint8Array.of(0, 1, 0, 1));
});

test("all its bytes, as those of any iterable, make and extend: each is copied once", () => {
  const queue = queueOf(count(3000), bytes(count(5)), bytearray(count(7)));
  queue.consume(10);
  const all = [...queue];
  const extended = bytearray([9]);
  extended.resize(5000);
  extended.resize(1);
  const before = copiedBytes();
  const made = bytes(queue);
  expect(copiedBytes() - before).toBe(all.length);
  extended.extend(queue);
  extended.setSlice(0, 1, 1, queue);
  expect([...made]).toEqual(all);
  expect([...extended]).toEqual([...all, ...all]);
  expect(bytes(new ByteQueue()).length).toBe(0);
  expect(queue.length).toBe(all.length);
});

test("habits of JavaScript get no wrong answer", () => {
  const queue: unknown = queueOf(count(5));
  expect(() => String(queue)).toThrow(TypeError);
  expect(() => JSON.stringify(queue)).toThrow(TypeError);
  expect(() => Buffer.from(queue as never)).toThrow(TypeError);
  expectThrown(() => structuredClone(queue), "DataCloneError", /use take\(length\)\.toMessage\(\)/);
});
