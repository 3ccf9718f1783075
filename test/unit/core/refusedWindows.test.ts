/** Which windows and requests are for memory that only looks contiguous, and who is said to hold memory. */
import { expect, test } from "vitest";
import { bytearray } from "../../../src/core/bytearray.ts";
import { BufferError } from "../../../src/core/errors.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { BufferFlags, kBuffer } from "../../../src/core/protocol.ts";
import { traceExports } from "../../../src/core/storage.ts";

const table = memoryview(Uint8Array.of(1, 2, 3, 4, 5, 6)).cast("B", [2, 3]);

test("memory in Fortran order is no window: its bytes are in another order than its items", () => {
  const turned = table.transpose();
  expect([turned.contiguous, turned.fContiguous, turned.cContiguous]).toEqual([true, true, false]);
  for (const window of [
    () => turned.asUint8Array(),
    () => turned.lendUint8Array(),
    () => turned.asTypedArray(),
  ]) {
    expect(window).toThrow(BufferError);
  }
});

test("contiguous in any order is C order, and Fortran order, and nothing else", () => {
  const { ANY_CONTIGUOUS, C_CONTIGUOUS, F_CONTIGUOUS } = BufferFlags;
  const turned = table.transpose();
  const gaps = table.select(null, [0, 2]);
  const meets = (view: typeof gaps, flags: number): boolean => {
    try {
      view[kBuffer](flags).release?.();
      return true;
    } catch {
      return false;
    }
  };
  const answers = [table, turned, gaps].map((view) =>
    [ANY_CONTIGUOUS, C_CONTIGUOUS, F_CONTIGUOUS].map((flags) => meets(view, flags)),
  );
  expect(answers).toEqual([
    [true, true, false],
    [true, false, true],
    [false, false, false],
  ]);
});

test("the holders of locked memory are those that hold it still", () => {
  traceExports(true);
  try {
    const target = bytearray([1, 2, 3]);
    const released = memoryview(target);
    const held = memoryview(target);
    released.release();
    let error: unknown;
    try {
      target.append(4);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(BufferError);
    const { exports, holders } = error as BufferError;
    expect([exports, holders?.length]).toEqual([1, 1]);
    held.release();
    target.append(4);
  } finally {
    traceExports(false);
  }
});

test.each(["H", "i", "d", "q"])("unaligned items of format %s are no typed array", (format) => {
  const memory = new Uint8Array(24);
  const unaligned = memoryview(memory.subarray(1, 17)).cast(format);
  expect(() => unaligned.asTypedArray()).toThrow(/aligned to \d bytes, found offset 1/);
  expect(() => unaligned.asTypedArray()).toThrow(BufferError);
  expect(unaligned.tryTypedArray()).toBeUndefined();
  expect(memoryview(memory.subarray(8)).cast(format).tryTypedArray()?.byteOffset).toBe(8);
});
