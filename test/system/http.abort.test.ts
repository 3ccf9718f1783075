/** Whoever goes away, and when: nothing is left open, nobody gets what was meant for another. */
import { once } from "node:events";
import http from "node:http";
import { expect, test } from "vitest";
import { content, sparseFile, taggedFile } from "../support/content.ts";
import { openFd } from "../support/fds.ts";
import {
  describeHttp,
  everything,
  requestFor,
  responses,
  serve,
  untilHead,
} from "../support/http.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { kinds, untilFull } from "../support/sockets.ts";
import { inTime, rejection, until } from "../support/until.ts";
import type { Failure } from "../support/until.ts";

leaveNothingOpen();

const large = 30_000_000;
/** What a connection that is gone may be called. */
const gone = ["ERR_SOCKET_CLOSED", "EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED", "ABORT_ERR"];

describeHttp(({ sendFile }) => {
  /** A server of one large file, which tells how its sending failed. */
  async function serveLarge(kind: "TCP" | "Unix" = "TCP") {
    const file = taggedFile(1, large);
    const ends: Promise<Failure | undefined>[] = [];
    const events: string[] = [];
    const served = await serve(
      (_, res) => {
        for (const event of ["finish", "close", "error"]) res.on(event, () => events.push(event));
        ends.push(
          sendFile(res, file).then(
            () => undefined,
            (error: Failure) => error,
          ),
        );
      },
      {},
      kind,
    );
    const ended = async (): Promise<Failure | undefined> => {
      await until(() => ends.length > 0, "the request did not come");
      return inTime(ends[0]!, "the end of the transfer");
    };
    return { ...served, ended, events };
  }

  const places = {
    "before the first byte": () => {},
    "in the middle of the body": (socket) => untilFull(socket),
    "behind the head": (socket) => untilHead(socket),
  } satisfies Record<string, (socket: import("node:net").Socket) => unknown>;

  test.each(Object.keys(places) as (keyof typeof places)[])(
    "a client that breaks the connection %s ends the transfer",
    async (place) => {
      const served = await serveLarge();
      const socket = await served.connect();
      socket.write(requestFor("/"));
      await places[place](socket);
      socket.resetAndDestroy();
      const error = await served.ended();
      expect(gone).toContain(error?.code);
      await until(() => served.events.length > 0, "no 'close'");
      expect(served.events).toEqual(["close"]);
    },
  );

  test.each(kinds)("a client that goes in the middle, over %s sockets", async (kind) => {
    const served = await serveLarge(kind);
    const socket = await served.connect();
    socket.write(requestFor("/"));
    await untilHead(socket);
    socket.destroy();
    expect(gone).toContain((await served.ended())?.code);
  });

  test("a client that goes with the last byte hurts nobody", async () => {
    const served = await serve((_, res) => sendFile(res, taggedFile(2, 100_000)));
    for (let round = 0; round < 20; round++) {
      const socket = await served.connect();
      socket.write(requestFor("/", { isLast: false }));
      const head = await untilHead(socket);
      let left = 100_000;
      socket.on("data", (chunk: Buffer) => {
        left -= chunk.length;
        if (left === 0) socket.resetAndDestroy();
      });
      socket.resume();
      await once(socket, "close");
      expect(head).toContain("200 OK");
    }
    expect(served.failures).toEqual([]);
  });

  test.each(["before", "amid"])("an abort by signal %s it begins", async (when) => {
    const aborter = new AbortController();
    const found: Failure[] = [];
    const served = await serve(async (_, res) => {
      if (when === "before") aborter.abort("reason");
      const failed = rejection(sendFile(res, taggedFile(1, large), { signal: aborter.signal }));
      found.push(await failed);
      if (!res.destroyed) res.writeHead(503).end();
    });
    const socket = await served.connect();
    socket.write(requestFor("/"));
    if (when === "amid") await untilFull(socket);
    aborter.abort("reason");
    const bytes = await everything(socket);
    await until(() => found.length > 0, "no rejection");
    expect(found[0]).toMatchObject({ code: "ABORT_ERR", cause: "reason" });
    const complete = when === "before" ? 503 : 200;
    expect(bytes.toString("latin1", 9, 12)).toBe(String(complete));
    expect(bytes.length).toBeLessThan(large);
  });

  test("an abort while the file is being opened leaves the message as it was", async () => {
    const aborter = new AbortController();
    const served = await serve(async (_, res) => {
      const failed = rejection(
        sendFile(res, openFd(taggedFile(1, 1000)), { signal: aborter.signal }),
      );
      aborter.abort();
      expect((await failed).code).toBe("ABORT_ERR");
      expect(res.headersSent).toBe(false);
      res.end("mine");
    });
    const [response] = responses(await served.ask(requestFor("/")), ["GET"]);
    expect(String(response!.body)).toBe("mine");
    expect(served.failures).toEqual([]);
  });

  test("an abort of a pipelined response that has not had its turn lets those before it go", async () => {
    const aborter = new AbortController();
    const errors: Failure[] = [];
    let first: http.ServerResponse | undefined;
    const served = await serve(async (req, res) => {
      if (req.url === "/1") return (first = res);
      const failed = rejection(sendFile(res, taggedFile(1, large), { signal: aborter.signal }));
      errors.push(await failed);
      // Nothing of it had left: the answer may be another. (Node 24 keeps a connection whose waiting response is destroyed.)
      if (!res.destroyed) res.writeHead(503, { Connection: "close" }).end();
      return undefined;
    });
    const socket = await served.connect();
    socket.write(requestFor("/1", { isLast: false }) + requestFor("/2", { isLast: false }));
    await until(() => first !== undefined, "no request");
    await new Promise(setImmediate);
    aborter.abort();
    await until(() => errors.length > 0, "no rejection");
    expect(errors[0]!.code).toBe("ABORT_ERR");
    first!.end("first");
    const bytes = await everything(socket);
    expect(bytes.toString("latin1")).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*first/);
  });

  test("a pipelined response whose connection breaks rejects", async () => {
    const errors: Failure[] = [];
    const served = await serve(async (req, res) => {
      if (req.url === "/1") return; // never answered
      errors.push(await rejection(sendFile(res, taggedFile(1, large))));
    });
    const socket = await served.connect();
    socket.write(requestFor("/1", { isLast: false }) + requestFor("/2", { isLast: false }));
    await until(() => served.server.listening, "");
    await new Promise(setImmediate);
    socket.resetAndDestroy();
    await until(() => errors.length > 0, "no rejection");
    expect(gone).toContain(errors[0]!.code);
  });

  test("a progress callback that throws fails the transfer, of small files too", async () => {
    for (const size of [100, large]) {
      const found: unknown[] = [];
      const served = await serve(async (_, res) => {
        const onProgress = (): never => {
          throw new RangeError("mine");
        };
        found.push(await rejection(sendFile(res, taggedFile(3, size), { onProgress })));
        await until(() => res.destroyed, "the message is not destroyed");
      });
      await served.ask(requestFor("/", { isLast: false }));
      await until(() => found.length > 0, "no rejection");
      expect(found).toEqual([new RangeError("mine")]);
      expect(served.failures).toEqual([]);
    }
  });

  test("res.destroy() ends the transfer and the connection at once", async () => {
    const errors: Failure[] = [];
    const served = await serve(async (_, res) => {
      const failed = rejection(sendFile(res, taggedFile(1, large)));
      await new Promise(setImmediate);
      res.destroy();
      errors.push(await failed);
    });
    const bytes = await served.ask(requestFor("/"));
    await until(() => errors.length > 0, "no rejection");
    expect(gone).toContain(errors[0]!.code);
    expect(bytes.length).toBeLessThan(large);
  });

  test("closeAllConnections() ends transfers", async () => {
    const served = await serveLarge();
    const socket = await served.connect();
    socket.write(requestFor("/"));
    await untilFull(socket);
    served.server.closeAllConnections();
    expect(gone).toContain((await served.ended())?.code);
    expect((await everything(socket)).length).toBeLessThan(large);
  });

  test("close() and closeIdleConnections() let a transfer finish", async () => {
    const served = await serveLarge();
    const socket = await served.connect();
    socket.write(requestFor("/"));
    await untilFull(socket);
    const closed = once(served.server.close(), "close");
    served.server.closeIdleConnections();
    const [response] = responses(await everything(socket), ["GET"]);
    expect(response!.body.equals(content(1, large))).toBe(true);
    expect(await served.ended()).toBeUndefined();
    await inTime(closed, "the server to close");
  });

  test("a response to a client that has gone already rejects, and nothing is left", async () => {
    const errors: Failure[] = [];
    const served = await serve(async (_, res) => {
      if (!res.destroyed) await once(res, "close");
      errors.push(await rejection(sendFile(res, taggedFile(1, large))));
    });
    const socket = await served.connect();
    socket.write(requestFor("/"));
    await new Promise(setImmediate);
    socket.resetAndDestroy();
    await until(() => errors.length > 0, "no rejection");
    expect(gone).toContain(errors[0]!.code);
  });

  test("a client that has ended its side before the file was open gets no head without a body", async () => {
    const served = await serve((_, res) => sendFile(res, openFd(taggedFile(1, large))));
    const socket = await served.connect();
    socket.end(requestFor("/"));
    const bytes = await everything(socket);
    // As of a stream, unless the server has httpAllowHalfOpen: nothing, or all there was time for.
    expect(bytes.length === 0 || bytes.subarray(0, 12).equals(Buffer.from("HTTP/1.1 200"))).toBe(
      true,
    );
  });

  test("no connection gets a byte of another's file, however many break and come", async () => {
    const files = Array.from({ length: 8 }, (_, tag) => taggedFile(10 + tag, 400_000));
    const served = await serve((req, res) =>
      sendFile(res, files[Number(req.url!.slice(1))]!).catch(() => {}),
    );
    let whole = 0;
    const visit = async (index: number): Promise<void> => {
      const tag = index % 8;
      const socket = await served.connect();
      socket.write(requestFor(`/${tag}`));
      const chunks: Buffer[] = [];
      let bytes = 0;
      const limit = index % 3 === 0 ? Infinity : (index * 7919) % 400_000;
      socket.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > limit) socket.resetAndDestroy();
      });
      socket.resume();
      await once(socket, "close");
      const all = Buffer.concat(chunks);
      const body = all.subarray(all.indexOf("\r\n\r\n") + 4);
      if (all.length > 0 && !body.equals(content(10 + tag, body.length)))
        throw new Error(`foreign bytes in visit ${index}`);
      if (body.length === 400_000) whole++;
    };
    for (let start = 0; start < 600; start += 30) {
      await Promise.all(Array.from({ length: 30 }, (_, one) => visit(start + one)));
    }
    expect(whole).toBeGreaterThanOrEqual(200);
  });

  test("a transfer to a reader that stalls holds no memory and ends with its server", async () => {
    const file = sparseFile(2 ** 31);
    const served = await serve((_, res) => sendFile(res, file).catch(() => {}));
    const sockets = await Promise.all(Array.from({ length: 20 }, () => served.connect()));
    const before = process.memoryUsage().rss;
    for (const socket of sockets) socket.write(requestFor("/"));
    await untilFull(sockets.at(-1)!);
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
  });
});
