/**
 * Static files from Node, by one mechanism: `node nodeServer.js MECHANISM ROOT`. Prints its port;
 * reports on its loop (loopReport.ts).
 *
 * A response is written by hand: what is compared is how the body leaves, not who parses the request.
 */
import { createReadStream, statSync } from "node:fs";
import net from "node:net";
import type { AddressInfo, Socket } from "node:net";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { sendFile } from "zerocopy/net";
import { reportLoop } from "./loopReport.ts";

type Send = (socket: Socket, file: string, header: string) => Promise<unknown>;

const mechanisms: Readonly<Record<string, Send>> = {
  stream(socket, file, header) {
    socket.write(header);
    return pipeline(createReadStream(file), socket);
  },
  async zerocopy(socket, file, header) {
    socket.write(header);
    const sent = sendFile(socket, file);
    socket.end();
    await sent;
  },
};

const [mechanism = "", root = ""] = process.argv.slice(2);
const send = mechanisms[mechanism];
if (!send)
  throw new Error(`Cannot serve by ${mechanism}: wanted ${Object.keys(mechanisms).join(", ")}`);

const server = net.createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", (request) => {
    const [, name = ""] = /^GET \/(\S+)/.exec(request.toString("latin1")) ?? [];
    const file = path.join(root, name);
    const header = `HTTP/1.1 200 OK\r\nContent-Length: ${statSync(file).size}\r\nConnection: close\r\n\r\n`;
    send(socket, file, header).catch(() => {}); // a reader that went away
  });
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  console.log((server.address() as AddressInfo).port);
});

reportLoop();
