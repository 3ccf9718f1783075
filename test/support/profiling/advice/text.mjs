// Text out of bytes, and bytes out of text.
import fs from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { b, memoryview } from "zerocopy";
import { writeViews } from "zerocopy/net";
import { lengthPrefixed, lines } from "zerocopy/stream";
import { pack } from "zerocopy/struct";

export function textPairs({ each, file, long, sink, size, source, text }) {
  return {
    "copy buf.toString": [
      () => source.toString("latin1").indexOf("none"),
      () => memoryview(source).find(b`none`),
    ],
    "copy textDecoder.decode": [
      () => new TextDecoder().decode(source).indexOf("none"),
      () => memoryview(source).find(b`none`),
    ],
    "copy stringDecoder.write": [
      () => {
        const decoder = new StringDecoder("latin1");
        for (const chunk of long) decoder.write(chunk);
      },
      () => each(lines(long)),
    ],
    "copy readable.setEncoding": [
      async () => {
        for await (const chunk of fs.createReadStream(file, "latin1")) chunk.indexOf("none");
      },
      () => each(lines(fs.createReadStream(file))),
    ],
    "copy string.charCodeAt": [
      () =>
        sink((socket) => {
          const both = text + text;
          if (both.charCodeAt(0) > 0) socket.write(both, "latin1");
        }),
      () => sink((socket) => writeViews(socket, [source, source])),
    ],
    "copy array.join": [
      () => sink((socket) => socket.write([text, text].join(), "latin1")),
      () => sink((socket) => writeViews(socket, [source, b`,`, source])),
    ],
    "copy string.slice": [() => (text + text).slice(1), () => memoryview(source).subarray(1)],
    "copy JSON.parse": [
      () => JSON.parse(`"${text.replaceAll("\n", " ")}"`),
      () => each(lengthPrefixed([pack(">I", size).lendUint8Array(), source])),
    ],
    "copy JSON.stringify": [
      () =>
        sink((socket) =>
          socket.write(JSON.stringify({ text: text.replaceAll("\n", " ") }), "latin1"),
        ),
      () => sink((socket) => writeViews(socket, [b`{}`, source])),
    ],
    "copy console.log": [() => console.log(text), () => process.stdout.write(source)],
  };
}
