// Serves files over HTTP under a preloaded native/test/shim/faults.c, or with few descriptors left, and
// prints one line of JSON: for every request what sendFile said, and what arrived.
//
//   node http.mjs <folder for files>                  under faults
//   node http.mjs <folder for files> descriptors      with 0, 1, 2, … descriptors left to open
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { sendFile } from "zerocopy/http";

const [folder, how] = process.argv.slice(2);
const sizes = [700, 20_000, 100_000, 3_000_000];

/** Sockets, and files of ours. */
const opened = () =>
  fs.readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const target = fs.readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith("socket:") || target.startsWith(folder) ? [target] : [];
    } catch {
      return []; // the folder's own
    }
  });
const before = opened();
const left = () => opened().filter((one) => !before.includes(one));

/** Bytes that tell where they are, and of which file. */
function write(size) {
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let i = 0; i < words.length; i += 1) words[i] = Math.imul(i + size, 0x9e3779b1);
  const bytes = Buffer.from(words.buffer, 0, size);
  const file = path.join(folder, `${size}`);
  fs.writeFileSync(file, bytes);
  return { file, bytes, fd: fs.openSync(file) };
}

const files = new Map(sizes.map((size) => [size, write(size)]));
const told = [];
const server = http.createServer((req, res) => void answer(req, res));

async function answer(req, res) {
  const [, by, size] = req.url.split("/");
  const source = files.get(Number(size));
  const outcome = { by, size: Number(size) };
  told.push(outcome);
  try {
    const {
      bytes,
      path: most,
      paths,
      reason,
    } = await sendFile(res, by === "fd" ? source.fd : source.file);
    Object.assign(outcome, { bytes, path: most, paths, reason });
  } catch (error) {
    Object.assign(outcome, { error: error.code, message: error.message });
    if (!res.destroyed) res.writeHead(503).end("unavailable");
  }
}

server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address();

async function connect() {
  const accepted = once(server, "connection");
  const socket = net.connect(port, "127.0.0.1").on("error", () => {});
  await accepted;
  return socket;
}

/** Two requests on one connection: the second must never be answered by a part of the first. */
async function ask(socket, by, size) {
  const get = (close) => `GET /${by}/${size} HTTP/1.1\r\nHost: x\r\n${close}\r\n`;
  const chunks = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.write(get("") + get("Connection: close\r\n"));
  await once(socket, "close");
  return split(Buffer.concat(chunks), files.get(size).bytes);
}

function split(all, expected) {
  const arrived = [];
  let rest = all;
  while (rest.length > 0) {
    const end = rest.indexOf("\r\n\r\n") + 4;
    const head = rest.toString("latin1", 0, end);
    if (!/^HTTP\/1\.1 (200|503) /.test(head)) return [...arrived, { foreign: head.slice(0, 40) }];
    const chunked = /chunked/i.test(head);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const body = rest.subarray(end, end + length);
    rest = chunked ? Buffer.alloc(0) : rest.subarray(end + length);
    const refused = head.startsWith("HTTP/1.1 503");
    const right = refused || body.equals(expected.subarray(0, body.length));
    arrived.push({ refused, right, whole: body.length === length });
  }
  return arrived;
}

function fill() {
  const open = [];
  for (;;) {
    try {
      open.push(fs.openSync("/dev/null"));
    } catch {
      return open;
    }
  }
}

const outcomes = [];
for (let spare = 0; spare < (how === "descriptors" ? 8 : 2); spare += 1) {
  for (const size of sizes) {
    for (const by of ["path", "fd"]) {
      told.length = 0;
      const socket = await connect();
      const full = how === "descriptors" ? fill() : [];
      for (const fd of full.splice(0, spare)) fs.closeSync(fd);
      const arrived = await ask(socket, by, size);
      for (const fd of full) fs.closeSync(fd);
      while (told.some((one) => !("bytes" in one) && !("error" in one))) {
        await new Promise(setImmediate);
      }
      outcomes.push({ spare, by, size, told: [...told], arrived });
    }
  }
}
server.close();
for (const { fd } of files.values()) fs.closeSync(fd);
for (let round = 0; left().length > 0 && round < 1000; round += 1) {
  await new Promise((resolve) => setTimeout(resolve, 5));
}
console.log(JSON.stringify({ outcomes, open: left() }));
