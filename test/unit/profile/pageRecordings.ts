/** Recordings for the pages: of a server, of one that means harm, and one that is too large to read. */
import type { FrameRecord, Recording, StackRecord } from "zerocopy/profile";
import { fn, recording, stack, threadOf } from "./recordings.ts";

const file = "/srv/app/server.mjs";

const functions = [
  fn("", { file }),
  fn("frame", { file: "/srv/app/src/frame.mjs" }),
  fn("emit", { kind: "node", file: "node:events" }),
  fn("concat", { kind: "node", file: "node:buffer" }),
  fn("TypedArrayPrototypeSet", { kind: "builtin", file: "" }),
  fn("uv__read", { kind: "native", file: "node" }),
  fn("readFileSync", { kind: "node", file: "node:fs" }),
  fn("writev", { kind: "node", file: "node:net" }),
  fn("toString", { kind: "node", file: "node:buffer" }),
];

const sources = {
  [file]: {
    29: "server.on('request', (req, res) => {",
    30: "  res.end(frame(chunks));",
    31: "  const page = fs.readFileSync(name);",
    40: "  const text = Buffer.concat(body).toString('hex');",
  },
  "/srv/app/src/frame.mjs": { 12: "  return Buffer.concat([head, ...chunks]);" },
};

/** A server that reads files and requests, and joins chunks; or does not, any more. */
export function serverRecording({ concatenates = true } = {}): Recording {
  const request: FrameRecord[] = [
    [2, 517],
    [0, 30],
  ];
  const stacks = [
    stack(of("memcpy", 120e6, [[4, 0], [3, 580], [1, 12], ...request])),
    stack(
      of("read", 90e6, [
        [6, 441],
        [2, 517],
        [0, 31],
      ]),
    ),
    stack(of("writev", 110e6, [[7, 90], ...request])),
    stack({ ...of("read", 60e6, [[5, 0]]), origin: 0 }),
    stack(
      of("modelled", 30e6, [
        [8, 820],
        [2, 517],
        [0, 40],
      ]),
    ),
    stack(of("read", 8e6, [[5, 0]])),
  ].slice(concatenates ? 0 : 1);
  return recording({
    functions,
    stacks,
    sources,
    program: { command: [file, "--port", "8080"], directory: "/srv/app", pid: 1 },
    threads: [{ ...threadOf(stacks), collected: { calls: 9, bytes: 5e6 } }],
    origins: [
      {
        operation: "TCPWRAP",
        frames: [
          [2, 517],
          [0, 29],
        ],
      },
    ],
    durationMs: 12_000,
    timeline: Array.from({ length: 60 }, (_, at) => ({
      atMs: (at + 1) * 200,
      bytes: { copy: (at % 7) * 1e6, in: 2e6, out: (at % 5) * 1e6, moved: 0 },
    })),
    blindSpots: ["copies of fewer bytes than the minimum", "mapped memory"],
  });
}

function of(call: string, bytes: number, frames: FrameRecord[]): Partial<StackRecord> {
  return { call, bytes, frames, samples: Math.round(bytes / 5e5), error: Math.sqrt(bytes * 5e5) };
}

const hostile = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'&\u2028\u202E\u0000\uD800`;

/** Whatever can be text in a recording, is hostile; and a megabyte of it. */
export function hostileRecording(): Recording {
  const text = hostile.repeat(Math.ceil(2 ** 20 / hostile.length));
  const stacks = [
    stack({
      bytes: 1e6,
      frames: [
        [1, 3],
        [0, 12],
      ],
      origin: 0,
    }),
    stack({ bytes: 5, frames: [[1, 3]], origin: 0 }),
  ];
  return recording({
    reason: text,
    runtime: { node: text, v8: text, platform: text, arch: text },
    program: { command: [text, text], directory: text, pid: 1 },
    startedAt: text,
    functions: [fn(text, { file: text }), fn(text, { kind: "native", file: text })],
    stacks,
    threads: [threadOf(stacks)],
    origins: [{ operation: text, frames: [[0, 12]] }],
    sources: { [text]: { 11: text, 12: text } },
    timeline: [1, 2].map((atMs) => ({ atMs, bytes: { copy: 5, in: 0, out: 0, moved: 0 } })),
    blindSpots: [text],
  });
}

/** Of a program with thousands of functions, where nearly every stack is one of its own. */
export function largeRecording(count: number): Recording {
  const all = Array.from({ length: 5000 }, (_, at) =>
    fn(`function${at}`, {
      kind: (["user", "user", "node", "node", "builtin", "native"] as const)[at % 6]!,
      file: at % 6 < 2 ? `/srv/app/src/file${at % 300}.js` : "node:internal/streams/readable",
    }),
  );
  let state = 1;
  const below = (end: number): number => (state = (state * 48_271) % 2_147_483_647) % end;
  const stacks = Array.from({ length: count }, () => {
    let at = below(20);
    const frames = Array.from({ length: 8 + below(20) }, (): FrameRecord => {
      const frame = [at, 1] as const;
      at = (at * 7 + below(2) + 1) % 5000;
      return frame;
    });
    const call = ["memcpy", "read", "write", "memmove"][below(4)]!;
    return stack({ call, bytes: 1000 + below(1e6), error: 100, frames: frames.toReversed() });
  });
  return recording({ functions: all, stacks, threads: [threadOf(stacks)] });
}
