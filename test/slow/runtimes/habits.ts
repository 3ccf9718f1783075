/** What a program does with memory out of habit, messages, and garbage. */
import { BufferError, MemoryView, bytearray, bytes, memoryview } from "zerocopy";
import type { Backing } from "../../conformance/backings.ts";
import { equal, hex, throws } from "./checks.ts";

export const habitChecks: Record<string, (backing: Backing) => void | Promise<void>> = {
  "what takes bytes gets the right ones or fails": answersHabits,
  "a message carries class and metadata": carriesMessages,
  "a view that nobody refers to locks nothing for ever": collects,
};

/** What the types of ES2023 do not know; `gc` and `Bun` are how a runtime lets its collector be called. */
const platform = globalThis as unknown as {
  structuredClone: <T>(value: T, options?: { transfer: unknown[] }) => T;
  gc?: () => void;
  Bun?: { gc(force: boolean): void };
  Buffer?: { from(source: unknown): Uint8Array };
  Blob: new (parts: unknown[]) => { arrayBuffer(): Promise<ArrayBuffer> };
  Response: new (body: unknown) => { arrayBuffer(): Promise<ArrayBuffer> };
  TextDecoder: new () => { decode(source: unknown): string };
  crypto?: { subtle?: { digest(name: string, source: unknown): Promise<ArrayBuffer> } };
  MessageChannel: new () => { port1: Port; port2: Port };
  setTimeout: (then: () => void) => void;
};

interface Port {
  postMessage(value: unknown): void;
  close(): void;
}

/** Right bytes or an error: a plain class would give text, or nothing. */
async function answersHabits(backing: Backing): Promise<void> {
  const content = [104, 105, 33, 0, 255, 1];
  for (const [name, value] of [
    ["MemoryView", memoryview(backing.hold(Uint8Array.from(content)))],
    ["Bytes", bytes(Uint8Array.from(content))],
    ["ByteArray", bytearray(Uint8Array.from(content))],
  ] as const) {
    equal(hex(new Uint8Array(value as Iterable<number>)), hex(content), `new Uint8Array(${name})`);
    if (platform.Buffer) {
      equal(hex(platform.Buffer.from(value)), hex(content), `Buffer.from(${name})`);
    }
    throws(/^DataCloneError$/, () => platform.structuredClone(value), `structuredClone(${name})`);
    throws(/^DataCloneError$/, () => post(value), `postMessage(${name})`);
    throws(/^TypeError$/, () => `text: ${value as unknown as string}`, `${name} in a template`);
    throws(/^TypeError$/, () => JSON.stringify(value), `JSON.stringify(${name})`);
    const takers: Record<string, () => Promise<ArrayBuffer> | undefined> = {
      "new Blob": () => new platform.Blob([value]).arrayBuffer(),
      "new Response": () => new platform.Response(value).arrayBuffer(),
    };
    for (const [taker, take] of Object.entries(takers)) {
      const found = await answer(take);
      if (found === undefined) continue;
      equal(hex(new Uint8Array(found)), hex(content), `what ${taker} makes of ${name}`);
    }
    equal(
      await answer(() => new platform.TextDecoder().decode(value)),
      undefined,
      "TextDecoder's answer",
    );
    equal(
      await answer(() => platform.crypto?.subtle?.digest("SHA-256", value)),
      undefined,
      "digest's answer",
    );
  }
}

/** `undefined` for an error. */
async function answer<T>(take: () => T): Promise<Awaited<T> | undefined> {
  try {
    return await take();
  } catch {
    return undefined;
  }
}

function post(value: unknown): void {
  const { port1, port2 } = new platform.MessageChannel();
  try {
    port1.postMessage(value);
  } finally {
    port1.close();
    port2.close();
  }
}

function carriesMessages(backing: Backing): void {
  const view = memoryview(backing.hold(Uint8Array.from({ length: 24 }, (_, at) => at)));
  const { value, transferList } = view.cast("<H", [3, 4]).toMessage();
  const there = platform.structuredClone(value, { transfer: transferList });
  const copy = MemoryView.fromMessage(there);
  equal(copy.format, "<H", "the format");
  equal(copy.shape.join(), "3,4", "the shape");
  equal(copy.hex(), view.hex(), "the content");

  const own = memoryview(new Uint8Array(16));
  const moved = own.toMessage({ transfer: true });
  const arrived = platform.structuredClone(moved.value, { transfer: moved.transferList });
  equal(MemoryView.fromMessage(arrived).nbytes, 16, "the size of what was moved");
  throws(/^BufferError$/, () => own.get(0), "access to what was moved");
}

/** Of many, as an engine may find one on its stack for a while. */
async function collects(): Promise<void> {
  const { gc, Bun } = platform;
  const collect = gc ?? (Bun && (() => Bun.gc(true)));
  if (collect === undefined) throw new Error("start the runtime with its collector exposed");
  const arrays = Array.from({ length: 50 }, () => bytearray(8));
  for (const array of arrays) abandon(array);
  let locked = arrays;
  for (let round = 0; locked.length > 5 && round < 20; round += 1) {
    await new Promise<void>((resolve) => platform.setTimeout(resolve));
    collect();
    locked = locked.filter(isLocked);
  }
  if (locked.length > 5) throw new Error(`${locked.length} of 50 stay locked`);
}

function abandon(array: ReturnType<typeof bytearray>): void {
  memoryview(array).subarray(1).set(0, 1);
}

function isLocked(array: ReturnType<typeof bytearray>): boolean {
  try {
    array.append(1);
    return false;
  } catch (error) {
    if (error instanceof BufferError) return true;
    throw error;
  }
}
