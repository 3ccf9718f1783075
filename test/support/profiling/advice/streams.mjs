// Streams, blobs, responses.
import { once } from "node:events";
import fs from "node:fs";
import { Readable, Writable } from "node:stream";
import consumers from "node:stream/consumers";
import { ByteQueue, b } from "zerocopy";
import { lengthPrefixed, lines } from "zerocopy/stream";
import { pack } from "zerocopy/struct";

export function streamsPairs({
  collect,
  each,
  file,
  get,
  keep,
  long,
  plain,
  size,
  source,
  text,
  upload,
  url,
}) {
  return {
    "copy consumers.buffer": [
      () => consumers.buffer(Readable.from(long)),
      () => collect(Readable.from(long)),
    ],
    "copy consumers.arrayBuffer": [
      () => consumers.arrayBuffer(Readable.from(long)),
      () => collect(Readable.from(long)),
    ],
    "copy consumers.blob": [
      () => consumers.blob(Readable.from(long)),
      () => collect(Readable.from(long)),
    ],
    "copy consumers.text": [
      () => consumers.text(Readable.from(long)),
      () => each(lines(Readable.from(long))),
    ],
    "copy consumers.json": [
      () =>
        consumers.json(
          Readable.from([b`"`.lendUint8Array(), Buffer.alloc(size, "a"), b`"`.lendUint8Array()]),
        ),
      () => each(lengthPrefixed(Readable.from([pack(">I", size).lendUint8Array(), source]))),
    ],
    "copy readable.read": [
      async () => {
        const stream = new Readable({ read() {}, highWaterMark: 2 * size });
        for (const chunk of [...long, null]) stream.push(chunk);
        await once(stream, "readable");
        stream.read(size);
      },
      async () => {
        const stream = new Readable({ read() {}, highWaterMark: 2 * size });
        for (const chunk of [...long, null]) stream.push(chunk);
        const queue = new ByteQueue();
        await once(
          stream.on("data", (chunk) => queue.append(chunk)),
          "end",
        );
      },
    ],
    "copy writable.write": [
      () => new Writable({ write: (_, __, done) => done() }).write(text, "latin1"),
      () => new Writable({ write: (_, __, done) => done() }).write(source),
    ],
    "copy stream.tee": [
      async () => {
        const both = new Response(plain).body.tee();
        await Promise.all(both.map(collect));
      },
      () => collect(new Response(plain).body),
    ],
    "copy new Blob": [() => new Blob([plain]), () => fs.openAsBlob(file)],
    "copy blob.arrayBuffer": [() => new Blob([plain]).arrayBuffer(), () => new Blob([plain])],
    "copy blob.text": [() => new Blob([plain]).text(), () => new Blob([plain])],
    "copy blob read": [
      () => consumers.buffer(Readable.from(long)),
      () => collect(Readable.from(long)),
    ],
    "copy new Response": [() => new Response(plain), keep],
    "copy response.arrayBuffer": [
      async () => (await fetch(url)).arrayBuffer(),
      async () => collect((await fetch(url)).body),
    ],
    "copy response.text": [
      async () => (await fetch(url)).text(),
      async () => collect((await fetch(url)).body),
    ],
    "copy fetch body": [
      async () => (await fetch(url)).arrayBuffer(),
      async () => collect(await get()),
    ],
    "copy fetch": [
      async () => (await fetch(url, { method: "PUT", body: plain })).text(),
      () => upload((request) => request.end(source)),
    ],
  };
}
