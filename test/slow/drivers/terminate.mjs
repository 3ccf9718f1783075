// A worker that alone has loaded the addon is terminated in the middle of a transfer. The connection
// must end, the process must go on, and another worker must be able to send. Exits 0, or throws.
import assert from "node:assert";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import { Worker, isMainThread, workerData } from "node:worker_threads";
import { sendFile } from "zerocopy/net";

/** Far more than all socket buffers hold. */
const file = process.execPath;
const sizeBytes = fs.statSync(file).size;

async function send() {
  const socket = net.connect(workerData.port, "127.0.0.1");
  await sendFile(socket, file, { require: "zero-copy" });
  socket.end();
}

async function receive() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const start = async () => {
    const { port } = server.address();
    const worker = new Worker(new URL(import.meta.url), { workerData: { port } });
    const [socket] = await once(server, "connection");
    return { worker, socket };
  };

  const first = await start();
  await once(first.socket, "readable"); // and nobody reads: the transfer is stuck half-way
  await first.worker.terminate();
  assert.ok((await countBytes(first.socket)) < sizeBytes, "the transfer went on");

  const second = await start();
  assert.strictEqual(await countBytes(second.socket), sizeBytes);
  server.close();
}

/** Until the connection ends, cleanly or not. */
async function countBytes(socket) {
  socket.on("error", () => {});
  socket.resume();
  await once(socket, "close");
  return socket.bytesRead;
}

await (isMainThread ? receive() : send());
