/** A TCP proxy: it says who the client is, and the kernel carries the bytes there and back. */
import net from "node:net";
import type { AddressInfo } from "node:net";
import { b, bytes } from "zerocopy";
import { relay, writeViews } from "zerocopy/net";

const upstream = net.createServer({ allowHalfOpen: true }, (socket) => {
  let length = 0;
  socket.on("error", () => socket.destroy()).on("data", (chunk) => (length += chunk.length));
  socket.on("end", () => socket.end(`you sent ${length} bytes`));
});

const proxy = net.createServer({ pauseOnConnect: true }, (client) => void carry(client));

await Promise.all([upstream, proxy].map(listening));
const client = net.connect({ port: portOf(proxy), host: "127.0.0.1", allowHalfOpen: true });
client.end(Buffer.alloc(1_000_000));
client.on("data", (chunk) => console.log(String(chunk)));
client.on("close", () => [upstream, proxy].forEach((server) => server.close()));

async function carry(from: net.Socket): Promise<void> {
  const server = net.connect(portOf(upstream), "127.0.0.1");
  try {
    // What is written before leaves first: a line of the PROXY protocol.
    const ends = [from.remoteAddress, from.localAddress, from.remotePort, from.localPort];
    await writeViews(server, [b`PROXY TCP4 `, bytes(ends.join(" "), "ascii"), b`\r\n`]);
    const { aToB, bToA, path, copies } = await relay(from, server);
    console.log(`${aToB.bytes} bytes there, ${bToA.bytes} back by ${path}, ${copies} copies`);
  } catch (error) {
    console.error((error as Error).message); // ECONNREFUSED, ECONNRESET, …
    for (const socket of [from, server]) socket.destroy();
  }
}

function portOf(server: net.Server): number {
  return (server.address() as AddressInfo).port;
}

function listening(server: net.Server): Promise<void> {
  return new Promise((ready) => server.listen(0, "127.0.0.1", ready));
}
