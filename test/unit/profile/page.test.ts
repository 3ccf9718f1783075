import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { differenceOf, totalsOf } from "zerocopy/profile";
import type { Recording } from "zerocopy/profile";
import { copyKinds } from "../../../dist/profile/report/page/copyTree.js";
import type { CopyKind, CopyTree } from "../../../dist/profile/report/page/copyTree.js";
import { renderDifferencePage } from "../../../dist/profile/report/page/differencePage.js";
import { renderPage } from "../../../dist/profile/report/page/page.js";
import { shown, shownPath } from "../../../dist/profile/report/page/shown.js";
import { spansOf } from "../../../dist/profile/report/page/timeline.js";
import { limits, treeOf } from "../../../dist/profile/report/page/treeOf.js";
import { matchesOf, matchingBytes, viewOf } from "../../../dist/profile/report/page/view.js";
import type { View, ViewOptions } from "../../../dist/profile/report/page/view.js";
import { describe as describeNode, labelOf } from "../../../dist/profile/report/page/words.js";
import { hostileRecording } from "./pageRecordings.ts";
import { anyRecording, fn, recording, stack, threadOf } from "./recordings.ts";

const everything: ViewOptions = {
  kinds: new Set(copyKinds),
  thread: -1,
  hidesInternals: false,
  isInverted: false,
};
const withoutInternals = { ...everything, hidesInternals: true };

/** What the browser reads. */
function treeIn(html: string): CopyTree {
  const [, json = ""] =
    /<script type="application\/json" id="tree">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json) as CopyTree;
}

/** `label bytes` of every node, indented by its depth. */
function drawn(view: View, node = 0, depth = 0): string[] {
  return view.childrenOf(node).flatMap((child) => {
    const line = `${labelOf(view.tree, view.frame[child]!)} ${view.width[child]}`;
    return ["  ".repeat(depth) + line].concat(drawn(view, child, depth + 1));
  });
}

const functions = [
  fn("memcpy", { kind: "native", file: "libc.so.6" }),
  fn("TypedArrayPrototypeSet", { kind: "builtin", file: "" }),
  fn("concat", { kind: "node", file: "node:buffer" }),
  fn("frame", { file: "/srv/app/src/frame.js" }),
  fn("", { file: "/srv/app/server.js" }),
  fn("emit", { kind: "node", file: "node:events" }),
  fn("uv__read", { kind: "native", file: "node" }),
];

/** A line that copies, called by another; a socket that is read later, for the second; and a stray read. */
function small(): Recording {
  const stacks = [
    stack({
      bytes: 600,
      samples: 6,
      frames: [
        [0, 0],
        [1, 0],
        [2, 9],
        [3, 12],
        [5, 1],
        [4, 30],
      ],
    }),
    stack({ bytes: 300, samples: 3, call: "read", frames: [[6, 5]], origin: 0 }),
    stack({ bytes: 100, samples: 1, call: "read", frames: [[6, 5]] }),
  ];
  return recording({
    functions,
    stacks,
    threads: [threadOf(stacks)],
    origins: [
      {
        operation: "TCPWRAP",
        frames: [
          [5, 1],
          [4, 31],
        ],
      },
    ],
  });
}

describe("the tree of a page", () => {
  test("adds up to the totals, for every kind and in every view", () => {
    fc.assert(
      fc.property(anyRecording, fc.boolean(), fc.boolean(), (any, hidesInternals, isInverted) => {
        const tree = treeIn(renderPage(any));
        const { copied, modelled, in: inward, out, moved } = totalsOf(any);
        const view = viewOf(tree, { ...everything, hidesInternals, isInverted });
        const sums = view.byKind.map(([sum = 0]) => sum);
        for (const [kind, counted] of [copied, modelled, inward, out, moved].entries()) {
          // Each leaf is rounded to whole bytes.
          expect(Math.abs(sums[kind]! - counted)).toBeLessThanOrEqual(tree.leaves.node.length);
        }
        expect(view.bytes[0]).toBe(sums.reduce((sum, each) => sum + each));
      }),
      { numRuns: 100 },
    );
  });

  test("gives every node at least what its children have", () => {
    fc.assert(
      fc.property(anyRecording, fc.boolean(), fc.boolean(), (any, hidesInternals, isInverted) => {
        const view = viewOf(treeOf(any), { ...everything, hidesInternals, isInverted });
        for (const node of view.parent.keys()) {
          const below = view.childrenOf(node).reduce((sum, child) => sum + view.bytes[child]!, 0);
          expect(view.bytes[node]).toBeGreaterThanOrEqual(below);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("shows what Node does inside only when asked", () => {
    const tree = treeOf(small());
    expect(drawn(viewOf(tree, withoutInternals))).toEqual([
      "server.js:30 600",
      "  frame  frame.js:12 600",
      "    Buffer.concat 600",
      "server.js:31 300",
      "  later: TCPWRAP 300",
      "    socket read 300",
      "on no line of the program 100",
      "  socket read 100",
    ]);
    expect(drawn(viewOf(tree, everything)).slice(0, 7)).toEqual([
      "server.js:30 600",
      "  emit  node:events:1 600",
      "    frame  frame.js:12 600",
      "      concat  node:buffer:9 600",
      "        TypedArrayPrototypeSet 600",
      "          memcpy  libc.so.6 600",
      "            memcpy 600",
    ]);
  });

  test("puts callees first when it is inverted", () => {
    const view = viewOf(treeOf(small()), { ...withoutInternals, isInverted: true });
    expect(drawn(view)).toEqual([
      "Buffer.concat 600",
      "  frame  frame.js:12 600",
      "    server.js:30 600",
      "socket read 400",
      "  later: TCPWRAP 300",
      "    server.js:31 300",
      "  on no line of the program 100",
    ]);
  });

  test("keeps to the kinds and the thread that are wanted", () => {
    const tree = treeOf(small());
    const bytesOf = (options: Partial<ViewOptions>): number =>
      viewOf(tree, { ...everything, ...options }).bytes[0]!;
    expect(bytesOf({ kinds: new Set<CopyKind>(["copy"]) })).toBe(600);
    expect(bytesOf({ kinds: new Set<CopyKind>(["in"]) })).toBe(400);
    expect(bytesOf({ thread: 0 })).toBe(1000);
    expect(bytesOf({ thread: 1 })).toBe(0);
  });

  test("counts what matches once, however often it is in a stack", () => {
    const tree = treeOf(small());
    const view = viewOf(tree, withoutInternals);
    expect(matchingBytes(view, matchesOf(tree, "APP.JS"))).toBe(0);
    expect(matchingBytes(view, matchesOf(tree, "server.js:3"))).toBe(900);
    expect(matchingBytes(view, matchesOf(tree, "r"))).toBe(1000);
    expect(matchingBytes(view, matchesOf(tree, "  Concat "))).toBe(600);
    expect(matchingBytes(view, matchesOf(tree, "  "))).toBe(0);
  });

  test("says of a node what it is, how much, and how sure that is", () => {
    const stacks = [stack({ bytes: 1000, error: 30, samples: 9, frames: [[3, 12]] })];
    const view = viewOf(
      treeOf(recording({ functions, stacks, threads: [threadOf(stacks)] })),
      everything,
    );
    expect(describeNode(view, view.childrenOf(0)[0]!)).toEqual([
      "frame",
      "src/frame.js:12",
      "1.00 kB (100 %) ± 60 B, 9 samples",
      "copied in user space",
    ]);
  });

  test("cuts stacks that are deeper than anybody looks, and says so", () => {
    const deep = Array.from({ length: 500_000 }, (_, line) => [3, (line % 1000) + 1] as const);
    const stacks = [stack({ bytes: 700, frames: deep }), stack({ bytes: 300, frames: [[3, 1]] })];
    const any = recording({ functions, stacks, threads: [threadOf(stacks)] });
    const tree = treeOf(any);
    expect(tree.cut).toEqual({ stacks: 1, bytes: 700 });
    expect(viewOf(tree, everything).bytes[0]).toBe(1000);
    expect(renderPage(any)).toContain("1 stacks (700 B) are shown without their innermost");
  });

  test("keeps the sum when there are more stacks than room", () => {
    // No two have the same twelve outermost frames, and so none of the others in common.
    const stacks = Array.from({ length: 4000 }, (_, at) => {
      const frames = Array.from(
        { length: 100 },
        (_x, depth) => [3, depth < 88 ? 1 : ((at >> (depth - 88)) & 1) + 2] as const,
      );
      return stack({ bytes: at + 1, frames });
    });
    const tree = treeOf(recording({ functions, stacks, threads: [threadOf(stacks)] }));
    expect(tree.nodes.parent).toHaveLength(limits.nodes);
    expect(tree.cut.stacks).toBeGreaterThan(0);
    expect(viewOf(tree, everything).bytes[0]).toBe((4000 * 4001) / 2);
  });
});

describe("the tree of two recordings", () => {
  test("has the bytes of both, and lines that have moved once", () => {
    const at = (line: number, bytes: number): Recording => {
      const stacks = [stack({ bytes, frames: [[3, line]] })];
      const sources = { "/srv/app/src/frame.js": { [line]: "  copy();" } };
      return recording({ functions, stacks, threads: [threadOf(stacks)], sources });
    };
    const tree = treeOf(at(20, 100), at(12, 400));
    const view = viewOf(tree, withoutInternals, "before");
    expect(drawn(view)).toEqual(["frame  frame.js:20 400", "  array copy 400"]);
    expect([view.before[1], view.bytes[1]]).toEqual([400, 100]);
    expect(describeNode(view, 1)).toContain("before 400 B, after 100 B: −300 B");
  });

  test("adds up to both totals", () => {
    fc.assert(
      fc.property(anyRecording, anyRecording, (before, after) => {
        const view = viewOf(treeOf(after, before), everything);
        for (const [sum, any] of [
          [view.before[0]!, before],
          [view.bytes[0]!, after],
        ] as const) {
          const { copies, moved } = totalsOf(any);
          expect(Math.abs(sum - copies - moved)).toBeLessThanOrEqual(100);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("spansOf()", () => {
  test("spreads what was copied over the time, and loses nothing", () => {
    const entry = fc.record({
      gap: fc.double({ min: 0, max: 50, noNaN: true }),
      bytes: fc.nat(1e9),
    });
    fc.assert(
      fc.property(fc.array(entry), fc.integer({ min: 1, max: 50 }), (entries, count) => {
        let atMs = 0;
        const timeline = entries.map(({ gap, bytes }) => {
          atMs += gap;
          return { atMs, bytes: { copy: bytes, in: 0, out: 1, moved: 0 } };
        });
        const spans = spansOf(recording({ timeline, durationMs: atMs }), count);
        const sum = spans.reduce((total, { copy }) => total + copy, 0);
        expect(sum).toBeCloseTo(
          entries.reduce((total, { bytes }) => total + bytes, 0),
          0,
        );
      }),
    );
  });
});

describe("shown()", () => {
  test("writes out what cannot be seen, and cuts what is too long", () => {
    expect(shown("a\u202Eb\u2028c\u0000\u200F")).toBe("a<U+202E>b<U+2028>c<U+0000><U+200F>");
    expect(shown("x".repeat(1e6), 10)).toBe("xxxxxxxxxx…");
    expect(shownPath("file:///srv/app/a.js", "/srv/app")).toBe("a.js");
    expect(shownPath("/srv/application/a.js", "/srv/app")).toBe("/srv/application/a.js");
  });
});

describe.each(["renderPage()", "renderDifferencePage()"])("%s", (name) => {
  const page = (any: Recording): string =>
    name === "renderPage()"
      ? renderPage(any)
      : renderDifferencePage(differenceOf(any, any), any, any);

  test("cannot be broken by what a recording holds", () => {
    const html = page(hostileRecording());
    expect(html).not.toContain("<img");
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    for (const bad of ["\u2028", "\u202E", "\0"]) expect(html).not.toContain(bad);
    expect(html.length).toBeLessThan(100_000);
    expect(treeIn(html).frames.name.length).toBeGreaterThan(3);
  });

  test("lets nothing run and nothing be fetched but what is in it", () => {
    const html = page(small());
    const hashOf = (text = ""): string => createHash("sha256").update(text).digest("base64");
    const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(
      `script-src 'sha256-${hashOf(/<script type="module">(.*?)<\/script>/s.exec(html)?.[1])}'`,
    );
    expect(policy).toContain(
      `style-src 'sha256-${hashOf(/<style>(.*?)<\/style>/s.exec(html)?.[1])}'`,
    );
    expect(html).not.toMatch(/ style="| src="|@import|url\(/);
    expect(html.match(/<link [^>]*>/g)).toEqual(['<link rel="icon" href="data:,">']);
  });

  test("is below 60 kB without its data", () => {
    expect(page(recording()).length).toBeLessThan(60_000);
  });
});

describe("renderPage()", () => {
  test("tells the headline, the line with its text, what to do, and what was not seen", () => {
    const sources = {
      "/srv/app/src/frame.js": { 11: "// join", 12: "  return Buffer.concat([a < b]);" },
    };
    const words = renderPage(recording({ ...small(), sources, blindSpots: ["small copies"] }));
    expect(words).toContain("<strong>2.50</strong> copies per byte of payload (400 B in, 0 B out)");
    expect(words).toContain("<bdi>src/frame.js:12</bdi>");
    expect(words).toContain("return Buffer.concat([a &lt; b]);");
    expect(words).toContain("ByteQueue");
    expect(words).toContain("<li>small copies</li>");
    expect(words).toContain("later: TCPWRAP");
  });

  test("says why it is not native", () => {
    const words = renderPage(recording({ tier: "modelled", reason: "no addon for plan9" }));
    expect(words).toContain("Tier modelled: no addon for plan9");
  });
});

describe("renderDifferencePage()", () => {
  test("tells the copies per byte of both, and the change of each line", () => {
    const before = small();
    const stacks = before.stacks.slice(1);
    const after = { ...before, stacks, threads: [threadOf(stacks)] };
    const words = renderDifferencePage(differenceOf(before, after), before, after);
    expect(words).toContain("<strong>2.50 → 1.00</strong> copies per byte of payload");
    expect(words).toContain('<span class="less">−600 B</span>');
  });
});
