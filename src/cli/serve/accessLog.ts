/** What has been answered: a line each, and totals. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { shortBody } from "../../http/report.ts";
import type { BodyResult } from "../../http/report.ts";
import type { Responded } from "./logLine.ts";

export interface PathTotal {
  responses: number;
  bytes: number;
}

export interface Totals {
  readonly responses: number;
  /** Of bodies. */
  readonly bytes: number;
  /** Of files, by the path that most of each took. */
  readonly paths: Readonly<Record<string, Readonly<PathTotal>>>;
  /** Why the kernel did not send them. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Twice as long as a sender that is busy keeps its news to itself. */
const lateMs = 100;

export class AccessLog {
  readonly #line: (entry: Responded) => string | undefined;
  readonly #write: (text: string) => void;
  readonly #sent = new WeakMap<ServerResponse, BodyResult>();
  readonly #paths = new Map<string, PathTotal>();
  readonly #late = new Set<() => void>();
  readonly #reasons = new Map<string, number>();
  #responses = 0;
  #bytes = 0;
  #pending = "";

  /** `line` makes the line of a response, `write` prints several. */
  constructor(line: (entry: Responded) => string | undefined, write: (text: string) => void) {
    this.#line = line;
    this.#write = write;
  }

  totals(): Totals {
    return {
      responses: this.#responses,
      bytes: this.#bytes,
      paths: Object.fromEntries(this.#paths),
      reasons: Object.fromEntries(this.#reasons),
    };
  }

  /** Before anything is answered. */
  watch(req: IncomingMessage, res: ServerResponse): void {
    const { socket } = req;
    const time = new Date();
    const started = performance.now();
    const remote = remoteOf(socket);
    const before = socket.bytesWritten;
    res.once("close", () => {
      const durationMs = performance.now() - started;
      const aborted = !res.writableFinished;
      const add = (): void => {
        const result = this.#sent.get(res);
        const left = aborted ? socket.bytesWritten - before : announced(req, res);
        this.#add({
          ...{ time, remote, durationMs, aborted },
          ...{ method: req.method ?? "", target: req.url ?? "", version: req.httpVersion },
          ...{ referer: req.headers.referer, userAgent: req.headers["user-agent"] },
          ...{ status: res.statusCode, bytes: result?.bytes ?? left },
          path: result?.path,
          reason: result && reasonOf(result),
        });
      };
      if (aborted) this.#addLater(add);
      else add();
    });
  }

  /** What was no request, so that nobody knows what was asked for. */
  refused(socket: Socket, status: number, reason: string): void {
    this.#add({
      ...{ time: new Date(), remote: remoteOf(socket), durationMs: 0, aborted: false },
      ...{ method: "-", target: "-", version: "-", referer: undefined, userAgent: undefined },
      ...{ status, bytes: 0, path: undefined, reason },
    });
  }

  /** How the body of `res` was sent, if it was a file. */
  sent(result: BodyResult, res: ServerResponse): void {
    if (result.bytes > 0) this.#sent.set(res, result);
  }

  /** Adds what is waited for, and writes everything. */
  end(): void {
    for (const add of this.#late) add();
    this.flush();
  }

  /** Writes what has been put together. */
  flush(): void {
    const text = this.#pending;
    this.#pending = "";
    if (text !== "") this.#write(text);
  }

  /** The thread that was sending tells soon after the end how far it had come. */
  #addLater(add: () => void): void {
    const once = (): void => {
      clearTimeout(timer);
      if (this.#late.delete(once)) add();
    };
    const timer = setTimeout(once, lateMs);
    this.#late.add(once);
  }

  #add(entry: Responded): void {
    this.#responses++;
    this.#bytes += entry.bytes;
    if (entry.path !== undefined) {
      const total = this.#paths.get(entry.path) ?? { responses: 0, bytes: 0 };
      total.responses++;
      total.bytes += entry.bytes;
      this.#paths.set(entry.path, total);
    }
    if (entry.reason !== undefined && entry.path !== undefined) {
      this.#reasons.set(entry.reason, (this.#reasons.get(entry.reason) ?? 0) + 1);
    }
    const line = this.#line(entry);
    if (line === undefined) return;
    // A call for each line would cost as much as the response.
    if (this.#pending === "") setImmediate(() => this.flush());
    this.#pending += `${line}\n`;
  }
}

/** IPv4 as such, where the server listens for both. */
function remoteOf({ remoteAddress = "-" }: Socket): string {
  return remoteAddress.replace(/^::ffff:(?=\d+\.)/, "");
}

function reasonOf({ path, reason, bytes }: BodyResult): string | undefined {
  return reason ?? (path === "read-write" && bytes > 0 ? shortBody : undefined);
}

/** What a response that ended had as its body, by its head. */
function announced(req: IncomingMessage, res: ServerResponse): number {
  const none = req.method === "HEAD" || res.statusCode === 204 || res.statusCode === 304;
  return none ? 0 : Number(res.getHeader("Content-Length") ?? 0);
}
