/** What system calls do to memory of every kind, on the thread and off it, and to whom it belongs. */
import fs from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { b, bytearray, bytes, copiedBytes, kBuffer, memoryview } from "zerocopy";
import type { BytesLike } from "zerocopy";
import { content, taggedFile, temporaryFolder } from "../support/content.ts";
import { openFd, openPipe } from "../support/fds.ts";
import { describeNative, native } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { rejection } from "../support/until.ts";

leaveNothingOpen();

const { os } = native;
const length = 24;

/** Node has it, and its types do not. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { Memory: new (pages: Pages) => GrowingMemory };
};

interface Pages {
  readonly initial: number;
  readonly maximum: number;
  readonly shared?: boolean;
}

interface GrowingMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

interface Subject {
  readonly memory: BytesLike;
  /** What it holds now. */
  bytes(): Uint8Array;
}

const of = (memory: BytesLike & ArrayBufferView): Subject => ({
  memory,
  bytes: () => new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength),
});

/** Every kind of writable memory, and whether a call off the thread may have it as it is. */
const kinds: readonly (readonly [string, boolean, () => Subject])[] = [
  ["a Uint8Array", false, () => of(new Uint8Array(length))],
  ["a window at an odd offset", false, () => of(new Uint8Array(new ArrayBuffer(64), 3, length))],
  ["a Float64Array", false, () => of(new Float64Array(length / 8))],
  ["a DataView", false, () => of(new DataView(new ArrayBuffer(length)))],
  ["a Buffer", false, () => of(Buffer.alloc(length))],
  ["an ArrayBuffer", false, () => memoryOf(new ArrayBuffer(length))],
  [
    "a resizable ArrayBuffer",
    false,
    () => memoryOf(new (ArrayBuffer as never as Resizable)(length, { maxByteLength: 99 })),
  ],
  ["a memoryview of a Uint8Array", false, () => viewOf(new Uint8Array(length))],
  ["an exporter without release", false, () => exporter(undefined)],
  ["a SharedArrayBuffer", true, () => memoryOf(new SharedArrayBuffer(length))],
  [
    "a window on shared memory",
    true,
    () => of(new Uint8Array(new SharedArrayBuffer(64), 5, length)),
  ],
  ["a memoryview of shared memory", true, () => viewOf(new SharedArrayBuffer(length))],
  ["a bytearray", true, () => arrayOf(bytearray(length))],
  ["a memoryview of a bytearray", true, () => viewOf(bytearray(length))],
  ["an exporter with release", false, () => exporter(() => {})],
  ["a bytearray that was lent", false, () => arrayOf(lent())],
  ["a memoryview of one that was lent", false, () => viewOf(lent())],
];

type Resizable = new (length: number, options: { maxByteLength: number }) => ArrayBuffer;

function memoryOf(memory: ArrayBufferLike): Subject {
  return { memory, bytes: () => new Uint8Array(memory) };
}

function viewOf(memory: BytesLike): Subject {
  const view = memoryview(memory);
  return { memory: view, bytes: () => view.toUint8Array() };
}

function arrayOf(memory: ReturnType<typeof bytearray>): Subject {
  return { memory, bytes: () => memory.toUint8Array() };
}

function lent(): ReturnType<typeof bytearray> {
  const array = bytearray(length);
  array.lendUint8Array();
  return array;
}

function exporter(release: (() => void) | undefined): Subject {
  const buffer = new ArrayBuffer(64);
  const memory = { [kBuffer]: () => ({ buffer, byteOffset: 8, byteLength: length, release }) };
  return { memory, bytes: () => new Uint8Array(buffer, 8, length) };
}

describeNative("memory of system calls", () => {
  let file = -1;
  let output = "";
  let sink = -1;
  beforeEach(() => {
    const folder = temporaryFolder();
    file = openFd(taggedFile(1, 1000, folder));
    output = `${folder}/output`;
    sink = openFd(output, "w+");
  });

  describe.each(kinds)("%s", (_, isKept, make) => {
    const extra = isKept ? 0 : length;

    test("is read into on the thread, without a copy", () => {
      const { memory, bytes: found } = make();
      const before = copiedBytes();
      expect(os.preadv(file, [memory], 7)).toBe(length);
      expect(copiedBytes()).toBe(before);
      expect(content(1, length, 7).equals(found())).toBe(true);
    });

    test(`is read into off the thread, ${extra} bytes copied`, async () => {
      const { memory, bytes: found } = make();
      const before = copiedBytes();
      const reading = os.promises.preadv(file, [memory], 7);
      expect(await reading).toBe(length);
      expect(copiedBytes() - before).toBe(extra);
      expect(content(1, length, 7).equals(found())).toBe(true);
    });

    test(`is written off the thread, ${extra} bytes copied`, async () => {
      const { memory } = make();
      os.preadv(file, [memory], 9);
      const before = copiedBytes();
      expect(await os.promises.writev(sink, [memory])).toBe(length);
      expect(copiedBytes() - before).toBe(extra);
      expect(fs.readFileSync(output).equals(content(1, length, 9))).toBe(true);
    });

    test("keeps what lies behind a short read", async () => {
      const { memory, bytes: found } = make();
      os.preadv(file, [memory], 0);
      expect(await os.promises.preadv(file, [memory], 995)).toBe(5);
      const wanted = Buffer.concat([content(1, 5, 995), content(1, length - 5, 5)]);
      expect(wanted.equals(found())).toBe(true);
    });
  });

  test("Bytes are written, and copied first off the thread: their memory can be given away", async () => {
    const before = copiedBytes();
    expect(os.writev(sink, [b`abc`])).toBe(3);
    expect(copiedBytes()).toBe(before);
    expect(await os.promises.writev(sink, [b`def`])).toBe(3);
    expect(copiedBytes() - before).toBe(3);
    expect(fs.readFileSync(output, "utf8")).toBe("abcdef");
  });

  test("WebAssembly memory is found again after it has grown", async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
    const reading = os.promises.preadv(file, [memory], 0);
    memory.grow(1);
    expect(await reading).toBe(1000);
    expect(content(1, 1000).equals(new Uint8Array(memory.buffer, 0, 1000))).toBe(true);
    expect(os.preadv(file, [memory], 500)).toBe(500);
  });

  test("shared WebAssembly memory is read into as it is", async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
    const before = copiedBytes();
    const reading = os.promises.preadv(file, [memory], 0);
    memory.grow(1);
    expect(await reading).toBe(1000);
    expect(copiedBytes()).toBe(before);
    expect(content(1, 1000).equals(new Uint8Array(memory.buffer, 0, 1000))).toBe(true);
  });

  test("a bytearray is locked until the call is over, whatever its end", async () => {
    const array = bytearray(10);
    const reading = os.promises.preadv(file, [array], 0);
    expect(() => array.append(1)).toThrow("Cannot append: wanted no views");
    await reading;
    array.append(1);
    const failing = os.promises.preadv(999_999, [array, bytearray(1)], 0);
    await expect(failing).rejects.toThrow("EBADF");
    array.append(1);
  });

  test("a view cannot be released until the call is over", async () => {
    const view = memoryview(new Uint8Array(10));
    const reading = os.promises.preadv(file, [view], 0);
    expect(() => view.release()).toThrow("Cannot release a memoryview: wanted no consumers");
    await reading;
    view.release();
  });

  test("a bytearray lends no window while a call is at work: who has one can free the memory", async () => {
    const { reader, writer } = openPipe();
    const array = bytearray(5);
    const view = memoryview(array).subarray(1);
    for (const target of [array, view]) {
      const reading = os.promises.readv(reader, [target]);
      for (const lend of [
        () => array.lendUint8Array(),
        () => view.lendUint8Array(),
        () => view.asUint8Array(),
        () => Buffer.from(array as never),
        () => view.toMessage({ transfer: true }),
      ]) {
        expect(lend).toThrowError(expect.objectContaining({ name: "BufferError" }));
      }
      expect(array.get(0)).toBe(0);
      fs.writeSync(writer, "\0abc");
      expect(await reading).toBe(4);
    }
    expect(array.decode()).toBe("\0\0abc");
    expect(view.asUint8Array().length).toBe(4);
  });

  test("an answer that is not the bytearray's own memory is not taken for it", async () => {
    const foreign = new Uint8Array(5);
    const record = { buffer: foreign.buffer, byteOffset: 0, byteLength: 5 };
    const array = Object.assign(bytearray(5), { [kBuffer]: () => record });
    const before = copiedBytes();
    expect(await os.promises.preadv(file, [array], 0)).toBe(5);
    expect(copiedBytes() - before).toBe(5);
    expect(content(1, 5, 0).equals(foreign)).toBe(true);
  });

  test("memory that is detached meanwhile is a BufferError; nobody's memory is written", async () => {
    const memory = new Uint8Array(1000);
    const reading = os.promises.preadv(file, [memory], 0);
    const moved = structuredClone(memory.buffer, { transfer: [memory.buffer] });
    await expect(reading).rejects.toMatchObject({
      name: "BufferError",
      message: "Cannot call preadv: wanted memory, found it detached or resized",
    });
    expect(new Uint8Array(moved).every((byte) => byte === 0)).toBe(true);
  });

  test("memory that is detached while it is written was written as it was", async () => {
    const memory = new Uint8Array(1000).fill(7);
    const writing = os.promises.writev(sink, [memory]);
    structuredClone(memory.buffer, { transfer: [memory.buffer] });
    expect(await writing).toBe(1000);
    expect(fs.readFileSync(output).every((byte) => byte === 7)).toBe(true);
  });

  test("a call that waits keeps its memory, and the descriptor may be closed", async () => {
    const { reader, writer } = openPipe();
    const copy = fs.openSync(`/proc/self/fd/${reader}`, "r");
    const array = bytearray(5);
    const reading = os.promises.readv(copy, [array]);
    fs.closeSync(copy);
    (globalThis as { gc?: () => void }).gc?.();
    fs.writeSync(writer, "hello");
    expect(await reading).toBe(5);
    expect(array.decode()).toBe("hello");
  });

  describe.each([
    ["os.readv", (...args: [number, never]) => os.readv(...args)],
    ["os.preadv", (...args: [number, never]) => os.preadv(...args, 0)],
    ["os.writev", (...args: [number, never]) => os.writev(...args)],
    ["os.pwritev", (...args: [number, never]) => os.pwritev(...args, 0)],
    ["os.promises.readv", (...args: [number, never]) => os.promises.readv(...args)],
    ["os.promises.preadv", (...args: [number, never]) => os.promises.preadv(...args, 0)],
    ["os.promises.writev", (...args: [number, never]) => os.promises.writev(...args)],
    ["os.promises.pwritev", (...args: [number, never]) => os.promises.pwritev(...args, 0)],
  ])("%s refuses, before it does anything,", (_, call) => {
    const run = async (buffers: unknown): Promise<unknown> => call(sink, buffers as never);
    const held = bytearray(3);

    test.each([
      ["TypeError", "a bare buffer", () => new Uint8Array(3), "wanted buffers to be an array"],
      ["TypeError", "text", () => "abc", "wanted buffers to be an array"],
      ["TypeError", "nothing", () => undefined, "wanted buffers to be an array"],
      ["TypeError", "an array of text", () => [held, "abc"], "wanted a bytes-like object"],
      ["TypeError", "an array of numbers", () => [held, 5], "wanted a bytes-like object"],
      ["TypeError", "an array with a hole", () => [held, undefined], "wanted a bytes-like object"],
      ["BufferError", "detached memory", () => [held, detached()], "detached"],
      ["BufferError", "a strided view", () => [held, strided()], "wanted contiguous strides"],
      ["ValueError", "a released view", () => [held, released()], "it was released"],
    ])("%s: %s", async (kind, _what, buffers, words) => {
      const error = await rejection(run(buffers()));
      expect(error.name).toBe(kind);
      expect(error.message).toContain(words);
      held.append(1); // nothing is held
      expect(fs.fstatSync(sink).size).toBe(0);
    });
  });

  const reads: readonly (readonly [string, (buffers: readonly BytesLike[]) => unknown])[] = [
    ["os.readv", (buffers) => os.readv(file, buffers)],
    ["os.preadv", (buffers) => os.preadv(file, buffers, 0)],
    ["os.promises.readv", (buffers) => os.promises.readv(file, buffers)],
    ["os.promises.preadv", (buffers) => os.promises.preadv(file, buffers, 0)],
  ];
  describe.each(reads)("%s refuses", (_, call) => {
    test.each([
      ["Bytes", () => bytes(3)],
      ["a read-only view", () => memoryview(new Uint8Array(3)).toReadonly()],
    ])("BufferError: %s", async (_what, make) => {
      const held = bytearray(3);
      const error = await rejection((async () => call([held, make()]))());
      expect(error.name).toBe("BufferError");
      expect(error.message).toContain("read-only");
      held.append(1); // nothing is held
    });
  });

  test("memory that an exporter behind it takes away is a BufferError", async () => {
    for (const call of [os.readv, os.promises.readv]) {
      const memory = new Uint8Array(10);
      const thief = {
        [kBuffer]() {
          if (memory.length > 0) structuredClone(memory.buffer, { transfer: [memory.buffer] });
          return { buffer: new ArrayBuffer(4), byteOffset: 0, byteLength: 4 };
        },
      };
      const error = await rejection((async () => call(file, [memory, thief]))());
      expect(error.name).toBe("BufferError");
    }
  });

  test("an error has the stack of who called, also when nobody awaits there", async () => {
    const failing = (function theCaller() {
      return os.promises.preadv(999_999, [bytearray(1)], 0);
    })();
    const error = await rejection(failing);
    expect(error.stack).toMatch(/^OSError: EBADF: bad file descriptor, preadv\n/);
    expect(error.stack).toContain("theCaller");
  });
});

function detached(): Uint8Array {
  const memory = new Uint8Array(3);
  structuredClone(memory.buffer, { transfer: [memory.buffer] });
  return memory;
}

function strided(): BytesLike {
  return memoryview(new Uint8Array(9)).subarray(0, 9, 2);
}

function released(): BytesLike {
  const view = memoryview(new Uint8Array(3));
  view.release();
  return view;
}
