import { describe, expect, test } from "vitest";
import { drawGrowth } from "../../../../../src/compare/memory/growing/drawing.ts";
import { readComparison } from "../../../../../src/compare/report/readComparison.ts";
import { renderTable } from "../../../../../src/compare/report/table.ts";
import { growingComparison, growingRun, grown } from "../../../../support/growingComparison.ts";

// The page reads its script from the built package.
const { renderPage } = await import("../../../../../dist/compare/report/page/page.js");

const MiB = 2 ** 20;
const whole = growingRun(16 * MiB);
/** As where putting each chunk behind a copy would take minutes. */
const rest = growingRun(256 * MiB, ["array", "bytearray", "queue"]);
const curve = growingComparison([growingRun(4 * MiB), whole, rest]);

describe("the summary of compare memory growing", () => {
  test("says what is copied, what a bytearray saves, and what it does not", () => {
    expect(growingComparison(whole).summary).toBe(
      "On this machine Buffer.concat per chunk copies 2.01 GiB to collect 16 MiB from 64 KiB " +
        "chunks; bytearray.extend copies 31.9 MiB and takes 63.9× less time. Beside it, array, " +
        "one Buffer.concat copies 16 MiB and takes 1.98× less time; ByteQueue.append copies " +
        "nothing and takes 123× less time.",
    );
  });

  test("says how time grows, by the sizes that were measured", () => {
    expect(curve.summary).toContain(
      "Time grows with the size to the power of 2.0 for Buffer.concat per chunk, of 1.0 for " +
        "bytearray.extend.",
    );
    const small = growingComparison([growingRun(MiB), growingRun(4 * MiB - 65_536)]);
    expect(small.summary).not.toContain("grows");
  });

  test("compares what there is", () => {
    expect(growingComparison(rest).summary).toMatch(
      /^bytearray\.extend copies 512 MiB\. Beside it, array, one Buffer\.concat copies 256 MiB/,
    );
    expect(growingComparison(growingRun(MiB, ["array"])).summary).toContain("Only array");
    expect(growingComparison(growingRun(MiB, ["array", "queue"])).summary).toBe(
      "Of these ByteQueue.append takes the least time.",
    );
  });
});

describe("the table of compare memory growing", () => {
  test("shows copies, time and memory of every mechanism, within 80 columns", () => {
    const lines = renderTable(growingComparison(whole), { rich: false }).split("\n");
    expect(lines[0]).toBe(
      "16 MiB collected from 64 KiB chunks, 3 rounds, medians, ± half the range",
    );
    const table = lines.slice(3, 8);
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(table[1]).toMatch(/^Buffer\.concat per chunk +###### 2\.01 GiB +2\.01 s/);
    expect(table[4]).toMatch(/^ByteQueue\.append +0 B +256 µs/);
  });

  test("shows how time and copies grow, and what was left out", () => {
    const lines = renderTable(curve, { rich: false }).split("\n");
    expect(lines[0]).toContain("4 MiB to 256 MiB collected from 64 KiB chunks");
    expect(lines.find((line) => line.startsWith("grows as"))).toMatch(
      /grows as +n\^1\.99 +n\^1\.00 +n\^1\.00 +n\^1\.00$/,
    );
    expect(lines.filter((line) => /^ *256 MiB +left out/.test(line))).toHaveLength(2);
  });
});

describe("drawGrowth()", () => {
  const text = (id: string, bytes = 16 * MiB): string =>
    drawGrowth(grown(id, bytes), growingRun(bytes)).replace(/<[^>]*>/g, " ");

  test("shows what each chunk makes of the others, and what it is together", () => {
    expect(text("concat")).toContain("256 chunks, as they arrived");
    expect(text("concat")).toContain("chunk 2: copy 128 KiB");
    expect(text("concat")).toContain("chunk 256: copy 16 MiB");
    expect(text("concat")).toContain("2.01 GiB copied");
    expect(text("array")).toContain("at the end: copy 16 MiB");
    expect(text("bytearray").match(/no more room: copy all/g)).toHaveLength(9); // 3 rows, 3 times
    expect(text("bytearray")).toContain("31.9 MiB copied");
    expect(text("queue")).toContain("chunk 256: kept, 0 bytes");
    expect(text("queue")).toContain("0 bytes copied");
  });

  test("draws a single chunk, a short one, and a foreign result", () => {
    expect(text("concat", 100)).toContain("chunk 1: copy 100 B");
    expect(text("bytearray", 70_000)).toContain("chunk 2: copied behind the others");
    const none = { ...whole, input: { ...whole.input, bytes: 0 } };
    const foreign = { ...grown("queue", 100), path: "other" };
    expect(drawGrowth(foreign, none)).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("the page of compare memory growing", () => {
  const html = renderPage(curve);

  test("draws every mechanism, and plots time and bytes copied over the sizes", () => {
    expect(html.match(/<section class="way/g)).toHaveLength(4);
    const words = html.replace(/<[^>]*>/g, " ");
    expect(words).toContain("collect 4\u00a0MiB to 256\u00a0MiB from 64\u00a0KiB chunks");
    const [, json = ""] = /id="charts-data">(.*?)<\/script>/s.exec(html) ?? [];
    const { curves } = JSON.parse(json) as {
      curves: { id: string; unit: string; lines: { values: unknown[] }[] }[];
    };
    expect(curves.map(({ id, unit }) => `${id} ${unit}`)).toEqual([
      "curve-time seconds",
      "curve-copied bytes",
    ]);
    const [concat, , , queue] = curves[1]!.lines;
    expect(concat?.values).toEqual([2080 * 65_536, 32_896 * 65_536, null]);
    expect(queue?.values).toEqual([0, 0, 0]);
  });

  test("is at most 300 KB and needs nothing else", () => {
    expect(html.length).toBeLessThan(300_000);
    expect(html.match(/(?:src|href)="(?!#|data:)[^"]*"/g)).toBeNull();
  });
});

test("a result of compare memory growing is read back", () => {
  expect(readComparison(JSON.stringify(curve))).toEqual(curve);
});
