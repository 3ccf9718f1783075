// Blobs, bodies and web streams.
import { Blob, File } from "node:buffer";
import { TextDecoderStream, TransformStream, CompressionStream } from "node:stream/web";
import { chunks, payloadBytes, source, text } from "./payload.mjs";

const bytes = new Uint8Array(source);
const blob = new Blob([source]);

function streamOf(pieces) {
  const left = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const next = left.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
  });
}

function byteStreamOf(pieces) {
  const left = pieces.map((piece) => new Uint8Array(piece));
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const next = left.shift();
      if (next !== undefined) return controller.enqueue(next);
      controller.close();
      return controller.byobRequest?.respond(0); // who waits with memory of its own gets it back
    },
  });
}

async function drained(stream) {
  let length = 0;
  for await (const chunk of stream) length += chunk.length;
  return length;
}

async function filled() {
  const reader = byteStreamOf(chunks).getReader({ mode: "byob" });
  let view = new Uint8Array(65_536);
  for (;;) {
    const { done, value } = await reader.read(view);
    if (done) return;
    view = new Uint8Array(value.buffer);
  }
}

async function formed() {
  const form = new FormData();
  form.append("file", new File([source], "file"));
  await new Response(form).arrayBuffer();
}

export default {
  "new Blob([u8])": () => new Blob([source]),
  "new Blob([text])": () => new Blob([text]),
  "blob.arrayBuffer": () => blob.arrayBuffer(),
  "blob.text": () => blob.text(),
  "blob.slice": () => blob.slice(0, payloadBytes / 2),
  "blob.stream, drained": () => drained(blob.stream()),
  "new Response(u8).arrayBuffer": () => new Response(bytes).arrayBuffer(),
  "new Response(u8).text": () => new Response(bytes).text(),
  "new Response(text).json": () => new Response(`"${text}"`).json(),
  "new Response(u8).blob": () => new Response(bytes).blob(),
  "new Response(u8).bytes": {
    isThere: "bytes" in Response.prototype,
    run: () => new Response(bytes).bytes(),
  },
  "new Response(stream).arrayBuffer": () => new Response(streamOf(chunks)).arrayBuffer(),
  "response.clone, both read": async () => {
    const response = new Response(bytes);
    await Promise.all([response.clone().arrayBuffer(), response.arrayBuffer()]);
  },
  "new Request(u8).arrayBuffer": () =>
    new Request("http://localhost", { method: "POST", body: bytes }).arrayBuffer(),
  "new Response(form).arrayBuffer": formed,
  "web stream, drained": () => drained(streamOf(chunks)),
  "web stream, teed": () => Promise.all(streamOf(chunks).tee().map(drained)),
  "byte stream of new chunks, teed": () => Promise.all(byteStreamOf(chunks).tee().map(drained)),
  "byte stream of new chunks, into own memory": filled,
  "web stream through a transform": () =>
    drained(streamOf(chunks).pipeThrough(new TransformStream())),
  "web stream through TextDecoderStream": {
    written: 1,
    run: () => drained(streamOf(chunks).pipeThrough(new TextDecoderStream())),
  },
  "web stream through gzip": () =>
    drained(streamOf(chunks).pipeThrough(new CompressionStream("gzip"))),
};
