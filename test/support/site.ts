/** A folder served over HTTP, and requests whose answers are looked at byte by byte. */
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import type { ServeStaticOptions, StaticHandler } from "zerocopy/http";
import { temporaryFolder } from "./content.ts";
import type { HttpMode } from "./httpModes.ts";
import { later } from "./resources.ts";
import { listen, receivedBytes } from "./sockets.ts";

export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** All bytes, as they came. */
  readonly raw: Buffer;
}

export interface Site {
  readonly port: number;
  readonly server: http.Server;
  readonly files: StaticHandler;
  /** A request on a connection of its own. Lines: `"Range: bytes=0-1"`. */
  get(target: string, ...lines: string[]): Promise<Answer>;
  head(target: string, ...lines: string[]): Promise<Answer>;
  /** Any method. */
  ask(method: string, target: string, ...lines: string[]): Promise<Answer>;
}

/** A folder with these files; gone after the test. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder();
  for (const [name, bytes] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), bytes);
  }
  return folder;
}

/** Serves by `serveStatic`, without `next` or by `use`; ends with the test. */
export async function serving(
  mode: HttpMode,
  root: string | readonly string[],
  options: ServeStaticOptions = {},
  use: (files: StaticHandler) => http.RequestListener = (files) => (req, res) => files(req, res),
): Promise<Site> {
  const files = mode.http.serveStatic(root, options);
  later(() => files.close());
  return { ...(await site(http.createServer(use(files)))), files };
}

/** A server that listens until the test ends. */
export async function site(server: http.Server): Promise<Omit<Site, "files">> {
  const { port } = (await listen(server, "TCP")) as net.TcpNetConnectOpts;
  later(() => server.closeAllConnections());
  const ask: Site["ask"] = (method, target, ...lines) =>
    request(port, [`${method} ${target} HTTP/1.1`, "Host: localhost", ...lines], method);
  return {
    port,
    server,
    ask,
    get: (target, ...lines) => ask("GET", target, ...lines),
    head: (target, ...lines) => ask("HEAD", target, ...lines),
  };
}

async function request(port: number, lines: readonly string[], method: string): Promise<Answer> {
  const socket = net.connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`${[...lines, "Connection: close"].join("\r\n")}\r\n\r\n`, "latin1");
  return answerIn(await receivedBytes(socket), method);
}

/** One answer. Throws when its length is not the one that was announced. */
export function answerIn(raw: Buffer, method = "GET"): Answer {
  const end = raw.indexOf("\r\n\r\n");
  if (end < 0) throw new Error(`no head in ${JSON.stringify(raw.toString("latin1"))}`);
  const [first = "", ...lines] = raw.subarray(0, end).toString("latin1").split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  if (headers.size !== lines.length) throw new Error(`a header twice: ${lines.join(", ")}`);
  const status = Number(first.split(" ")[1]);
  const body = raw.subarray(end + 4);
  const length = headers.get("content-length");
  const hasBody = method !== "HEAD" && status !== 304 && status !== 204;
  if (length !== undefined && body.length !== (hasBody ? Number(length) : 0)) {
    throw new Error(`announced ${length} bytes, found ${body.length}`);
  }
  return { status, headers, body, raw };
}

/** Asks again and again, one request at a time, until the answer is as it should be. */
export async function untilAnswered(
  ask: () => Promise<Answer>,
  holds: (answer: Answer) => boolean,
  what: string,
): Promise<Answer> {
  const end = performance.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (performance.now() > end) throw new Error(what);
  }
}
