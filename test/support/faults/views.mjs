// Sends argv[2] bytes in 500 views to a receiver in this process, and prints what came of both.
import { createHash } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import { receiver, writeViews } from "zerocopy/net";

const size = Number(process.argv[2]);
const bytes = Buffer.alloc(size).map((_, index) => (index * 31) ^ (index >> 8));
const views = Array.from({ length: 500 }, (_, index) =>
  bytes.subarray(Math.floor((size * index) / 500), Math.floor((size * (index + 1)) / 500)),
);

const server = net.createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const reader = net.connect(server.address().port, "127.0.0.1");
const incoming = receiver(reader);
const [socket] = await once(server, "connection");
server.close();
socket.on("error", () => {});
reader.on("error", () => {});

const said = (promise) =>
  promise.then(
    ({ bytes: moved, path }) => ({ bytes: moved, path }),
    ({ name, code, syscall, bytes: moved }) => ({ name, code, syscall, bytes: moved }),
  );
const target = Buffer.alloc(size);
const received = said(incoming.recvAll(target));
const sent = await said(writeViews(socket, views));
const { destroyed } = socket;
socket.end();
const outcome = { sent, received: await received, destroyed };
const sha256 = (one) => createHash("sha256").update(one).digest("hex");
console.log(JSON.stringify({ ...outcome, whole: sha256(target) === sha256(bytes) }));
process.exit();
