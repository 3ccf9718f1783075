/** Sending from many places, and receiving into one: the processor time of the process that does it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { connect, writeViews } from "zerocopy/net";
import type { Case, Prepare } from "../case.ts";

const peer = fileURLToPath(new URL("../sockets/peer.js", import.meta.url));
const rounds = 15;

/** Calls `use` with the port of a process that is gone afterwards. */
async function withPeer<R>(
  words: readonly string[],
  use: (port: number) => Promise<R>,
): Promise<R> {
  const child = spawn(process.execPath, [peer, ...words], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    return await use(Number(line));
  } finally {
    child.kill();
  }
}

/** The median of what `work` costs, in ns of all threads, once its code is compiled. */
async function processorTime(work: () => Promise<unknown>, times: number): Promise<number> {
  const figures: number[] = [];
  for (let round = 0; round < 2 * rounds; round += 1) {
    const before = process.cpuUsage();
    for (let time = 0; time < times; time += 1) await work();
    const { user, system } = process.cpuUsage(before);
    if (round >= rounds) figures.push(((user + system) * 1000) / times);
  }
  return figures.toSorted((a, b) => a - b)[figures.length >> 1]!;
}

type Write = (socket: net.Socket, views: readonly Uint8Array[]) => Promise<unknown>;

const writes: Readonly<Record<string, Write>> = {
  zerocopy: writeViews,
  "Buffer.concat": (socket, views) =>
    new Promise((resolve) => socket.write(Buffer.concat(views), resolve)),
  "cork and write": (socket, views) =>
    new Promise((resolve) => {
      socket.cork();
      for (const view of views.slice(0, -1)) socket.write(view);
      socket.write(views.at(-1)!, resolve);
      socket.uncork();
    }),
};

/** Views of one buffer, with as much between them; of one each where `areApart`. */
function viewsOf(count: number, size: number, areApart: boolean): Uint8Array[] {
  const ring = new Uint8Array(2 * count * size).fill(7);
  return Array.from({ length: count }, (_, index) =>
    areApart
      ? new Uint8Array(size).fill(7)
      : ring.subarray(2 * index * size, (2 * index + 1) * size),
  );
}

function writing(name: string, size: number, areApart: boolean, max?: number): Case {
  const count = 1000;
  const subject = (write: Write): Prepare => {
    const views = viewsOf(count, size, areApart);
    return () => () =>
      withPeer(["sink"], async (port) => {
        const socket = net.connect(port, "127.0.0.1");
        await once(socket, "connect");
        const time = await processorTime(() => write(socket, views), 64);
        socket.destroy();
        return time / count;
      });
  };
  return {
    name,
    item: `view of ${size} bytes of 1,000${areApart ? ", each in its own buffer" : ""}, processor time`,
    measure: "scenario",
    unit: "ns",
    bars: max === undefined ? [] : [{ subject: "zerocopy", against: ["Buffer.concat"], max }],
    open: () => ({
      items: 1,
      expected: undefined,
      subjects: Object.fromEntries(
        Object.entries(writes).map(([key, write]) => [key, subject(write)]),
      ),
    }),
  };
}

const body = 64 << 20;

type Receive = (port: number) => Promise<number>;

const memory = new Uint8Array(body).fill(1);

const receives: Readonly<Record<string, Receive>> = {
  zerocopy: async (port) => (await connect({ port, host: "127.0.0.1" }).recvAll(memory)).bytes,
  "chunks and Buffer.concat": async (port) => {
    const chunks: Buffer[] = [];
    const socket = net.connect(port, "127.0.0.1");
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(socket, "end");
    return Buffer.concat(chunks).length;
  },
};

/** `measure` of receiving the body, in a new connection each time. */
function receiving(name: string, unit: string, measure: Measuring, bars: Case["bars"]): Case {
  const subject =
    (receive: Receive): Prepare =>
    () =>
    () =>
      withPeer(["source", String(body)], (port) =>
        measure(async () => {
          const bytes = await receive(port);
          if (bytes !== body) throw new Error(`wanted ${body} bytes, found ${bytes}`);
        }),
      );
  return {
    name,
    item: name === "receive-cpu" ? "KiB of 64 MiB, processor time" : "64 MiB, memory for the bytes",
    measure: "scenario",
    unit,
    bars,
    open: () => ({
      items: 1,
      expected: undefined,
      subjects: Object.fromEntries(
        Object.entries(receives).map(([key, receive]) => [key, subject(receive)]),
      ),
    }),
  };
}

type Measuring = (work: () => Promise<unknown>) => Promise<number>;

/** Of ArrayBuffers, in KiB: the most of three, none of which is collected meanwhile. */
async function buffersOf(work: () => Promise<unknown>): Promise<number> {
  await work();
  globalThis.gc?.();
  let most = 0;
  for (let time = 0; time < 3; time += 1) {
    const before = process.memoryUsage().arrayBuffers;
    await work();
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  return most / 1024;
}

export const cases: readonly Case[] = [
  writing("writeViews", 1024, false, 0.6),
  writing("writeViews-apart", 1024, true),
  writing("writeViews-512B", 512, false),
  writing("writeViews-128B", 128, false),
  receiving("receive-cpu", "ns", async (work) => (await processorTime(work, 1)) / (body / 1024), [
    { subject: "zerocopy", against: ["chunks and Buffer.concat"], max: 0.4 },
  ]),
  receiving("receive-memory", "KiB", buffersOf, [{ subject: "zerocopy", max: 1 }]),
];
