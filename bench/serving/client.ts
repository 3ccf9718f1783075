/** The reading ends of the serving cases, each a process on a processor of its own. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { clientCpu, compiledC, pinned, start } from "./processes.ts";
import type { Process } from "./processes.ts";
import type { Server } from "./servers.ts";

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
  const { port, pid } = server;
  const client = startClient(compiledC("client.c"), "get", port, pid, ...files);
  const [bytes = NaN, cpuNs = NaN] = numbers(await client.line());
  return { bytes, cpuNs, wallMs: performance.now() - began };
}

/** Opens connections, asks for `file`, and never reads. */
export async function hang(server: Server, connections: number, file: string): Promise<Process> {
  const client = startClient(compiledC("client.c"), "hang", server.port, connections, file);
  await client.line();
  return client;
}

/** Takes files out of the page cache. */
export function makeCold(files: readonly string[]): void {
  execFileSync(compiledC("client.c"), ["cold", ...files]);
}

/** A request, and what is to come back. */
export interface Exchange {
  readonly method?: "GET" | "HEAD";
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
  /** The file whose content is the body; none when there is no body. */
  readonly file?: string;
}

/** What `run` of load.c found. */
export interface Answered {
  readonly requests: number;
  readonly bytes: number;
  /** CPU time of the server. */
  readonly cpuNs: number;
}

const connections = 16;
/** Of the server's processor time. */
const warmUpMs = 1200;
const measuredMs = 1000;

/** The same request over 16 connections, as often as it is answered. */
export async function load(server: Server, exchange: Exchange): Promise<Answered> {
  const { status = 200, file = "" } = exchange;
  const times = [warmUpMs, measuredMs];
  const { port, pid } = server;
  const words = [port, pid, connections, ...times, status, file, textOf(exchange)];
  const client = startClient(compiledC("load.c"), "run", ...words);
  const [requests = NaN, bytes = NaN, cpuNs = NaN] = numbers(await client.line());
  return { requests, bytes, cpuNs };
}

/** How long requests took, in ns. */
export interface Latency {
  readonly requests: number;
  readonly median: number;
  readonly p99: number;
  readonly maximum: number;
}

/** Growth of a process while `work` lasts, to its highest resident set, in bytes: proc(5), clear_refs. */
export async function peakGrowth({ pid }: Process, work: () => Promise<unknown>): Promise<number> {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  const before = residentBytes(pid, "VmRSS");
  await work();
  return residentBytes(pid, "VmHWM") - before;
}

function residentBytes(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
}

/** Asks for `target` every `intervalUs`, until `stop`. */
export async function probe(
  server: Server,
  target: string,
  intervalUs: number,
): Promise<{ stop(): Promise<Latency> }> {
  const text = textOf({ target });
  const client = startClient(compiledC("load.c"), "probe", server.port, intervalUs, text);
  await client.line();
  return {
    async stop() {
      const [requests = 0, median = NaN, p99 = NaN, maximum = NaN] = numbers(await client.ask());
      return { requests, median, p99, maximum };
    },
  };
}

function textOf({ method = "GET", target, headers = {} }: Exchange): string {
  const lines = Object.entries({ Host: "127.0.0.1", ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

function startClient(program: string, ...words: readonly (string | number)[]): Process {
  return start(pinned(clientCpu, [program, ...words.map(String)]));
}

function numbers(line: string): number[] {
  return line.split(" ").map(Number);
}
