/**
 * One request to a server around `send`, as bytes of a socket; what came back, and what was emitted, by
 * whom, in which order and with what.
 */
import { once } from "node:events";
import { ReadStream, Stats } from "node:fs";
import http from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import net from "node:net";
import { Writable } from "node:stream";
import type { SendOptions } from "zerocopy/http";
import { later } from "../resources.ts";
import { receivedBytes } from "../sockets.ts";
import { inTime, until } from "../until.ts";
import type { Subject } from "./subjects.ts";

/** What the listeners of an application do. */
export interface Listening {
  /** Answers itself, with the status of the error. */
  readonly error: boolean;
  readonly directory: boolean;
  /** Sets these when `headers` is emitted. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly stream: "none" | "listen" | "read" | "fail" | "later" | "pause";
}

export interface Case {
  readonly method: string;
  readonly version: "1.0" | "1.1";
  /** Given to `send` as it is. */
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly options: SendOptions;
  readonly listening: Listening;
  /** Set on the response before. */
  readonly status: number | undefined;
  readonly preset: Readonly<Record<string, string>>;
}

export interface Exchange {
  /** All that the socket got, but for dates: the answer, and that to a second request. */
  readonly bytes: string;
  /** Of the answer. */
  readonly status: number;
  readonly bodyBytes: number;
  readonly events: readonly unknown[];
  /** Each once, in no order: they wait for files and sockets. */
  readonly closes: readonly string[];
}

type Log = unknown[];

/** Comes at once: an answer of the wrong length would swallow its answer. */
const after = "GET /after HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

function staysOpen({ version, headers }: Case): boolean {
  const says = (wanted: string): boolean =>
    headers.some(([name, value]) => name === "Connection" && value === wanted);
  return !says("close") && (version === "1.1" || says("keep-alive"));
}

export class SendServer {
  readonly #subject: Subject;
  readonly #server: http.Server;
  #case: Case | undefined;
  #log: Log = [];
  #closes: string[] = [];

  constructor(subject: Subject) {
    this.#subject = subject;
    this.#server = http.createServer((req, res) => this.#answer(req, res));
    later(() => this.#server.closeAllConnections());
    later(() => this.#server.close());
  }

  async exchange(one: Case): Promise<Exchange> {
    if (!this.#server.listening) {
      this.#server.listen(0, "127.0.0.1");
      await once(this.#server, "listening");
    }
    this.#case = one;
    this.#log = [];
    this.#closes = [];
    const { port } = this.#server.address() as net.AddressInfo;
    const socket = net.connect(port, "127.0.0.1");
    const head = one.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`${one.method} / HTTP/${one.version}\r\nHost: localhost\r\n${head}\r\n`, "latin1");
    if (staysOpen(one)) socket.write(after);
    const bytes = (await inTime(receivedBytes(socket), "the end of the answers")).toString(
      "latin1",
    );
    const isStream = (event: unknown): boolean => (event as string[])[0] === "stream";
    await until(
      () => this.#closes.length === (this.#log.some(isStream) ? 2 : 1),
      () => `not all were closed: ${JSON.stringify([one, this.#log, this.#closes])}`,
    );
    const [answer = ""] = bytes.split("\r\n\r\n", 1);
    const status = Number(answer.slice(9, 12));
    const hasBody = one.method !== "HEAD" && status !== 204 && status !== 304;
    const length = hasBody ? /^content-length: (\d+)/im.exec(answer)?.[1] : undefined;
    return {
      bytes: bytes.replaceAll(/\r\nDate: [^\r]*/g, "\r\nDate: now"),
      status,
      bodyBytes: Number(length ?? 0),
      events: this.#log,
      closes: this.#closes.toSorted(),
    };
  }

  #answer(req: IncomingMessage, res: ServerResponse): void {
    const one = this.#case!;
    if (req.url === "/after") {
      res.end("after");
      return;
    }
    const log = this.#log;
    if (one.status !== undefined) res.statusCode = one.status;
    for (const [name, value] of Object.entries(one.preset)) res.setHeader(name, value);
    for (const event of ["finish", "pipe", "unpipe"]) {
      if (event === "finish" || one.listening.stream !== "none") {
        res.on(event, () => log.push(["res", event]));
      }
    }
    const closes = this.#closes;
    res.on("close", () => closes.push("res"));
    const sending = this.#subject.send(req, one.path, one.options);
    this.#listen(sending, res, one.listening);
    try {
      log.push(["piped", sending.pipe(res) === res]);
    } catch (error) {
      log.push(["thrown", told(error)]);
      res.end();
    }
  }

  #listen(sending: ReturnType<Subject["send"]>, res: ServerResponse, how: Listening): void {
    const log = this.#log;
    const emitted =
      (event: string) =>
      (...values: unknown[]) =>
        log.push([event, ...values.map((value) => (value === res ? "res" : told(value)))]);
    for (const event of ["file", "headers", "end"]) sending.on(event, emitted(event));
    if (how.headers) {
      sending.on("headers", (response: ServerResponse) => {
        for (const [name, value] of Object.entries(how.headers!)) response.setHeader(name, value);
      });
    }
    if (how.error) {
      sending.on("error", emitted("error")).on("error", (error: { status: number }) => {
        if (res.headersSent) return;
        res.statusCode = error.status;
        res.end("handled");
      });
    }
    if (how.directory) {
      sending.on("directory", emitted("directory")).on("directory", () => res.end("directory"));
    }
    if (how.stream !== "none") {
      sending.on("stream", emitted("stream"));
      sending.on("stream", (stream: ReadStream) => this.#watch(stream, how));
    }
  }

  #watch(stream: ReadStream, { stream: how }: Listening): void {
    const log = this.#log;
    const closes = this.#closes;
    for (const event of ["open", "ready", "error", "end"]) {
      stream.on(event, (value: unknown) => {
        log.push(["stream", event, event === "open" ? typeof value : told(value)]);
        if (event === "end") log.push(["bytesRead", stream.bytesRead]);
      });
    }
    stream.on("close", () => closes.push("stream"));
    if (how === "read") {
      const read = { bytes: 0 };
      stream.on("data", (chunk) => (read.bytes += chunk.length));
      stream.on("end", () => log.push(["data", read.bytes]));
    }
    if (how === "fail") {
      stream.on("open", () =>
        stream.emit("error", Object.assign(new Error("boom"), { code: "EBOOM" })),
      );
    }
    if (how === "later") stream.once("open", () => void stream.pipe(sink(log)));
    if (how === "pause") {
      stream.once("open", () => {
        stream.pause();
        setImmediate(() => stream.resume());
      });
    }
  }
}

/** A second destination. */
function sink(log: Log): Writable {
  let bytes = 0;
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      done();
    },
    final: (done) => {
      log.push(["sink", bytes]);
      done();
    },
  });
}

/** What an argument of an event is, so that it can be compared. */
function told(value: unknown): unknown {
  if (value instanceof Stats) return ["stats", value.size, value.mtimeMs, value.ino, value.mode];
  if (value instanceof ReadStream) {
    const { path, fd, flags, bytesRead } = value as ReadStream & { fd: unknown; flags: string };
    return ["stream", path, fd, flags, bytesRead];
  }
  if (!(value instanceof Error)) return value;
  const all: Record<string, unknown> = {};
  // Inherited properties too, as whoever copies errors would find them.
  for (const name in value) all[name] = (value as unknown as Record<string, unknown>)[name];
  const { name, message, stack = "" } = value;
  return [name, message, value.constructor.name, all, Object.keys(value), stack.split("\n", 1)];
}
