// A file sent to a client in the same process: what both ends see of it.
import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export const md5 = (bytes) => createHash("md5").update(bytes).digest("hex");

/** Waits until `value()` has not changed for 50 ms, and is not zero. */
export async function untilStill(value) {
  for (let before = 0, since = performance.now(); ; await sleep(5)) {
    const now = value();
    if (now !== before) since = performance.now();
    before = now;
    if (now > 0 && performance.now() - since > 50) return now;
  }
}

/** Bytes that a client which does not read has waiting for it: the receive queue of proc_net(5). */
export function queueOf({ localPort, remotePort }) {
  const [local, remote] = [localPort, remotePort].map((port) =>
    port.toString(16).toUpperCase().padStart(4, "0"),
  );
  const line = new RegExp(`:${local} \\w+:${remote} \\w+ \\w+:(\\w+)`);
  return Number.parseInt(line.exec(fs.readFileSync("/proc/net/tcp", "utf8"))?.[1] ?? "0", 16);
}

export async function until(holds) {
  while (!holds()) await sleep(5);
}

/** Notes events of an emitter, and how far a file stream has come at each. */
export function note(log, name, emitter, events) {
  for (const event of events) {
    emitter.on(event, (argument) => {
      const error = argument instanceof Error ? ` ${argument.code ?? argument.message}` : "";
      log.push(`${name} ${event}${error}`);
    });
  }
}

export const ofFiles = ["open", "ready", "end", "close", "error"];
export const ofResponses = ["pipe", "unpipe", "prefinish", "finish", "close", "error"];

/** Everything that a stream says of itself, when nothing moves any more. */
export const stateOf = (stream) => ({
  bytesRead: stream.bytesRead,
  readableEnded: stream.readableEnded,
  readableDidRead: stream.readableDidRead,
  destroyed: stream.destroyed,
  closed: stream.closed,
  errored: stream.errored?.code,
  flowing: stream.readableFlowing,
  names: Object.getOwnPropertyNames(stream).filter((name) => !name.startsWith("_")),
  listeners: stream.eventNames().map((name) => `${String(name)} ${stream.listenerCount(name)}`),
});

/** Asks `handler` once; the client does with the response what `read` says. */
export async function served(
  handler,
  read = (socket) => socket.resume(),
  listenOn = [0, "127.0.0.1"],
) {
  const server = http.createServer(handler);
  await new Promise((resolve) => server.listen(...listenOn, resolve));
  const address = server.address();
  const client = net.connect(typeof address === "string" ? { path: address } : address);
  client.on("error", () => {});
  const chunks = [];
  client.on("data", (chunk) => chunks.push(chunk));
  client.write("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
  await read(client, chunks);
  if (!client.closed) await once(client, "close");
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  return Buffer.concat(chunks).toString("latin1");
}

/** The body of a raw response. */
export const bodyOf = (response) =>
  Buffer.from(response.slice(response.indexOf("\r\n\r\n") + 4), "latin1");
export const headOf = (response) =>
  response.slice(0, response.indexOf("\r\n\r\n")).replace(/^Date: .*$/m, "Date: masked");

/** A response that sends `file` by `send`, seen from both ends. */
export async function whole(file, { options, size, listenOn, send } = {}) {
  const log = [];
  let stream;
  const response = await served(
    (request, message) => {
      message.setHeader("Content-Length", size ?? fs.statSync(file).size);
      stream = fs.createReadStream(file, options);
      note(log, "file", stream, ofFiles);
      note(log, "response", message, ofResponses);
      message.on("finish", () => log.push(`written ${request.socket.bytesWritten}`));
      if (send) send(stream, message, log);
      else stream.pipe(message);
      log.push("piped");
    },
    undefined,
    listenOn,
  );
  await until(() => stream.closed);
  return { log, state: stateOf(stream), head: headOf(response), body: md5(bodyOf(response)) };
}

/**
 * A response that stalls after about `bytes`, when `act` is called; then the client reads on. The
 * answers to `finish` are what is compared.
 */
export async function stalled(file, bytes, act, finish = async () => ({}), how = {}) {
  const { options, send, resumes = true } = how;
  const log = [];
  let stream;
  let message;
  const response = await served(
    (request, answer) => {
      message = answer;
      message.setHeader("Content-Length", fs.statSync(file).size);
      stream = fs.createReadStream(file, options);
      note(log, "file", stream, ["end", "close", "error"]);
      note(log, "response", message, ["unpipe", "finish", "close", "error"]);
      if (send) send(stream, message, log);
      else stream.pipe(message);
    },
    async (client, chunks) => {
      const length = () => chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      while (length() < bytes) await once(client, "data");
      client.pause();
      await untilStill(() => queueOf(client));
      const acting = act(stream, message, log, client);
      if (resumes) client.resume();
      await acting;
    },
  );
  const body = bodyOf(response);
  return { log, ...(await finish({ stream, message, body })) };
}

export const isPrefix = (body, file) => {
  const content = fs.readFileSync(file);
  return body.equals(content.subarray(0, body.length));
};

/** Two ends of a connection. */
export async function pair() {
  const server = net.createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const reader = net.connect(server.address());
  const [sender] = await once(server, "connection");
  if (reader.connecting) await once(reader, "connect");
  server.close();
  return { reader, sender };
}
