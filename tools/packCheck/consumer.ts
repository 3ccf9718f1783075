/**
 * A user's program, compiled once to an ES module and once to CommonJS: sends a file over a TCP
 * connection, prints the path the bytes took and the hash of what arrived.
 */
import { createHash } from "node:crypto";
import net from "node:net";
import { sendFile } from "zerocopy/net";
import type { TransferResult } from "zerocopy/net";

const file: string = process.argv[2] ?? "";

const server = net.createServer((socket) => {
  const hash = createHash("sha256");
  socket.on("data", (chunk) => hash.update(chunk));
  socket.on("end", () => {
    console.log(hash.digest("hex"));
    server.close();
  });
});

async function send(port: number): Promise<TransferResult> {
  const socket = net.connect(port, "127.0.0.1");
  const result = await sendFile(socket, file);
  console.log(result.path);
  socket.end();
  return result;
}

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as net.AddressInfo;
  void send(port);
});
