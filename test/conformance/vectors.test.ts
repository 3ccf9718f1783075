/**
 * What CPython answers is what this library answers: the recorded vectors, strict and not, over every kind
 * of memory. Here the other memories run a part of them; test/slow/runtimes.conformance.test.ts runs everything
 * over everything, in every runtime.
 */
import { describe, expect, test } from "vitest";
import { files, nodeBackings } from "./files.ts";
import type { VectorFile } from "./files.ts";
import { run } from "./machine.ts";
import type { Report } from "./machine.ts";

const [plain, ...others] = nodeBackings;

/** Over the other memories, one run in so many; a multiple of no axis of the grids. */
const every = 7;

const isOfBytes = ({ header }: VectorFile): boolean => header.of === "bytes";

function expectNone({ failures }: Report): void {
  expect(failures.slice(0, 10), `${failures.length} failures, of which`).toEqual([]);
}

test("at least 100,000 results are recorded, by CPython 3.12 or later", () => {
  const headers = files.map(({ header }) => header);
  const total = headers.reduce((sum, { results }) => sum + results, 0);
  expect(total).toBeGreaterThan(100_000);
  for (const { python } of headers) expect(python).toMatch(/^3\.1[2-9]/);
});

const [ofBytes, ofViews] = [files.filter(isOfBytes), files.filter((file) => !isOfBytes(file))];

describe.for(ofViews)("$name", ({ header, vectors }) => {
  test("is complete", () => {
    expect(vectors.length).toBe(header.records);
  });

  test("strict: as CPython, its refusals included", () => {
    const report = run(vectors, { backing: plain, strict: true });
    expectNone(report);
    expect(report.steps).toBe(header.steps);
  });

  test("as CPython, but for what it refuses", () => {
    expectNone(run(vectors, { backing: plain, strict: false }));
  });

  test.for(others)("over $name", (backing) => {
    expectNone(run(vectors, { backing, strict: false }, every));
  });
});

// What they answer does not depend on memory; what they are given may lie anywhere.
describe.for(ofBytes)("$name", ({ header, vectors }) => {
  test("is complete", () => {
    expect(vectors.length).toBe(header.records);
  });

  test("as CPython", () => {
    const report = run(vectors, { backing: plain, strict: true });
    expectNone(report);
    expect(report.steps).toBe(header.steps);
  });

  test.for(others)("given $name", (backing) => {
    expectNone(run(vectors, { backing, strict: false, lent: true }, every));
  });
});
