// Runs mechanisms under a preloaded native/test/shim/faults.c, one after the other, each with content
// of its own, and prints a line of JSON for each: what it said, and what is true.
//
//   node storm.mjs <folder for files> <mechanism>…      all when none is named
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { bytearray } from "zerocopy";
import { copyFile, mapFile } from "zerocopy/fs";
import { receiver, relay, saveTo, sendFile, writeViews } from "zerocopy/net";
import * as os from "zerocopy/os";
import { countsSince, readCounts } from "./counts.mjs";

const [folder, ...wanted] = process.argv.slice(2);
const file = (name) => path.join(folder, name);

/** Bytes that tell where they are: no two places of a mechanism look the same for 16 bytes. */
function content(count, tag) {
  const words = new Uint32Array(Math.ceil(count / 4));
  for (let i = 0; i < words.length; i += 1) words[i] = Math.imul(i + tag, 0x9e3779b1);
  return Buffer.from(words.buffer, 0, count);
}

function writeFile(name, bytes) {
  fs.writeFileSync(file(name), bytes);
  return file(name);
}

const sockets = [];

/** Both ends of a connection; destroyed after the mechanism. */
async function connect({ allowHalfOpen = false } = {}) {
  const server = net.createServer({ pauseOnConnect: true, allowHalfOpen }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const outer = net.connect({
    port: server.address().port,
    host: "127.0.0.1",
    allowHalfOpen: true,
  });
  const [inner] = await once(server, "connection");
  server.close();
  for (const end of [outer, inner]) sockets.push(end.on("error", () => {}));
  return { outer, inner };
}

function collect(socket) {
  const chunks = [];
  socket.on("data", (chunk) => chunks.push(chunk)).resume();
  return new Promise((resolve) => socket.once("close", () => resolve(Buffer.concat(chunks))));
}

/** `expected` arrives at the other end of a socket that `send` sends over. */
async function overSocket(expected, send) {
  const { outer, inner } = await connect();
  const arriving = collect(outer);
  outer.end(); // nothing comes from there
  const outcome = await told(send(inner));
  const { destroyed } = inner;
  inner.end();
  return { ...outcome, ...compare(await arriving, expected), destroyed };
}

async function sendSized(size, options = {}, device = folder) {
  const bytes = content(size, size);
  const from = path.join(device, `send-${process.pid}-${size}`);
  fs.writeFileSync(from, bytes);
  const { header = [], trailer = [] } = options;
  const expected = Buffer.concat([...header, bytes, ...trailer]);
  const outcome = await overSocket(expected, (socket) => sendFile(socket, from, options));
  fs.unlinkSync(from);
  return outcome;
}

/** A little beforehand tells the engine the file system: then small files are sent by the call. */
async function sendKnown(size) {
  await sendSized(200_000).catch(() => {});
  return sendSized(size);
}

/** The other end does not read until something has gone wrong, or the socket is full. */
async function sendToFull(size) {
  const bytes = content(size, 5);
  const from = writeFile("full", bytes);
  const { outer, inner } = await connect();
  const before = content(400_000, 6);
  inner.write(before);
  const outcome = told(sendFile(inner, from));
  outer.end();
  const arriving = collect(outer);
  const said = await outcome;
  const { destroyed } = inner;
  inner.end();
  return { ...said, ...compare(await arriving, Buffer.concat([before, bytes])), destroyed };
}

const mechanisms = {
  sendSmall: () => sendKnown(60_000),
  sendFull: () => sendToFull(120_000),
  sendLarge: () => sendSized(3_000_000),
  sendTmpfs: () => sendSized(1_500_000, {}, "/dev/shm"),
  sendFramed: () =>
    sendSized(300_000, {
      header: [content(5000, 1), content(9, 2)],
      trailer: [content(70_000, 3)],
    }),

  async writeViews() {
    const bytes = content(2_000_000, 4);
    const views = Array.from({ length: 1500 }, (_, i) => bytes.subarray(i * 1000, i * 1000 + 1000));
    views.push(bytes.subarray(1_500_000));
    return overSocket(bytes, (socket) => writeViews(socket, views));
  },

  async relay() {
    const bytes = content(2_000_000, 7);
    const answer = content(700_000, 8);
    const left = await connect({ allowHalfOpen: true });
    const right = await connect({ allowHalfOpen: true });
    const arriving = [collect(right.outer), collect(left.outer)];
    left.outer.end(bytes);
    right.outer.end(answer);
    const outcome = await told(relay(left.inner, right.inner));
    const [there, back] = await Promise.all(arriving);
    const [a, b] = [compare(there, bytes), compare(back, answer)];
    const both = { right: a.right && b.right, whole: a.whole && b.whole };
    return { ...outcome, arrived: a.arrived + b.arrived, ...both, destroyed: left.inner.destroyed };
  },

  async saveTo() {
    const bytes = content(2_000_000, 9);
    const { outer, inner } = await connect();
    outer.end(bytes);
    const outcome = await told(saveTo(inner, file("saved")));
    outer.destroy();
    const saved = fs.existsSync(file("saved")) ? fs.readFileSync(file("saved")) : Buffer.alloc(0);
    const { destroyed } = inner;
    inner.destroy();
    return { ...outcome, ...compare(saved, bytes), destroyed };
  },

  async receive() {
    const bytes = content(2_000_000, 10);
    const { outer, inner } = await connect();
    const incoming = receiver(inner);
    outer.end(bytes);
    const memory = bytearray(bytes.length);
    const outcome = await told(incoming.recvAll(memory));
    const { destroyed } = inner;
    inner.destroy();
    outer.destroy();
    const arrived = outcome.bytes ?? outcome.error.bytes;
    const got = Buffer.from(memory.toUint8Array()).subarray(0, arrived);
    return { ...outcome, ...compare(got, bytes), destroyed };
  },

  async copyFile() {
    const bytes = content(3_000_000, 11);
    const outcome = await told(copyFile(writeFile("from", bytes), file("to")));
    const copy = fs.existsSync(file("to")) ? fs.readFileSync(file("to")) : Buffer.alloc(0);
    fs.rmSync(file("to"), { force: true });
    return { ...outcome, ...compare(copy, bytes) };
  },

  async mapFile() {
    const bytes = content(1_000_000, 12);
    const outcome = { got: Buffer.alloc(0) };
    const map = async () => {
      const mapped = mapFile(writeFile("mapped", bytes));
      outcome.got = Buffer.from(mapped.toUint8Array());
      mapped.unmap();
      return { bytes: bytes.length, path: "mmap" };
    };
    return { ...(await told(map())), ...compare(outcome.got, bytes) };
  },

  async preadv() {
    const bytes = content(500_000, 13);
    const fd = fs.openSync(writeFile("read", bytes));
    const memory = [Buffer.alloc(100_000), Buffer.alloc(400_000)];
    const reading = os.promises.preadv(fd, memory, 0).then((count) => ({ bytes: count }));
    const outcome = await told(reading);
    fs.closeSync(fd);
    return { ...outcome, ...compare(Buffer.concat(memory).subarray(0, outcome.bytes ?? 0), bytes) };
  },

  async pwritev() {
    const bytes = content(500_000, 14);
    const fd = fs.openSync(file("written"), "w");
    const memory = [bytes.subarray(0, 100_000), bytes.subarray(100_000)];
    const writing = os.promises.pwritev(fd, memory, 0).then((count) => ({ bytes: count }));
    const outcome = await told(writing);
    fs.closeSync(fd);
    return { ...outcome, ...compare(fs.readFileSync(file("written")), bytes) };
  },
};

/** What a promise said, in words that JSON has. */
function told(promise) {
  return promise.then(
    ({ bytes, path: taken, paths }) => ({ bytes, path: taken, paths }),
    ({ name, code, syscall, bytes, message }) => ({
      error: { name, code, syscall, bytes, message },
    }),
  );
}

/** `right`: nothing but the beginning of `expected` has arrived; `whole`: all of it. */
function compare(arrived, expected) {
  const right = arrived.equals(expected.subarray(0, arrived.length));
  return { arrived: arrived.length, right, whole: right && arrived.length === expected.length };
}

/** What is open; of the engine, one eventpoll and one eventfd stay. */
function descriptors() {
  const links = fs.readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [fs.readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return []; // the folder's own, closed by now
    }
  });
  return links.filter((link) => !link.startsWith("anon_inode:"));
}

const counts = process.env.FAULTS_COUNTS;
console.log("{}"); // opens what printing needs
const before = descriptors();
for (const name of wanted.length > 0 ? wanted : Object.keys(mechanisms)) {
  const start = readCounts(counts);
  const outcome = await mechanisms[name]();
  const calls = countsSince(start, readCounts(counts));
  console.log(JSON.stringify({ name, ...outcome, calls }));
  for (const socket of sockets.splice(0)) socket.destroy();
}
const deadline = performance.now() + 5000;
while (descriptors().length > before.length && performance.now() < deadline) {
  await new Promise((resolve) => setTimeout(resolve, 2));
}
const left = descriptors().length > before.length ? descriptors() : [];
console.log(JSON.stringify({ left }));
