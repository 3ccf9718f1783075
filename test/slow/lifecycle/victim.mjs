// One process of lifecycle.test.ts: brings a transfer to a stage, then ends in the way it is told.
//
//   node --expose-gc victim.mjs '{ subject, stage, ending, port, file, inWorker, sockets }'
//
// The peer is the test itself, so that it sees what becomes of the connection.
import fs from "node:fs";
import net from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { bytearray } from "zerocopy";
import { mapFile } from "zerocopy/fs";
import * as os from "zerocopy/os";
import { receiver, relay, saveTo, sendFile, writeViews } from "zerocopy/net";

const task = isMainThread ? JSON.parse(process.argv[2]) : workerData;

/** Subjects: each brings itself to `stage` and returns how to let go of everything. */
const subjects = {
  async sendFile() {
    os.sendfile(fs.openSync("/dev/null", "w"), fs.openSync(process.execPath, "r"), 0, 1);
    if (task.stage === "addon loaded") return () => {};
    const sockets = Array.from({ length: task.sockets }, () => net.connect(task.port, "127.0.0.1"));
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    for (const socket of sockets) socket.on("error", () => {});
    let moved;
    const progress = new Promise((resolve) => (moved = resolve));
    const count = task.stage === "finished" ? 100_000 : undefined;
    const sent = sockets.map((socket) =>
      sendFile(socket, task.file, { count, onProgress: () => moved() }),
    );
    for (const one of sent) one.catch(() => {});
    if (task.stage === "moving") await progress;
    if (task.stage === "stalled") await sleep(200);
    if (task.stage === "finished") await Promise.all(sent);
    return () => sockets.forEach((socket) => socket.destroy());
  },

  async "os.promises.sendfile"() {
    const nowhere = fs.openSync("/dev/null", "w");
    const file = fs.openSync(task.file, "r");
    const count = task.stage === "finished" ? 10 : 2 ** 27;
    const sent = Array.from({ length: 8 }, (_, index) =>
      os.promises.sendfile(nowhere, file, index * count, count),
    );
    if (task.stage === "running") await sleep(20);
    if (task.stage === "finished") await Promise.all(sent);
    return () => {};
  },

  /** Between the peer, and a source in this process, which sends without end. */
  async relay() {
    const server = net.createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const source = net.connect(server.address().port, "127.0.0.1");
    const [a] = await once(server, "connection");
    server.close();
    const b = net.connect(task.port, "127.0.0.1");
    source.on("error", () => {}).resume();
    let moved;
    const progress = new Promise((resolve) => (moved = resolve));
    const relayed = relay(a, b, { onProgress: () => moved() });
    relayed.catch(() => {});
    if (task.stage === "finished") {
      source.end("all of it");
      await relayed;
      return () => {};
    }
    if (task.stage !== "idle") {
      const chunk = Buffer.alloc(1 << 16);
      const write = () => {
        while (!source.destroyed && source.write(chunk));
      };
      source.on("drain", write);
      write();
    }
    if (task.stage === "moving") await progress;
    if (task.stage === "stalled") await sleep(200);
    return () => [source, a, b].forEach((socket) => socket.destroy());
  },

  async saveTo() {
    const socket = net.connect(task.port, "127.0.0.1");
    let moved;
    const progress = new Promise((resolve) => (moved = resolve));
    const saved = saveTo(socket, `${task.file}.saved`, { onProgress: () => moved() });
    saved.catch(() => {});
    if (task.stage === "moving") await progress;
    if (task.stage === "finished") await saved;
    return () => socket.destroy();
  },

  /** By the call itself, and from a disk. */
  async "sendFile of whole files"() {
    const socket = net.connect(task.port, "127.0.0.1").on("error", () => {});
    await once(socket, "connect");
    await sendFile(socket, process.execPath, { count: 200_000 }); // the engine knows the disk
    const fd = fs.openSync(process.execPath, "r");
    if (task.stage === "cold") os.fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED);
    const count = task.stage === "cold" ? undefined : 60_000;
    const sent = Array.from({ length: 20 }, () => sendFile(socket, fd, { count }));
    for (const one of sent) one.catch(() => {});
    if (task.stage === "finished") await Promise.all(sent);
    return () => socket.destroy();
  },

  async writeViews() {
    const socket = net.connect(task.port, "127.0.0.1").on("error", () => {});
    await once(socket, "connect");
    const whole = bytearray(task.stage === "finished" ? 100_000 : 64 << 20);
    const written = writeViews(socket, [whole, whole]);
    written.catch(() => {});
    if (task.stage === "stalled") await sleep(200);
    if (task.stage === "finished") await written;
    return () => socket.destroy();
  },

  async receive() {
    const socket = net.connect(task.port, "127.0.0.1");
    const incoming = receiver(socket, { into: bytearray(1 << 16) });
    const received = [incoming.recvInto(), incoming.recvInto()];
    for (const one of received) one.catch(() => {});
    if (task.stage !== "idle") await received[0];
    if (task.stage === "finished") await received[1];
    return () => socket.destroy();
  },

  async mapFile() {
    const mapped = mapFile(task.file, { access: "copy", length: 1 << 26 });
    if (task.stage === "lent") globalThis.lent = mapped.asUint8Array();
    if (task.stage === "read into") {
      const fd = fs.openSync(task.file, "r");
      void os.promises.preadv(fd, [mapped], 0).catch(() => {});
    }
    if (task.stage === "truncated") {
      fs.truncateSync(task.file, 0);
      try {
        mapped.toBytes();
      } catch {}
    }
    if (task.stage === "unmapped") mapped.unmap();
    return () => {};
  },
};

const endings = {
  "worker.terminate": () => setInterval(() => {}, 1000), // stays until it is ended
  "process.exit": () => process.exit(7),
  "natural exit": (letGo) => letGo(),
  "uncaught throw": () => {
    setImmediate(() => {
      throw new Error("on purpose");
    });
  },
  "garbage collection": async (letGo) => {
    for (let round = 0; round < 5; round++) {
      globalThis.gc();
      await sleep(5);
    }
    letGo();
  },
};

/** The transfer runs in a worker, which this thread ends, or which ends itself. */
async function runWorker() {
  const worker = new Worker(new URL(import.meta.url), { workerData: { ...task, inWorker: false } });
  worker.on("error", () => {});
  const exited = new Promise((resolve) => worker.once("exit", resolve));
  if (task.ending === "worker.terminate") {
    await once(worker, "message");
    await worker.terminate();
  }
  console.log(`worker ${await exited}`);
}

if (task.inWorker) {
  await runWorker();
} else {
  const letGo = await subjects[task.subject]();
  parentPort?.postMessage("ready", []);
  await endings[task.ending](letGo);
}
