/** A made-up server: each way to know a line, each kind of copy, each limit. */
import type { FrameRecord, FunctionRecord, Recording, StackRecord } from "zerocopy/profile";
import { fn, recording, stack, threadOf } from "./recordings.ts";

const functions: FunctionRecord[] = [];

function frame(of: FunctionRecord, line = 0): FrameRecord {
  return [functions.push(of) - 1, line];
}

const frames = {
  concat: frame(fn("concat", { kind: "node", file: "node:buffer" })),
  toString: frame(fn("toString", { kind: "node", file: "node:buffer" })),
  end: frame(fn("ServerResponse.end", { kind: "node", file: "node:_http_outgoing" })),
  read: frame(fn("readFileSync", { kind: "node", file: "node:fs" })),
  update: frame(fn("Cipheriv.update", { kind: "node", file: "node:internal/crypto/cipher" })),
  parser: frame(fn("node::Buffer::Copy", { kind: "native", file: "/usr/bin/node" })),
  uv: frame(fn("uv__read", { kind: "native", file: "/usr/bin/node" })),
  encode: frame(fn("encode", { file: "/srv/app/src/frame.ts" }), 12),
  handle: frame(fn("onRequest"), 17),
  listen: frame(fn("listen"), 4),
  template: frame(fn("", { file: "/srv/app/node_modules/template/lib/render/output.js" }), 220),
  text: frame(fn("名前をつける関数", { file: "/srv/app/文字/列.js" }), 3),
};

const MB = 1_000_000;

const stacks: readonly StackRecord[] = [
  stack({
    frames: [frames.concat, frames.encode],
    bytes: 121.04 * MB,
    error: 3.6 * MB,
    samples: 240,
  }),
  stack({
    call: "write",
    frames: [frames.end, frames.handle],
    bytes: 123.5 * MB,
    error: 3.1 * MB,
    samples: 236,
  }),
  stack({ frames: [frames.parser], origin: 0, bytes: 103 * MB, error: 3.6 * MB, samples: 206 }),
  stack({
    call: "modelled",
    frames: [frames.toString, frames.text],
    bytes: 9.25 * MB,
    error: 2 * MB,
    samples: 18,
  }),
  stack({
    call: "read",
    frames: [frames.read, frames.template, frames.handle],
    bytes: 0.5 * MB,
    error: 0.2 * MB,
  }),
  stack({ frames: [frames.update, frames.handle], bytes: 4.4 * MB, error: 0.9 * MB, samples: 9 }),
  stack({ call: "read", frames: [frames.uv], bytes: 101.3 * MB, error: 3.1 * MB, samples: 202 }),
  stack({ call: "sendfile", frames: [frames.handle], bytes: 98.9 * MB }),
];

export const server: Recording = recording({
  functions,
  stacks,
  threads: [{ ...threadOf(stacks), collected: { calls: 9, bytes: 12.3 * MB } }],
  origins: [{ operation: "HTTPINCOMINGMESSAGE", frames: [frames.listen] }],
  durationMs: 4200,
  blindSpots: ["copies of fewer bytes than the minimum", "io_uring"],
});
