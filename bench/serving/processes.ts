/** The processes of a serving case: servers, and the client that reads from them. */
import { once } from "node:events";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Unavailable } from "../outcome.ts";
import { root } from "../package.ts";

const sources = path.join(root, "bench/serving");
const built = fileURLToPath(new URL(".", import.meta.url));

export type ServerName = "stream" | "zerocopy" | "nginx" | "go" | "bun";

export interface Process {
  readonly pid: number;
  /** The next line that it prints. */
  line(): Promise<string>;
  /** The line that it prints in answer to a byte. */
  ask(): Promise<string>;
  stop(): Promise<void>;
}

export interface Server extends Process {
  readonly port: number;
}

/** Server and client have a processor each, so that the work of one does not slow the other. */
function pinned(cpu: number, words: readonly string[]): string[] {
  return os.availableParallelism() > 1 ? ["taskset", "-c", String(cpu), ...words] : [...words];
}

function start(words: readonly string[]): Process {
  const [program = "", ...rest] = words;
  const child = spawn(program, rest, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${words.join(" ")} ended early`);
    return value;
  };
  return {
    pid: child.pid ?? 0,
    line,
    ask() {
      child.stdin.write("?");
      return line();
    },
    stop() {
      child.kill("SIGKILL");
      return ended;
    },
  };
}

const serverCpu = 0;
const clientCpu = 1;

/**
 * Serves the files of `folder`; on a processor of its own if it `isPinned`.
 *
 * @throws {Unavailable} when the program is not here.
 */
export async function startServer(
  name: ServerName,
  folder: string,
  isPinned: boolean,
): Promise<Server> {
  const place = (words: readonly string[]): readonly string[] =>
    isPinned ? pinned(serverCpu, words) : words;
  if (name === "nginx") return startNginx(folder, place);
  const server = start(place(commandOf(name, folder)));
  return { ...server, port: Number(await server.line()) };
}

export type ProxyName = "pipe" | "relay";

/** A proxy before `upstream`, on a processor of its own. */
export async function startProxy(name: ProxyName, upstream: Server): Promise<Server> {
  const program = path.join(built, "proxyServer.js");
  const words = [process.execPath, program, name, String(upstream.port)];
  const proxy = start(pinned(serverCpu, words));
  return { ...proxy, port: Number(await proxy.line()) };
}

function commandOf(name: Exclude<ServerName, "nginx">, folder: string): string[] {
  switch (name) {
    case "go":
      return [goServer(), folder];
    case "bun":
      return [bun(), path.join(sources, "peers/server.bun.mjs"), folder];
    case "stream":
    case "zerocopy":
      return [process.execPath, path.join(built, "nodeServer.js"), name, folder];
  }
}

function goServer(): string {
  const program = path.join(built, "go-server");
  const source = path.join(sources, "peers/server.go");
  if (!isNewer(program, source)) {
    need("go", ["version"], "apt-get install golang-go");
    execFileSync("go", ["build", "-o", program, source], {
      env: { ...process.env, GO111MODULE: "off", CGO_ENABLED: "0" },
    });
  }
  return program;
}

function bun(): string {
  const program = path.join(root, "tools/runtimes/node_modules/bun/bin/bun");
  if (!existsSync(program)) throw new Unavailable("there is no Bun: npm ci in tools/runtimes");
  return program;
}

/** One process, as the others are; otherwise as it comes. */
async function startNginx(
  folder: string,
  place: (words: readonly string[]) => readonly string[],
): Promise<Server> {
  need("nginx", ["-v"], "apt-get install nginx-light");
  const scratch = mkdtempSync(path.join(os.tmpdir(), "zerocopy-bench-nginx-"));
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${scratch}/${kind};`)
    .join(" ");
  writeFileSync(
    path.join(scratch, "nginx.conf"),
    `daemon off; master_process off; pid ${scratch}/pid; error_log ${scratch}/error.log;
     events { worker_connections 4096; }
     http { access_log off; sendfile on; ${temporary}
       server { listen 127.0.0.1:${port}; root ${folder}; } }`,
  );
  const command = [
    "nginx",
    "-p",
    scratch,
    "-e",
    `${scratch}/error.log`,
    "-c",
    `${scratch}/nginx.conf`,
  ];
  const server = start(place(command));
  await accepting(port);
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(scratch, { recursive: true });
  };
  return { ...server, stop, port };
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function accepting(port: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const socket = net.connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(20);
    } finally {
      socket.destroy();
    }
  }
}

function need(program: string, words: readonly string[], advice: string): void {
  if (spawnSync(program, words).status !== 0) {
    throw new Unavailable(`there is no ${program}: ${advice}`);
  }
}

/** What `get` of client.c found. */
export interface Received {
  readonly bytes: number;
  readonly wallMs: number;
  /** CPU time of the server. */
  readonly cpuNs: number;
}

/** Reads each file over a connection of its own, all at once. */
export async function get(server: Server, files: readonly string[]): Promise<Received> {
  const began = performance.now();
  const client = start(
    pinned(clientCpu, [clientProgram(), "get", String(server.port), String(server.pid), ...files]),
  );
  const [bytes = NaN, cpuNs = NaN] = (await client.line()).split(" ").map(Number);
  return { bytes, cpuNs, wallMs: performance.now() - began };
}

/** Opens connections, asks for `file`, and never reads. */
export async function hang(server: Server, connections: number, file: string): Promise<Process> {
  const client = start(
    pinned(clientCpu, [clientProgram(), "hang", String(server.port), String(connections), file]),
  );
  await client.line();
  return client;
}

/** Takes files out of the page cache. */
export function makeCold(files: readonly string[]): void {
  execFileSync(clientProgram(), ["cold", ...files]);
}

/** @throws {Unavailable} without a C compiler. */
function clientProgram(): string {
  const program = path.join(built, "client");
  const source = path.join(sources, "client.c");
  if (!isNewer(program, source)) {
    need("cc", ["--version"], "apt-get install gcc");
    mkdirSync(built, { recursive: true });
    execFileSync("cc", ["-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source]);
  }
  return program;
}

function isNewer(program: string, source: string): boolean {
  const time = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return time(program) > time(source);
}
