import { describe, expect, test } from "vitest";
import type { Route } from "../../../src/compare/chapter.ts";
import { fileChapter } from "../../../src/compare/file/chapter.ts";
import type { Comparison, MeasuredMechanism } from "../../../src/compare/report/comparison.ts";
import { drawRoute } from "../../../src/compare/report/page/drawing.ts";
import {
  comparisonOf,
  kernelWay,
  mechanismOf,
  runOf,
  sendfile,
  stream,
} from "../../support/comparison.ts";

// The page reads its script from the built package.
const { renderPage } = await import("../../../dist/compare/report/page/page.js");

const pair = runOf([stream, sendfile]);
const routeOf = (path: string): Route => fileChapter.routes[path] ?? [];
const page = (comparison: Comparison): string => renderPage(comparison);
const text = (html: string): string => html.replace(/<[^>]*>/g, " ");

describe("renderPage()", () => {
  test("holds the whole comparison as JSON", () => {
    const comparison = comparisonOf(pair);
    const [, json = ""] = /id="comparison">(.*?)<\/script>/s.exec(page(comparison)) ?? [];
    expect(JSON.parse(json)).toEqual(comparison);
  });

  test("needs nothing else: no request leaves it", () => {
    const html = page(comparisonOf(pair));
    expect(html.match(/(?:src|href)="(?!#|data:)[^"]*"/g)).toBeNull();
    expect(html).not.toMatch(/@import|url\((?!["']?(?:data:|#))/);
  });

  test("cannot be broken by what a result holds", () => {
    const hostile = `</script><img src=x onerror=alert(1)>"'&`;
    const run = runOf(
      [{ ...stream, id: hostile, label: hostile, description: hostile }, sendfile],
      {
        path: `/${hostile}`,
      },
    );
    const html = page(
      comparisonOf(run, {
        command: hostile,
        notRun: [{ id: "x", label: hostile, reason: hostile }],
      }),
    );
    expect(html).not.toContain("<img");
    expect(html.match(/<\/script>/g)).toHaveLength(4);
  });

  test("shows the summary, the command, and every mechanism in a drawing and in the table", () => {
    const comparison = comparisonOf(pair);
    const words = text(page(comparison));
    expect(words).toContain(comparison.summary);
    expect(words).toContain("npx zerocopy compare file");
    expect(page(comparison).match(/<section class="way/g)).toHaveLength(2);
    expect(page(comparison).match(/<th scope="row">/g)).toHaveLength(2);
  });

  test("leaves out the chart of a figure that the system does not tell", () => {
    const silent = mechanismOf({ baseline: true }, { copiesPerByte: null, peakRssBytes: null });
    const html = page(comparisonOf(runOf([silent])));
    expect(html).toContain('id="chart-cpu"');
    expect(html).not.toContain('id="chart-copies"');
    expect(html).not.toContain('id="chart-memory"');
  });

  test("draws the curve for several sizes", () => {
    const html = page(comparisonOf([runOf([stream, sendfile], { bytes: 4096 }), pair]));
    expect(html).toContain('id="curve-cpu"');
    expect(text(html)).toContain("From small to large");
  });
});

describe("drawRoute()", () => {
  const draw = (mechanism: MeasuredMechanism, route: Route, cold = false): string =>
    text(drawRoute(mechanism, route, cold));

  test("counts copies, calls and mode switches from the samples", () => {
    const words = draw(stream, routeOf("read-write"));
    expect(words).toContain(
      "page cache to user buffer: copy 1: 100 MB, 1,500 × read, 3,000 mode switches.",
    );
    expect(words).toContain(
      "user buffer to socket buffer: copy 2: 100 MB, 1,501 × write, 3,002 mode switches.",
    );
  });

  test("shows references instead of copies inside the kernel", () => {
    const words = draw(sendfile, routeOf("sendfile"));
    expect(words).toContain("references only, 0 bytes copied, 100 × sendfile, 200 mode switches.");
    expect(words).not.toMatch(/copy \d/);
  });

  test("counts per transfer", () => {
    const many = mechanismOf({}, { ...kernelWay, transfers: 100 });
    expect(draw(many, routeOf("sendfile"))).toContain("1 × sendfile");
  });

  test("does without numbers that the system does not tell", () => {
    const silent = { readBytes: null, writtenBytes: null, readCalls: null, writeCalls: null };
    const words = draw(mechanismOf({}, silent), routeOf("read-write"));
    expect(words).toContain("copy 1: all bytes, by read.");
  });

  test("says whether the disk was part of it", () => {
    expect(draw(stream, routeOf("read-write"))).toContain("disk to page cache: earlier, by DMA.");
    expect(draw(stream, routeOf("read-write"), true)).toContain("page cache: DMA, no copy.");
  });
});
