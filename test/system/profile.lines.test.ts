/**
 * Programs whose lines say themselves what they copy. Here on the Node that runs;
 * `node tools/profileLines.mjs` asks all that are supported.
 */
import { beforeEach, describe, expect, test } from "vitest";
import { needsProfiler } from "../support/profiling.ts";
import { programsFor, scoreOf } from "../support/profiling/lines.mjs";

beforeEach(needsProfiler);

describe("bytes are on the line that copies them", () => {
  test.for(programsFor(process.versions.node))(
    "$program, compiled: $isCompiled",
    ({ program, isCompiled }) => {
      const { right, wrong, lines } = scoreOf(program, { isCompiled });
      expect(lines).toEqual([]);
      expect(right).toBeGreaterThan(0.95);
      expect(wrong).toBeLessThan(0.01);
    },
  );
});
