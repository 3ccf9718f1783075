/**
 * The process that is measured: listens, takes one connection, sends the file by one mechanism and
 * reports what it cost. A process per trial, so that no mechanism runs on what another warmed up.
 */
import fs from "node:fs";
import net from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { chapters } from "../chapters.ts";
import { takeTask, tell } from "./messages.ts";
import type { SenderTask } from "./messages.ts";
import { startSample } from "./sample.ts";

/** For the work of starting up to be over. */
const settleMs = 20;

const task = takeTask() as SenderTask;
const mechanism = chapters
  .find((chapter) => chapter.id === task.chapter)
  ?.mechanisms.find(({ id }) => id === task.mechanism);

const server = net.createServer((socket) => {
  server.close();
  send(socket).catch((error: unknown) => {
    tell({ type: "failure", message: changed() ?? (error as Error).message });
  });
});
server.listen(0, "127.0.0.1", () => {
  tell({ type: "listening", port: (server.address() as AddressInfo).port });
});

async function send(socket: Socket): Promise<void> {
  if (!mechanism) throw new Error(`there is no mechanism ${task.mechanism}`);
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => {}); // the mechanism reports it
  socket.resume();
  await sleep(settleMs);

  const endSample = startSample();
  const path = await mechanism.send(socket, task.path);
  await closed;
  const sample = endSample(task.bytes, path);

  const change = changed();
  if (change) throw new Error(change);
  tell({ type: "sample", sample });
}

/** A file that changes under a measurement makes it worthless. */
function changed(): string | undefined {
  const size = fs.statSync(task.path, { throwIfNoEntry: false })?.size;
  if (size === task.bytes) return undefined;
  const now = size === undefined ? "it is gone" : `it has ${size} bytes`;
  return `the file changed while it was sent: it had ${task.bytes} bytes, now ${now}`;
}
