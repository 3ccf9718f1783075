// What advice is about, and what it says instead: pairs that come to the same, each recorded by itself.
// Writes to the file that is named, as JSON: by kind and API, what was copied before and after, and by whom before.
import child_process from "node:child_process";
import crypto, { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Readable, Writable } from "node:stream";
import consumers from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { StringDecoder } from "node:string_decoder";
import v8 from "node:v8";
import { MessageChannel, Worker } from "node:worker_threads";
import zlib from "node:zlib";
import { ByteQueue, b, bytearray, memoryview } from "zerocopy";
import { copyFile, mapFile } from "zerocopy/fs";
import { sendFile as sendBody } from "zerocopy/http";
import { receiver, saveTo, sendFile, writeViews } from "zerocopy/net";
import { sitesOf, startProfile, totalsOf } from "zerocopy/profile";
import { lengthPrefixed, lines } from "zerocopy/stream";
import { pack } from "zerocopy/struct";

const size = 1 << 20;
const nodeMajor = Number(process.versions.node.split(".")[0]);

/** The other end of sockets and requests, in a process of its own so that its copies do not count. */
async function peer() {
  const body = Buffer.alloc(size, "line of text\n");
  const web = http.createServer((request, response) => {
    request.resume().on("end", () => response.end(request.method === "GET" ? body : "ok"));
  });
  const sink = net.createServer((socket) => socket.resume().on("end", () => socket.end()));
  const source = net.createServer((socket) => socket.end(body));
  const ports = [];
  for (const server of [web, sink, source]) {
    await once(server.listen(0, "127.0.0.1"), "listening");
    ports.push(server.address().port);
  }
  process.send(ports);
  process.on("disconnect", () => process.exit());
}

async function main(output) {
  const other = child_process.fork(process.argv[1], {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const [[webPort, sinkPort, sourcePort]] = await once(other, "message");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-advice-"));
  try {
    const results = {};
    const pairs = pairsOf({ webPort, sinkPort, sourcePort, folder });
    for (const [name, [before, after]] of Object.entries(pairs)) {
      results[name] = await compare(before, after);
    }
    fs.writeFileSync(output, JSON.stringify(results));
  } finally {
    fs.rmSync(folder, { recursive: true });
    other.disconnect();
  }
}

async function compare(before, after) {
  await before(); // what the first call loads and compiles is no copy of the API
  await after();
  const old = await recorded(before);
  const sites = {};
  for (const { kind, api, bytes } of sitesOf(old)) {
    sites[`${kind} ${api}`] = (sites[`${kind} ${api}`] ?? 0) + bytes;
  }
  return { sites, before: totalsOf(old).copies, after: totalsOf(await recorded(after)).copies };
}

async function recorded(run) {
  const profile = startProfile({ bytesPerSample: 4096, isAdaptive: false });
  await run();
  return profile.stop();
}

function pairsOf({ webPort, sinkPort, sourcePort, folder }) {
  const url = `http://127.0.0.1:${webPort}/`;
  const source = Buffer.alloc(size, "line of text\n");
  const target = Buffer.alloc(size);
  const text = source.toString("latin1");
  const long = Array.from({ length: 8 }, (_, at) =>
    source.subarray(at * (size / 8), (at + 1) * (size / 8)),
  );
  const small = source.subarray(0, size / 4);
  const half = size / 2;
  const file = path.join(folder, "file");
  const to = path.join(folder, "to");
  fs.writeFileSync(file, source);
  const fd = fs.openSync(file, "r+");
  const outFd = fs.openSync(to, "w");
  const zipped = zlib.gzipSync(crypto.randomBytes(size));
  const shared = new SharedArrayBuffer(size);

  const collect = async (stream) => {
    const queue = new ByteQueue();
    for await (const chunk of stream) queue.append(chunk);
    return queue.views();
  };
  const each = async (items) => {
    for await (const item of items) item.release();
  };
  const sink = async (send) => {
    const socket = net.connect(sinkPort, "127.0.0.1");
    await once(socket, "connect");
    await send(socket);
    socket.end();
    await once(socket.resume(), "close");
  };
  const drawn = async (receive) => {
    const socket = net.connect({ port: sourcePort, host: "127.0.0.1" });
    await once(socket, "connect");
    await receive(socket);
    socket.destroy();
  };
  const upload = async (send) => {
    const request = http.request(url, {
      method: "PUT",
      agent: false,
      headers: { "content-length": size },
    });
    const response = once(request, "response");
    await send(request);
    const [answer] = await response;
    await once(answer.resume(), "end");
  };
  const get = () => new Promise((resolve) => http.get(url, { agent: false }, resolve));
  const posted = async (send) => {
    const { port1, port2 } = new MessageChannel();
    const message = once(port2, "message");
    send(port1);
    await message;
    port1.close();
  };
  const keep = () => {};
  const mapped = () => {
    const map = mapFile(file);
    map.find(b`no such text`);
    map.unmap();
  };
  const view = () => Buffer.from(source.buffer, source.byteOffset, size);
  const plain = new Uint8Array(source);

  return {
    "copy Buffer.concat": [() => Buffer.concat(long), () => collect(long)],
    "copy Buffer.from": [() => Buffer.from(source), view],
    "copy Buffer.copyBytesFrom": [() => Buffer.copyBytesFrom(plain), view],
    "copy buf.copy": [
      () => {
        const part = Buffer.allocUnsafeSlow(size);
        fs.readSync(fd, part, 0, size, 0);
        part.copy(target);
      },
      () => fs.readSync(fd, target, 0, size, 0),
    ],
    "copy buf.toJSON": [() => small.toJSON(), () => small.toString("base64")],
    "copy typedArray.slice": [() => plain.slice(1), () => plain.subarray(1)],
    "copy typedArray.set": [
      () => target.set(new TextEncoder().encode(text)),
      () => new TextEncoder().encodeInto(text, target),
    ],
    "copy typedArray.copyWithin": [
      () => target.copyWithin(0, half),
      () => {
        const queue = new ByteQueue();
        queue.append(target);
        queue.consume(half);
      },
    ],
    "copy new TypedArray": [
      () => new Uint8Array(plain),
      () => new Uint8Array(plain.buffer, 0, size),
    ],
    "copy TypedArray.from": [
      () => Uint8Array.from(plain),
      () => new Uint8Array(plain.buffer, 0, size),
    ],
    "copy typedArray.with": [
      () => plain.with(0, 1),
      () => {
        plain[0] = 1;
      },
    ],
    "copy typedArray.toSorted": [() => plain.toSorted(), () => plain.sort()],
    "copy typedArray.toReversed": [
      () => plain.toReversed(),
      () => memoryview(plain).subarray(null, null, -1).get(0),
    ],
    "copy typedArray.map": [
      () => plain.map((byte) => byte),
      () => {
        for (let at = 0; at < size; at += 1) target[at] = plain[at];
      },
    ],
    "copy typedArray.filter": [
      () => plain.filter((byte) => byte > 0),
      () => {
        let sum = 0;
        for (const byte of plain) sum += byte;
        return sum;
      },
    ],
    "copy Array.from": [
      () => Array.from(small),
      () => {
        let sum = 0;
        for (const byte of small) sum += byte;
        return sum;
      },
    ],
    "copy array copy": [
      () => [...small],
      () => {
        let sum = 0;
        for (const byte of small) sum += byte;
        return sum;
      },
    ],
    "copy arrayBuffer.slice": [() => plain.buffer.slice(1), () => new Uint8Array(plain.buffer, 1)],
    "copy sharedArrayBuffer.slice": [() => shared.slice(1), () => new Uint8Array(shared, 1)],
    ...(nodeMajor < 22
      ? {}
      : {
          "copy arrayBuffer.transfer": [
            () => new ArrayBuffer(size).transfer(2 * size),
            () => new ArrayBuffer(size, { maxByteLength: 2 * size }).resize(2 * size),
          ],
        }),
    "copy structuredClone": [
      () => structuredClone(plain),
      () => {
        const given = new ArrayBuffer(size);
        structuredClone(given, { transfer: [given] });
      },
    ],
    "copy port.postMessage": [
      () => posted((port) => port.postMessage(plain)),
      () =>
        posted((port) => {
          const given = new ArrayBuffer(size);
          port.postMessage(given, [given]);
        }),
    ],
    "copy message receive": [
      () => posted((port) => port.postMessage(plain)),
      () =>
        posted((port) => {
          const given = new ArrayBuffer(size);
          port.postMessage(given, [given]);
        }),
    ],
    "copy new Worker": [
      () => once(new Worker("0", { eval: true, workerData: plain }), "exit"),
      () => {
        const given = new ArrayBuffer(size);
        return once(
          new Worker("0", { eval: true, workerData: given, transferList: [given] }),
          "exit",
        );
      },
    ],
    "copy v8.serialize": [() => v8.serialize({ id: 1, plain }), () => [pack(">I", 1), plain]],

    "copy buf.toString": [
      () => source.toString("latin1").indexOf("none"),
      () => memoryview(source).find(b`none`),
    ],
    "copy textDecoder.decode": [
      () => new TextDecoder().decode(source).indexOf("none"),
      () => memoryview(source).find(b`none`),
    ],
    "copy stringDecoder.write": [
      () => {
        const decoder = new StringDecoder("latin1");
        for (const chunk of long) decoder.write(chunk);
      },
      () => each(lines(long)),
    ],
    "copy readable.setEncoding": [
      async () => {
        for await (const chunk of fs.createReadStream(file, "latin1")) chunk.indexOf("none");
      },
      () => each(lines(fs.createReadStream(file))),
    ],
    "copy string.charCodeAt": [
      () =>
        sink((socket) => {
          const both = text + text;
          if (both.charCodeAt(0) > 0) socket.write(both, "latin1");
        }),
      () => sink((socket) => writeViews(socket, [source, source])),
    ],
    "copy array.join": [
      () => sink((socket) => socket.write([text, text].join(), "latin1")),
      () => sink((socket) => writeViews(socket, [source, b`,`, source])),
    ],
    "copy string.slice": [() => (text + text).slice(1), () => memoryview(source).subarray(1)],
    "copy JSON.parse": [
      () => JSON.parse(`"${text.replaceAll("\n", " ")}"`),
      () => each(lengthPrefixed([pack(">I", size).lendUint8Array(), source])),
    ],
    "copy JSON.stringify": [
      () =>
        sink((socket) =>
          socket.write(JSON.stringify({ text: text.replaceAll("\n", " ") }), "latin1"),
        ),
      () => sink((socket) => writeViews(socket, [b`{}`, source])),
    ],
    "copy console.log": [() => console.log(text), () => process.stdout.write(source)],

    "copy consumers.buffer": [
      () => consumers.buffer(Readable.from(long)),
      () => collect(Readable.from(long)),
    ],
    "copy consumers.arrayBuffer": [
      () => consumers.arrayBuffer(Readable.from(long)),
      () => collect(Readable.from(long)),
    ],
    "copy consumers.blob": [
      () => consumers.blob(Readable.from(long)),
      () => collect(Readable.from(long)),
    ],
    "copy consumers.text": [
      () => consumers.text(Readable.from(long)),
      () => each(lines(Readable.from(long))),
    ],
    "copy consumers.json": [
      () =>
        consumers.json(
          Readable.from([b`"`.lendUint8Array(), Buffer.alloc(size, "a"), b`"`.lendUint8Array()]),
        ),
      () => each(lengthPrefixed(Readable.from([pack(">I", size).lendUint8Array(), source]))),
    ],
    "copy readable.read": [
      async () => {
        const stream = new Readable({ read() {}, highWaterMark: 2 * size });
        for (const chunk of [...long, null]) stream.push(chunk);
        await once(stream, "readable");
        stream.read(size);
      },
      async () => {
        const stream = new Readable({ read() {}, highWaterMark: 2 * size });
        for (const chunk of [...long, null]) stream.push(chunk);
        const queue = new ByteQueue();
        await once(
          stream.on("data", (chunk) => queue.append(chunk)),
          "end",
        );
      },
    ],
    "copy writable.write": [
      () => new Writable({ write: (_, __, done) => done() }).write(text, "latin1"),
      () => new Writable({ write: (_, __, done) => done() }).write(source),
    ],
    "copy stream.tee": [
      async () => {
        const both = new Response(plain).body.tee();
        await Promise.all(both.map(collect));
      },
      () => collect(new Response(plain).body),
    ],
    "copy new Blob": [() => new Blob([plain]), () => fs.openAsBlob(file)],
    "copy blob.arrayBuffer": [() => new Blob([plain]).arrayBuffer(), () => new Blob([plain])],
    "copy blob.text": [() => new Blob([plain]).text(), () => new Blob([plain])],
    "copy blob read": [
      () => consumers.buffer(Readable.from(long)),
      () => collect(Readable.from(long)),
    ],
    "copy new Response": [() => new Response(plain), keep],
    "copy response.arrayBuffer": [
      async () => (await fetch(url)).arrayBuffer(),
      async () => collect((await fetch(url)).body),
    ],
    "copy response.text": [
      async () => (await fetch(url)).text(),
      async () => collect((await fetch(url)).body),
    ],
    "copy fetch body": [
      async () => (await fetch(url)).arrayBuffer(),
      async () => collect(await get()),
    ],
    "copy fetch": [
      async () => (await fetch(url, { method: "PUT", body: plain })).text(),
      () => upload((request) => request.end(source)),
    ],

    "in fs.readFileSync": [() => fs.readFileSync(file), mapped],
    "copy fs.readFileSync": [() => fs.readFileSync(file, "latin1").indexOf("none"), mapped],
    "in fs.readSync": [() => fs.readSync(fd, target, 0, size, 0), mapped],
    "in fs.createReadStream": [() => collect(fs.createReadStream(file)), mapped],
    "out fs.writeFileSync": [() => fs.writeFileSync(to, source), () => copyFile(file, to)],
    "copy fs.writeFileSync": [
      () => fs.writeFileSync(to, text, "latin1"),
      () => fs.writeFileSync(to, source),
    ],
    "out fs.createWriteStream": [
      () => drawn((socket) => pipeline(socket, fs.createWriteStream(to))),
      () => drawn((socket) => saveTo(socket, to, { count: size })),
    ],
    "in child_process.execFileSync": [
      () => child_process.execFileSync("cat", [file], { maxBuffer: 2 * size }),
      () => child_process.execFileSync("cat", [file], { stdio: [0, outFd, 2] }),
    ],
    "copy child_process.execFileSync": [
      () => child_process.execFileSync("cat", [file], { maxBuffer: 2 * size }),
      () => child_process.execFileSync("cat", [file], { stdio: [0, outFd, 2] }),
    ],

    "in socket read": [
      () => drawn((socket) => pipeline(socket, fs.createWriteStream(to))),
      () => drawn((socket) => saveTo(socket, to, { count: size })),
    ],
    "copy socket read": [
      () => drawn((socket) => collect(socket)),
      () => drawn((socket) => receiver(socket).recvAll(bytearray(size))),
    ],
    "out socket.write": [
      () => sink((socket) => socket.write(source)),
      () => sink((socket) => sendFile(socket, file)),
    ],
    "copy socket.write": [
      () => sink((socket) => socket.write(text, "latin1")),
      () => sink((socket) => socket.write(source)),
    ],
    "out res.end": [
      () => upload((request) => request.end(source)),
      () => upload((request) => sendBody(request, file)),
    ],
    "copy res.end": [
      () => upload((request) => request.end(text, "latin1")),
      () => upload((request) => request.end(source)),
    ],
    "copy HTTP parser": [
      async () => pipeline(await get(), fs.createWriteStream(to)),
      () => drawn((socket) => saveTo(socket, to, { count: size })),
    ],
    "copy zlib.*Sync": [
      () => zlib.gunzipSync(zipped),
      () => zlib.gunzipSync(zipped, { chunkSize: 2 * size }),
    ],
    "copy hash.update": [
      () => createHash("sha1").update(text, "latin1").digest(),
      () => createHash("sha1").update(source).digest(),
    ],
    "copy subtle.digest": [
      () => crypto.subtle.digest("SHA-256", plain),
      () => createHash("sha256").update(plain).digest(),
    ],
  };
}

if (process.send) await peer();
else await main(process.argv[2]);
