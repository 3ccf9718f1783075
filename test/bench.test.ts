/**
 * The benchmarks themselves: this library's subjects do the work, and copy as many bytes as
 * bench/copied.golden.json says. A time is never asserted.
 */
import { describe, expect, test } from "vitest";
import { copiedBytes } from "zerocopy";
import type { Case, Prepare, Subject } from "../bench/case.ts";
import { findCases } from "../bench/cases.ts";
import { checkResult } from "../bench/check.ts";
import { evaluate } from "../bench/evaluate.ts";
import type { Outcome } from "../bench/outcome.ts";
import { copiedGolden } from "../bench/package.ts";

/** Each does its work once: those of a single call per process, and sizes, have tests of their own. */
const found = (await findCases()).filter(({ case: { measure } }) => {
  return measure === "time" || measure === "retained" || measure === "allocated";
});

function prepareOf(subject: Subject): Prepare {
  if (typeof subject === "function") return subject;
  if ("withoutBuffer" in subject) return subject.withoutBuffer;
  throw new Error("Cannot run another language here");
}

describe("zerocopy", () => {
  const copied: Record<string, Record<string, number>> = {};

  for (const { case: one } of found) {
    test(`returns the expected result in ${one.name}`, async () => {
      const { subjects, expected } = one.open();
      const counts: Record<string, number> = {};
      for (const name of Object.keys(subjects).filter((key) => key.startsWith("zerocopy"))) {
        const run = await prepareOf(subjects[name] as Subject)();
        const before = copiedBytes();
        checkResult(run(), expected);
        counts[name] = copiedBytes() - before;
      }
      copied[one.name] = counts;
    });
  }

  test("copies as many bytes as the golden file says (vitest -u writes it)", async () => {
    await expect(`${JSON.stringify(copied, undefined, 2)}\n`).toMatchFileSnapshot(copiedGolden);
  });
});

describe("evaluate", () => {
  const bar = { subject: "ours", against: ["slow", "fast"], max: 2 };
  const one: Case = {
    name: "case",
    item: "item",
    measure: "time",
    bars: [bar, { subject: "ours", max: 3 }],
    open: () => ({ items: 1, expected: undefined, subjects: {} }),
  };
  const trials = (...figures: number[]): Outcome[] => {
    return figures.map((figure) => ({ figure, best: figure, copied: 0 }));
  };

  test("judges by the median of the rounds' ratios to the fastest rival", () => {
    const rounds = { ours: trials(4, 2, 9), slow: trials(8, 8, 8), fast: trials(1, 1, 6) };
    expect(evaluate(one, new Map(Object.entries(rounds))).bars).toEqual([
      { ...bar, against: "fast", found: { median: 2, min: 1.5, max: 4 }, best: 2, met: true },
      expect.objectContaining({ subject: "ours", max: 3, met: false }),
    ]);
  });

  test("a rival that cannot run leaves the others; without any the bar is not judged", () => {
    const missing: Outcome[] = [{ unavailable: "not here" }];
    const rounds = (slow: Outcome[]): Map<string, Outcome[]> => {
      return new Map(Object.entries({ ours: trials(3), slow, fast: missing }));
    };
    expect(evaluate(one, rounds(trials(3))).bars[0]).toMatchObject({ against: "slow", met: true });
    expect(evaluate(one, rounds(missing)).notJudged).toEqual([
      "ours against slow (not here), fast (not here)",
    ]);
  });

  test("a subject that fails in one round has failed, and its bars are not judged", () => {
    const rounds = { ours: [...trials(1), { failed: "Wrong result" }], slow: trials(1, 1) };
    const result = evaluate(one, new Map(Object.entries(rounds)));
    expect(result.subjects.ours).toEqual({ failed: "Wrong result" });
    expect(result.notJudged).toEqual(["ours failed", "ours failed"]);
  });
});
