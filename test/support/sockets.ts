/** Two ends of a real connection in one process. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { temporaryFolder } from "./content.ts";
import { later } from "./resources.ts";
import { untilStill } from "./until.ts";

export type Kind = "TCP" | "Unix";
export const kinds: readonly Kind[] = ["TCP", "Unix"];

export interface Pair {
  /** The end files are sent from. */
  readonly sender: net.Socket;
  /** Does not read until it is told to. */
  readonly reader: net.Socket;
}

/** A connected pair; both ends are destroyed after the test. */
export async function connect(kind: Kind = "TCP", options: net.ServerOpts = {}): Promise<Pair> {
  const server = net.createServer({ pauseOnConnect: false, ...options });
  const accepted = once(server, "connection");
  const reader = net.connect(await listen(server, kind));
  reader.pause();
  const [sender] = (await accepted) as [net.Socket];
  if (reader.connecting) await once(reader, "connect");
  server.close();
  for (const socket of [sender, reader]) own(socket);
  return { sender, reader };
}

/** Where a server listens, in the form that `net.connect` takes. */
export async function listen(server: net.Server, kind: Kind): Promise<net.NetConnectOpts> {
  later(() => server.close());
  if (kind === "TCP") {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { port: (server.address() as net.AddressInfo).port, host: "127.0.0.1" };
  }
  const file = path.join(temporaryFolder(), "socket");
  server.listen(file);
  await once(server, "listening");
  return { path: file };
}

/** Destroys a socket after the test; its errors are nobody's news. */
export function own(socket: net.Socket): net.Socket {
  socket.on("error", () => {});
  later(() => socket.destroy());
  return socket;
}

/** Waits until the kernel's queue towards a TCP reader, which does not read, is full. */
export async function untilFull(reader: net.Socket): Promise<void> {
  const ports = [reader.localPort!, reader.remotePort!].map((port) =>
    port.toString(16).toUpperCase().padStart(4, "0"),
  );
  // local address · remote address · state · transmit queue : receive queue; proc_net(5).
  const line = new RegExp(`:${ports[0]} \\w+:${ports[1]} \\w+ \\w+:(\\w+)`);
  await untilStill(
    () => Number.parseInt(line.exec(fs.readFileSync("/proc/net/tcp", "utf8"))?.[1] ?? "0", 16),
    "the queue of the reader",
  );
}

export interface Received {
  readonly bytes: number;
  readonly sha256: string;
  /** The peer said that it was the end (FIN); otherwise the connection broke. */
  readonly ended: boolean;
}

/** Reads to the end of the connection and keeps a hash only. */
export async function received(reader: net.Socket): Promise<Received> {
  const hash = createHash("sha256");
  let bytes = 0;
  await each(reader, (chunk) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  return { bytes, sha256: hash.digest("hex"), ended: reader.readableEnded };
}

/** Reads to the end of the connection and keeps everything. */
export async function receivedBytes(reader: net.Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await each(reader, (chunk) => chunks.push(chunk));
  return Buffer.concat(chunks);
}

async function each(reader: net.Socket, onData: (chunk: Buffer) => void): Promise<void> {
  reader.on("data", onData);
  reader.resume();
  if (!reader.closed) await new Promise((resolve) => reader.once("close", resolve));
}

/** Reads exactly `count` bytes, and then no more. */
export function take(reader: net.Socket, count: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onClose = (): void => reject(new Error(`closed after ${bytes} of ${count} bytes`));
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes < count) return;
      reader.pause().off("data", onData).off("close", onClose);
      const all = Buffer.concat(chunks);
      if (bytes > count) reader.unshift(all.subarray(count));
      resolve(all.subarray(0, count));
    };
    reader.once("close", onClose).on("data", onData).resume();
  });
}
