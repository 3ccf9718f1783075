/** Text out of bytes, and bytes out of text. */
import type { Row } from "./row.ts";

const searching = "03-memoryview.md#comparing-searching-text";
const decoding = "05-bytes.md#text";
const pieces = "11-sockets.md#many-pieces-as-one";
const frames = "07-streams-without-concat.md#lines-and-frames";

const whenSearched = "it is searched or split: decode the parts that have to be text";

export const text: readonly Row[] = [
  {
    apis: [
      "buf.toString",
      "Buffer.toString",
      "buf.latin1Slice",
      "buf.utf8Slice",
      "buf.hexSlice",
      "buf.base64Slice",
    ],
    copies: "the bytes into new text; 4/3 as base64, twice as hex",
    instead: "memoryview(buf).find(b`…`)",
    from: "zerocopy",
    when: whenSearched,
    saves: 1,
    guide: searching,
  },
  {
    apis: ["textDecoder.decode", "TextDecoder"],
    copies: "the bytes into new text",
    instead: "memoryview(bytes).find(b`…`)",
    from: "zerocopy",
    when: whenSearched,
    saves: 1,
    guide: searching,
  },
  {
    apis: ["stringDecoder.write", "StringDecoder", "stringDecoder.end"],
    copies: "every chunk into new text",
    instead: "lines(stream)",
    from: "zerocopy/stream",
    when: "it is read by lines: decode those that have to be text",
    saves: 1,
    guide: frames,
  },
  {
    apis: ["readable.setEncoding", "stream.setEncoding"],
    copies: "every chunk into new text",
    instead: "lines(stream)",
    from: "zerocopy/stream",
    when: "it is read by lines: decode those that have to be text",
    saves: 1,
    guide: frames,
  },
  {
    apis: [
      "string flattening",
      "string.charCodeAt",
      "string.indexOf",
      "string.codePointAt",
      "string.includes",
    ],
    copies: "a text that was made of parts by + into one piece, when it is first read",
    instead: "writeViews(socket, parts)",
    from: "zerocopy/net",
    when: "the parts are sent as bytes",
    saves: 1,
    guide: pieces,
  },
  {
    apis: ["array.join"],
    copies: "all parts into one text",
    instead: "writeViews(socket, parts)",
    from: "zerocopy/net",
    when: "the parts are sent as bytes",
    saves: 1,
    guide: pieces,
  },
  {
    apis: ["string.slice", "string.substring"],
    copies: "a text that was made of parts into one piece first",
    instead: "memoryview(bytes).subarray(start, end)",
    from: "zerocopy",
    when: "the text came from bytes",
    saves: 1,
    guide: searching,
  },
  {
    apis: ["JSON.parse"],
    copies: "every text in it, and first the whole of a text that was made of parts",
    instead: "lengthPrefixed(stream)",
    from: "zerocopy/stream",
    when: "most of it is one long value: small JSON, and the bytes behind it",
    saves: 1,
    guide: frames,
  },
  {
    apis: ["JSON.stringify"],
    copies: "every text in it, more than once while the result grows",
    instead: "writeViews(socket, [json, bytes])",
    from: "zerocopy/net",
    when: "most of it is one long value: small JSON, and the bytes behind it",
    saves: 1,
    guide: pieces,
  },
  {
    apis: ["buf.write", "buf.latin1Write", "buf.utf8Write"],
    copies: "text, as bytes, to where it belongs: once, which is the least",
    instead: "",
    saves: 0,
    guide: decoding,
  },
  {
    apis: ["textEncoder.encode"],
    copies: "text, as bytes, into new memory; encodeInto() puts them where they belong at once",
    instead: "",
    saves: 0,
    guide: decoding,
  },
  {
    apis: ["textEncoder.encodeInto"],
    copies: "text, as bytes, to where it belongs: once, which is the least",
    instead: "",
    saves: 0,
    guide: decoding,
  },
  {
    apis: ["btoa"],
    copies: "text as base64: 4/3 of it",
    instead: "",
    saves: 0,
    guide: "05-bytes.md#hex-and-base64",
  },
  {
    apis: ["atob"],
    copies: "base64 as text",
    instead: "",
    saves: 0,
    guide: "05-bytes.md#hex-and-base64",
  },
  {
    apis: ["console.log", "console.error", "console.info", "console.warn"],
    copies: "text: formatted, told to the inspector, encoded",
    instead: "process.stdout.write(bytes)",
    when: "it is bytes that are printed",
    saves: 1,
    guide: pieces,
  },
];
