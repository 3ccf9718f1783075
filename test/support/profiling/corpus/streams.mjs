// Node's streams: collecting, cutting, passing on.
import readline from "node:readline";
import { PassThrough, Readable, Transform, Writable } from "node:stream";
import consumers from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { chunks, json, cut, source } from "./payload.mjs";

const lines = cut(Buffer.alloc(1 << 20, `${"zero-copy ".repeat(10)}\n`), 65_536);
const jsonChunks = cut(json, 65_536);

/** When a text that grows is flattened on the way, that is copied too. */
const ofGrowth = 0.5;

function readable(pieces = chunks) {
  return Readable.from(pieces, { objectMode: false });
}

function sink() {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

async function collected() {
  const all = [];
  for await (const chunk of readable()) all.push(chunk);
  return Buffer.concat(all);
}

async function asText() {
  let all = "";
  for await (const chunk of readable()) all += chunk;
  return all.charCodeAt(0);
}

async function byEncoding() {
  let all = "";
  for await (const chunk of readable().setEncoding("utf8")) all += chunk;
  return all.charCodeAt(0);
}

/** Reads pieces that do not end where chunks end. */
function cutAcross() {
  const stream = new Readable({ read() {}, highWaterMark: 2 * source.length });
  for (const chunk of chunks) stream.push(chunk);
  while (stream.read(100_000) !== null);
}

function readAtOnce() {
  const stream = new Readable({ read() {}, highWaterMark: 2 * source.length });
  for (const chunk of chunks) stream.push(chunk);
  return stream.read();
}

async function byLine() {
  let count = 0;
  for await (const line of readline.createInterface({ input: readable(lines) }))
    count += line.length;
  return count;
}

function decoding() {
  return new Transform({
    transform: (chunk, _encoding, done) => done(null, Buffer.from(chunk)),
  });
}

export default {
  "consumers.buffer": () => consumers.buffer(readable()),
  "consumers.arrayBuffer": () => consumers.arrayBuffer(readable()),
  "consumers.text, flattened": {
    slack: ofGrowth,
    run: async () => (await consumers.text(readable())).charCodeAt(0),
  },
  "consumers.json": () => consumers.json(readable(jsonChunks)),
  "consumers.blob": () => consumers.blob(readable()),
  "chunks collected, then Buffer.concat": collected,
  "for await, text += chunk, flattened": { slack: ofGrowth, run: asText },
  "setEncoding, text += chunk, flattened": { slack: ofGrowth, run: byEncoding },
  "readable.toArray": () => readable().toArray(),
  "readable.read(n) across chunks": cutAcross,
  "readable.read() of many": readAtOnce,
  "stream through PassThrough": () => pipeline(readable(), new PassThrough(), sink()),
  "stream through a copying Transform": () => pipeline(readable(), decoding(), sink()),
  readline: { payloadBytes: 1 << 20, run: byLine },
};
