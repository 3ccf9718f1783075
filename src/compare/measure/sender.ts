/**
 * The process that is measured: listens, takes its connections, sends the file over each by one
 * mechanism and reports what that cost. A process per trial, so that no mechanism runs on what another
 * warmed up.
 */
import fs from "node:fs";
import net from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { mechanisms } from "../file/mechanisms.ts";
import type { FileMechanism } from "../file/mechanism.ts";
import { takeTask, tell } from "./messages.ts";
import type { SenderMessage, SenderTask } from "./messages.ts";
import { startSample } from "./sample.ts";

/** For the work of starting up to be over. */
const settleMs = 20;

const { mechanism: id, part, fileBytes, load } = takeTask() as SenderTask;
const sockets: Socket[] = [];

const server = net.createServer((socket) => {
  socket.on("error", () => {}); // the mechanism reports it
  socket.resume();
  if (sockets.push(socket) < load.transfers) return;
  server.close();
  run().catch((error: unknown) => {
    tell({
      type: "failure",
      message: changed() ?? (error as Error).message,
    } satisfies SenderMessage);
  });
});
server.listen({ port: 0, host: "127.0.0.1", backlog: load.transfers }, () => {
  tell({ type: "listening", port: (server.address() as AddressInfo).port } satisfies SenderMessage);
});

async function run(): Promise<void> {
  const mechanism = mechanisms.find((candidate) => candidate.id === id);
  if (!mechanism) throw new Error(`there is no mechanism ${id}`);
  await sleep(settleMs);

  const endSample = startSample();
  const path = await sendAll(mechanism);
  const sample = endSample({ bytes: part.count * load.transfers, transfers: load.transfers, path });

  const change = changed();
  if (change) throw new Error(change);
  tell({ type: "sample", sample } satisfies SenderMessage);
}

/** Keeps `concurrency` transfers going until every socket has had one. The path of the last. */
async function sendAll(mechanism: FileMechanism): Promise<string> {
  const waiting = sockets.values();
  let path = "none";
  const work = async (): Promise<void> => {
    for (const socket of waiting) path = await mechanism.send(socket, part);
  };
  await Promise.all(Array.from({ length: load.concurrency }, work));
  return path;
}

/** A file that changes under a measurement makes it worthless. */
function changed(): string | undefined {
  const size = fs.statSync(part.path, { throwIfNoEntry: false })?.size;
  if (size === fileBytes) return undefined;
  const now = size === undefined ? "it is gone" : `it has ${size} bytes`;
  return `the file changed while it was sent: it had ${fileBytes} bytes, now ${now}`;
}
