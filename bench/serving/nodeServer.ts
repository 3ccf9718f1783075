/**
 * Static files from Node, by one mechanism: `node nodeServer.js MECHANISM ROOT`. Prints its port. Each
 * byte on its standard input asks for what the event loop did since the last one; the answer is a line of
 * JSON.
 *
 * A response is written by hand: what is compared is how the body leaves, not who parses the request.
 */
import { createReadStream, statSync } from "node:fs";
import net from "node:net";
import type { AddressInfo, Socket } from "node:net";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { pipeline } from "node:stream/promises";
import { sendFile } from "zerocopy/net";

/** What the loop of a server did meanwhile. */
export interface LoopReport {
  /** ms by which the loop was late, at the 99th percentile. */
  readonly delayP99: number;
  readonly delayMax: number;
  readonly rssBytes: number;
}

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

const resolutionMs = 1;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
process.stdin.on("data", () => {
  const report: LoopReport = {
    delayP99: delay.percentile(99) / 1e6 - resolutionMs,
    delayMax: delay.max / 1e6 - resolutionMs,
    rssBytes: process.memoryUsage.rss(),
  };
  delay.reset();
  delay.enable(); // by the first question: where nobody asks, its timer is no part of the figures
  console.log(JSON.stringify(report));
});
process.stdin.on("end", () => process.exit());
