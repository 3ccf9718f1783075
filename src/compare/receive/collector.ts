/**
 * The process that is measured: takes one connection from the source, receives what it sends by one
 * mechanism, and reports what that cost.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { takeTask, tell } from "../measure/messages.ts";
import { startSample } from "../measure/sample.ts";
import { mechanisms } from "./mechanisms.ts";
import type { CollectorMessage, CollectorTask } from "./messages.ts";

const { mechanism: id, bytes, hash } = takeTask() as CollectorTask;

run().catch((error: unknown) => {
  tell({ type: "failure", message: (error as Error).message } satisfies CollectorMessage);
});

async function run(): Promise<void> {
  const mechanism = mechanisms.find((candidate) => candidate.id === id);
  if (!mechanism) throw new Error(`there is no mechanism ${id}`);
  const receive = mechanism.open(bytes);
  // Nothing is read before the measurement begins.
  const server = net.createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  tell({ type: "listening", port } satisfies CollectorMessage);
  const [socket] = (await once(server, "connection")) as [Socket];
  server.close();
  socket.on("error", () => {}); // the mechanism reports it

  const endSample = startSample();
  const body = await receive(socket);
  const sample = endSample({ bytes: body.bytes.length, transfers: 1, path: body.path });
  const sha256 = hash ? createHash("sha256").update(body.bytes).digest("hex") : undefined;
  tell({ type: "sample", sample, sha256 } satisfies CollectorMessage);
}
