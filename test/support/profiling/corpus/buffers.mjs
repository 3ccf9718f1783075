// Buffer: joining, copying, and the way from and to text.
import { transcode } from "node:buffer";
import { StringDecoder } from "node:string_decoder";
import * as of from "./payload.mjs";

const { source, target, chunks, text, wideText, little, littleBytes } = of;
const wideBytes = Buffer.from(wideText, "utf16le");
const wideUtf8 = Buffer.from(wideText);
/** Of fewer than a million characters: more of them Node 24 and later keep outside of the engine's memory. */
const littleWideUtf8 = Buffer.alloc(source.length / 4, "ж");
const accentedUtf8 = Buffer.alloc(source.length, "é");
const notUtf8 = Buffer.alloc(source.length, 0xff);
const numbers = Array.from(little);
const ascii = Buffer.from(text, "latin1");

/** A chunk at a time, as programs that collect a body do: each byte is copied again and again. */
function concatInLoop() {
  let all = Buffer.alloc(0);
  for (const chunk of of.cut(little, 8192)) all = Buffer.concat([all, chunk]);
}

export default {
  "Buffer.concat(chunks)": () => Buffer.concat(chunks),
  "Buffer.concat([one])": () => Buffer.concat([source]),
  "Buffer.concat in a loop, 32 chunks": { payloadBytes: littleBytes, run: concatInLoop },
  "Buffer.from(buffer)": () => Buffer.from(source),
  "Buffer.from(arrayBuffer)": () => Buffer.from(of.arrayBuffer),
  "Buffer.from(array)": { payloadBytes: littleBytes, run: () => Buffer.from(numbers) },
  "Buffer.from(ascii text)": { written: 1, run: () => Buffer.from(text) },
  "Buffer.from(wide text)": { written: 0.5, run: () => Buffer.from(wideText) },
  "Buffer.from(text, latin1)": () => Buffer.from(text, "latin1"),
  "Buffer.from(wide text, utf16le)": () => Buffer.from(wideText, "utf16le"),
  "Buffer.from(text, base64)": { written: 1, run: () => Buffer.from(of.base64, "base64") },
  "Buffer.from(text, hex)": { written: 1, run: () => Buffer.from(of.hex, "hex") },
  "Buffer.copyBytesFrom(u8)": () => Buffer.copyBytesFrom(source),
  "Buffer.alloc(n, buffer)": () => Buffer.alloc(source.length, source),
  "Buffer.byteLength(text)": () => Buffer.byteLength(text),
  "buf.toString() of ascii": () => ascii.toString(),
  "buf.toString() of wide text": { written: 1, run: () => wideUtf8.toString() },
  "buf.toString() of little wide text": {
    written: 1,
    payloadBytes: littleWideUtf8.length,
    run: () => littleWideUtf8.toString(),
  },
  "buf.toString() of accented text": {
    written: 0.5,
    run: () => accentedUtf8.toString(),
  },
  "buf.toString() of no text": { written: 2, run: () => notUtf8.toString() },
  "buf.toString(latin1)": () => source.toString("latin1"),
  "buf.toString(ascii)": () => source.toString("ascii"),
  "buf.toString(utf16le)": () => wideBytes.toString("utf16le"),
  "buf.toString(base64)": { written: 4 / 3, run: () => source.toString("base64") },
  "buf.toString(base64url)": { written: 4 / 3, run: () => source.toString("base64url") },
  "buf.toString(hex)": { written: 2, run: () => source.toString("hex") },
  "buf.copy": () => source.copy(target),
  "buf.fill(buffer)": () => target.fill(source),
  "buf.fill(0)": () => target.fill(0),
  "buf.write(ascii text)": { written: 1, run: () => target.write(text) },
  "buf.write(wide text)": { written: 0.5, run: () => target.write(wideText) },
  "buf.write(text, latin1)": () => target.write(text, "latin1"),
  "buf.subarray": () => source.subarray(1),
  "buf.slice": () => source.slice(1),
  "buf.equals": () => source.equals(target),
  "buf.indexOf": () => source.indexOf("absent"),
  "buf.swap16": { written: 1, run: () => target.swap16() },
  "buf.toJSON": { written: 8, payloadBytes: littleBytes, run: () => little.toJSON() },
  "buffer.transcode(utf8, latin1)": { written: 1, run: () => transcode(ascii, "utf8", "latin1") },
  "StringDecoder.write": () => new StringDecoder("utf8").write(ascii),
  "StringDecoder.write of wide text": {
    written: 1,
    run: () => new StringDecoder("utf8").write(wideUtf8),
  },
  "TextEncoder.encode": () => new TextEncoder().encode(text),
  "TextEncoder.encodeInto": () => new TextEncoder().encodeInto(text, target),
  "TextDecoder.decode": () => new TextDecoder().decode(ascii),
  "TextDecoder.decode of wide text": { written: 1, run: () => new TextDecoder().decode(wideUtf8) },
  "TextDecoder(fatal).decode of accented text": {
    written: 0.5,
    run: () => new TextDecoder("utf8", { fatal: true }).decode(accentedUtf8),
  },
  "TextDecoder(latin1).decode": () => new TextDecoder("latin1").decode(ascii),
  "TextDecoder(utf-16le).decode": () => new TextDecoder("utf-16le").decode(wideBytes),
};
