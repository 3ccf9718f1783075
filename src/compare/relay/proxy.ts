/**
 * The process that is measured: takes one connection from the source and one from the receiver, joins
 * them by one mechanism, and reports what that cost.
 */
import { once } from "node:events";
import net from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { takeTask, tell } from "../measure/messages.ts";
import { startSample } from "../measure/sample.ts";
import { mechanisms } from "./mechanisms.ts";
import type { ProxyMessage, ProxyTask } from "./messages.ts";

/** For the work of starting up to be over. */
const settleMs = 20;

const { mechanism: id, bytes } = takeTask() as ProxyTask;

run().catch((error: unknown) => {
  tell({ type: "failure", message: (error as Error).message } satisfies ProxyMessage);
});

async function run(): Promise<void> {
  const mechanism = mechanisms.find((candidate) => candidate.id === id);
  if (!mechanism) throw new Error(`there is no mechanism ${id}`);
  const servers = await Promise.all([listen(), listen()]);
  const [sourcePort, receiverPort] = servers.map(portOf) as [number, number];
  tell({ type: "listening", sourcePort, receiverPort } satisfies ProxyMessage);
  const [a, b] = await Promise.all(servers.map(accept));
  await sleep(settleMs);

  const endSample = startSample();
  const path = await mechanism.join(a!, b!);
  const sample = endSample({ bytes, transfers: 1, path });
  tell({ type: "sample", sample } satisfies ProxyMessage);
}

/** Nothing is read before the measurement begins. */
async function listen(): Promise<Server> {
  const server = net.createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function accept(server: Server): Promise<Socket> {
  const [socket] = (await once(server, "connection")) as [Socket];
  server.close();
  socket.on("error", () => {}); // the mechanism reports it
  return socket;
}
