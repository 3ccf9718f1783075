/** Bytes and bytearrays handed to another thread and back: class and contents arrive, and nothing is lost here. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ByteArray, Bytes, b, bytearray, bytes, copiedBytes, memoryview } from "zerocopy";
import { inTime } from "../support/until.ts";

interface Answer {
  readonly failed?: string;
  readonly told: { readonly kind: string; readonly hex: string; readonly length: number };
  readonly sent: never;
  /** In the worker, after it sent it back. */
  readonly left: number;
}

interface Message {
  readonly value: unknown;
  readonly transferList: ArrayBuffer[];
}

let worker: Worker;

beforeAll(() => {
  worker = new Worker(new URL("bytesWorker.mjs", import.meta.url));
});

afterAll(async () => {
  await worker.terminate();
});

async function send(
  { value, transferList }: Message,
  options: { readonly append?: readonly number[]; readonly transfer?: boolean } = {},
): Promise<Answer> {
  const answer = once(worker, "message");
  worker.postMessage({ value, ...options }, transferList);
  const [told] = (await inTime(answer, "the worker's answer")) as [Answer];
  expect(told.failed).toBeUndefined();
  return told;
}

function copiedBy<R>(act: () => R): [R, number] {
  const before = copiedBytes();
  const result = act();
  return [result, copiedBytes() - before];
}

describe("Bytes", () => {
  test.each<readonly [string, () => Bytes]>([
    ["as they are", () => bytes([0, 1, 255])],
    ["a part", () => b`..\x00\x01\xff..`.subarray(2, -2)],
    ["taken", () => bytearray([0, 1, 255]).takeBytes()],
    ["none", () => bytes()],
  ])("arrive, %s: their copy goes, and they stay", async (_, make) => {
    const source = make();
    const [message, copied] = copiedBy(() => source.toMessage());
    expect(copied).toBe(source.length);
    const { told, sent } = await send(message);
    expect(told).toEqual({ kind: "Bytes", hex: source.hex(), length: source.length });
    const back = Bytes.fromMessage(sent);
    expect(back.equals(make())).toBe(true);
    expect(source.equals(make())).toBe(true);
    expect(memoryview(back).readonly).toBe(true);
  });

  test("of literals stay at their site, whatever is transferred", async () => {
    const literal = (): Bytes => b`GET`;
    await send(literal().toMessage(), { transfer: true });
    expect(literal().decode()).toBe("GET");
  });
});

describe("a bytearray", () => {
  const spacious = (): ByteArray => {
    const ba = bytearray([9, 9, 0, 1, 255, 9]);
    ba.append(9);
    ba.deleteSlice(0, 2);
    ba.resize(3);
    return ba;
  };

  test("arrives as one that grows, and stays here", async () => {
    const ba = spacious();
    const m = memoryview(ba); // copies are made of viewed ones, too
    const [message, copied] = copiedBy(() => ba.toMessage());
    expect(copied).toBe(3);
    const { told, sent, left } = await send(message, { append: [7, 8] });
    expect(told).toEqual({ kind: "ByteArray", hex: "0001ff", length: 3 });
    const back = ByteArray.fromMessage(sent);
    back.append(9);
    expect([back.hex(), ba.hex(), left]).toEqual(["0001ff070809", "0001ff", 5]);
    m.release();
  });

  test("is transferred there and back without a copy, and each side is left with an empty one", async () => {
    const ba = spacious();
    const { buffer } = ba.lendUint8Array();
    const twin = spacious();
    const [message, copied] = copiedBy(() => twin.toMessage({ transfer: true }));
    expect([copied, twin.length]).toEqual([0, 0]);
    const { told, sent, left } = await send(message, { append: [7], transfer: true });
    expect([told.hex, left]).toEqual(["0001ff", 0]);
    const [back, copiedHere] = copiedBy(() => ByteArray.fromMessage(sent));
    expect([back.hex(), copiedHere]).toEqual(["0001ff07", 0]);
    twin.extend([1, 2]);
    back.extend([1, 2]);
    expect([twin.hex(), back.hex()]).toEqual(["0102", "0001ff070102"]);
    expect(buffer.byteLength, "that of another").toBeGreaterThan(0);
  });

  test("that is lent keeps its window: what is transferred is a copy", async () => {
    const ba = spacious();
    const window = ba.lendUint8Array();
    const { told } = await send(ba.toMessage({ transfer: true }), { transfer: true });
    expect([told.hex, ba.length, [...window]]).toEqual(["0001ff", 0, [0, 1, 255]]);
  });

  test("that is viewed is not transferred: BufferError, and it stays", () => {
    const ba = spacious();
    const m = memoryview(ba);
    expect(() => ba.toMessage({ transfer: true })).toThrow(
      expect.objectContaining({ name: "BufferError" }),
    );
    expect([m.hex(), ba.hex()]).toEqual(["0001ff", "0001ff"]);
    m.release();
    ba.toMessage({ transfer: true });
    expect(ba.length).toBe(0);
  });

  test("that is empty is transferred, and others that are empty are none the wiser", async () => {
    const [one, other] = [bytearray([1]), bytearray([2])];
    one.takeBytes();
    other.takeBytes();
    for (let i = 0; i < 2; i += 1) {
      const { told } = await send(one.toMessage({ transfer: true }), { transfer: true });
      expect(told).toEqual({ kind: "ByteArray", hex: "", length: 0 });
    }
    for (const ba of [one, other, bytearray()]) {
      expect([ba.find(1), ba.toUint8Array().length, ba.equals(bytes())]).toEqual([-1, 0, true]);
      ba.append(5);
      expect(ba.hex()).toBe("05");
    }
  });

  test("of many bytes arrives whole", async () => {
    const ba = bytearray(1_000_000);
    for (let i = 0; i < ba.length; i += 1000) ba.set(i, i % 251);
    const key = ba.copy().takeBytes().hashKey();
    const { sent } = await send(ba.toMessage({ transfer: true }), { transfer: true });
    expect(ByteArray.fromMessage(sent).takeBytes().hashKey() === key).toBe(true);
  });
});

test.each([bytes([1]), bytearray([1])])("structuredClone of %o names toMessage()", (value) => {
  for (const clone of [
    () => structuredClone(value),
    () => structuredClone([value]),
    () => worker.postMessage({ value }, []),
  ]) {
    expect(clone).toThrow(
      expect.objectContaining({
        name: "DataCloneError",
        message: expect.stringMatching(/toMessage/),
      }),
    );
  }
  expect(value.get(0)).toBe(1);
});
