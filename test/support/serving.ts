/** `zerocopy serve` as a process of its own, until the test ends. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cliPath } from "./cli.ts";
import type { CliResult } from "./cli.ts";
import { temporaryFolder } from "./content.ts";
import { later } from "./resources.ts";
import { inTime } from "./until.ts";

/** A line of `--json`. */
export interface LogEvent {
  readonly event: "start" | "response" | "stopping" | "stopped";
  readonly [field: string]: unknown;
}

export interface Serving {
  /** The first that it names, with a final slash. */
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** With `--json`: what it has told so far. */
  events(kind: LogEvent["event"]): LogEvent[];
  /** Resolves when it has ended; sends it a signal first. */
  end(signal?: NodeJS.Signals): Promise<CliResult>;
}

export interface ServingOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Default 0: any that is free; undefined: as `--port` is not given. */
  readonly port?: number | undefined;
}

/** Starts it, and waits until it says that it listens; if it is `--quiet`, until it does. */
export async function serving(
  words: readonly string[],
  { env = {}, ...options }: ServingOptions = {},
): Promise<Serving> {
  const wanted = "port" in options ? options.port : 0;
  const where = wanted === undefined ? [] : ["--port", String(wanted)];
  const child = spawn(process.execPath, [cliPath, "serve", ...where, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  later(() => child.kill("SIGKILL"));
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  let url = "";
  const quiet = words.includes("--quiet");
  while (url === "") {
    if (child.exitCode !== null) throw new Error(`it ended: ${stdout}${stderr}`);
    const told = /http:\/\/[^\s"]+?:\d+\//.exec(stdout + stderr)?.[0];
    if (quiet && (await isOpen(wanted!))) url = `http://127.0.0.1:${wanted}/`;
    else if (!quiet && told !== undefined) url = told;
    else await sleep(5);
  }
  return {
    ...{ url, port: Number(new URL(url).port), child },
    stdout: () => stdout,
    stderr: () => stderr,
    events: (kind) => eventsOf(stdout).filter(({ event }) => event === kind),
    async end(signal) {
      if (signal) child.kill(signal);
      const [code, endedBy] = await inTime(closed, "the end of the server");
      return { code, signal: endedBy, stdout, stderr };
    },
  };
}

async function isOpen(port: number): Promise<boolean> {
  const socket = net.connect(port, "127.0.0.1");
  const opened = new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  });
  return opened.finally(() => socket.destroy());
}

function eventsOf(stdout: string): LogEvent[] {
  const complete = stdout.slice(0, stdout.lastIndexOf("\n") + 1);
  return complete
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LogEvent);
}

/** A new folder with these files, by path. */
export function site(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  return folder;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** One request on a connection of its own; the path goes out as it is. */
export function ask(
  server: Pick<Serving, "port">,
  target: string,
  options: http.RequestOptions = {},
): Promise<Answer> {
  const where = { host: "127.0.0.1", port: server.port, path: target, agent: false };
  return new Promise((resolve, reject) => {
    const request = http.request({ ...where, ...options }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("error", reject).on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    request.on("error", reject).end();
  });
}

/** A connection that has sent `text`, and does not read until it is told to. */
export async function rawClient(server: Pick<Serving, "port">, text = ""): Promise<net.Socket> {
  const socket = net.connect(server.port, "127.0.0.1");
  socket.on("error", () => {}).pause();
  later(() => socket.destroy());
  await once(socket, "connect");
  if (text !== "") socket.write(text, "latin1");
  return socket;
}
