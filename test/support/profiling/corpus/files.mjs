// Files: into memory, out of it, and past it.
import fs from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { chunks, file, folder, payloadBytes, source, target, text } from "./payload.mjs";

const copy = path.join(folder, "copy");
const constant = path.join(folder, "constant"); // a blob of a file refuses to be read once that has changed
fs.writeFileSync(constant, source);
const fd = fs.openSync(file, "r+");

async function byHandle(work) {
  const handle = await fs.promises.open(file, "r+");
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}

async function drained(stream) {
  for await (const chunk of stream) chunk.at(0);
}

async function written(stream) {
  for (const chunk of chunks) stream.write(chunk);
  await promisify(stream.end.bind(stream))();
}

export default {
  "fs.readFileSync": () => fs.readFileSync(file),
  "fs.readFileSync(utf8)": () => fs.readFileSync(file, "utf8"),
  "fs.readFileSync(latin1)": () => fs.readFileSync(file, "latin1"),
  "fs.readFile": () => promisify(fs.readFile)(file),
  "fs.promises.readFile": () => fs.promises.readFile(file),
  "fs.promises.readFile(utf8)": () => fs.promises.readFile(file, "utf8"),
  "fs.readSync": () => fs.readSync(fd, target, 0, payloadBytes, 0),
  "fs.readvSync": () => fs.readvSync(fd, [target.subarray(0, 65_536), target.subarray(65_536)], 0),
  "fs.read": () => promisify(fs.read)(fd, target, 0, payloadBytes, 0),
  "fileHandle.read": () => byHandle((handle) => handle.read(target, 0, payloadBytes, 0)),
  "fileHandle.readv": () => byHandle((handle) => handle.readv([target], 0)),
  "fs.writeFileSync(buffer)": () => fs.writeFileSync(copy, source),
  "fs.writeFileSync(text)": { written: 1, run: () => fs.writeFileSync(copy, text) },
  "fs.writeFileSync(text, latin1)": () => fs.writeFileSync(copy, text, "latin1"),
  "fs.appendFileSync": () => fs.appendFileSync(copy, source),
  "fs.promises.writeFile(buffer)": () => fs.promises.writeFile(copy, source),
  "fs.promises.writeFile(text)": { written: 1, run: () => fs.promises.writeFile(copy, text) },
  "fs.writeSync": () => fs.writeSync(fd, source, 0, payloadBytes, 0),
  "fs.writevSync": () => fs.writevSync(fd, chunks, 0),
  "fileHandle.writev": () => byHandle((handle) => handle.writev(chunks, 0)),
  "createReadStream, drained": () => drained(fs.createReadStream(file)),
  createWriteStream: () => written(fs.createWriteStream(copy)),
  "createReadStream to createWriteStream": () =>
    pipeline(fs.createReadStream(file), fs.createWriteStream(copy)),
  "fileHandle.readableWebStream, drained": () =>
    byHandle((handle) => drained(handle.readableWebStream({ type: "bytes" }))),
  "fs.openAsBlob.arrayBuffer": async () => (await fs.openAsBlob(constant)).arrayBuffer(),
  "fs.copyFileSync": () => fs.copyFileSync(file, copy),
  "fs.promises.copyFile": () => fs.promises.copyFile(file, copy),
};
