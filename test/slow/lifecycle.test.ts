/**
 * Every stage of a transfer × every way a thread or a process can end: the expected code, no
 * signal, no hang, and the peer sees the end.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { sparseFile, temporaryFolder } from "../support/content.ts";
import { listen, own } from "../support/sockets.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { until } from "../support/until.ts";

leaveNothingOpen();

interface Task {
  readonly subject: string;
  readonly stage: string;
  readonly ending: string;
  readonly sockets?: number;
  readonly env?: Readonly<Record<string, string>>;
}

interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

const hangsAfterMs = 30_000;

/** What a process, or the worker in it, ends with. */
const endings: Readonly<Record<string, { code: number; output: RegExp }>> = {
  "process.exit": { code: 7, output: /^$/ },
  "natural exit": { code: 0, output: /^$/ },
  "uncaught throw": { code: 1, output: /Error: on purpose/ },
  "garbage collection": { code: 0, output: /^$/ },
};
const workerEndings: Readonly<Record<string, { code: number; output: RegExp }>> = {
  "worker.terminate": { code: 0, output: /^worker 1\n$/ },
  "process.exit": { code: 0, output: /^worker 7\n$/ },
  "natural exit": { code: 0, output: /^worker 0\n$/ },
  "uncaught throw": { code: 0, output: /^worker 1\n$/ },
  "garbage collection": { code: 0, output: /^worker 0\n$/ },
};

async function run(task: Task, inWorker: boolean): Promise<Outcome> {
  const peers: net.Socket[] = [];
  const server = net.createServer((peer) => {
    peers.push(own(peer));
    if (task.subject === "saveTo" || task.subject === "receive") sendTo(peer, task.stage);
    else if (task.stage === "stalled") peer.pause();
    else peer.resume();
  });
  const { port } = (await listen(server, "TCP")) as net.TcpNetConnectOpts;
  const words = { sockets: 3, ...task, port, file: fileOf(task), inWorker };
  const victim = fileURLToPath(new URL("./lifecycle/victim.mjs", import.meta.url));
  const child = spawn(process.execPath, ["--expose-gc", victim, JSON.stringify(words)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...task.env },
  });
  later(() => child.kill("SIGKILL"));
  const timer = setTimeout(() => child.kill("SIGABRT"), hangsAfterMs);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  clearTimeout(timer);
  // Of thousands each would have megabytes to read until it sees the end.
  if (peers.length > 10) return { code, signal, output };
  for (const peer of peers) peer.resume();
  await until(() => peers.every((peer) => peer.closed), "the peer did not see the end");
  return { code, signal, output };
}

/** To a socket that saves or receives: nothing, a little and the end, or without end. */
function sendTo(peer: net.Socket, stage: string): void {
  peer.resume();
  if (stage === "finished") peer.end("all of it");
  if (stage !== "moving") return;
  const chunk = Buffer.alloc(1 << 16);
  const write = (): void => {
    while (!peer.destroyed && peer.write(chunk));
  };
  peer.on("drain", write);
  write();
}

/**
 * For a transfer that never ends, and for calls that are under way for a second: reading a hole takes
 * time where pages of cache are made for it.
 */
function fileOf({ subject }: Task): string {
  if (subject === "sendFile") return sparseFile(2 ** 42);
  const file = path.join(temporaryFolder(), "cold.bin");
  fs.writeFileSync(file, "");
  fs.truncateSync(file, 2 ** 30);
  return file;
}

const subjects: Readonly<Record<string, readonly string[]>> = {
  sendFile: ["addon loaded", "queued", "moving", "stalled", "finished"],
  "os.promises.sendfile": ["queued", "running", "finished"],
  relay: ["idle", "moving", "stalled", "finished"],
  saveTo: ["idle", "moving", "finished"],
  "sendFile of whole files": ["at once", "cold", "stalled", "finished"],
  writeViews: ["moving", "stalled", "finished"],
  receive: ["idle", "moving", "finished"],
  mapFile: ["mapped", "lent", "read into", "truncated", "unmapped"],
};

describe.each(Object.keys(subjects))("%s", (subject) => {
  describe.each(subjects[subject]!)("%s", (stage) => {
    test.each(Object.keys(endings))("ends well by %s", async (ending) => {
      const wanted = endings[ending]!;
      expect(await run({ subject, stage, ending }, false)).toEqual({
        code: wanted.code,
        signal: null,
        output: expect.stringMatching(wanted.output),
      });
    });

    test.each(Object.keys(workerEndings))("in a worker ends well by %s", async (ending) => {
      const wanted = workerEndings[ending]!;
      expect(await run({ subject, stage, ending }, true)).toEqual({
        code: wanted.code,
        signal: null,
        output: expect.stringMatching(wanted.output),
      });
    });
  });
});

describe("sendFile to 2,000 peers that do not read ends well by", () => {
  /** Each takes a socket, its duplicate, the file and its duplicate; we hold the other ends. */
  const needed = 9000;
  const limits = fs.readFileSync("/proc/self/limits", "utf8");
  const hard = /^Max open files +\S+ +(\d+)/m.exec(limits)?.[1];

  test.for(["process.exit", "natural exit", "worker.terminate"])("%s", async (ending, context) => {
    if (Number(hard ?? Infinity) < needed) {
      return context.skip(`at most ${hard} descriptors may be open here, it takes ${needed}`);
    }
    const task = { subject: "sendFile", stage: "stalled", ending, sockets: 2000 };
    const { code, signal } = await run(task, ending === "worker.terminate");
    expect({ code, signal }).toEqual({ code: ending === "process.exit" ? 7 : 0, signal: null });
  });
});
