import { describe, expect, test } from "vitest";
import { relayChapter } from "../../../../src/compare/relay/chapter.ts";
import type { Run } from "../../../../src/compare/report/comparison.ts";
import { drawRoute } from "../../../../src/compare/report/page/drawing.ts";
import { readComparison } from "../../../../src/compare/report/readComparison.ts";
import { renderTable } from "../../../../src/compare/report/table.ts";
import { relayComparison, relayRun, relayed } from "../../../support/relayComparison.ts";

// The page reads its script from the built package.
const { renderPage } = await import("../../../../dist/compare/report/page/page.js");

const pair = relayRun("pipe", "relay");
const text = (html: string): string => html.replace(/<[^>]*>/g, " ");

describe("the summary of compare relay", () => {
  test("says what relay saves", () => {
    expect(relayComparison(pair).summary).toBe(
      "On this machine relay instead of a.pipe(b).pipe(a) takes 5.00× less CPU time and makes 0 " +
        "instead of 2 copies of each byte.",
    );
  });

  test("admits that nothing was saved, and that there was nothing to compare", () => {
    const copying: Run = { ...pair, mechanisms: [relayed("pipe"), relayed("relay", "read-write")] };
    expect(relayComparison(copying).summary).toBe(
      "Without a kernel path relay read and wrote as pipe does: no copy was saved.",
    );
    expect(relayComparison(relayRun("pipe")).summary).toContain("Only a.pipe(b).pipe(a) was");
    const same: Run = { ...pair, mechanisms: [relayed("pipe"), { ...relayed("pipe"), ...relay }] };
    expect(relayComparison(same).summary).toContain("saves no CPU time");
  });
});

const relay = { id: "relay", label: "relay", baseline: false, contender: true, path: "splice" };

test("the table is of the proxy, and says whose figures they are", () => {
  const table = renderTable(relayComparison(pair), { rich: false });
  expect(table).toContain("100 MB from one TCP connection to another, by a proxy");
  expect(table).toContain("copies/B");
  expect(table).toContain("All figures are of the proxy alone");
  const curve = relayComparison([{ ...pair, input: { ...pair.input, bytes: 65_536 } }, pair]);
  expect(renderTable(curve, { rich: false })).toContain("CPU µs per transfer");
});

describe("the page of compare relay", () => {
  const html = renderPage(relayComparison(pair));

  test("draws the way of each mechanism, and speaks of the proxy", () => {
    expect(html.match(/<section class="way/g)).toHaveLength(2);
    expect(text(html)).toContain("peak memory of the proxy");
    expect(text(html)).not.toContain("the sender.");
    expect(html.length).toBeLessThan(300_000);
  });

  test("draws the receive buffer in the place of the page cache, and the program in both ways", () => {
    const drawn = (id: string): string => {
      const mechanism = relayed(id);
      return text(drawRoute(mechanism, relayChapter.routes[mechanism.path]!, false));
    };
    for (const id of ["pipe", "relay"]) {
      for (const station of ["sender", "receive buffer", "user buffer", "network"]) {
        expect(drawn(id)).toContain(station);
      }
      expect(drawn(id)).not.toMatch(/page cache|disk/);
    }
    expect(drawn("relay")).toContain("100 × splice");
    expect(drawn("pipe")).toContain("copy 2: 100 MB");
  });
});

test("a result of compare relay is read back", () => {
  const comparison = relayComparison(pair);
  expect(readComparison(JSON.stringify(comparison))).toEqual(comparison);
});
