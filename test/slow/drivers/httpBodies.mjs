// Bodies of HTTP messages past their streams, which needs what Node's messages keep inside: pipelined, strict,
// corked, with heads of latin1, to slow and to broken readers. Exits with 0 when all of it is right.
import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { sendFile } from "../../../dist/http/index.js";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-http-bodies-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
const contents = new Map(
  [0, 700, 100_000, 5_000_000].map((size) => {
    const bytes = Buffer.from(
      Array.from({ length: size }, (_, index) => (index * 31 + size) % 251),
    );
    fs.writeFileSync(path.join(folder, String(size)), bytes);
    return [size, bytes];
  }),
);

const events = [];
const results = [];
const failures = [];
const written = []; // of connections that have closed

const server = http.createServer((req, res) => {
  const [, how, size] = req.url.split("/");
  for (const event of ["prefinish", "finish", "close"]) res.on(event, () => events.push(event));
  res.setHeader("X-Name", "caf\u00e9");
  if (how === "strict") {
    res.strictContentLength = true;
    res.setHeader("Content-Length", size);
  }
  if (how === "cork") res.cork();
  sendFile(res, path.join(folder, size)).then(
    (result) => results.push(result),
    (error) => failures.push(error.code),
  );
  if (how === "end") res.end();
});
server.on("connection", (socket) => {
  socket.once("close", () => written.push(socket.bytesWritten));
});
// Hundreds of pipelined responses must not look like a leak.
process.on("warning", (warning) => {
  throw warning;
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address();

/** Everything that comes until the connection closes. */
async function ask(...requests) {
  const socket = net.connect(port, "127.0.0.1");
  const chunks = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  const texts = requests.map(([method, target], index) => {
    const close = index === requests.length - 1 ? "Connection: close\r\n" : "";
    return `${method} ${target} HTTP/1.1\r\nHost: x\r\n${close}\r\n`;
  });
  socket.write(texts.join(""));
  await once(socket, "close");
  return Buffer.concat(chunks);
}

/** Each response has its head and its body, and nothing is between them. */
function check(bytes, requests) {
  let rest = bytes;
  for (const [method, target] of requests) {
    const size = Number(target.split("/")[2]);
    const end = rest.indexOf("\r\n\r\n") + 4;
    const head = rest.toString("latin1", 0, end);
    assert.match(head, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(head, /X-Name: caf\u00e9\r\n/);
    assert.match(head, new RegExp(`content-length: ${size}\r\n`, "i"));
    const length = method === "HEAD" ? 0 : size;
    assert.ok(rest.subarray(end, end + length).equals(contents.get(size).subarray(0, length)));
    rest = rest.subarray(end + length);
  }
  assert.equal(rest.length, 0);
}

const requests = ["plain", "strict", "cork", "end"].flatMap((how) =>
  [0, 700, 100_000, 5_000_000].flatMap((size) => [
    ["GET", `/${how}/${size}`],
    ["HEAD", `/${how}/${size}`],
  ]),
);
for (let round = 0; round < 2; round += 1) {
  const bytes = await ask(...requests);
  check(bytes, requests);
  while (written.length <= round || results.length < (round + 1) * requests.length) {
    assert.deepEqual(failures, []);
    await new Promise(setImmediate);
  }
  assert.equal(written[round], bytes.length);
}
assert.deepEqual([...new Set(results.map(({ reason }) => reason))], [undefined]);
assert.ok(results.every((result) => ["read-write", "sendfile"].includes(result.path)));
assert.ok(results.some((result) => result.path === "sendfile"));
while (events.length < 6 * requests.length) await new Promise(setImmediate);
for (let index = 0; index < events.length; index += 1) {
  assert.ok(["prefinish", "finish", "close"].includes(events[index]));
}

// A reader that breaks the connection, in the middle and pipelined behind another.
const socket = net.connect(port, "127.0.0.1").on("error", () => {});
socket.pause();
socket.write("GET /plain/5000000 HTTP/1.1\r\nHost: x\r\n\r\n".repeat(8));
await once(socket, "readable");
socket.resetAndDestroy();
while (failures.length === 0) await new Promise(setImmediate);
server.close();
