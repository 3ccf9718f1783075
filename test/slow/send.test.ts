/** The comparison of test/system/send.differential.test.ts, long, and other every time. */
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

test("send answers and emits what npm send does, 10,000 times", async () => {
  const { natively } = await compareCases(10_000, Date.now());
  expect(natively).toBeGreaterThan(1000);
});
