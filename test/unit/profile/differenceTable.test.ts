import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Recording } from "zerocopy/profile";
import { differenceOf } from "../../../src/profile/diff.ts";
import { renderDifference } from "../../../src/profile/report/differenceTable.ts";
import { widthOf } from "../../../src/profile/report/terminal.ts";
import { anyRecording, recording, threadOf } from "./recordings.ts";
import { server } from "./server.ts";

const plain = { isRich: false, columns: 80, directory: "/srv/app" };

/** The server with other amounts: by number of its stacks, times so much. */
function changed(factors: Readonly<Record<number, number>>): Recording {
  const stacks = server.stacks
    .map((stack, at) => ({ ...stack, bytes: stack.bytes * (factors[at] ?? 1) }))
    .filter(({ bytes }) => bytes > 0);
  return { ...server, stacks, threads: [threadOf(stacks)] };
}

function difference(before: Recording, after: Recording, style = plain): string[] {
  return renderDifference(differenceOf(before, after), style).split("\n");
}

describe("renderDifference()", () => {
  test("tells which lines copy more and less, and what may be chance", () => {
    const after = changed({ 0: 0, 1: 1.02, 3: 0.9, 4: 20 });
    expect(difference(server, after)).toEqual([
      "2.08 → 1.57 copies per payload byte (−25 %)",
      "463.0 → 353.0 MB copied: within user space 228.4 → 107.4, calculated 9.3 → 8.3,",
      "  from the kernel 101.8 → 111.3, to it 123.5 → 126.0",
      "222.4 → 224.9 MB payload; 98.9 → 98.9 moved by the kernel alone",
      "",
      "MB before  after  change       kind   call site                  API",
      "    121.0    0.0  −121.0 gone  copy   src/frame.ts:12 encode     Buffer.concat",
      "      0.5   10.0    +9.5       in     …/templa…er/output.js:220  fs.readFileSync",
      "    123.5  126.0    +2.5 ?     out    server.js:17 onRequest     res.end",
      "      9.3    8.3    −1.0 ?     copy~  文字/列.js:3 名前をつけ…   buf.toString",
      "    107.4  107.4     0.0       2 more",
      "    101.3  101.3     0.0       unattributed",
      "    463.0  353.0  −110.0       copied",
      "",
      "? is within the error: two recordings of one program differ as much.",
      "",
    ]);
  });

  test("marks what is new", () => {
    expect(difference(changed({ 0: 0 }), server)).toContain(
      "      0.0  121.0  +121.0 new   copy   src/frame.ts:12 encode  Buffer.concat",
    );
  });

  test("has colours for less, more and chance", () => {
    const text = difference(server, changed({ 0: 0, 1: 1.02, 4: 20 }), { ...plain, isRich: true });
    expect(text.filter((line) => line.startsWith("\u001b[32m"))).toHaveLength(1);
    expect(text.filter((line) => line.startsWith("\u001b[31m"))).toHaveLength(1);
  });

  test("says so when nothing has changed, and when there is no payload", () => {
    const same = difference(server, server);
    expect(same[0]).toBe("2.08 → 2.08 copies per payload byte (0 %)");
    expect(same).toContain("No line of the program has changed.");
    expect(difference(recording(), recording())[0]).toBe(
      "No payload in either: nothing went in or out",
    );
  });

  test("says which side is modelled", () => {
    const first = (before: Recording["tier"], after: Recording["tier"]): string => {
      const of = (tier: Recording["tier"]): Recording => ({ ...server, tier });
      return renderDifference(differenceOf(of(before), of(after)), plain).split("\n")[0]!;
    };
    expect(first("native", "native")).toMatch(/^2\.08 → 2\.08 copies/);
    expect(first("modelled", "modelled")).toMatch(/^Modelled, not measured: 2\.08/);
    expect(first("modelled", "native")).toMatch(/^Modelled, then measured: 2\.08/);
    expect(first("native", "modelled")).toMatch(/^Measured, then modelled: 2\.08/);
  });

  test("fits the columns, whatever was recorded", () => {
    fc.assert(
      fc.property(
        anyRecording,
        anyRecording,
        fc.integer({ min: 80, max: 160 }),
        (a, b, columns) => {
          const lines = difference(a, b, { ...plain, columns });
          expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
        },
      ),
    );
  });
});
