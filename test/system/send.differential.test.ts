/** Whatever is asked of `send`: what npm `send` answers and emits, byte for byte, event for event. */
import { beforeEach, expect, test } from "vitest";
import "../support/engine.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { compareCases } from "../support/sending/compare.ts";
import { whyNotNative } from "../support/sending/subjects.ts";

leaveNothingOpen();

beforeEach((context) => {
  const missing = whyNotNative();
  if (missing) context.skip(missing);
});

test("send answers and emits what npm send does, by the kernel and without it", async () => {
  const { natively, statuses } = await compareCases(600, 1);
  expect(natively).toBeGreaterThan(50);
  expect([...statuses]).toEqual(
    expect.arrayContaining([200, 206, 301, 304, 400, 403, 404, 412, 416, 500]),
  );
});
