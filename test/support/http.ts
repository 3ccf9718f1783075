/**
 * `zerocopy/http` three times in one process: natively whatever the size, as it is installed, and without
 * the addon. Servers and raw clients of HTTP/1.
 */
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe } from "vitest";
import type * as zerocopyHttp from "zerocopy/http";
import { later } from "./resources.ts";
import { listen, own } from "./sockets.ts";
import type { Kind } from "./sockets.ts";

export type Http = typeof zerocopyHttp;

export interface HttpMode extends Http {
  readonly name: string;
  readonly isNative: boolean;
  /** The path of a body of so many bytes, where nothing stands against it. */
  readonly pathOf: (bytes: number) => "sendfile" | "read-write";
}

const root = path.resolve(import.meta.dirname, "../..");

/** A copy of dist has modules, and so a state, of its own; what it reads of `environment` is read here. */
async function load(environment: Readonly<Record<string, string>>): Promise<Http> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-http-"));
  for (const name of ["dist", "package.json"]) {
    fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  for (const name of ["node_modules", "prebuilds"]) {
    if (fs.existsSync(path.join(root, name))) {
      fs.symlinkSync(path.join(root, name), path.join(folder, name));
    }
  }
  const before = { ...process.env };
  Object.assign(process.env, environment);
  const module = (await import(
    pathToFileURL(path.join(folder, "dist/http/index.js")).href
  )) as Http;
  await firstUse(module);
  for (const name of Object.keys(environment)) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  fs.rmSync(folder, { recursive: true });
  return module;
}

/** Loads the addon, or does not, and lets the engine ask which file system this is. */
async function firstUse({ sendFile }: Http): Promise<void> {
  const server = http.createServer((_, res) => void sendFile(res, path.join(root, "package.json")));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  const request = http.get({ port, host: "127.0.0.1", agent: false });
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  await once(response.resume(), "close");
  server.close();
  await once(server, "close");
}

const always = await load({ ZEROCOPY_THRESHOLD: "0" });
const installed = await load({});
const without = await load({ ZEROCOPY_DISABLE_NATIVE: "1" });

/** Below, bodies are copied behind their heads, unless ZEROCOPY_THRESHOLD says otherwise. */
export const threshold: number = 32 * 1024;

const modes: readonly HttpMode[] = [
  { ...always, name: "natively", isNative: true, pathOf: () => "sendfile" },
  {
    ...installed,
    name: "natively, small bodies copied",
    isNative: true,
    pathOf: (bytes) => (bytes < threshold ? "read-write" : "sendfile"),
  },
  { ...without, name: "without the addon", isNative: false, pathOf: () => "read-write" },
];

const switchedOff = "ZEROCOPY_DISABLE_NATIVE=1 is set";
const missing = Object.keys(always.bodyCounts().reasons).find((reason) => reason !== switchedOff);

/** Declares `tests` for every mode. */
export function describeHttp(tests: (mode: HttpMode) => void): void {
  describe.for(modes)("$name", (mode) => {
    if (mode.isNative && missing !== undefined) beforeEach((context) => context.skip(missing));
    tests(mode);
  });
}

export interface Served {
  readonly server: http.Server;
  readonly where: net.NetConnectOpts;
  readonly port: number;
  /** A connection that reads nothing until it is told to. */
  connect(): Promise<net.Socket>;
  /** Sends `text` and reads until the server closes the connection. */
  ask(text: string): Promise<Buffer>;
  /** Rejections of the handler, in order. */
  readonly failures: unknown[];
}

type Handler = (req: http.IncomingMessage, res: http.ServerResponse) => unknown;

/** A server that is closed, with its connections, after the test. */
export async function serve(
  handler: Handler,
  options: http.ServerOptions = {},
  kind: Kind = "TCP",
): Promise<Served> {
  const failures: unknown[] = [];
  const server = http.createServer(options, (req, res) => {
    void (async () => handler(req, res))().catch((error: unknown) => failures.push(error));
  });
  const where = await listen(server, kind);
  later(() => server.closeAllConnections());
  const connect = async (): Promise<net.Socket> => {
    const socket = own(net.connect(where));
    socket.pause();
    await once(socket, "connect");
    return socket;
  };
  const ask = async (text: string): Promise<Buffer> => {
    const socket = await connect();
    socket.write(text, "latin1");
    return everything(socket);
  };
  return { server, where, port: "port" in where ? where.port : 0, connect, ask, failures };
}

/** What arrives until the end of the connection, or its break. */
export function everything(socket: net.Socket): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk)).resume();
    socket.once("close", () => resolve(Buffer.concat(chunks)));
  });
}

/** Reads the head of a response, and then no more. */
export async function untilHead(socket: net.Socket): Promise<string> {
  let head = Buffer.alloc(0);
  for (;;) {
    const chunk = socket.read() as Buffer | null;
    if (!chunk) {
      await once(socket, "readable");
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n") + 4;
    if (end < 4) continue;
    if (end < head.length) socket.unshift(head.subarray(end));
    return head.toString("latin1", 0, end);
  }
}

/** A request of HTTP/1.1, the last of its connection unless `isLast` is false. */
export function requestFor(
  target: string,
  { method = "GET", isLast = true, headers = "" } = {},
): string {
  const close = isLast ? "Connection: close\r\n" : "";
  return `${method} ${target} HTTP/1.1\r\nHost: test\r\n${close}${headers}\r\n`;
}

export interface Response {
  readonly status: number;
  /** Status line and fields, as they came. */
  readonly head: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Splits what a connection has brought into the responses to `methods`, by RFC 9112 §6.3 and strictly:
 * throws for a byte that belongs to none, and for one that is missing.
 */
export function responses(bytes: Buffer, methods: readonly string[]): Response[] {
  const found: Response[] = [];
  let rest = bytes;
  for (const method of methods) {
    let one = parse(rest, method);
    while (one.response.status < 200) {
      rest = one.rest;
      one = parse(rest, method);
    }
    found.push(one.response);
    rest = one.rest;
  }
  if (rest.length > 0)
    throw new Error(`bytes of no response: ${JSON.stringify(String(rest.subarray(0, 80)))}`);
  return found;
}

function parse(bytes: Buffer, method: string): { response: Response; rest: Buffer } {
  const end = bytes.indexOf("\r\n\r\n");
  const head = bytes.toString("latin1", 0, end + 4);
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
  if (end < 0 || !status)
    throw new Error(`no head: ${JSON.stringify(String(bytes.subarray(0, 80)))}`);
  const lines = head.trimEnd().split("\r\n").slice(1);
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  const after = bytes.subarray(end + 4);
  const { body, rest } = bodyOf(after, method, status, headers);
  return { response: { status, head, headers, body }, rest };
}

function bodyOf(
  bytes: Buffer,
  method: string,
  status: number,
  headers: Readonly<Record<string, string>>,
): { body: Buffer; rest: Buffer } {
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return cut(bytes, 0);
  if (headers["transfer-encoding"] === "chunked") return unchunked(bytes);
  const length = headers["content-length"];
  return length === undefined ? cut(bytes, bytes.length) : cut(bytes, Number(length));
}

function cut(bytes: Buffer, length: number): { body: Buffer; rest: Buffer } {
  if (bytes.length < length) throw new Error(`${bytes.length} of ${length} bytes of a body`);
  return { body: bytes.subarray(0, length), rest: bytes.subarray(length) };
}

function unchunked(bytes: Buffer): { body: Buffer; rest: Buffer } {
  const chunks: Buffer[] = [];
  let rest = bytes;
  for (;;) {
    const line = rest.indexOf("\r\n");
    const size = Number.parseInt(rest.toString("latin1", 0, line), 16);
    if (line < 0 || Number.isNaN(size)) throw new Error("a broken chunk");
    rest = rest.subarray(line + 2);
    if (size === 0) break;
    chunks.push(cut(rest, size).body);
    if (rest.toString("latin1", size, size + 2) !== "\r\n")
      throw new Error("a chunk of another length");
    rest = rest.subarray(size + 2);
  }
  const end = rest.indexOf("\r\n") === 0 ? 2 : rest.indexOf("\r\n\r\n") + 4; // trailers
  return { body: Buffer.concat(chunks), rest: rest.subarray(end) };
}
