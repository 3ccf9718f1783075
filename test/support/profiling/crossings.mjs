// Crosses to the kernel in every way that Node has, between two lines of output that strace shows too.
import { once } from "node:events";
import dgram from "node:dgram";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { startProfile } from "zerocopy/profile";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-profile-"));
const file = path.join(folder, "file");
const source = Buffer.alloc(1 << 20, 1);

async function files() {
  fs.writeFileSync(file, source);
  fs.readFileSync(file);
  await fs.promises.readFile(file);
  await fs.promises.writeFile(file, source);
  const handle = await fs.promises.open(file, "r+");
  await handle.readv([Buffer.alloc(1000), Buffer.alloc(2000)], 5);
  await handle.writev([source.subarray(0, 1000), source.subarray(0, 2000)], 5);
  await handle.close();
  for await (const chunk of fs.createReadStream(file)) chunk.at(0);
}

async function sockets() {
  const server = net.createServer((socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = net.connect(server.address().port, "127.0.0.1").resume();
  socket.write(source);
  socket.end("text");
  await once(socket, "close");
  server.close();
}

async function datagrams() {
  const target = dgram.createSocket("udp4").bind(0, "127.0.0.1");
  await once(target, "listening");
  const sender = dgram.createSocket("udp4");
  sender.send(
    [source.subarray(0, 1000), source.subarray(0, 500)],
    target.address().port,
    "127.0.0.1",
  );
  await once(target, "message");
  target.close();
  sender.close();
}

async function messages() {
  const server = http.createServer((request, response) => request.pipe(response)).listen(0);
  await once(server, "listening");
  const { port } = server.address();
  const reply = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body: source });
  await reply.arrayBuffer();
  server.close();
  server.closeAllConnections();
}

const profile = startProfile();
fs.writeSync(2, "<begin>");
await files();
await sockets();
await datagrams();
await messages();
fs.rmSync(folder, { recursive: true });
fs.writeSync(2, "<end>");
const { threads } = profile.stop();
console.log(JSON.stringify(threads.map(({ counts }) => counts)));
