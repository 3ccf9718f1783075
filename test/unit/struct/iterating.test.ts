import { expect, test } from "vitest";
import { BufferError } from "../../../src/core/errors.ts";
import { memoryview } from "../../../src/core/memoryview.ts";
import { iterUnpack } from "../../../src/struct/index.ts";

test("a view is held while its records are read, and let go with the last of them or by break", () => {
  const view = memoryview(Uint8Array.of(1, 2, 3));
  const records = iterUnpack("B", view);
  expect(records.next()).toEqual({ done: false, value: [1] });
  expect(() => view.release()).toThrow(BufferError);
  expect([...records]).toEqual([[2], [3]]);
  for (const [first] of iterUnpack("B", view)) {
    expect(first).toBe(1);
    break;
  }
  view.release();
  expect(() => view.get(0)).toThrow("released");
});
