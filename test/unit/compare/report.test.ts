import { describe, expect, test } from "vitest";
import type { Sample } from "../../../src/compare/measure/sample.ts";
import { figuresOf } from "../../../src/compare/measure/statistics.ts";
import type { Comparison, MeasuredMechanism } from "../../../src/compare/report/comparison.ts";
import { bytes, significant } from "../../../src/compare/report/format.ts";
import { summarySentence } from "../../../src/compare/report/summary.ts";
import { renderTable } from "../../../src/compare/report/table.ts";

function sampleOf(fields: Partial<Sample>): Sample {
  return {
    bytes: 100e6,
    path: "read-write",
    wallSeconds: 0.2,
    cpuUserSeconds: 0.05,
    cpuSystemSeconds: 0.1,
    crossedBytes: 200e6,
    copiedBytes: 0,
    copiesPerByte: 2,
    ioCalls: 3000,
    peakRssBytes: 36e6,
    voluntarySwitches: 4000,
    involuntarySwitches: 10,
    minorFaults: 9000,
    majorFaults: 0,
    senderPid: 1,
    ...fields,
  };
}

function mechanism(
  fields: Partial<MeasuredMechanism>,
  ...samples: Partial<Sample>[]
): MeasuredMechanism {
  const all = samples.map(sampleOf);
  return {
    id: "stream",
    label: "createReadStream().pipe()",
    description: "",
    baseline: false,
    contender: false,
    path: "read-write",
    figures: figuresOf(all),
    samples: all,
    ...fields,
  };
}

const stream = mechanism({ baseline: true }, {}, {}, {});
const kernel = { wallSeconds: 0.05, cpuUserSeconds: 0, cpuSystemSeconds: 0.03, copiesPerByte: 0 };
const sendfile = mechanism(
  { id: "sendfile", label: "sendfile", contender: true, path: "sendfile" },
  kernel,
);

function comparisonOf(
  mechanisms: MeasuredMechanism[],
  fields: Partial<Comparison> = {},
): Comparison {
  const comparison = {
    schema: "zerocopy.compare/1" as const,
    chapter: "file",
    command: "zerocopy compare file",
    environment: {
      node: "v20.20.2",
      system: "Linux 6.1 x64",
      cpu: "CPU",
      cores: 2,
      memoryBytes: 1e9,
      fileSystem: "ext4",
      addon: "loaded" as const,
    },
    input: { path: "/srv/file", bytes: 100e6, sha256: "0".repeat(64) },
    rounds: 3,
    mechanisms,
    notRun: [],
    ...fields,
  };
  return { ...comparison, summary: summarySentence(comparison) };
}

describe("summarySentence()", () => {
  test("states the gain of the contender over the baseline as ratios of medians", () => {
    expect(comparisonOf([stream, sendfile]).summary).toBe(
      "On this file and this machine sendfile instead of createReadStream().pipe() takes 5.00× less " +
        "CPU time, makes 0 instead of 2 copies of each byte and is 4.00× as fast.",
    );
  });

  test("does not claim speed that is not there", () => {
    const { figures } = mechanism({}, { ...kernel, wallSeconds: 0.2 });
    const { summary } = comparisonOf([stream, { ...sendfile, figures }]);
    expect(summary).not.toContain("as fast");
  });

  test("says so when there is no gain", () => {
    const costly = mechanism({}, { ...kernel, cpuSystemSeconds: 0.15 });
    const { summary } = comparisonOf([stream, { ...sendfile, figures: costly.figures }]);
    expect(summary).toContain("saves no CPU time");
  });

  test("says so when the contender had to copy", () => {
    const { summary } = comparisonOf([stream, { ...sendfile, path: "read-write" }]);
    expect(summary).toContain("no copy was saved");
  });

  test("compares what there is without baseline or contender", () => {
    expect(comparisonOf([sendfile]).summary).toContain("nothing to compare it with");
    const other = mechanism({ label: "other" }, {});
    expect(comparisonOf([other, sendfile]).summary).toBe(
      "Of these sendfile takes the least CPU time.",
    );
    expect(comparisonOf([]).summary).toBe("Nothing could be measured here.");
  });
});

describe("renderTable()", () => {
  const lines = (comparison: Comparison): string[] =>
    renderTable(comparison, { rich: false }).split("\n");

  test("shows one row per mechanism in both tables, within 80 columns", () => {
    const output = lines(comparisonOf([stream, sendfile]));
    expect(output.filter((line) => line.startsWith("sendfile"))).toHaveLength(2);
    const tables = output.filter((line) => /^(createReadStream|sendfile| {8})/.test(line));
    expect(Math.max(...tables.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("draws the longest bar for the largest median and none for zero", () => {
    const output = lines(comparisonOf([stream, sendfile]));
    expect(output.find((line) => line.startsWith("createRead"))).toContain("###### ");
    expect(output.find((line) => line.startsWith("sendfile"))).toMatch(/^sendfile +0\.00 /);
  });

  test("is plain without a terminal: no escapes, only ASCII in the bars", () => {
    const output = renderTable(comparisonOf([stream, sendfile]), { rich: false });
    expect(output).not.toContain("\u001b");
    expect(output).not.toContain("█");
  });

  test("has colours and blocks on a terminal", () => {
    const output = renderTable(comparisonOf([stream, sendfile]), { rich: true });
    expect(output).toContain("\u001b[32m");
    expect(output).toContain("██████");
  });

  test("shows times instead of rates for a small file, and why its copies are many", () => {
    const small = { path: "/srv/one", bytes: 1, sha256: "0".repeat(64) };
    const output = lines(comparisonOf([stream], { input: small })).join("\n");
    expect(output).toContain("CPU ms");
    expect(output).not.toContain("GB/s");
    expect(output).toContain("wake-ups");
  });

  test("marks a kernel mechanism that fell back, what did not run, and how to get it", () => {
    const environment = {
      ...comparisonOf([]).environment,
      addon: { missing: "there is none", advice: "install a compiler" },
    };
    const notRun = [{ id: "splice", label: "splice through a pipe", reason: "there is none" }];
    const fellBack = { ...sendfile, path: "read-write" };
    const output = lines(comparisonOf([stream, fellBack], { environment, notRun })).join("\n");
    expect(output).toContain("sendfile: read-write");
    expect(output).toContain("Not run without them: splice through a pipe.");
    expect(output).toContain("there is none; to get them, install a compiler.");
  });

  test("shows a dash where the system does not tell", () => {
    const unknown = mechanism({}, { copiesPerByte: null, ioCalls: null, peakRssBytes: null });
    expect(lines(comparisonOf([unknown])).filter((line) => line.includes("–"))).toHaveLength(2);
  });
});

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
