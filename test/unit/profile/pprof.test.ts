/** Decoded by its own library here; test/system/profile.pprof.test.ts asks Go's pprof. */
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { Profile } from "pprof-format";
import { describe, expect, test } from "vitest";
import { toPprof, totalsOf } from "zerocopy/profile";
import type { Recording } from "zerocopy/profile";
import { anyRecording, fn, recording, stack, threadOf } from "./recordings.ts";

interface Read {
  readonly types: readonly string[];
  readonly samples: readonly {
    readonly frames: readonly string[];
    readonly values: readonly number[];
    readonly labels: Readonly<Record<string, string>>;
  }[];
}

/** A profile in words. */
function read(of: Recording): Read {
  const {
    sampleType,
    sample,
    location,
    function: functions,
    stringTable,
  } = Profile.decode(gunzipSync(toPprof(of)));
  const text = (id: number | bigint): string => stringTable.strings[Number(id)]!;
  const frames = new Map(
    location.map(({ id, line: [line] }) => {
      const { name, filename } = functions.find((each) => each.id === line!.functionId)!;
      return [id, `${text(name)} ${text(filename)}:${line!.line}`];
    }),
  );
  return {
    types: sampleType.map(({ type, unit }) => `${text(type)}/${text(unit)}`),
    samples: sample.map(({ locationId, value, label }) => ({
      frames: locationId.map((id) => frames.get(id)!),
      values: value.map(Number),
      labels: Object.fromEntries(label.map(({ key, str }) => [text(key), text(str)])),
    })),
  };
}

const functions = [
  fn("concat", { kind: "node", file: "node:buffer" }),
  fn("", { file: "/srv/app/server.js" }),
  fn("uv__read", { kind: "native", file: "node" }),
];

describe("toPprof()", () => {
  test("holds stacks innermost first, bytes, samples and labels", () => {
    const stacks = [
      stack({
        bytes: 1000,
        samples: 3,
        frames: [
          [0, 9],
          [1, 12],
        ],
      }),
    ];
    expect(read(recording({ functions, stacks, threads: [threadOf(stacks)] }))).toEqual({
      types: ["samples/count", "moved/bytes", "copies/bytes"],
      samples: [
        {
          frames: ["concat node:buffer:9", "(anonymous) /srv/app/server.js:12"],
          values: [3, 0, 1000],
          labels: { thread: "javascript 1", kind: "copy", call: "memcpy" },
        },
      ],
    });
  });

  test("an operation is called by the stack that started it", () => {
    const stacks = [stack({ call: "read", bytes: 5, origin: 0, frames: [[2, 0]] })];
    const origins = [{ operation: "TCPWRAP", frames: [[1, 7]] as const }];
    const { samples } = read(
      recording({ functions, stacks, origins, threads: [threadOf(stacks)] }),
    );
    expect(samples).toMatchObject([
      {
        frames: ["uv__read node:0", "(TCPWRAP) :0", "(anonymous) /srv/app/server.js:7"],
        labels: { origin: "TCPWRAP /srv/app/server.js:7", kind: "in" },
      },
    ]);
  });

  test("what has no stack has a name: unknown, or not sampled", () => {
    const stacks = [stack({ bytes: 5 })];
    const counts = { memcpy: { calls: 1, bytes: 5 }, writev: { calls: 2, bytes: 8 } };
    const threads = [{ ...threadOf([]), counts }];
    expect(read(recording({ functions, stacks, threads })).samples).toMatchObject([
      { frames: ["(unknown) :0"], values: [1, 0, 5] },
      { frames: ["(not sampled) :0"], values: [0, 0, 8], labels: { call: "writev", kind: "out" } },
    ]);
  });

  test("what the kernel has moved is not among the copies", () => {
    const stacks = [stack({ call: "sendfile", bytes: 9, frames: [[1, 7]] })];
    const { samples } = read(recording({ functions, stacks, threads: [threadOf(stacks)] }));
    expect(samples).toMatchObject([{ values: [1, 9, 0], labels: { kind: "moved" } }]);
  });

  test("of any recording, bytes add up to its totals, and samples to those taken", () => {
    fc.assert(
      fc.property(anyRecording, (any) => {
        const { samples } = read(any);
        const [taken, moved, copies] = [0, 1, 2].map((type) =>
          samples.reduce((sum, { values }) => sum + values[type]!, 0),
        );
        const totals = totalsOf(any);
        expect(taken).toBe(totals.samples);
        expect(copies! + moved!).toBe(totals.copies + totals.moved);
        expect(Math.abs(copies! - totals.copies)).toBeLessThanOrEqual(1);
        expect(samples.every(({ frames }) => frames.length > 0)).toBe(true);
      }),
    );
  });
});
