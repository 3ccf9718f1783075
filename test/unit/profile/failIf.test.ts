import { describe, expect, test } from "vitest";
import { failuresOf, parseCondition } from "zerocopy/profile";
import { fn, recording, stack, threadOf } from "./recordings.ts";

const MB = 10 ** 6;

const functions = [
  fn("frame", { file: "/srv/app/src/frame.ts" }),
  fn("concat", { kind: "node", file: "node:buffer" }),
  fn("uv__read", { kind: "native", file: "/usr/bin/node" }),
];

/** 20 MB by a concat at src/frame.ts:12 and 4 MB at an unknown line of it, 10 MB read, 5 MB moved. */
const stacks = [
  stack({
    bytes: 20 * MB,
    error: 3 * MB,
    frames: [
      [1, 9],
      [0, 12],
    ],
  }),
  stack({
    call: "memmove",
    bytes: 4 * MB,
    error: 4 * MB,
    frames: [
      [1, 9],
      [0, 0],
    ],
  }),
  stack({ call: "read", bytes: 10 * MB, frames: [[2, 0]] }),
  stack({ call: "sendfile", bytes: 5 * MB, frames: [[0, 12]] }),
];
const server = recording({ functions, stacks, threads: [threadOf(stacks)] });

function failures(...conditions: readonly string[]): string[] {
  return failuresOf(server, conditions.map(parseCondition));
}

describe("parseCondition()", () => {
  test.for([
    ["copies>2", { subject: "copies", operator: ">", limit: 2, isShare: false }],
    ["copies >= 1.5", { subject: "copies", operator: ">=", limit: 1.5 }],
    ["copied>10MB", { subject: "copied", limit: 10 * MB }],
    ["in<4KiB", { subject: "in", operator: "<", limit: 4096 }],
    ["out <= 4096", { subject: "out", operator: "<=", limit: 4096 }],
    ["unattributed>5%", { subject: "unattributed", limit: 0.05, isShare: true }],
    ["site(src/frame.ts:12)>10MB", { subject: "site", name: "src/frame.ts:12" }],
    ["site(src/(group)/page.ts)>10M", { subject: "site", name: "src/(group)/page.ts" }],
    ["api(Buffer.concat)>1MB", { subject: "api", name: "Buffer.concat", limit: MB }],
    [" api(zlib.*Sync) > 2% ", { subject: "api", name: "zlib.*Sync", limit: 0.02, isShare: true }],
  ] as const)("%s", ([text, expected]) => {
    expect(parseCondition(text)).toMatchObject({ text: text.trim(), ...expected });
  });

  test.for([
    ...["", "copies", "copies>", "copies=2", "copies>2MB", "copies>-1", "copies>2%", "copies>0x2"],
    ...["copied>ten", "copied>5%%", "copied>>5", "everything>1", "site>1MB", "site()>1MB"],
    ...["site(a.ts)", "copied>1MB extra", "Copies>2", "copies!2", "unattributed>1e3%"],
  ])("refuses %j and says how it is written", (text) => {
    expect(() => parseCondition(text)).toThrow(
      expect.objectContaining({
        name: "ValueError",
        message: expect.stringMatching(
          /^Cannot read a condition: wanted copies.*as in copies>2.*found "/,
        ),
      }),
    );
  });
});

describe("failuresOf()", () => {
  test("says nothing where no condition is met", () => {
    expect(
      failures(
        ...["copies>2.3", "copied>24MB", "in>10MB", "out>0", "unattributed>30%", "copies<2"],
        ...["site(src/frame.ts:12)>20MB", "site(frame.ts)>24MB", "api(Buffer.concat)>24MB"],
        ...["site(e.ts)>0", "site(src/frame.ts:1)>0", "api(concat)>0"],
      ),
    ).toEqual([]);
  });

  test.for([
    ["copies>2", "copies>2: found 2.27 copies per byte, 34.0 MB of 15.0 MB"],
    ["copied>=24MB", "copied>=24MB: found 24.0 MB, 70.6 % of all copies"],
    ["in>9MB", "in>9MB: found 10.0 MB, 29.4 % of all copies"],
    ["out<=0", "out<=0: found 0 B, 0.00 % of all copies"],
    ["unattributed>29%", "unattributed>29%: found 10.0 MB, 29.4 % of all copies"],
    [
      "site(src/frame.ts:12)>10MB",
      "site(src/frame.ts:12)>10MB: found 20.0 MB ± 3.00 MB, 58.8 % of all copies",
    ],
    [
      "site(./src/frame.ts)>10MB",
      "site(./src/frame.ts)>10MB: found 24.0 MB ± 5.00 MB, 70.6 % of all copies",
    ],
    [
      "site(/srv/app/src/frame.ts:12) > 50%",
      "site(/srv/app/src/frame.ts:12) > 50%: found 20.0 MB ± 3.00 MB, 58.8 % of all copies",
    ],
    [
      "api(Buffer.concat)>1MB",
      "api(Buffer.concat)>1MB: found 24.0 MB ± 5.00 MB, 70.6 % of all copies",
    ],
  ] as const)("%s fails", ([condition, sentence]) => {
    expect(failures(condition)).toEqual([sentence]);
  });

  test("one sentence for each, in their order", () => {
    expect(failures("in>1", "out>1", "copies>1")).toEqual([
      expect.stringContaining("in>1: found"),
      expect.stringContaining("copies>1: found"),
    ]);
  });

  test("copies per byte of a program with neither input nor output fail: nobody can say", () => {
    expect(
      failuresOf(recording(), ["copies>2", "copied>2", "copied>2%"].map(parseCondition)),
    ).toEqual(["copies>2: found nothing that went in or out"]);
  });
});
