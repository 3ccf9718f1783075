/**
 * Bytes that are copied without the program on the stack belong to the line that has started what copies
 * them. The same programs run on every supported Node in test/slow/profile.runtimes.test.ts.
 */
import { beforeEach, expect, test } from "vitest";
import { needsProfiler } from "../support/profiling.ts";
import {
  asynchronous,
  attributedShare,
  crossings,
  everything,
  recordAsync,
  wrongBytes,
} from "../support/profilingAsync.ts";

beforeEach(needsProfiler);

test.for(Object.keys(asynchronous))("%s: bytes have their line", (program) => {
  expect(attributedShare(recordAsync(program, everything))).toBeGreaterThan(0.9);
  expect(wrongBytes(recordAsync(program, crossings), program)).toEqual([]);
});
