/** What other consumers of the buffer protocol get of memory that another library owns. */
import v8 from "node:v8";
import vm from "node:vm";
import { describe, expect, test } from "vitest";
import { BufferError } from "../../../src/core/errors.ts";
import { bytes } from "../../../src/core/construct.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { BufferFlags, kBuffer } from "../../../src/core/protocol.ts";
import type { BufferRecord } from "../../../src/core/protocol.ts";
import { fromPyodide } from "../../../src/interop/index.ts";
import { Lent } from "../../../src/interop/lent.ts";
import { until } from "../../support/until.ts";

const memory = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

function lend(change: Partial<BufferRecord> = {}, end?: () => void): Lent {
  const { buffer } = memory;
  const record = { buffer, byteOffset: 0, byteLength: 8, format: "H", readonly: true, ...change };
  return new Lent(memory, () => record, end);
}

describe("memory of another library", () => {
  test("is lent by the rules of the flags", () => {
    const { WRITABLE, SIMPLE, FORMAT, ND, C_CONTIGUOUS, FULL_RO } = BufferFlags;
    expect(() => lend()[kBuffer](WRITABLE)).toThrow(BufferError);
    expect(lend()[kBuffer](SIMPLE)).toMatchObject({ byteLength: 8, format: undefined });
    expect(lend()[kBuffer](FORMAT | ND)).toMatchObject({ format: "H", shape: [4], itemsize: 2 });
    const strided = { format: "B", shape: [4], strides: [2], byteLength: 4 };
    expect(() => lend(strided)[kBuffer](SIMPLE)).toThrow(BufferError);
    expect(() => lend(strided)[kBuffer](C_CONTIGUOUS)).toThrow(BufferError);
    expect(lend(strided)[kBuffer](FULL_RO)).toMatchObject(strided);
  });

  test("is copied item by item into bytes", () => {
    const backwards = { format: "B", byteOffset: 7, shape: [4], strides: [-2], byteLength: 4 };
    expect(bytes(lend(backwards)).hex()).toBe("08060402");
  });

  test("ends with the last of its consumers, however often each says so", () => {
    let ends = 0;
    const lent = lend({}, () => {
      ends += 1;
    });
    const view = memoryview(lent);
    const record = lent[kBuffer](BufferFlags.FULL_RO);
    record.release?.();
    record.release?.();
    expect(ends).toBe(0);
    view.release();
    expect(ends).toBe(1);
  });

  test("is not held by a consumer that was refused", () => {
    let ends = 0;
    const lent = lend({}, () => {
      ends += 1;
    });
    const view = memoryview(lent);
    expect(() => lent[kBuffer](BufferFlags.WRITABLE)).toThrow(BufferError);
    view.release();
    expect(ends).toBe(1);
  });

  test("ends when views are collected without having been released", async () => {
    v8.setFlagsFromString("--expose-gc");
    const collect = vm.runInNewContext("gc") as () => void;
    let isReleased = false;
    const release = (): void => {
      isReleased = true;
    };
    const facts = { data: memory, offset: 0, shape: [8], strides: [1], format: "B", itemsize: 1 };
    fromPyodide({ ...facts, nbytes: 8, readonly: false, release }).subarray(1);
    await until(() => {
      collect();
      return isReleased;
    }, "the buffer was not released");
  });
});
