// Copies known amounts, each operation on a line of its own. test/support/profiling.ts knows how much
// each line has to come to.
import { serialize } from "node:v8";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const pieceBytes = 4 << 20;
const rounds = Number(process.argv[2] ?? 4);

const source = Buffer.alloc(pieceBytes, "a");
const target = Buffer.alloc(pieceBytes);
const text = source.toString("latin1");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-profile-"));
const file = path.join(folder, "file");
fs.writeFileSync(file, source);
const fd = fs.openSync(file, "r+");

const operations = {
  "Buffer.concat": () => Buffer.concat([source]),
  "Buffer.concat of two": () => Buffer.concat([source.subarray(0, 1 << 20), source]),
  "Buffer.from(buffer)": () => Buffer.from(source),
  "Buffer.from(arrayBuffer)": () => Buffer.from(source.buffer),
  "Buffer.from(latin1)": () => Buffer.from(text, "latin1"),
  "buf.copy": () => source.copy(target),
  "buf.fill(buffer)": () => target.fill(source),
  "buf.subarray": () => source.subarray(1),
  "buf.toString(latin1)": () => source.toString("latin1"),
  "u8.set": () => target.set(source),
  "u8.slice": () => Uint8Array.prototype.slice.call(source),
  "u8.copyWithin": () => target.copyWithin(0, pieceBytes / 2),
  "new Uint8Array(u8)": () => new Uint8Array(source),
  "arrayBuffer.slice": () => source.buffer.slice(source.byteOffset, source.byteOffset + pieceBytes),
  structuredClone: () => structuredClone(source),
  "structuredClone(transfer)": () => moved(new ArrayBuffer(pieceBytes)),
  "v8.serialize": () => serialize(source),
  "fs.readFileSync": () => fs.readFileSync(file),
  "fs.readSync": () => fs.readSync(fd, target, 0, pieceBytes, 0),
  "fs.readvSync": () => fs.readvSync(fd, parts(target), 0),
  "fs.writeSync": () => fs.writeSync(fd, source, 0, pieceBytes, 0),
  "fs.writevSync": () => fs.writevSync(fd, parts(source), 0),
};

function parts(buffer) {
  return [buffer.subarray(0, 1 << 20), buffer.subarray(1 << 20)];
}

function moved(buffer) {
  return structuredClone(buffer, { transfer: [buffer] });
}

try {
  for (let round = 0; round < rounds; round += 1) {
    for (const run of Object.values(operations)) run();
  }
} finally {
  fs.closeSync(fd);
  fs.rmSync(folder, { recursive: true });
}
