/** A file is fetched into the pages of another one, and looked into where it lies. */
import fs from "node:fs";
import net from "node:net";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { b, bytearray } from "zerocopy";
import { mapFile } from "zerocopy/fs";
import { receiver, sendFile } from "zerocopy/net";
import { Struct } from "zerocopy/struct";

const head = new Struct(">4sQ"); // "file", length

const server = net.createServer((socket) => void send(socket));
await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));

const incoming = receiver(net.connect((server.address() as AddressInfo).port, "127.0.0.1"));
const announced = bytearray(head.size);
await incoming.recvAll(announced);
const [, length] = head.unpack(announced);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "download-"));
const file = path.join(folder, "node");
fs.writeFileSync(file, "");
fs.truncateSync(file, Number(length)); // a mapping does not make a file longer
const map = mapFile(file, { access: "write" });
try {
  const { bytes, copies } = await incoming.recvAll(map); // the kernel writes into the file's pages
  console.log(`received ${bytes} bytes, ${copies.toFixed(3)} copies of each byte`);
  if (bytes < map.nbytes) throw new Error(`the connection ended after ${bytes} bytes`);
  console.log(map.subarray(1, 4).decode(), "at 1, and again at", map.find(b`ELF`, 2));
} finally {
  map.unmap();
  incoming.socket.destroy();
  server.close();
  fs.rmSync(folder, { recursive: true });
}

async function send(socket: net.Socket): Promise<void> {
  socket.on("error", () => socket.destroy());
  const { size } = fs.statSync(process.execPath);
  // The head leaves in the segment of the first bytes of the file.
  const result = await sendFile(socket, process.execPath, { header: head.pack(b`file`, size) });
  console.log(`sent by ${result.path}: ${result.copies.toFixed(3)} copies of each byte`);
  socket.end();
}
