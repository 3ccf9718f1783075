// Sockets, HTTP and pipes. Both ends are in this process: what one writes the other reads.
import { execFile, spawn } from "node:child_process";
import dgram from "node:dgram";
import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import net from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { chunks, folder, json, payloadBytes, source, text } from "./payload.mjs";

const datagram = source.subarray(0, 8192);

async function listening(server, ...where) {
  server.listen(...where);
  await once(server, "listening");
  return server;
}

/** One connection, on which `send` writes and ends. `onread` takes what comes into one buffer. */
async function throughSocket(send, { onread, at = [0, "127.0.0.1"] } = {}) {
  const server = await listening(net.createServer(send), ...at);
  const address = typeof at[0] === "string" ? { path: at[0] } : { port: server.address().port };
  const socket = net.connect({ ...address, ...(onread && { onread }) });
  socket.resume();
  await once(socket, "close");
  server.close();
}

const intoOneBuffer = { buffer: Buffer.alloc(65_536), callback: () => true };

/** A server that `answer`s, asked by `ask(url)`. */
async function served(answer, ask) {
  const server = await listening(http.createServer(answer), 0, "127.0.0.1");
  await ask(`http://127.0.0.1:${server.address().port}/`);
  server.closeAllConnections();
  server.close();
}

const answerAll = (_request, response) => response.end(source);

async function got(url) {
  const [response] = await once(http.get(url, { agent: false }), "response");
  return response;
}

async function posted(url, write) {
  const request = http.request(url, { method: "POST", agent: false });
  write(request);
  const [response] = await once(request, "response");
  response.resume();
  await once(response, "end");
}

async function collected(stream) {
  const all = [];
  for await (const chunk of stream) all.push(chunk);
  return Buffer.concat(all);
}

function ignoring(request, response) {
  request.resume().on("end", () => response.end());
}

async function parsing(request, response) {
  JSON.parse((await collected(request)).toString());
  response.end();
}

async function byHttp2() {
  const server = await listening(http2.createServer(), 0, "127.0.0.1");
  server.on("stream", (stream) => stream.end(source));
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  const stream = client.request({ ":path": "/" }).resume();
  await once(stream, "end");
  client.close();
  server.close();
}

async function byDatagrams() {
  const receiver = dgram.createSocket("udp4").bind(0, "127.0.0.1");
  await once(receiver, "listening");
  const sender = dgram.createSocket("udp4");
  for (let sent = 0; sent < 32; sent += 1) {
    sender.send(datagram, receiver.address().port, "127.0.0.1");
    await once(receiver, "message");
  }
  sender.close();
  receiver.close();
}

async function fromChild() {
  const child = spawn("head", ["-c", String(payloadBytes), "/dev/zero"]);
  child.stdout.resume();
  await once(child, "close");
}

async function toChild() {
  const child = spawn("cat", [], { stdio: ["pipe", "ignore", "ignore"] });
  child.stdin.end(source);
  await once(child, "close");
}

const words = ["-c", String(payloadBytes), "/dev/zero"];
const options = { encoding: "buffer", maxBuffer: 2 * payloadBytes };

export default {
  "net: socket.write(buffer)": () => throughSocket((socket) => socket.end(source)),
  "net: socket.write(text)": { written: 1, run: () => throughSocket((socket) => socket.end(text)) },
  "net: socket.write(text, latin1)": () => throughSocket((socket) => socket.end(text, "latin1")),
  "net: corked chunks": () =>
    throughSocket((socket) => {
      socket.cork();
      for (const chunk of chunks) socket.write(chunk);
      socket.end();
    }),
  "net: into one buffer (onread)": () =>
    throughSocket((socket) => socket.end(source), { onread: intoOneBuffer }),
  "net: Unix socket": () =>
    throughSocket((socket) => socket.end(source), { at: [path.join(folder, "socket")] }),
  "http: GET, body ignored": () =>
    served(answerAll, async (url) => once((await got(url)).resume(), "end")),
  "http: GET, body collected": () => served(answerAll, async (url) => collected(await got(url))),
  "http: POST, body ignored": () =>
    served(ignoring, (url) => posted(url, (request) => request.end(source))),
  "http: POST, body collected and parsed": () =>
    served(parsing, (url) => posted(url, (request) => request.end(json))),
  "http: POST in chunks": () =>
    served(ignoring, (url) =>
      posted(url, (request) => {
        for (const chunk of chunks) request.write(chunk);
        request.end();
      }),
    ),
  "http: GET of text": () =>
    served(
      (_request, response) => response.end(text),
      async (url) => once((await got(url)).resume(), "end"),
    ),
  "http: echo by pipe": () =>
    served(
      (request, response) => request.pipe(response),
      (url) => posted(url, (request) => request.end(source)),
    ),
  "http2: GET, body ignored": byHttp2,
  "fetch: arrayBuffer": () => served(answerAll, async (url) => (await fetch(url)).arrayBuffer()),
  "fetch: text": () => served(answerAll, async (url) => (await fetch(url)).text()),
  "fetch: body drained": () =>
    served(answerAll, async (url) => {
      for await (const chunk of (await fetch(url)).body) chunk.at(0);
    }),
  "fetch: POST of a buffer": () =>
    served(ignoring, async (url) => (await fetch(url, { method: "POST", body: source })).text()),
  "dgram: send and receive": { payloadBytes: 32 * datagram.length, run: byDatagrams },
  "child_process: stdout ignored": fromChild,
  "child_process: stdin": toChild,
  "child_process: execFile": () => promisify(execFile)("head", words, options),
};
