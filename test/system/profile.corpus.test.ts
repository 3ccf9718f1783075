/**
 * What Node's operations copy, as the profiler counts it, is what was kept. Here on the Node that runs;
 * `node tools/profileCorpus.mjs` asks all that are supported.
 */
import { beforeEach, expect, test } from "vitest";
import { measured } from "../support/profiling/corpus/measured.mjs";
import { drift, multipliers } from "../support/profiling/multipliers.mjs";
import { needsProfiler } from "../support/profiling.ts";

beforeEach(needsProfiler);

test("operations copy what they did when multipliers.json was written", (context) => {
  const major = Number(process.versions.node.split(".")[0]);
  const kept = multipliers(major);
  if (!kept) return context.skip(`nothing is kept of Node ${major}: node tools/profileCorpus.mjs`);
  expect(Object.keys(kept).length).toBeGreaterThan(200);
  expect(drift(kept, measured(process.execPath))).toEqual([]);
}, 120_000);
