/** What a program sees of a message whose body is a file: events, timers, contexts and counts, as of a stream. */
import { AsyncLocalStorage } from "node:async_hooks";
import diagnostics from "node:diagnostics_channel";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import type net from "node:net";
import { describe, expect, test } from "vitest";
import { sendFile as sendOverSocket } from "zerocopy/net";
import { content, sparseFile, taggedFile } from "../support/content.ts";
import {
  describeHttp,
  everything,
  requestFor,
  responses,
  serve,
  untilHead,
} from "../support/http.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { connect, receivedBytes, untilFull } from "../support/sockets.ts";
import { inTime, rejection, until } from "../support/until.ts";

leaveNothingOpen();

type Morgan = (
  format: string,
  options: { stream: { write: (line: string) => void } },
) => (req: http.IncomingMessage, res: http.ServerResponse, next: () => void) => void;

const sizes = [700, 100_000, 20_000_000];

describeHttp(({ sendFile }) => {
  type Sender = (res: http.ServerResponse, file: string) => unknown;
  const byStream: Sender = (res, file) => {
    res.setHeader("Content-Length", fs.statSync(file).size);
    return fs.createReadStream(file).pipe(res);
  };

  describe("is told as of a stream:", () => {
    /** What happens to each of two requests on one connection, the last of which closes it. */
    async function story(send: Sender, size: number): Promise<readonly string[][]> {
      const told: string[] = [];
      const file = taggedFile(1, size);
      const served = await serve((req, res) => {
        const tell = (event: string) => () =>
          told.push(`${req.url} ${event} ${res.writableEnded} ${res.writableFinished}`);
        for (const event of ["prefinish", "finish", "close"]) res.on(event, tell(event));
        req.on("close", tell("request close"));
        req.socket.once("close", () => told.push("socket close"));
        return send(res, file);
      });
      const text = requestFor("/1", { isLast: false }) + requestFor("/2");
      responses(await served.ask(text), ["GET", "GET"]);
      await until(() => told.includes("socket close"), "the connection was not closed");
      // Both are sent at the same time: how their events lie between each other's is nobody's promise.
      const each = told.filter((one, index) => told.indexOf(one) === index);
      return ["/1", "/2", "socket"].map((whose) => each.filter((one) => one.startsWith(whose)));
    }

    test.each(sizes)("finish, close and the rest, in order, of %d bytes", async (size) => {
      expect(await story(sendFile, size)).toEqual(await story(byStream, size));
    });

    test.each(sizes)("http.server.response.finish of %d bytes", async (size) => {
      const published: unknown[] = [];
      const onFinish = (message: unknown): void => {
        published.push((message as { request: http.IncomingMessage }).request.url);
      };
      diagnostics.subscribe("http.server.response.finish", onFinish);
      later(() => diagnostics.unsubscribe("http.server.response.finish", onFinish));
      const served = await serve((_, res) => sendFile(res, taggedFile(1, size)));
      const text = requestFor("/1", { isLast: false }) + requestFor("/2");
      responses(await served.ask(text), ["GET", "GET"]);
      expect(published).toEqual(["/1", "/2"]);
    });

    test.each(sizes)("socket.bytesWritten counts head and body of %d bytes", async (size) => {
      const counts: number[] = [];
      const served = await serve(async (req, res) => {
        const { socket } = req;
        if (req.url === "/2") socket.once("close", () => counts.push(socket.bytesWritten));
        await sendFile(res, taggedFile(1, size));
        if (req.url === "/1") counts.push(socket.bytesWritten);
      });
      const socket = await served.connect();
      socket.write(requestFor("/1", { isLast: false }));
      const head = (await untilHead(socket)).length;
      const rest = everything(socket);
      await until(() => counts.length === 1, "the first did not end");
      expect(counts[0]).toBe(head + size);
      socket.write(requestFor("/2"));
      const bytes = head + (await rest).length;
      await until(() => counts.length === 2, "the connection was not closed");
      expect(counts[1]).toBe(bytes);
    });

    test("morgan logs every response, once and whole", async () => {
      const lines: string[] = [];
      const morgan = createRequire(import.meta.url)("morgan") as Morgan;
      const log = morgan(":method :url :status :res[content-length]", {
        stream: { write: (line) => lines.push(line.trim()) },
      });
      const served = await serve((req, res) => {
        log(req, res, () => {});
        return sendFile(res, taggedFile(1, Number(req.url!.slice(1))));
      });
      const text = requestFor("/700", { isLast: false }) + requestFor("/3000000");
      responses(await served.ask(text), ["GET", "GET"]);
      await until(() => lines.length === 2, "two lines");
      expect(lines).toEqual(["GET /700 200 700", "GET /3000000 200 3000000"]);
    });
  });

  describe("the context of the caller", () => {
    test.each(sizes)("is that of everything that fires, of %d bytes", async (size) => {
      const storage = new AsyncLocalStorage<string>();
      const found: Record<string, string | undefined> = {};
      const note = (what: string) => () => (found[what] = storage.getStore());
      const served = await serve((req, res) =>
        storage.run(`request ${req.url}`, async () => {
          res.on("finish", note("finish")).on("prefinish", note("prefinish"));
          await sendFile(res, taggedFile(1, size), { onProgress: note("progress") });
          note("result")();
        }),
      );
      await served.ask(requestFor("/1"));
      await until(() => "result" in found && "finish" in found, "the result");
      const context = "request /1";
      expect(found).toEqual({
        finish: context,
        prefinish: context,
        progress: context,
        result: context,
      });
    });

    test("is that of a failure", async () => {
      const storage = new AsyncLocalStorage<number>();
      const found: unknown[] = [];
      const served = await serve((_, res) =>
        storage.run(7, async () => {
          await rejection(sendFile(res, taggedFile(1, 30_000_000)));
          found.push(storage.getStore());
        }),
      );
      const socket = await served.connect();
      socket.write(requestFor("/"));
      await untilFull(socket);
      socket.resetAndDestroy();
      await until(() => found.length > 0, "no rejection");
      expect(found).toEqual([7]);
    });
  });

  describe("a timeout", () => {
    const timeoutMs = 400;

    test.each(["server", "response"])("of the %s leaves a body that moves alone", async (whose) => {
      const served = await serve((_, res) => {
        if (whose === "response") res.setTimeout(timeoutMs);
        return sendFile(res, sparseFile(200_000_000));
      });
      if (whose === "server") served.server.timeout = timeoutMs;
      const socket = await served.connect();
      socket.write(requestFor("/"));
      const started = performance.now();
      let bytes = (await untilHead(socket)).length;
      // Slowly enough for the whole to take many times as long as the timer.
      for await (const chunk of socket) {
        bytes += (chunk as Buffer).length;
        const due = (bytes / 200_000_000) * 4 * timeoutMs;
        if (performance.now() - started < due) await new Promise((go) => setTimeout(go, 5));
      }
      expect(performance.now() - started).toBeGreaterThan(2 * timeoutMs);
      expect(bytes).toBeGreaterThan(200_000_000);
      expect(served.failures).toEqual([]);
    });

    test("ends a body that has stalled, and the transfer with it", async () => {
      const failed: string[] = [];
      const served = await serve(async (_, res) => {
        failed.push((await rejection(sendFile(res, sparseFile(200_000_000)))).code);
      });
      served.server.timeout = timeoutMs;
      const socket = await served.connect();
      socket.write(requestFor("/"));
      await until(() => failed.length > 0, "it was not ended");
      expect((await everything(socket)).length).toBeLessThan(200_000_000);
      expect(failed).toEqual(["ERR_SOCKET_CLOSED"]);
    });

    test("tells who listens, in the context of the connection, and ends nothing then", async () => {
      const storage = new AsyncLocalStorage<string>();
      const contexts: unknown[] = [];
      const file = sparseFile(50_000_000);
      const served = await serve((_, res) =>
        storage.run("request", () => {
          res.setTimeout(timeoutMs, () => contexts.push(storage.getStore()));
          return sendFile(res, file);
        }),
      );
      const socket = await served.connect();
      socket.write(requestFor("/"));
      await until(() => contexts.length > 0, "no timeout");
      await everything(socket);
      expect(contexts[0]).toBe("request");
      expect(served.failures).toEqual([]);
    });
  });

  test("an agent keeps the connection for the next request", async () => {
    const connections = new Set<net.Socket>();
    const served = await serve((req, res) => {
      connections.add(req.socket);
      return sendFile(res, taggedFile(1, Number(req.url!.slice(1))));
    });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    later(() => agent.destroy());
    for (const size of [10, 5_000_000, 0, 40_000, 10]) {
      const request = http.get({ ...served.where, port: served.port, path: `/${size}`, agent });
      const [response] = (await once(request, "response")) as [http.IncomingMessage];
      const chunks: Buffer[] = await response.toArray();
      expect(Buffer.concat(chunks).equals(content(1, size))).toBe(true);
    }
    expect(connections.size).toBe(1);
  });

  test("a file is uploaded as the body of a request", async () => {
    for (const size of [10, 5_000_000]) {
      const arrived: Buffer[] = [];
      const served = await serve(async (req, res) => {
        arrived.push(Buffer.concat(await req.toArray()));
        res.end(req.headers["content-length"]);
      });
      const request = http.request({
        ...served.where,
        port: served.port,
        method: "PUT",
        agent: false,
      });
      const answered = once(request, "response") as Promise<[http.IncomingMessage]>;
      const { bytes } = await sendFile(request, taggedFile(9, size));
      const [response] = await inTime(answered, "the response");
      expect(String(Buffer.concat(await response.toArray()))).toBe(`${size}`);
      expect(bytes).toBe(size);
      expect(arrived[0]!.equals(content(9, size))).toBe(true);
    }
  });
});

test("header and trailer of zerocopy/net count as written", async () => {
  const { sender, reader } = await connect();
  const frame = { header: Buffer.alloc(1000), trailer: Buffer.alloc(10) };
  const sending = sendOverSocket(sender, taggedFile(1, 300_000), frame);
  sender.end();
  const arrived = receivedBytes(reader);
  await sending;
  expect(sender.bytesWritten).toBe(301_010);
  expect((await arrived).length).toBe(301_010);
});
