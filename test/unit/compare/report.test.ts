import { describe, expect, test } from "vitest";
import { figuresOf } from "../../../src/compare/measure/statistics.ts";
import type { Comparison } from "../../../src/compare/report/comparison.ts";
import { binaryBytes, bytes, significant } from "../../../src/compare/report/format.ts";
import { readComparison } from "../../../src/compare/report/readComparison.ts";
import { renderTable } from "../../../src/compare/report/table.ts";
import {
  comparisonOf,
  kernelWay,
  mechanismOf,
  runOf,
  sampleOf,
  sendfile,
  stream,
} from "../../support/comparison.ts";

const pair = runOf([stream, sendfile]);

/** Ascending sizes, each with how many times less CPU time sendfile takes. */
function curveOf(...gains: [bytes: number, gain: number][]): Comparison {
  const runs = gains.map(([size, gain]) => {
    const cheap = { ...kernelWay, cpuSystemSeconds: 0.15 / gain };
    return runOf([stream, { ...sendfile, figures: figuresOf([sampleOf(cheap)]) }], { bytes: size });
  });
  return comparisonOf(runs);
}

describe("summarySentence()", () => {
  test("states the gain of the contender over the baseline as ratios of medians", () => {
    expect(comparisonOf(pair).summary).toBe(
      "On this file and this machine sendfile instead of createReadStream().pipe() takes 5.00× less " +
        "CPU time, makes 0 instead of 2 copies of each byte and is 4.00× as fast.",
    );
  });

  test("does not claim speed that is not there", () => {
    const { figures } = mechanismOf({}, { ...kernelWay, wallSeconds: 0.2 });
    expect(comparisonOf(runOf([stream, { ...sendfile, figures }])).summary).not.toContain(
      "as fast",
    );
  });

  test("says so when there is no gain", () => {
    const { figures } = mechanismOf({}, { ...kernelWay, cpuSystemSeconds: 0.15 });
    const { summary } = comparisonOf(runOf([stream, { ...sendfile, figures }]));
    expect(summary).toContain("saves no CPU time");
  });

  test("does not credit a mechanism with the pace of a slow reader", () => {
    const situation = { cold: false, concurrency: 1, slowReader: true };
    expect(comparisonOf(pair, { situation }).summary).not.toContain("as fast");
  });

  test("leaves copies out where the event loop's own bytes outweigh the payload", () => {
    expect(comparisonOf(runOf([stream, sendfile], { bytes: 100 })).summary).not.toContain("copies");
  });

  test("says so when the contender had to copy", () => {
    const { summary } = comparisonOf(runOf([stream, { ...sendfile, path: "read-write" }]));
    expect(summary).toContain("no copy was saved");
  });

  test("compares what there is without baseline or contender", () => {
    expect(comparisonOf(runOf([sendfile])).summary).toContain("nothing to compare it with");
    const other = mechanismOf({ label: "other" }, {});
    expect(comparisonOf(runOf([other, sendfile])).summary).toBe(
      "Of these sendfile takes the least CPU time.",
    );
    expect(comparisonOf(runOf([])).summary).toBe("Nothing could be measured here.");
  });

  test("names the size from which several sizes always gain", () => {
    const { summary } = curveOf(
      [4096, 0.9],
      [65536, 1.5],
      [1 << 20, 0.8],
      [1 << 22, 2],
      [1 << 24, 4],
    );
    expect(summary).toContain("starts to save CPU time at 4 MiB, and takes 4.00× less at 16 MiB");
    expect(curveOf([4096, 1.5], [8192, 1]).summary).toContain(
      "does not save CPU time at the largest of these sizes",
    );
  });
});

describe("renderTable()", () => {
  const lines = (comparison: Comparison): string[] =>
    renderTable(comparison, { rich: false }).split("\n");

  test("shows one row per mechanism in both tables, within 80 columns", () => {
    const output = lines(comparisonOf(pair));
    expect(output.filter((line) => line.startsWith("sendfile"))).toHaveLength(2);
    const tables = output.filter((line) => /^(createReadStream|sendfile| {8})/.test(line));
    expect(Math.max(...tables.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("draws the longest bar for the largest median and none for zero", () => {
    const output = lines(comparisonOf(pair));
    expect(output.find((line) => line.startsWith("createRead"))).toContain("###### ");
    expect(output.find((line) => line.startsWith("sendfile"))).toMatch(/^sendfile +0\.00 /);
  });

  test("is plain without a terminal: no escapes, only ASCII in the bars", () => {
    const output = renderTable(comparisonOf(pair), { rich: false });
    expect(output).not.toContain("\u001b");
    expect(output).not.toContain("█");
  });

  test("has colours and blocks on a terminal", () => {
    const output = renderTable(comparisonOf(pair), { rich: true });
    expect(output).toContain("\u001b[32m");
    expect(output).toContain("██████");
  });

  test("shows times instead of rates for a small file, and why its copies are many", () => {
    const output = lines(comparisonOf(runOf([stream], { bytes: 1 }))).join("\n");
    expect(output).toContain("CPU µs");
    expect(output).not.toContain("GB/s");
    expect(output).toContain("wake-ups");
  });

  test("shows CPU time by size and mechanism for several sizes", () => {
    const output = lines(curveOf([4096, 0.9], [1 << 20, 5]));
    expect(output[0]).toContain("4 KiB to 1 MiB over TCP");
    expect(output.find((line) => /^ *4 KiB +\d/.test(line))).toMatch(/150,000 +166,667 +0\.90×$/);
  });

  test("names the situation, and proves that a cold file was cold", () => {
    const situation = { cold: true, concurrency: 4, slowReader: true };
    const cold = mechanismOf({}, { residentFraction: 0.004 });
    const output = lines(comparisonOf(runOf([cold]), { situation }));
    expect(output[0]).toContain("from a cold page cache, 4 transfers at a time, a slow reader");
    expect(output[1]).toBe("/srv/file (a copy on ext4)");
    expect(output.join("\n")).toContain("at most 0.4 % of the file was in the page cache");
  });

  test("marks a kernel mechanism that fell back, what did not run, and how to get it", () => {
    const environment = {
      ...comparisonOf(pair).environment,
      addon: { missing: "there is none", advice: "install a compiler" },
    };
    const notRun = [{ id: "splice", label: "splice through a pipe", reason: "it needs the addon" }];
    const run = runOf([stream, { ...sendfile, path: "read-write" }]);
    const output = lines(comparisonOf(run, { environment, notRun })).join("\n");
    expect(output).toContain("sendfile: read-write");
    expect(output).toContain("Not run: splice through a pipe; it needs the addon.");
    expect(output).toContain("there is none; to get them, install a compiler.");
  });

  test("shows a dash where the system does not tell", () => {
    const silent = { copiesPerByte: null, readCalls: null, writeCalls: null, peakRssBytes: null };
    const output = lines(comparisonOf(runOf([mechanismOf({}, silent)])));
    expect(output.filter((line) => line.includes("–"))).toHaveLength(2);
  });
});

describe("readComparison()", () => {
  const good = comparisonOf(runOf([stream, sendfile]));

  test("reads back what --json wrote", () => {
    expect(readComparison(JSON.stringify(good))).toEqual(good);
  });

  test("refuses what is no result", () => {
    expect(() => readComparison("no JSON")).toThrow("it is not JSON");
    expect(() => readComparison("null")).toThrow("wanted the result to be an object");
    const other = JSON.stringify({ ...good, schema: "zerocopy.compare/9" });
    expect(() => readComparison(other)).toThrow('the result.schema to be "zerocopy.compare/1"');
    expect(() => readComparison(JSON.stringify({ ...good, runs: [] }))).toThrow(
      "runs to be a list",
    );
  });

  test("names whatever field is missing or of another type", () => {
    let tried = 0;
    for (const place of placesOf(good)) {
      for (const wrong of [undefined, {}, "</script>", ["x"]]) {
        const damaged = structuredClone(good);
        const { parent, key } = at(damaged, place);
        if (typeof parent[key] === "string" && typeof wrong === "string") continue;
        parent[key] = wrong;
        tried++;
        expect(() => readComparison(JSON.stringify(damaged)), place.join(".")).toThrow(
          "Cannot show a result: wanted the result",
        );
      }
    }
    expect(tried).toBeGreaterThan(300);
  });

  test("takes the control characters out of every text", () => {
    const hostile = readComparison(JSON.stringify({ ...good, summary: "a\u001b[2Jb\nc" }));
    expect(hostile.summary).toBe("a [2Jb c");
  });

  test("takes an identifier for an identifier only", () => {
    const damaged = structuredClone(good);
    at(damaged, ["runs", "0", "mechanisms", "0"]).parent["0"] = { ...stream, id: '"><img>' };
    expect(() => readComparison(JSON.stringify(damaged))).toThrow("to be one word");
  });
});

type Tree = Record<string, unknown>;

/** The way to every field that is there in every result. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, field]) => placesOf(field, [...path, key]));
  return path.length > 0 && !Array.isArray(value) ? [path, ...inner] : inner;
}

function at(root: object, path: readonly string[]): { parent: Tree; key: string } {
  let parent = root as Tree;
  for (const key of path.slice(0, -1)) parent = parent[key] as Tree;
  return { parent, key: path.at(-1) ?? "" };
}

describe("bytes()", () => {
  test.each([
    [1, "1 B"],
    [999, "999 B"],
    [1000, "1.00 kB"],
    [98_932_688, "98.9 MB"],
    [999_600, "1.00 MB"],
    [5e12, "5.00 TB"],
  ])("shows %d as %s", (value, text) => {
    expect(bytes(value)).toBe(text);
  });
});

describe("binaryBytes()", () => {
  test.each([
    [512, "512 B"],
    [4096, "4 KiB"],
    [1536, "1.50 KiB"],
    [1024 ** 3, "1 GiB"],
  ])("shows %d as %s", (value, text) => {
    expect(binaryBytes(value)).toBe(text);
  });
});

describe("significant()", () => {
  test.each([
    [0, "0.00"],
    [0.214, "0.21"],
    [12.34, "12.3"],
    [1234.5, "1,235"],
  ])("shows %d as %s", (value, text) => {
    expect(significant(value)).toBe(text);
  });
});
