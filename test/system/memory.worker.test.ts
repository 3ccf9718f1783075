/** Memory handed to another thread and back: class, metadata and bytes arrive; nothing is lost here. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  BufferError,
  Bytes,
  MemoryView,
  bytearray,
  bytes,
  copiedBytes,
  memoryview,
} from "zerocopy";
import { inTime } from "../support/until.ts";

interface Told {
  readonly kind: string;
  readonly hex: string;
  readonly format?: string;
  readonly shape?: readonly number[];
  readonly readonly?: boolean;
  readonly list?: unknown;
}

interface Sent {
  readonly value: unknown;
  readonly transferList: ArrayBuffer[];
}

let worker: Worker;

beforeAll(() => {
  worker = new Worker(new URL("memoryWorker.mjs", import.meta.url));
});

afterAll(async () => {
  await worker.terminate();
});

async function send(
  { value, transferList }: Sent,
  options: { readonly write?: readonly unknown[]; readonly back?: "transfer" } = {},
): Promise<{ told: Told; sent: never }> {
  const answer = once(worker, "message");
  worker.postMessage({ value, ...options }, transferList);
  const [{ failed, told, sent }] = (await inTime(answer, "the worker's answer")) as [
    { failed?: string; told: Told; sent: never },
  ];
  expect(failed).toBeUndefined();
  return { told, sent };
}

const numbers = (): Float64Array => Float64Array.of(1, 2, 3, 4, 5, 6);

const views: readonly (readonly [string, () => MemoryView])[] = [
  ["a whole array", () => memoryview(numbers())],
  ["a window", () => memoryview(numbers().subarray(1, 4))],
  ["every second, backwards", () => memoryview(numbers()).subarray(null, null, -2)],
  ["two axes", () => memoryview(numbers()).reshape([2, 3])],
  ["transposed", () => memoryview(numbers()).reshape([2, 3]).transpose()],
  ["no axes", () => memoryview(numbers()).select(3)],
  ["nothing", () => memoryview(numbers()).subarray(6)],
  ["a read-only view", () => memoryview(numbers()).toReadonly()],
  ["a view of Bytes", () => memoryview(bytes([1, 2, 3]))],
  ["a view of a bytearray", () => memoryview(bytearray([1, 2, 3]))],
  ["a pooled Buffer", () => memoryview(Buffer.from("pooled"))],
  ["records", () => memoryview(new Uint8Array(9).fill(3)).cast("T{<H:a:B:b:}")],
  ["big-endian items", () => memoryview(new Uint8Array([0, 1, 0, 2])).cast(">H")],
];

describe("a memoryview", () => {
  test.each(views)("of %s arrives as it was, and stays here", async (_, make) => {
    const m = make();
    const list = m.toList();
    const before = copiedBytes();
    const message = m.toMessage();
    expect(copiedBytes() - before, "bytes copied").toBe(m.nbytes);
    const { told, sent } = await send(message);
    const { format, shape, readonly } = m;
    expect(told).toEqual({ kind: "MemoryView", hex: m.hex(), format, shape, readonly, list });
    expect(MemoryView.fromMessage(sent).equals(m) || format.startsWith("T{")).toBe(true);
    expect(m.toList()).toEqual(list);
  });

  test("of shared memory is shared, there and back", async () => {
    const m = memoryview(new SharedArrayBuffer(16)).subarray(8);
    const before = copiedBytes();
    const message = m.toMessage();
    expect([message.transferList, copiedBytes() - before]).toEqual([[], 0]);
    const { sent } = await send(message, { write: [7, 77] });
    expect(m.get(-1)).toBe(77);
    MemoryView.fromMessage(sent).set(0, 78);
    expect(m.get(0)).toBe(78);
  });

  test("of shared memory keeps strides, offset and format", async () => {
    const m = memoryview(new SharedArrayBuffer(64)).subarray(8, 56).cast("d").reshape([2, 3]);
    const turned = m.transpose().select([null, null, -1]);
    turned.set(2, 1, 0.5);
    const { told, sent } = await send(turned.toMessage(), { write: [0, 0, 7.5] });
    expect(told).toMatchObject({
      format: "d",
      shape: [3, 2],
      list: [
        [0, 0],
        [0, 0],
        [0, 0.5],
      ],
    });
    expect([turned.get(0, 0), m.get(0, 2)]).toEqual([7.5, 7.5]);
    expect(MemoryView.fromMessage(sent).strides).toEqual(turned.strides);
  });

  test.each<readonly [string, (m: MemoryView) => MemoryView, unknown]>([
    ["whole", (m) => m.subarray(0), [1, 2, 3, 4, 5, 6]],
    ["partial", (m) => m.subarray(1, 3), [2, 3]],
    ["strided", (m) => m.subarray(5, null, -2), [6, 4, 2]],
    [
      "transposed",
      (m) => m.reshape([2, 3]).transpose(),
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
  ])(
    "that is %s is transferred there and back without a copy, and all here lose it",
    async (_, select, list) => {
      const memory = numbers();
      const other = memoryview(memory);
      const m = select(other);
      const before = copiedBytes();
      const message = m.toMessage({ transfer: true });
      expect(copiedBytes()).toBe(before);
      expect(() => m.toList()).toThrow(BufferError);
      expect(() => other.set(0, 1)).toThrow(BufferError);
      expect(memory.length).toBe(0);
      const { told, sent } = await send(message, { back: "transfer" });
      expect(told.list).toEqual(list);
      const returned = MemoryView.fromMessage(sent);
      expect([returned.toList(), returned.strides]).toEqual([list, m.strides]);
    },
  );

  test.each<readonly [string, () => MemoryView]>([
    ["a part of a larger buffer", () => memoryview(new Uint8Array(new ArrayBuffer(8), 1))],
    ["a pooled Buffer", () => memoryview(Buffer.from("pooled"))],
    ["Bytes", () => memoryview(bytes([1, 2, 3]))],
    ["a bytearray", () => memoryview(bytearray([1, 2, 3]))],
    ["the pages of a WebAssembly.Memory", () => memoryview(pages())],
    ["the buffer of a WebAssembly.Memory", () => memoryview(pages().buffer)],
  ])("that shows %s is not transferred: BufferError, and it stays", (_, make) => {
    const m = make();
    const list = m.subarray(0, 3).toList();
    expect(() => m.toMessage({ transfer: true })).toThrow(BufferError);
    expect(m.subarray(0, 3).toList()).toEqual(list);
    expect(MemoryView.fromMessage(m.toMessage().value).equals(m)).toBe(true);
  });

  function pages(): { buffer: ArrayBuffer; grow(delta: number): number } {
    const { WebAssembly } = globalThis as unknown as {
      WebAssembly: { Memory: new (size: { initial: number }) => ReturnType<typeof pages> };
    };
    return new WebAssembly.Memory({ initial: 1 });
  }
});

test("Bytes arrive as Bytes, and stay here", async () => {
  const source = bytes([1, 2, 255]);
  const { told, sent } = await send(source.toMessage());
  expect(told).toEqual({ kind: "Bytes", hex: "0102ff" });
  expect(Bytes.fromMessage(sent).equals(source)).toBe(true);
  expect(source.hex()).toBe("0102ff");
});

test.each([undefined, null, 5, "x", {}, { zerocopy: "Bytes" }, { zerocopy: "View" }, []])(
  "fromMessage refuses %o",
  (value) => {
    for (const type of [MemoryView, Bytes]) {
      expect(() => type.fromMessage(value as never)).toThrow(
        expect.objectContaining({
          name: "TypeError",
          message: expect.stringMatching(/^Cannot read a message: wanted .*, found /),
        }),
      );
    }
  },
);

test("fromMessage believes no message that reaches outside its buffer", () => {
  const { value } = memoryview(numbers()).toMessage();
  for (const wrong of [
    { byteOffset: 8 },
    { byteOffset: -8 },
    { shape: [7] },
    { strides: [16] },
    { strides: [-8] },
    { buffer: new ArrayBuffer(47) },
  ]) {
    expect(() => MemoryView.fromMessage({ ...value, ...wrong })).toThrow(Error);
  }
});

describe("Piscina", () => {
  let pool: Piscina;
  beforeAll(() => {
    const filename = new URL("memoryTask.mjs", import.meta.url).href;
    pool = new Piscina({ filename, minThreads: 1, maxThreads: 1 });
  });
  afterAll(async () => {
    await pool.destroy();
  });

  function move(view: MemoryView): unknown {
    return Piscina.move(view as never);
  }

  test("moves a view there and back", async () => {
    const memory = Uint16Array.of(1, 2, 3);
    const m = memoryview(memory);
    const result = (await pool.run(move(m))) as never;
    expect(() => m.get(0)).toThrow(BufferError);
    expect(memory.length).toBe(0);
    const doubled = MemoryView.fromMessage(result);
    expect([doubled.format, doubled.toList()]).toEqual(["H", [2, 4, 6]]);
  });

  test("shares shared memory", async () => {
    const m = memoryview(new SharedArrayBuffer(4));
    m.set(1, 21);
    await pool.run(move(m));
    expect(m.toList()).toEqual([0, 42, 0, 0]);
  });

  test.each<readonly [string, () => MemoryView]>([
    ["a part of a buffer", () => memoryview(new Uint8Array(8).subarray(1))],
    ["Bytes", () => memoryview(bytes([1]))],
    ["a bytearray", () => memoryview(bytearray([1]))],
    ["memory that was moved before", () => moved()],
    ["a released view", () => released()],
  ])("is refused %s, in our words", async (_, make) => {
    const run = async (): Promise<unknown> => pool.run(move(make()));
    await expect(run()).rejects.toThrow(/^Cannot /);
  });

  function moved(): MemoryView {
    const m = memoryview(new Uint8Array(3));
    m.toMessage({ transfer: true });
    return m;
  }

  function released(): MemoryView {
    const m = memoryview(new Uint8Array(3));
    m.release();
    return m;
  }

  test("is refused a view that it has moved already, in our words", async () => {
    const m = memoryview(new Uint8Array(3));
    await pool.run(move(m));
    await expect((async () => pool.run(move(m)))()).rejects.toThrow(BufferError);
  });
});
