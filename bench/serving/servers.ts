/** The servers of the serving cases: ours, and those of others. */
import { once } from "node:events";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Unavailable } from "../outcome.ts";
import { root } from "../package.ts";
import { built, compiled, need, pinned, serverCpu, sources, start } from "./processes.ts";
import type { Process } from "./processes.ts";

/** Of nodeServer.ts: HTTP by hand. */
export type MechanismName = "stream" | "zerocopy";

/** Of programs that are no Node. */
export type PeerName = "nginx" | "nginx open_file_cache" | "go" | "bun";

export type ServerName = MechanismName | PeerName;

export interface Server extends Process {
  readonly port: number;
}

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
  if (name === "nginx") return startNginx(folder, place, "");
  if (name === "nginx open_file_cache") return startNginx(folder, place, openFileCache);
  return listening(start(place(commandOf(name, folder))));
}

export type ProxyName = "pipe" | "relay";

/** A proxy before `upstream`, on a processor of its own. */
export async function startProxy(name: ProxyName, upstream: Server): Promise<Server> {
  const program = path.join(built, "proxyServer.js");
  const words = [process.execPath, program, name, String(upstream.port)];
  return listening(start(pinned(serverCpu, words)));
}

/**
 * httpServer.ts, on a processor of its own: one of its own servers, or one of thirdparty/http. `flags`
 * are Node's; `file` is for servers that know one file only.
 */
export async function startHttpServer(
  name: string,
  folder: string,
  { flags = [], file = "" }: { flags?: readonly string[]; file?: string } = {},
): Promise<Server> {
  const program = path.join(built, "httpServer.js");
  const words = [process.execPath, ...flags, program, name, folder, file];
  return listening(start(pinned(serverCpu, words)));
}

/** A server prints its port when it listens. */
async function listening(server: Process): Promise<Server> {
  return { ...server, port: Number(await server.line()) };
}

function commandOf(name: MechanismName | "go" | "bun", folder: string): string[] {
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
  return compiled("peers/server.go", (program, source) => {
    need("go", ["version"], "apt-get install golang-go");
    execFileSync("go", ["build", "-o", program, source], {
      env: { ...process.env, GO111MODULE: "off", CGO_ENABLED: "0" },
    });
  });
}

function bun(): string {
  const program = path.join(root, "tools/runtimes/node_modules/bun/bin/bun");
  if (!existsSync(program)) throw new Unavailable("there is no Bun: npm ci in tools/runtimes");
  return program;
}

/** Descriptors and stats are kept for a second, as `serveStatic` keeps them. */
const openFileCache = "open_file_cache max=1000 inactive=60s; open_file_cache_valid 1s;";

/** One process, as the others are; otherwise as it comes, but that connections stay open. */
async function startNginx(
  folder: string,
  place: (words: readonly string[]) => readonly string[],
  caching: string,
): Promise<Server> {
  need("nginx", ["-v"], "apt-get install nginx-light");
  const scratch = mkdtempSync(path.join(os.tmpdir(), "zerocopy-bench-nginx-"));
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${scratch}/${kind};`)
    .join(" ");
  const log = `${scratch}/error.log`;
  const configuration = `${scratch}/nginx.conf`;
  writeFileSync(
    configuration,
    `daemon off; master_process off; pid ${scratch}/pid; error_log ${log};
     events { worker_connections 4096; }
     http { access_log off; sendfile on; ${temporary} ${caching}
       keepalive_requests 1000000000;
       server { listen 127.0.0.1:${port}; root ${folder}; } }`,
  );
  const server = start(place(["nginx", "-p", scratch, "-e", log, "-c", configuration]));
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
