// What the pairs work on: the same bytes in memory, in a file, as text and at the other end of a socket.
import crypto from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { MessageChannel } from "node:worker_threads";
import zlib from "node:zlib";
import { ByteQueue, b } from "zerocopy";
import { mapFile } from "zerocopy/fs";

export const size = 1 << 20;

export function payload([webPort, sinkPort, sourcePort], folder) {
  const source = Buffer.alloc(size, "line of text\n");
  const file = path.join(folder, "file");
  const to = path.join(folder, "to");
  fs.writeFileSync(file, source);
  return {
    ...{ source, file, to, size },
    ...memory(source),
    ...overSockets(sinkPort, sourcePort),
    ...overHttp(`http://127.0.0.1:${webPort}/`),
    fd: fs.openSync(file, "r+"),
    outFd: fs.openSync(to, "w"),
    keep: () => {},
    mapped: () => {
      const map = mapFile(file);
      map.find(b`no such text`);
      map.unmap();
    },
  };
}

function memory(source) {
  const plain = new Uint8Array(source);
  const eighth = size / 8;
  return {
    plain,
    long: Array.from({ length: 8 }, (_, at) => source.subarray(at * eighth, (at + 1) * eighth)),
    small: source.subarray(0, size / 4),
    half: size / 2,
    target: Buffer.alloc(size),
    text: source.toString("latin1"),
    zipped: zlib.gzipSync(crypto.randomBytes(size)),
    shared: new SharedArrayBuffer(size),
    view: () => Buffer.from(source.buffer, source.byteOffset, size),
    collect: async (stream) => {
      const queue = new ByteQueue();
      for await (const chunk of stream) queue.append(chunk);
      return queue.views();
    },
    each: async (items) => {
      for await (const item of items) item.release();
    },
    posted: async (send) => {
      const { port1, port2 } = new MessageChannel();
      const message = once(port2, "message");
      send(port1);
      await message;
      port1.close();
    },
  };
}

function overSockets(sinkPort, sourcePort) {
  return {
    sink: async (send) => {
      const socket = net.connect(sinkPort, "127.0.0.1");
      await once(socket, "connect");
      await send(socket);
      socket.end();
      await once(socket.resume(), "close");
    },
    drawn: async (receive) => {
      const socket = net.connect(sourcePort, "127.0.0.1");
      await once(socket, "connect");
      await receive(socket);
      socket.destroy();
    },
  };
}

function overHttp(url) {
  return {
    url,
    get: () => new Promise((resolve) => http.get(url, { agent: false }, resolve)),
    upload: async (send) => {
      const headers = { "content-length": size };
      const request = http.request(url, { method: "PUT", agent: false, headers });
      const response = once(request, "response");
      await send(request);
      const [answer] = await response;
      await once(answer.resume(), "end");
    },
  };
}
