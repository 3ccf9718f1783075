/** Memory that is detached, shrinks or grows under its views. */
import { bytearray, bytes, memoryview } from "zerocopy";
import type { MemoryView } from "zerocopy";
import { iterUnpack, packInto, unpack, unpackFrom } from "zerocopy/struct";
import { equal, throws } from "./checks.ts";

export const goneChecks: Record<string, () => void> = {
  "memory that was detached is noticed": noticesDetached,
  "memory that was detached before is refused": refusesDetached,
  "memory that was shrunk is noticed": noticesShrunk,
  "memory of WebAssembly is followed when it grows": followsGrowth,
  "SharedArrayBuffer that grows keeps its views": keepsSharedGrowth,
};

/** What the types of ES2023 do not know. */
const platform = globalThis as unknown as {
  structuredClone: <T>(value: T, options: { transfer: unknown[] }) => T;
  SharedArrayBuffer?: unknown;
  WebAssembly: { Memory: new (pages: { initial: number }) => GrowingMemory };
};

interface GrowingMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

type Growing<Buffer> = new (length: number, options: { maxByteLength: number }) => Buffer;

const Resizable = ArrayBuffer as unknown as Growing<ArrayBuffer & { resize(length: number): void }>;

/** Ways to reach memory through a view, and through a Uint8Array. */
const ways: Record<string, (view: MemoryView) => unknown> = {
  get: (view) => view.get(0),
  set: (view) => view.set(0, 1),
  toBytes: (view) => view.toBytes(),
  toList: (view) => view.toList(),
  iteration: (view) => [...view],
  hex: (view) => view.hex(),
  count: (view) => view.count(0),
  find: (view) => view.find(0),
  fill: (view) => view.fill(1),
  copyFrom: (view) => view.copyFrom(new Uint8Array(view.nbytes)),
  "toBytes, strided": (view) => view.subarray(undefined, undefined, -2).toBytes(),
  "copyFrom it": (view) => memoryview(new Uint8Array(view.nbytes)).copyFrom(view),
  equals: (view) => view.equals(new Uint8Array(view.nbytes)),
  asUint8Array: (view) => view.asUint8Array(),
  unpackFrom: (view) => unpackFrom("<IH", view),
  iterUnpack: (view) => [...iterUnpack("<I", view.subarray(0, 4))],
};
const directWays: Record<string, (memory: Uint8Array) => unknown> = {
  memoryview: (memory) => memoryview(memory),
  bytes: (memory) => bytes(memory),
  bytearray: (memory) => bytearray(memory),
  unpack: (memory) => unpack("<64B", memory),
  unpackFrom: (memory) => unpackFrom("<IH", memory),
  packInto: (memory) => packInto("<IH", memory, 0, 1, 2),
  iterUnpack: (memory) => [...iterUnpack("<I", memory)],
};

/**
 * Runs all ways until they are optimised. Then V8 of Node 20 and 22 tells the old `length` of an array that is
 * detached, as it has met resizable memory in the same place.
 */
function warmUp(): void {
  const resizable = new Uint8Array(new Resizable(64, { maxByteLength: 128 }));
  for (const memory of [resizable, new Uint8Array(64)]) {
    const view = memoryview(memory);
    for (let round = 0; round < 10_000; round += 1) {
      for (const way of Object.values(ways)) way(view);
      for (const way of Object.values(directWays)) way(memory);
    }
  }
}

/** Every way to reach the memory fails as it should. */
function unreachable(view: MemoryView, what: string): void {
  for (const [way, call] of Object.entries(ways)) {
    throws(/^BufferError$/, () => call(view), `${way}, ${what}`);
  }
}

function noticesDetached(): void {
  warmUp();
  const memory = new Uint8Array(64);
  const view = memoryview(memory);
  const part = view.subarray(8, 24);
  platform.structuredClone(memory.buffer, { transfer: [memory.buffer] });
  unreachable(view, "detached");
  unreachable(part, "a part, detached");
}

function refusesDetached(): void {
  warmUp();
  const memory = new Uint8Array(64);
  platform.structuredClone(memory.buffer, { transfer: [memory.buffer] });
  for (const [way, call] of Object.entries(directWays)) {
    // What cannot be had to pack into is CPython's TypeError.
    const wanted = way === "packInto" ? /^TypeError$/ : /^(BufferError|StructError)$/;
    throws(wanted, () => call(memory), `${way}, detached`);
  }
}

function noticesShrunk(): void {
  const buffer = new Resizable(64, { maxByteLength: 64 });
  const view = memoryview(buffer);
  const part = view.subarray(0, 16);
  view.set(3, 7);
  buffer.resize(32);
  throws(/^BufferError$/, () => view.toBytes(), "the whole, shrunk");
  equal(part.get(3), 7, "an item that is still there");
  buffer.resize(8);
  throws(/^BufferError$/, () => part.toBytes(), "a part, shrunk");
  buffer.resize(0);
  unreachable(part, "a part of nothing");
  buffer.resize(64);
  equal(view.get(3), 0, "an item that came back");
}

function followsGrowth(): void {
  warmUp();
  const memory = new platform.WebAssembly.Memory({ initial: 1 });
  const view = memoryview(memory as never) as MemoryView<"B">;
  view.set(5, 42);
  memory.grow(1);
  equal(view.get(5), 42, "an item after growth");
  view.set(6, 43);
  equal(new Uint8Array(memory.buffer)[6], 43, "what was written after growth");
  for (const [way, call] of Object.entries(ways)) {
    memory.grow(1);
    try {
      call(view.subarray(0, 64));
    } catch (error) {
      throw new Error(`${way} after growth threw ${String(error)}`, { cause: error });
    }
  }
}

function keepsSharedGrowth(): void {
  if (platform.SharedArrayBuffer === undefined) return; // a page without cross-origin isolation
  interface Shared extends SharedArrayBuffer {
    grow(length: number): void;
  }
  const buffer = new (SharedArrayBuffer as unknown as Growing<Shared>)(16, { maxByteLength: 64 });
  const view = memoryview(buffer as never) as MemoryView<"B">;
  view.set(15, 9);
  buffer.grow(64);
  equal(view.get(15), 9, "an item after growth");
  equal(view.nbytes, 16, "the size of a view of what was there");
}
