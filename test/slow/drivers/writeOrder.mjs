// Writes and files on one socket, in call order, checked byte for byte. Exits 0, or throws.
//
//   node writeOrder.mjs           in the main thread
//   node writeOrder.mjs worker    in a worker, which alone loads the addon
import assert from "node:assert";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread } from "node:worker_threads";
import { sendFile } from "zerocopy/net";

const file = fileURLToPath(new URL("../../../package-lock.json", import.meta.url));

async function sendInOrder() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const sending = net.connect(server.address().port, "127.0.0.1");
  const [receiving] = await once(server, "connection");
  const received = buffer(receiving);

  sending.write("head");
  const whole = sendFile(sending, file);
  sending.write("mid");
  const range = sendFile(sending, file, { offset: 1000, count: 5000 });
  sending.end("tail");

  const content = fs.readFileSync(file);
  const parts = ["head", content, "mid", content.subarray(1000, 6000), "tail"];
  const expected = Buffer.concat(parts.map((part) => Buffer.from(part)));
  assert.ok(expected.equals(await received), "the bytes differ");
  const sent = [await whole, await range].map(({ bytes, path }) => ({ bytes, path }));
  assert.deepStrictEqual(sent, [
    { bytes: content.length, path: "sendfile" },
    { bytes: 5000, path: "sendfile" },
  ]);
  server.close();
}

if (isMainThread && process.argv[2] === "worker") {
  await once(new Worker(new URL(import.meta.url)), "exit");
} else {
  await sendInOrder();
}
