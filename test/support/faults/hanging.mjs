// Sends while the disk hangs, and prints what came of it. Its file argv[2] is never in the page cache,
// argv[3] and argv[4] are; argv[5] is the file that lets the disk go on.
//
//   argv[6]: "rest"       what goes on meanwhile, and after it
//            "exit"       process.exit while the disk hangs
//            "terminate"  a worker that waits for the disk is terminated
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import { Worker, isMainThread, parentPort } from "node:worker_threads";
import { sendFile } from "zerocopy/net";

const [absent, small, large, gate, what] = process.argv.slice(2);
const server = net.createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");

let connected = Promise.resolve();

/** One after the other: so both ends are of the same connection. */
function connect() {
  connected = connected.then(open);
  return connected;
}

async function open() {
  const accepted = once(server, "connection");
  const reader = net.connect(server.address().port, "127.0.0.1");
  const [socket] = await accepted;
  for (const end of [reader, socket]) end.on("error", () => {});
  let bytes = 0;
  reader.on("data", (chunk) => (bytes += chunk.length));
  return { socket, reader, bytes: () => bytes };
}

async function send(file, options) {
  const { socket, reader, bytes } = await connect();
  const closed = once(reader, "close");
  const result = await sendFile(socket, file, options).catch(({ code }) => ({ code }));
  socket.end();
  await closed;
  return { ...result, received: bytes() };
}

/** The calls that wait, by the log of the preloaded library. */
async function untilWaiting(count) {
  const log = () => fs.readFileSync(process.env.THREADS_LOG, { encoding: "utf8", flag: "a+" });
  while (log().split(" waits").length <= count) await new Promise((go) => setTimeout(go, 2));
}

const letGo = () => fs.writeFileSync(gate, "");
const count = 3_000_000;

if (!isMainThread) {
  void send(absent, { count });
  await untilWaiting(1);
  parentPort.postMessage("waits", []);
} else if (what === "rest") {
  const waiting = Array.from({ length: 6 }, () => send(absent, { count }));
  await untilWaiting(4);
  const quick = [await send(small), await send(large)];
  const stop = new AbortController();
  const stopped = send(absent, { count, signal: stop.signal });
  const { socket } = await connect();
  const destroyed = sendFile(socket, absent).catch(({ code }) => ({ code }));
  setImmediate(() => (stop.abort(), socket.destroy()));
  const ended = [await stopped, await destroyed];
  const hung = fs.existsSync(gate) ? "no longer" : "still";
  letGo();
  const results = await Promise.all(waiting);
  console.log(JSON.stringify({ quick, ended, hung, results }));
  server.close();
} else if (what === "exit") {
  void send(absent, { count });
  await untilWaiting(1);
  console.log("exits");
  process.exit(); // the test lets the disk go on when it has read that
} else {
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) });
  await once(worker, "message");
  const ended = worker.terminate();
  letGo();
  console.log(await ended);
  server.close();
}
