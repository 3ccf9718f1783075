// What libc has no part in, each operation on a line of its own. test/support/modelled.ts knows what
// each line has to come to.
import { StringDecoder } from "node:string_decoder";

const pieceBytes = 1 << 20;
const rounds = 4;

const bytes = Buffer.alloc(pieceBytes, "a");
const ascii = bytes.toString("latin1");
const wide = flat("ж".repeat(pieceBytes / 2));
const wideBytes = Buffer.from(wide);
const accented = flat("é".repeat(pieceBytes / 2));
const accentedBytes = Buffer.from(accented);
const longWideBytes = Buffer.from(`${"z".repeat(pieceBytes)}ж`);
const brokenBytes = Buffer.alloc(pieceBytes, 0xff);
const wideUnits = Buffer.from(ascii, "utf16le");
const base64 = bytes.toString("base64");
const hex = bytes.toString("hex");
const numbers = [...bytes];
const view = new Uint8Array(bytes);
const floats = new Float32Array(pieceBytes);
const target = Buffer.alloc(2 * pieceBytes);
const shared = new SharedArrayBuffer(pieceBytes);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const strictDecoder = new TextDecoder("utf8", { fatal: true });
const base64Decoder = new StringDecoder("base64");
const textDecoder = new StringDecoder("utf8");

const operations = {
  "Buffer.from(ascii)": () => Buffer.from(ascii),
  "Buffer.from(wide)": () => Buffer.from(wide),
  "Buffer.from(base64)": () => Buffer.from(base64, "base64"),
  "Buffer.from(hex)": () => Buffer.from(hex, "hex"),
  "Buffer.from(utf16le)": () => Buffer.from(ascii, "utf16le"),
  "Buffer.from(latin1)": () => Buffer.from(ascii, "latin1"),
  "buf.toString(ascii)": () => bytes.toString(),
  "buf.toString(wide)": () => wideBytes.toString(),
  "buf.toString(accented)": () => accentedBytes.toString("utf8"),
  "buf.toString(long wide)": () => longWideBytes.toString(),
  "buf.toString(broken)": () => brokenBytes.toString(),
  "buf.toString(range)": () => wideBytes.toString("utf8", 0, pieceBytes / 2),
  "buf.toString(base64)": () => bytes.toString("base64"),
  "buf.toString(hex)": () => bytes.toString("hex"),
  "buf.toString(latin1)": () => bytes.toString("latin1"),
  "buf.toString(utf16le)": () => wideUnits.toString("UTF-16LE"),
  "buf.write(ascii)": () => target.write(ascii),
  "buf.write(wide)": () => target.write(wide, 1),
  "buf.write(base64)": () => target.write(base64, "base64"),
  "buf.write(hex)": () => target.write(hex, 0, pieceBytes, "hex"),
  "buf.write(utf16le)": () => target.write(ascii, "utf16le"),
  "buf.write(latin1)": () => target.write(ascii, "latin1"),
  "buf.toJSON": () => bytes.toJSON(),
  "encoder.encode(ascii)": () => encoder.encode(ascii),
  "encoder.encode(wide)": () => encoder.encode(wide),
  "encoder.encodeInto(wide)": () => encoder.encodeInto(wide, target),
  "decoder.decode(ascii)": () => decoder.decode(bytes),
  "decoder.decode(wide)": () => decoder.decode(wideBytes),
  "decoder.decode(accented)": () => decoder.decode(accentedBytes),
  "decoder.decode(long wide)": () => decoder.decode(longWideBytes),
  "decoder.decode(broken)": () => decoder.decode(brokenBytes),
  "strictDecoder.decode(accented)": () => strictDecoder.decode(accentedBytes),
  "StringDecoder(base64)": () => base64Decoder.write(bytes),
  "StringDecoder(wide)": () => textDecoder.write(wideBytes),
  "StringDecoder(long wide)": () => textDecoder.write(longWideBytes),
  "view.map": () => view.map((byte) => byte),
  "view.filter": () => view.filter(() => true),
  "view.toReversed": () => view.toReversed(),
  "view.set(numbers)": () => view.set(numbers),
  "view.set(view)": () => target.set(view),
  "floats.set(view)": () => floats.set(view),
  "Uint8Array.from(view)": () => Uint8Array.from(view),
  "shared.slice": () => shared.slice(0),
  "view.toBase64": () => view.toBase64?.(),
  "view.toHex": () => view.toHex?.(),
  "view.fromBase64": () => Uint8Array.fromBase64?.(base64),
  "view.fromHex": () => Uint8Array.fromHex?.(hex),
  "view.setFromHex": () => view.setFromHex?.(hex),
};

/** In one piece: what is put together is copied by whoever reads it first. */
function flat(text) {
  return Buffer.from(text, "utf16le").toString("utf16le");
}

for (let round = 0; round < rounds; round += 1) {
  for (const run of Object.values(operations)) run();
}
