import { describe, expect, test } from "vitest";
import { drawPass } from "../../../../src/compare/memory/drawing.ts";
import type { Comparison, Run } from "../../../../src/compare/report/comparison.ts";
import { readComparison } from "../../../../src/compare/report/readComparison.ts";
import { renderTable } from "../../../../src/compare/report/table.ts";
import { consumed, memoryComparison, memoryRun } from "../../../support/memoryComparison.ts";

// The page reads its script from the built package.
const { renderPage } = await import("../../../../dist/compare/report/page/page.js");

const MiB = 2 ** 20;
const whole = memoryRun(16 * MiB);
/** As where copying the rest would take minutes. */
const views = memoryRun(64 * MiB, ["pieces", "subarray", "memoryview"]);
const curve = memoryComparison([memoryRun(MiB), whole, views]);

describe("the summary of compare memory", () => {
  test("says what is copied, what views save, and against another view", () => {
    expect(memoryComparison(whole).summary).toBe(
      "On this machine Uint8Array.slice copies 32.0 GiB to consume 16 MiB in 4 KiB slices; " +
        "memoryview.subarray copies nothing and takes 80,000× less time. Against " +
        "Buffer.subarray, which copies nothing either, it takes 3.00× less time.",
    );
  });

  test("says how time grows, by the sizes that were measured", () => {
    expect(curve.summary).toContain(
      "copies 32.0 GiB to consume 16 MiB in 4 KiB slices; memoryview.subarray copies nothing",
    );
    expect(curve.summary).toContain(
      "Time grows with the size to the power of 2.0 for Uint8Array.slice, of 1.0 for " +
        "memoryview.subarray.",
    );
  });

  test("does not say how time grows where the start of a pass hides it", () => {
    const small = memoryComparison([memoryRun(4096), memoryRun(65536), memoryRun(MiB)]);
    expect(small.summary).not.toContain("grows");
    expect(renderTable(small, { rich: false })).not.toContain("grows as");
  });

  test("admits a view that is slower, and one that is no faster", () => {
    const [slice, , subarray, view] = whole.mechanisms;
    const swap = (factor: number): Run => ({
      ...whole,
      mechanisms: [slice!, { ...subarray!, figures: scaledTime(view!, factor) }, view!],
    });
    expect(memoryComparison(swap(0.5)).summary).toContain("it takes 2.00× more time.");
    expect(memoryComparison(swap(1.05)).summary).toContain("it takes about as much time.");
  });

  test("compares what there is", () => {
    expect(memoryComparison(views).summary).toBe(
      "memoryview.subarray copies nothing. Against Buffer.subarray, which copies nothing either, " +
        "it takes 3.00× less time.",
    );
    const only = { ...whole, mechanisms: [consumed("slice", MiB)] };
    expect(memoryComparison(only).summary).toContain("Only Uint8Array.slice was measured");
    const without = memoryRun(MiB, ["slice", "subarray"]);
    expect(memoryComparison(without).summary).toBe(
      "Of these Buffer.subarray takes the least time.",
    );
  });
});

function scaledTime(
  { figures }: Run["mechanisms"][number],
  factor: number,
): Run["mechanisms"][number]["figures"] {
  const median = (figures.secondsPerTransfer?.median ?? 0) * factor;
  return { ...figures, secondsPerTransfer: { median, min: median, max: median } };
}

/** With times from 0.6 to 1.4 of the median. */
function shaken(one: Run["mechanisms"][number]): Run["mechanisms"][number] {
  const median = one.figures.secondsPerTransfer?.median ?? 0;
  const secondsPerTransfer = { median, min: 0.6 * median, max: 1.4 * median };
  return { ...one, figures: { ...one.figures, secondsPerTransfer } };
}

describe("the table of compare memory", () => {
  const lines = (comparison: Comparison): string[] =>
    renderTable(comparison, { rich: false }).split("\n");

  test("shows copies, time and memory of every mechanism, within 80 columns", () => {
    const output = lines(memoryComparison(whole));
    expect(output[0]).toBe(
      "16 MiB of memory consumed in 4 KiB slices, 3 rounds, medians, ± half the range",
    );
    const table = output.filter((line) =>
      /^(Uint8Array|slice of|Buffer|memoryview| {8})/.test(line),
    );
    expect(table).toHaveLength(5);
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(table[1]).toMatch(/^Uint8Array\.slice +###### 32\.0 GiB +6\.55 s/);
    expect(table[4]).toMatch(/^memoryview\.subarray +0 B +81\.9 µs/);
  });

  test("shows how time and copies grow, and what was left out", () => {
    const output = lines(curve);
    expect(output[0]).toContain("1 MiB to 64 MiB of memory consumed");
    expect(output.find((line) => line.trimStart().startsWith("64 MiB"))).toContain("left out");
    expect(output.find((line) => line.startsWith("grows as"))).toMatch(
      /grows as +n\^2\.00 +n\^1\.00 +n\^1\.00 +n\^1\.00$/,
    );
    expect(output.find((line) => line.trimStart().startsWith("16 MiB "))).toMatch(/s +8\.19 ms/);
    expect(output.filter((line) => /32\.0 GiB 16 MiB +0 B +0 B$/.test(line))).toHaveLength(1);
  });

  test("says so when times differ much from round to round", () => {
    const noise = "differ by up to ±40 % between rounds";
    expect(lines(curve).join()).not.toContain("between rounds");
    const runs = curve.runs.map((run) => ({ ...run, mechanisms: run.mechanisms.map(shaken) }));
    expect(lines({ ...curve, runs }).join()).toContain(noise);
    const growing = { ...curve, chapter: "memory-growing", runs };
    expect(lines(growing).join()).toContain(noise);
  });

  test("names no file", () => {
    expect(renderTable(memoryComparison(whole), { rich: false })).not.toContain("memory (");
  });
});

describe("drawPass()", () => {
  const text = (id: string, bytes = 16 * MiB): string =>
    drawPass(consumed(id, bytes), memoryRun(bytes)).replace(/<[^>]*>/g, " ");

  test("shows the first copies and the last one, and what they are together", () => {
    expect(text("slice")).toContain("copy 1: 16.0 MiB");
    expect(text("slice")).toContain("copy 4,095: 4 KiB");
    expect(text("slice")).toContain("32.0 GiB copied");
    expect(text("pieces")).toContain("copy 4,096: 4 KiB");
    expect(text("pieces")).toContain("16 MiB copied");
  });

  test("shows views without bytes", () => {
    expect(text("memoryview")).toContain("view 4,095: 0 bytes");
    expect(text("memoryview")).toContain("0 bytes copied");
    expect(text("memoryview")).not.toMatch(/copy \d/);
  });

  test("draws a buffer of a single piece, and one with a short end", () => {
    expect(text("slice", 100)).toContain("0 bytes copied");
    expect(text("pieces", 5000)).toContain("copy 2: 904 B");
    const none = { ...whole, input: { ...whole.input, bytes: 0 } };
    expect(drawPass(consumed("memoryview", 100), none)).not.toMatch(/NaN|Infinity/);
  });
});

describe("the page of compare memory", () => {
  const html = renderPage(curve);
  const words = html.replace(/<[^>]*>/g, " ");

  test("draws every mechanism of the largest size that all could take", () => {
    expect(html.match(/<section class="way/g)).toHaveLength(4);
    expect(words).toContain(
      "What it costs to consume 1\u00a0MiB to 64\u00a0MiB in 4\u00a0KiB slices",
    );
    expect(html).not.toContain('id="play"');
  });

  test("plots time and bytes copied over the sizes", () => {
    const [, json = ""] = /id="charts-data">(.*?)<\/script>/s.exec(html) ?? [];
    const { curves } = JSON.parse(json) as {
      curves: { id: string; unit: string; lines: { label: string; values: unknown[] }[] }[];
    };
    expect(curves.map(({ id, unit }) => `${id} ${unit}`)).toEqual([
      "curve-time seconds",
      "curve-copied bytes",
    ]);
    expect(curves[1]?.lines[0]?.values).toEqual([127.5 * MiB, 2047.5 * 16 * MiB, null]);
    expect(curves[1]?.lines[3]?.values).toEqual([0, 0, 0]);
  });

  test("is at most 300 KB and needs nothing else", () => {
    expect(html.length).toBeLessThan(300_000);
    expect(html.match(/(?:src|href)="(?!#|data:)[^"]*"/g)).toBeNull();
  });
});

test("a result of compare memory is read back, one of an unknown chapter refused", () => {
  expect(readComparison(JSON.stringify(curve))).toEqual(curve);
  expect(() => readComparison(JSON.stringify({ ...curve, chapter: "cooking" }))).toThrow(
    "the result.chapter to be file or receive or relay or memory or memory-growing",
  );
});
