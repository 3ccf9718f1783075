// Connections that break and are made again all the time, by every mechanism and in every way. Each has
// content of its own: a byte that belongs to another connection, or lies elsewhere in its own, ends the
// process with an error; so does a descriptor or an entry in the sender's epoll that is left.
//
//   node churn.mjs '{ "visits": 1000, "at": 16, "seed": 1, "workers": 0, "only": "relay" }'
//
// `at`: visits at the same time. `workers`: threads that do the same, and are terminated amid it.
// Prints { whole, broken, growth } at the end; `growth`: of resident memory, in bytes.
import assert from "node:assert";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Worker, isMainThread, workerData } from "node:worker_threads";
import { bytearray } from "zerocopy";
import { receiver, relay, saveTo, sendFile, writeViews } from "zerocopy/net";

const task = isMainThread ? JSON.parse(process.argv[2]) : workerData;
const folder = task.folder ?? fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-churn-"));
const sizes = [1, 60_000, 131_072, 131_073, 900_000];
const largest = 900_000;
let state = task.seed;

/** From 0 to below `limit`: the same sequence for the same seed. */
function random(limit) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

/** Four bytes tell the tag and the place. */
const contents = Array.from({ length: 16 }, (_, tag) => {
  const words = new Uint32Array(largest / 4);
  for (let i = 0; i < words.length; i += 1) words[i] = (tag << 24) | i;
  return Buffer.from(words.buffer);
});
const fileOf = (tag) => path.join(folder, `${tag}`);
if (isMainThread) contents.forEach((bytes, tag) => fs.writeFileSync(fileOf(tag), bytes));

/** `bytes` are of content `tag`, from `offset` on; it begins anew after `period` bytes. */
function check(bytes, tag, offset, period = largest) {
  for (let done = 0; done < bytes.length;) {
    const start = (offset + done) % period;
    const count = Math.min(bytes.length - done, period - start);
    const wanted = contents[tag].subarray(start, start + count);
    const right = bytes.subarray(done, done + count).equals(wanted);
    assert.ok(right, `foreign bytes in content ${tag} at ${offset + done}`);
    done += count;
  }
}

// ---- connections ----

const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true });
const met = new Map();
server.on("connection", (socket) => {
  const key = socket.remotePort;
  const meet = met.get(key);
  if (meet) meet(socket);
  else met.set(key, socket);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");

/** Our end of a connection, `inner`, and the end of who comes. */
async function connect() {
  const outer = net.connect(server.address().port, "127.0.0.1");
  outer.on("error", () => {});
  await once(outer, "connect");
  const key = outer.localPort;
  const inner = met.get(key) ?? (await new Promise((resolve) => met.set(key, resolve)));
  met.delete(key);
  inner.on("error", () => {});
  return { outer, inner };
}

/** Resolves to the count of bytes that have come when the connection is closed. */
function reading(socket, tag, onBytes, period) {
  let bytes = 0;
  socket.on("data", (chunk) => {
    check(chunk, tag, bytes, period);
    bytes += chunk.length;
    onBytes();
  });
  return new Promise((resolve) => socket.once("close", () => resolve(bytes)));
}

// ---- mechanisms: each starts `work`, and says what is true when that has settled ----

const mechanisms = {
  async sendFile({ tag, size, signal, onBytes }) {
    const { outer, inner } = await connect();
    const arrived = reading(outer, tag, onBytes);
    const work = sendFile(inner, fileOf(tag), { count: size, signal });
    return { work, ends: [outer, inner], arrived: () => (inner.end(), arrived) };
  },

  /** Twelve times as much: a socket takes what has room at once. */
  async writeViews({ tag, size, signal, onBytes }) {
    const { outer, inner } = await connect();
    const arrived = reading(outer, tag, onBytes, size);
    const whole = contents[tag].subarray(0, size);
    const count = Math.ceil(size / 1000);
    const pieces = Array.from({ length: count }, (_, i) =>
      whole.subarray(i * 1000, i * 1000 + 1000),
    );
    const views = Array.from({ length: 12 }, () => pieces).flat();
    const work = writeViews(inner, views, { signal });
    return { work, ends: [outer, inner], arrived: () => (inner.end(), arrived) };
  },

  async relay({ tag, size, signal, onBytes }) {
    const [left, right] = [await connect(), await connect()];
    const back = (tag + 1) % 16;
    const both = [reading(right.outer, tag, onBytes), reading(left.outer, back, onBytes)];
    left.outer.write(contents[tag].subarray(0, size));
    right.outer.write(contents[back].subarray(0, size));
    const work = relay(left.inner, right.inner, { signal });
    setImmediate(() => (left.outer.end(), right.outer.end()));
    const ends = [left.outer, left.inner, right.outer, right.inner];
    const arrived = async () => (await both[0]) + (await both[1]);
    return { work, ends, arrived };
  },

  async saveTo({ tag, size, signal, onBytes, number }) {
    const { outer, inner } = await connect();
    const file = path.join(folder, `saved-${number}`);
    outer.resume().end(contents[tag].subarray(0, size));
    const work = saveTo(inner, file, { signal, onProgress: onBytes });
    const arrived = () => {
      const saved = fs.existsSync(file) ? fs.readFileSync(file) : Buffer.alloc(0);
      fs.rmSync(file, { force: true });
      check(saved, tag, 0);
      return saved.length;
    };
    return { work, ends: [outer, inner], arrived };
  },

  async receive({ tag, size, onBytes }) {
    const { outer, inner } = await connect();
    const memory = bytearray(size);
    const work = receiver(inner).recvAll(memory);
    outer.resume().end(contents[tag].subarray(0, size), onBytes);
    const arrived = async () => {
      const { bytes } = await work.catch((error) => error);
      check(Buffer.from(memory.toUint8Array()).subarray(0, bytes), tag, 0);
      return bytes;
    };
    return { work, ends: [outer, inner], arrived };
  },
};

/** What goes wrong: whoever it is that does it. `ends` are outer and inner ones by turns. */
const breaks = [
  undefined,
  ({ stop }) => stop.abort(),
  ({ ends }) => ends[1].destroy(),
  ({ ends }) => reset(ends[1]),
  ({ ends }) => ends[0].destroy(),
  ({ ends }) => reset(ends[0]),
  ({ ends }) => ends.at(-1).destroy(),
  ({ ends }) => reset(ends.at(-2)),
];

/** Node never closes a socket that is reset while it is being ended. */
function reset(socket) {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}

const totals = { whole: 0, broken: 0 };

async function visit(number) {
  const names = task.only ? [task.only] : Object.keys(mechanisms);
  const name = names[random(names.length)];
  const tag = random(16);
  const size = sizes[random(sizes.length)];
  const how = random(3) === 0 ? undefined : breaks[random(breaks.length)];
  const when = random(3);
  const stop = new AbortController();
  const about = JSON.stringify({ number, name, tag, size, how: breaks.indexOf(how), when });
  const timer = setTimeout(() => {
    throw new Error(`hangs ${stage}: ${about}`);
  }, 10_000);
  let stage = "in its call";
  let breakNow = () => {};
  const onBytes = () => when === 2 && breakNow();
  const given = { tag, size, signal: stop.signal, onBytes, number };
  const { work, ends, arrived } = await mechanisms[name](given);
  const settled = work.then(
    ({ bytes }) => ({ bytes }),
    (error) => ({ error }),
  );
  if (how) {
    breakNow = () => how({ stop, ends });
    if (when === 0) breakNow();
    else setImmediate(() => setImmediate(breakNow));
  }
  const { bytes, error } = await settled;
  stage = `after ${error ?? "its end"}`;
  // Whoever still waits for the other side of a connection that has no more to say.
  for (const end of ends) if (error && !end.destroyed) end.destroy();
  const came = await arrived();
  if (!how) {
    assert.equal(error, undefined, about);
    const all = size * ({ writeViews: 12, relay: 2 }[name] ?? 1);
    assert.deepEqual([bytes, came], [all, all], about);
  } else if (error) {
    assert.match(`${error.code}`, /^(E[A-Z]+|ABORT_ERR|ERR_SOCKET_CLOSED)$/, about);
  }
  totals[error ? "broken" : "whole"] += 1;
  stage = "while it closes";
  for (const end of ends) end.destroy();
  await Promise.all(ends.map((end) => end.closed || once(end, "close").catch(() => {})));
  clearTimeout(timer);
}

async function visitAll(count) {
  let next = 0;
  const inTurn = async () => {
    while (next < count) await visit(`${process.pid}-${task.seed}-${next++}`);
  };
  await Promise.all(Array.from({ length: task.at }, inTurn));
}

// ---- what is left ----

/** All but the log that ThreadSanitizer opens with its first report (native/test/addon.mjs). */
function descriptors() {
  return fs.readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const target = fs.readlinkSync(`/proc/self/fd/${fd}`);
      return /\/race\.\d+$/.test(target) ? [] : [`${fd} ${target}`];
    } catch {
      return []; // the folder's own, closed by now
    }
  });
}

const pollers = () => descriptors().filter((one) => one.endsWith("[eventpoll]"));
const watched = (poller) =>
  fs.readFileSync(`/proc/self/fdinfo/${poller.split(" ")[0]}`, "utf8").match(/^tfd:/gm)?.length ??
  0;

async function until(holds, what) {
  const end = performance.now() + 20_000;
  while (!holds()) {
    assert.ok(performance.now() < end, what());
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Threads that do the same, one after the other, each ended when it is in the middle. */
async function endWorkers() {
  for (let index = 0; index < task.workers; index += 1) {
    const data = { ...task, workers: 0, visits: 1e9, seed: task.seed + index + 1, folder };
    const worker = new Worker(new URL(import.meta.url), { workerData: data });
    await once(worker, "message");
    await new Promise((resolve) => setTimeout(resolve, random(30)));
    await worker.terminate();
  }
}

if (isMainThread) {
  console.log("{}"); // opens what printing needs
  const others = pollers();
  const first = await mechanisms.sendFile({ tag: 1, size: largest, onBytes() {} });
  await first.work;
  await first.arrived();
  await visitAll(Math.min(100, task.visits)); // what is made once
  const sender = pollers().find((one) => !others.includes(one));
  const before = descriptors();
  const resident = process.memoryUsage.rss();
  await Promise.all([visitAll(task.visits), endWorkers()]);
  await until(
    () => descriptors().length <= before.length,
    () =>
      `left open: ${descriptors()
        .filter((one) => !before.includes(one))
        .join(", ")}`,
  );
  if (sender)
    await until(
      () => watched(sender) === 1,
      () => `${watched(sender)} in epoll`,
    );
  const growth = process.memoryUsage.rss() - resident;
  console.log(JSON.stringify({ ...totals, growth, sender: sender !== undefined }));
  fs.rmSync(folder, { recursive: true });
  server.close();
} else {
  const { parentPort } = await import("node:worker_threads");
  parentPort.postMessage("begun", []);
  await visitAll(task.visits);
}
