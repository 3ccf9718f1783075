/**
 * Clients of the soak's server, who do what they please: read slowly or not at all, leave in the
 * middle, ask for many things at once. What they are sent is checked, byte for byte.
 */
import assert from "node:assert";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sendFile } from "zerocopy/http";
import { content } from "../../support/content.ts";
import { Responses } from "./responses.ts";
import type { Response } from "./responses.ts";

const sizes = [0, 1, 1000, 32_767, 32_768, 100_000, 1_000_000, 6_000_000];
const largest = 7;
/** Two versions of one file, which take turns. */
const versions = [content(20, 300_000), content(21, 200_000)];
const twin = content(22, 5000);
const contents = sizes.map((size, tag) => content(tag, size));
const mounts = ["static", "opened", "send", "path", "handle"] as const;
const hangsAfterMs = 30_000;

/** The files that the server serves. */
export function makeFiles(root: string): void {
  for (const [tag, bytes] of contents.entries()) fs.writeFileSync(path.join(root, `${tag}`), bytes);
  fs.writeFileSync(path.join(root, "2.gz"), twin);
  fs.writeFileSync(path.join(root, "shrinking"), contents[largest]!);
  fs.writeFileSync(path.join(root, "changing"), versions[0]!);
}

export interface Totals {
  readonly visits: Record<string, number>;
  responses: number;
  bytes: number;
}

interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Throws when that is no answer. */
  readonly check: (response: Response) => void;
  /** The connection may end instead. */
  readonly mayBreak?: boolean;
}

export class Chaos {
  readonly totals: Totals = { visits: {}, responses: 0, bytes: 0 };
  readonly #port: number;
  readonly #root: string;
  #state: number;
  #version = 0;

  constructor({ port, root, seed }: { port: number; root: string; seed: number }) {
    this.#port = port;
    this.#root = root;
    this.#state = seed;
  }

  /** Visits, `at` at a time, until the time is over. Rejects when one sees what it should not. */
  async run(at: number, durationMs: number): Promise<void> {
    let end = performance.now() + durationMs;
    const visitor = async (): Promise<void> => {
      while (performance.now() < end) await this.#visit();
    };
    const visitors = Array.from({ length: at }, () =>
      visitor().catch((error: unknown) => {
        end = 0; // all go home
        throw error;
      }),
    );
    await Promise.allSettled(visitors);
    await Promise.all(visitors);
  }

  async #visit(): Promise<void> {
    const names = Object.keys(this.#kinds);
    const name = names[this.#random(names.length)]!;
    const seed = this.#state;
    this.totals.visits[name] = (this.totals.visits[name] ?? 0) + 1;
    const timer = new AbortController();
    const late = sleep(hangsAfterMs, undefined, { signal: timer.signal }).then(
      () => assert.fail(`hangs: ${name}, ${seed}`),
      () => {},
    );
    try {
      await Promise.race([this.#kinds[name]!(), late]);
    } catch (cause) {
      throw new Error(`${name} with ${seed}: ${String(cause)}`, { cause });
    } finally {
      timer.abort();
    }
  }

  readonly #kinds: Readonly<Record<string, () => Promise<void>>> = {
    oneByOne: async () => {
      const { socket, responses } = await this.#connect();
      for (let count = this.#random(6); count >= 0; count--) {
        const request = this.#request();
        socket.write(text(request));
        if (!(await this.#read(responses, request))) break;
      }
      socket.destroy();
    },

    pipelined: async () => {
      const { socket, responses } = await this.#connect();
      const requests = Array.from({ length: 1 + this.#random(30) }, () => this.#request());
      socket.write(requests.map(text).join(""));
      for (const request of requests) if (!(await this.#read(responses, request))) break;
      socket.destroy();
    },

    halfClosed: async () => {
      const { socket, responses } = await this.#connect();
      const request = this.#whole(this.#random(sizes.length));
      socket.end(text({ ...request, headers: { connection: "close" } }));
      // Node takes it for the end of the client, unless the body has begun to leave.
      await this.#read(responses, { ...request, mayBreak: true });
      socket.destroy();
    },

    leaving: async () => {
      const { socket, responses } = await this.#connect();
      socket.write(text(this.#whole(largest)));
      await responses.have(this.#random(4_000_000));
      this.#leave(socket);
    },

    slow: async () => {
      const { socket, responses } = await this.#connect();
      const request = this.#whole(largest);
      socket.write(text(request));
      const state = { isRead: false };
      const reading = this.#read(responses, { ...request, mayBreak: true }).finally(() => {
        state.isRead = true;
      });
      reading.catch(() => {}); // reported below
      for (let pauses = this.#random(300); pauses > 0 && !state.isRead; pauses--) {
        socket.pause();
        await sleep(5);
        socket.resume();
        await sleep(0);
      }
      if (state.isRead) socket.destroy();
      else this.#leave(socket);
      await reading;
    },

    deaf: async () => {
      const socket = await this.#connectOnly();
      socket.pause().write(Array.from({ length: 3 }, () => text(this.#whole(largest))).join(""));
      await sleep(this.#random(2000));
      this.#leave(socket);
    },

    hasty: async () => {
      const socket = await this.#connectOnly();
      if (this.#random(2) === 0) socket.write(text(this.#request()).slice(0, this.#random(80)));
      this.#leave(socket);
    },

    garbage: async () => {
      const { socket } = await this.#connect();
      socket.write(content(30 + this.#random(100), 1 + this.#random(2000)));
      socket.end();
      if (!socket.closed) await once(socket, "close");
    },

    upload: async () => {
      const tag = this.#random(sizes.length);
      const stop = new AbortController();
      const outgoing = http.request({
        ...{ port: this.#port, host: "127.0.0.1", method: "POST", path: "/upload" },
        agent: false,
      });
      outgoing.on("error", () => {});
      const answered = once(outgoing, "response") as Promise<[http.IncomingMessage]>;
      answered.catch(() => {});
      const closed = new Promise((resolve) => outgoing.once("close", resolve));
      const isAborted = this.#random(2) === 0;
      const sending = sendFile(outgoing, path.join(this.#root, `${tag}`), { signal: stop.signal });
      if (isAborted) setTimeout(() => stop.abort(), this.#random(20));
      try {
        await sending;
        const [response] = await answered;
        let body = "";
        for await (const chunk of response) body += String(chunk);
        assert.equal(body, String(sizes[tag]));
      } catch (error) {
        if (!isAborted) throw error;
        outgoing.destroy();
      }
      await closed;
    },

    /** Not a client: who changes the files meanwhile. */
    change: async () => {
      this.#version = 1 - this.#version;
      const next = path.join(this.#root, `next-${performance.now()}`);
      fs.writeFileSync(next, versions[this.#version]!);
      fs.renameSync(next, path.join(this.#root, "changing"));
      const shrinking = path.join(this.#root, "shrinking");
      fs.truncateSync(shrinking, this.#random(1_000_000));
      await sleep(20);
      fs.truncateSync(shrinking, sizes[largest]);
    },
  };

  // Requests.

  #request(): Request {
    const tag = this.#random(sizes.length);
    const kinds = [
      () => this.#whole(tag),
      () => this.#whole(this.#random(largest)),
      () => this.#part(tag),
      () => this.#parts(tag),
      () => this.#head(tag),
      () => this.#unchanged(tag),
      () => this.#other(),
    ];
    return kinds[this.#random(kinds.length)]!();
  }

  #whole(tag: number): Request {
    const mount = mounts[this.#random(mounts.length)]!;
    return get(`/${mount}/${tag}`, {}, ({ status, body }) => {
      assert.equal(status, 200);
      assert.ok(body.equals(contents[tag]!), `foreign bytes in ${tag} of ${mount}`);
    });
  }

  #part(tag: number): Request {
    const mount = mounts[this.#random(3)]!;
    const size = sizes[tag]!;
    const start = this.#random(size + 10);
    const last = start + this.#random(200_000);
    return get(`/${mount}/${tag}`, { range: `bytes=${start}-${last}` }, (response) => {
      const { status, body } = response;
      assert.equal(status, start < size ? 206 : 416);
      const right = status === 416 || body.equals(contents[tag]!.subarray(start, last + 1));
      assert.ok(right, `foreign bytes in a range of ${tag} of ${mount}`);
    });
  }

  #parts(tag: number): Request {
    const size = sizes[tag]!;
    return get(`/static/${tag}`, { range: "bytes=0-9,500-799,-5" }, ({ status, body }) => {
      if (size < 1000) return assert.ok([206, 416, 200].includes(status));
      assert.equal(status, 206);
      for (const part of [[0, 10], [500, 800], [size - 5]] as const) {
        assert.ok(body.includes(contents[tag]!.subarray(...part)), "a part is missing");
      }
    });
  }

  #head(tag: number): Request {
    const target = `/${mounts[this.#random(3)]}/${tag}`;
    const check = ({ status, headers }: Response): void => {
      assert.deepEqual([status, headers.get("content-length")], [200, `${sizes[tag]}`]);
    };
    return { method: "HEAD", target, check };
  }

  #unchanged(tag: number): Request {
    const target = `/${mounts[this.#random(3)]}/${tag}`;
    return get(target, { "if-none-match": "*" }, ({ status }) => assert.equal(status, 304));
  }

  #other(): Request {
    const mount = mounts[this.#random(mounts.length)]!;
    const others: readonly Request[] = [
      get("/json", {}, ({ body }) => assert.equal(String(body), '{"ok":true}')),
      get(`/${mount}/missing`, {}, ({ status }) => assert.equal(status, 404)),
      get("/static/2", { "accept-encoding": "gzip" }, ({ body }) => assert.ok(body.equals(twin))),
      get(`/${mount}/changing`, {}, ({ body }) => {
        const isOne = versions.some((version) => body.equals(version));
        assert.ok(isOne, "two versions in one");
      }),
      { ...get(`/${mount}/shrinking`, {}, () => {}), mayBreak: true },
    ];
    return others[this.#random(others.length)]!;
  }

  // Connections.

  async #connectOnly(): Promise<net.Socket> {
    const socket = net.connect(this.#port, "127.0.0.1");
    socket.on("error", () => {});
    await once(socket, "connect");
    return socket;
  }

  async #connect(): Promise<{ socket: net.Socket; responses: Responses }> {
    const socket = await this.#connectOnly();
    return { socket, responses: new Responses(socket) };
  }

  /** False when the connection has been closed instead, as it may be. */
  async #read(responses: Responses, { method, check, mayBreak }: Request): Promise<boolean> {
    const response = await responses.next(method);
    if (!response) {
      assert.ok(mayBreak, "the connection was closed");
      return false;
    }
    check(response);
    this.totals.responses++;
    this.totals.bytes += response.body.length;
    return response.headers.get("connection") !== "close";
  }

  #leave(socket: net.Socket): void {
    if (this.#random(2) === 0) socket.destroy();
    else socket.resetAndDestroy();
  }

  /** From 0 to below `limit`: the same sequence for the same seed. */
  #random(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }
}

function get(
  target: string,
  headers: Readonly<Record<string, string>>,
  check: Request["check"],
): Request {
  return { method: "GET", target, headers, check };
}

function text({ method, target, headers = {} }: Request): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\nHost: soak\r\n${lines.join("")}\r\n`;
}
