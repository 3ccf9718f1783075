import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Recording } from "zerocopy/profile";
import { renderTable } from "../../../src/profile/report/table.ts";
import { widthOf } from "../../../src/profile/report/terminal.ts";
import { anyRecording, fn, recording, stack, threadOf } from "./recordings.ts";
import { server } from "./server.ts";

const plain = { isRich: false, columns: 80 };

const linesOf = (text: string): string[] => text.split("\n");

describe("renderTable()", () => {
  test("tells in 80 columns what was copied, where, and what to do, in two lines a site", () => {
    expect(linesOf(renderTable(server, plain))).toEqual([
      "2.08 copies per payload byte",
      "463.0 MB copied = 228.4 within user space + 9.3 calculated + 101.8 from the",
      "  kernel + 123.5 to it",
      "222.4 MB payload: the larger of 200.7 in and 222.4 out; 98.9 moved by the kernel",
      "  alone",
      "native tier, sums counted · 913 samples of ≥ 512 KiB · largest line ±5 %",
      "Node 24.1.0 linux x64 · 4.20 s · server.js",
      "",
      "   MB     %   ±%  kind  call site                            API",
      "123.5  26.7    5  out   server.js:17 onRequest               res.end",
      "                        → sendFile(res, path)                       saves ≤123.5",
      "121.0  26.1    6  copy  src/frame.ts:12 encode               Buffer.concat",
      "                        → ByteQueue: queue.append(chunk)             saves 121.0",
      "103.0  22.3    7  copy  ← server.js:4 listen                 HTTP parser",
      "  9.3   2.0   43  copy~ 文字/列.js:3 名前をつける関数        buf.toString",
      "                        → memoryview(buf).find(b`…`)                  saves ≤9.3",
      "  4.4   0.9   41  copy  server.js:17 onRequest               cipher.update",
      "  0.5   0.1   80  in    …/template/lib/render/output.js:220  fs.readFileSync",
      "                        called at server.js:17 onRequest",
      "                        → mapFile(path)                                saves 0.5",
      "101.3  21.9  unattributed: socket read 101.3",
      "463.0 100.0  copied",
      "",
      "±% is two standard errors: 95 of 100 recordings are closer to the truth. ~ is",
      "  calculated, not measured. ← has started what copied later, without it. ≤ holds",
      "  under a condition: explain says which.",
      "More about an API: zerocopy profile explain res.end",
      "Apart: 12.30 MB that the engine moved, collecting garbage and compiling.",
      "Not seen: copies below 256 B; io_uring.",
      "",
    ]);
  });

  test("tells it in one line a site where there is room, of as many sites as wanted", () => {
    expect(linesOf(renderTable(server, { ...plain, columns: 120, top: 2 })).slice(5, 11)).toEqual([
      "",
      "   MB     %   ±%  kind  call site               API            instead                          saves",
      "123.5  26.7    5  out   server.js:17 onRequest  res.end        sendFile(res, path)             ≤123.5",
      "121.0  26.1    6  copy  src/frame.ts:12 encode  Buffer.concat  ByteQueue: queue.append(chunk)   121.0",
      "117.2  25.3  4 more",
      "101.3  21.9  unattributed: socket read 101.3",
    ]);
  });

  test("leaves out what samples cannot tell from nothing, but where there is nothing else", () => {
    const stacks = [
      stack({ frames: [[0, 3]], bytes: 8e6, error: 1e6, samples: 16 }),
      stack({ frames: [[0, 4]], bytes: 1e6, error: 5e5, samples: 4 }),
      stack({ frames: [[0, 5]], bytes: 5e5, error: 5e5 }),
    ];
    const table = (some: typeof stacks): string[] =>
      linesOf(
        renderTable(
          recording({ functions: [fn("a")], stacks: some, threads: [threadOf(some)] }),
          plain,
        ),
      );
    const both = table(stacks);
    expect(both.slice(7, 10)).toEqual([
      "8,000  84.2   25  copy  server.js:3 a  array copy",
      "                        → for (const byte of buf)                   saves ≤8,000",
      "1,500  15.8  2 more",
    ]);
    const hint = /Lines of under five samples may be\s+chance: --rate 64K takes more of them\./;
    expect(both.join("\n")).toMatch(hint);
    const few = table(stacks.slice(1));
    expect(few[2]).not.toContain("largest line");
    expect(few.filter((line) => line.includes("server.js:"))).toHaveLength(2);
    expect(few.join("\n")).toMatch(hint);
  });

  test("is coloured where the terminal is, with the same text", () => {
    const rich = renderTable(server, { ...plain, isRich: true });
    // oxlint-disable-next-line no-control-regex -- colours
    expect(rich.replace(/\u001b\[\d+m/g, "")).toBe(renderTable(server, plain));
    expect(rich).toContain("\u001b[1m2.08 copies per payload byte\u001b[0m");
  });

  test("says first that figures are modelled, and why", () => {
    const modelled = { ...server, tier: "modelled", reason: "there is no addon" } as unknown;
    const [first, , , , , conditions] = linesOf(renderTable(modelled as Recording, plain));
    expect(first).toBe("Modelled, not measured: 2.08 copies per payload byte");
    expect(conditions).toMatch(/^modelled tier: there is no addon · /);
  });

  test("says what was lost, and what it could not see", () => {
    const text = renderTable({ ...server, lostSamples: 1200, foreignSlots: 2 }, plain);
    expect(text).toContain("1,200 samples found no room: lines are less exact, sums are not.");
    expect(text).toContain("2 ways into libc are taken by others: what goes there is not counted.");
  });

  test("says so when nothing was copied", () => {
    expect(linesOf(renderTable(recording(), plain))).toEqual([
      "Nothing was copied",
      "0 B copied = 0 within user space + 0 from the kernel + 0 to it",
      "0 B payload: the larger of 0 in and 0 out",
      "native tier, sums counted · 0 samples of ≥ 512 KiB",
      "Node 24.1.0 linux x64 · 1.00 s · server.js",
      "",
      "No line is known: too little was copied for a sample.",
      "Not seen: copies below 256 B.",
      "",
    ]);
  });

  test("has no copies per byte where nothing went in or out", () => {
    const stacks = [stack({ frames: [[0, 3]], bytes: 5000, error: 10 })];
    const inside = recording({ functions: [fn("a\nb")], stacks, threads: [threadOf(stacks)] });
    const lines = linesOf(renderTable(inside, plain));
    expect(lines[0]).toBe("Nothing went in or out: all copies are inside");
    expect(lines).toContain("5,000 100.0    0  copy  server.js:3 a b  array copy");
  });

  test("says so when what went in and out is not what was copied", () => {
    const stacks = [
      stack({ frames: [[0, 3]], bytes: 5e6, error: 10 }),
      stack({ call: "read", bytes: 100 }),
    ];
    const inside = recording({ functions: [fn("a")], stacks, threads: [threadOf(stacks)] });
    expect(linesOf(renderTable(inside, plain)).slice(0, 3)).toEqual([
      "Hardly any payload: nearly all copies are inside (50,001 copies per payload",
      "  byte)",
      "5,000 kB copied = 5,000 within user space + 0 from the kernel + 0 to it",
    ]);
  });

  test("fits the columns and adds up, whatever was recorded", () => {
    fc.assert(
      fc.property(anyRecording, fc.integer({ min: 80, max: 160 }), (any, columns) => {
        const lines = linesOf(renderTable(any, { isRich: false, columns, top: 4 }));
        expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
        const figures = lines.map((line) => /^ *([\d,.]+) +([\d.]+)  /.exec(line)).filter(Boolean);
        for (const column of [1, 2]) {
          const values = figures.map((match) => Number(match![column]!.replaceAll(",", "")));
          const sum = values.slice(0, -1).reduce((total, value) => total + value, 0);
          expect(sum).toBeCloseTo(values.at(-1) ?? 0, 2);
        }
      }),
    );
  });
});
