// What the operations of the corpus copy: the same bytes in the forms in which programs have them.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

export const payloadBytes = 4 << 20;
/** For operations that take an element at a time, or that grow with the square of it. */
export const littleBytes = 256 * 1024;

export const source = Buffer.alloc(payloadBytes, "zero-copy ");
export const target = Buffer.alloc(payloadBytes);
export const little = source.subarray(0, littleBytes);
export const { buffer: arrayBuffer } = new Uint8Array(payloadBytes).fill(97);
export const shared = new SharedArrayBuffer(payloadBytes);
export const chunks = cut(source, 64 * 1024);

/** One byte a character, and flat. */
export const text = source.toString("latin1");
/** Two bytes a character: as many bytes as the payload has. */
export const wideText = Buffer.from(source.toString("latin1", 0, payloadBytes / 2))
  .fill("\u20ac", 0, 3)
  .toString("utf8")
  .padEnd(payloadBytes / 2, "z");
export const base64 = source.toString("base64");
export const hex = source.toString("hex");
export const json = Buffer.from(JSON.stringify({ text }));

export const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-corpus-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
export const file = path.join(folder, "file");
fs.writeFileSync(file, source);

export function cut(bytes, size) {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}
