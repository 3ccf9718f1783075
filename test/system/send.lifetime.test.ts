/**
 * What happens to the file and the connection of `send` when a client goes, a listener destroys the
 * stream, or the file changes: descriptors are closed at once, nobody is told of what is no news, and
 * events are those of npm `send`.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import type { ReadStream } from "node:fs";
import http from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import net from "node:net";
import path from "node:path";
import { PassThrough } from "node:stream";
import { beforeEach, describe, expect, test } from "vitest";
import type { SendOptions, SendStream } from "zerocopy/http";
import "../support/engine.ts";
import { content, sparseFile, taggedFile, temporaryFolder } from "../support/content.ts";
import { later, leaveNothingOpen, openDescriptors } from "../support/resources.ts";
import { fallback, native, npm, sentBy, whyNotNative } from "../support/sending/subjects.ts";
import type { Subject } from "../support/sending/subjects.ts";
import { receivedBytes, take } from "../support/sockets.ts";
import { until } from "../support/until.ts";

leaveNothingOpen();

const large = 64 << 20; // more than the buffers of two sockets
const events = ["file", "headers", "stream", "end", "error", "directory"];

interface Sent {
  readonly log: string[];
  readonly res: ServerResponse;
  readonly sending: SendStream;
  readonly stream: ReadStream | undefined;
  readonly client: net.Socket;
}

interface How {
  readonly options?: SendOptions;
  readonly listensTo?: readonly string[];
  readonly head?: string;
  /** Before `pipe`. */
  readonly prepare?: (sending: SendStream, res: ServerResponse, log: string[]) => void;
}

/** One request for `file`; what is emitted goes to `log`. The client does not read. */
async function ask(subject: Subject, file: string, how: How = {}): Promise<Sent> {
  const log: string[] = [];
  let sent: Omit<Sent, "client" | "log"> | undefined;
  const server = http.createServer((req: IncomingMessage, res) => {
    const sending = subject.send(req, encodeURI(file), how.options);
    sent = { res, sending, stream: undefined };
    for (const event of how.listensTo ?? events) {
      sending.on(event, (value: { code?: string; status?: number }) => {
        log.push(event === "error" ? `error ${value.status} ${value.code}` : event);
        if (event === "stream") {
          const stream = value as unknown as ReadStream;
          sent = { ...sent!, stream };
          for (const name of ["open", "end", "error", "close"]) {
            stream.on(name, () => log.push(`stream ${name}`));
          }
        }
      });
    }
    res.on("finish", () => log.push("res finish")).on("close", () => log.push("res close"));
    how.prepare?.(sending, res, log);
    sending.pipe(res);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  later(() => server.close());
  later(() => server.closeAllConnections());
  const { port } = server.address() as net.AddressInfo;
  const client = net.connect(port, "127.0.0.1").pause();
  client.on("error", () => {});
  later(() => client.destroy());
  client.write(`GET / HTTP/1.1\r\nHost: localhost\r\n${how.head ?? ""}\r\n`);
  await until(() => sent !== undefined, "no request has come");
  return {
    log,
    client,
    get res() {
      return sent!.res;
    },
    get sending() {
      return sent!.sending;
    },
    get stream() {
      return sent!.stream;
    },
  };
}

function isOpen(file: string): boolean {
  return openDescriptors().some((one) => one.includes(file));
}

const unseen = events.filter((event) => event !== "stream");

describe.each([npm, native, fallback])("$name", (subject) => {
  beforeEach((context) => {
    const missing = subject === native && whyNotNative();
    if (missing) context.skip(missing);
  });

  for (const [what, listensTo] of [["seen", events] as const, ["unseen", unseen] as const]) {
    for (const way of ["reset", "end"] as const) {
      test(`a client that goes (${way}) closes the file, and no error is emitted: ${what}`, async () => {
        const file = sparseFile(large);
        const { log, client } = await ask(subject, file, { listensTo });
        await take(client, 100_000);
        if (way === "reset") client.resetAndDestroy();
        else client.destroy();
        await until(() => log.includes("res close") && !isOpen(file), "the file stays open");
        const wanted = what === "seen" ? ["stream", "stream open", "stream close"] : [];
        await until(
          () => wanted.every((event) => log.includes(event)),
          () => log.join(", "),
        );
        expect(log.filter((event) => !wanted.includes(event))).toEqual([
          "file",
          "headers",
          "res close",
        ]);
      });
    }
  }

  test("a response destroyed in the middle closes the file", async () => {
    const file = sparseFile(large);
    const { log, client, res } = await ask(subject, file);
    await take(client, 100_000);
    res.destroy();
    await until(() => log.includes("stream close") && !isOpen(file), "the file stays open");
    expect(log).not.toContain("end");
    expect(log.some((event) => event.startsWith("error"))).toBe(false);
  });

  test("a stream destroyed in the middle closes the file, and nothing is emitted", async () => {
    const file = sparseFile(large);
    const sent = await ask(subject, file);
    await take(sent.client, 100_000);
    sent.stream!.destroy();
    await until(() => sent.log.includes("stream close") && !isOpen(file), "the file stays open");
    expect(sent.res.destroyed).toBe(false);
    sent.res.destroy();
    await until(() => sent.log.includes("res close"), "the response stays open");
    const others = sent.log.filter((event) => !event.endsWith(" close"));
    expect(others).toEqual(["file", "headers", "stream", "stream open"]);
  });

  test("a stream destroyed when it opens closes the file", async () => {
    const file = taggedFile(1, 1000);
    const sent = await ask(subject, file, {
      prepare: (sending) =>
        sending.on("stream", (stream: ReadStream) => stream.on("open", () => stream.destroy())),
    });
    await until(() => sent.log.includes("stream close") && !isOpen(file), "the file stays open");
    expect(sent.log).toEqual(["file", "headers", "stream", "stream open", "stream close"]);
    expect(sent.res.headersSent).toBe(false);
  });

  test("an error of the stream in the middle is emitted once, and closes the file", async () => {
    const file = sparseFile(large);
    const sent = await ask(subject, file);
    await take(sent.client, 100_000);
    sent.stream!.destroy(Object.assign(new Error("broken"), { code: "EIO" }));
    await until(() => sent.log.includes("stream close") && !isOpen(file), "the file stays open");
    expect(sent.log.slice(0, 6)).toEqual([
      ...["file", "headers", "stream", "stream open", "stream error", "error 500 EIO"],
    ]);
  });

  test("an error of the stream before the first byte is answered by a page", async () => {
    const file = taggedFile(1, 1000);
    const sent = await ask(subject, file, {
      listensTo: ["stream"],
      head: "Connection: close\r\n",
      prepare: (sending) =>
        sending.on("stream", (stream: ReadStream) =>
          stream.on("open", () => stream.destroy(new Error("broken"))),
        ),
    });
    const answer = (await receivedBytes(sent.client)).toString();
    expect(answer).toMatch(/^HTTP\/1.1 500 Internal Server Error\r\n/);
    expect(answer).toContain("<pre>Internal Server Error</pre>");
  });

  test("'end' is emitted before the response has finished", async () => {
    for (const listensTo of [events, unseen]) {
      const { log, client } = await ask(subject, taggedFile(1, 100), {
        listensTo,
        head: "Connection: close\r\n",
      });
      await receivedBytes(client);
      await until(() => log.includes("res close"), "the response stays open");
      expect(log.indexOf("end")).toBeGreaterThan(0);
      expect(log.indexOf("end")).toBeLessThan(log.indexOf("res finish"));
    }
  });

  test("listeners and headers may be added until the turn has ended", async () => {
    const found: string[] = [];
    const sent = await ask(subject, taggedFile(1, 100), {
      listensTo: [],
      head: "Connection: close\r\n",
      prepare: (sending, res) => {
        void Promise.resolve().then(() => {
          res.setHeader("X-Late", "1");
          return sending.on("file", () => found.push("file"));
        });
      },
    });
    expect((await receivedBytes(sent.client)).toString("latin1")).toContain("\r\nX-Late: 1\r\n");
    expect(found).toEqual(["file"]);
  });

  test("bytes that a listener adds to the stream's 'data' are all of them", async () => {
    const file = taggedFile(1, 300_000);
    let read = 0;
    const sent = await ask(subject, file, {
      head: "Connection: close\r\n",
      prepare: (sending) =>
        sending.on("stream", (stream: ReadStream) =>
          stream.on("open", () => stream.on("data", (chunk) => (read += chunk.length))),
        ),
    });
    expect((await receivedBytes(sent.client)).subarray(-300_000).equals(content(1, 300_000))).toBe(
      true,
    );
    expect(read).toBe(300_000);
  });

  test("who listens in the middle gets the rest, and the client everything", async () => {
    const size = 24 << 20;
    const file = taggedFile(5, size);
    for (const how of ["data", "pipe", "pause"]) {
      const sent = await ask(subject, file, { head: "Connection: close\r\n" });
      const { client, log } = sent;
      const first = await take(client, 100_000);
      const { stream } = sent;
      const chunks: Buffer[] = [];
      if (how === "data") stream!.on("data", (chunk) => chunks.push(chunk as Buffer));
      if (how === "pipe") stream!.pipe(new PassThrough()).on("data", (chunk) => chunks.push(chunk));
      if (how === "pause") setTimeout(() => stream!.resume(), 20);
      if (how === "pause") stream!.pause();
      const answer = Buffer.concat([first, await receivedBytes(client)]);
      const wanted = content(5, size);
      expect(answer.subarray(-size).equals(wanted)).toBe(true);
      await until(() => log.includes("stream close"), "the stream stays open");
      expect(stream!.bytesRead).toBe(size);
      const rest = Buffer.concat(chunks);
      expect(rest.equals(wanted.subarray(size - rest.length))).toBe(true);
      expect(rest.length > 0).toBe(how !== "pause");
    }
  });

  test("a socket in the folder is an error that fs.createReadStream makes", async () => {
    const file = path.join(temporaryFolder(), "socket");
    const server = net.createServer().listen(file);
    await once(server, "listening");
    later(() => server.close());
    const { log } = await ask(subject, file);
    await until(
      () => log.includes("error 500 ENXIO"),
      () => log.join(", "),
    );
    expect(log.slice(0, 5)).toEqual([
      "file",
      "headers",
      "stream",
      "stream error",
      "error 500 ENXIO",
    ]);
  });
});

describe.each([native, fallback])("$name, unlike npm send", (subject) => {
  beforeEach((context) => {
    const missing = subject === native && whyNotNative();
    if (missing) context.skip(missing);
  });

  test("a file that becomes shorter ends the connection, and nothing else is sent on it", async () => {
    for (const listensTo of [events, unseen]) {
      const file = sparseFile(large);
      const { log, client } = await ask(subject, file, { listensTo });
      await take(client, 100_000);
      fs.truncateSync(file, 1000);
      const rest = await receivedBytes(client);
      expect(rest.length).toBeLessThan(large - 100_000);
      await until(() => log.includes("res close") && !isOpen(file), "the file stays open");
      expect(log).not.toContain("end");
    }
  });

  test("status and bytes are of one file, whatever takes its name meanwhile", async () => {
    const folder = temporaryFolder();
    const file = taggedFile(1, 5000, folder);
    const sent = await ask(subject, file, {
      head: "Connection: close\r\n",
      prepare: (sending) =>
        sending.on("headers", () => fs.renameSync(taggedFile(2, 50, folder), file)),
    });
    const answer = await receivedBytes(sent.client);
    expect(answer.subarray(-5000).equals(content(1, 5000))).toBe(true);
  });

  test("a FIFO is an empty file, and nobody waits for its writer", async () => {
    const file = path.join(temporaryFolder(), "fifo");
    spawnSync("mkfifo", [file]);
    const sent = await ask(subject, file, { head: "Connection: close\r\n" });
    const answer = (await receivedBytes(sent.client)).toString();
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\nContent-Length: 0\r\n/);
    expect(answer).toMatch(/\r\n\r\n$/);
  });

  test("no byte of a file that grew is sent behind an empty body", async () => {
    const file = taggedFile(1, 0);
    const sent = await ask(subject, file, {
      head: "Connection: close\r\n",
      prepare: (sending) => sending.on("headers", () => fs.writeFileSync(file, "grown")),
    });
    expect((await receivedBytes(sent.client)).toString()).toMatch(
      /Content-Length: 0\r\n[^]*\r\n\r\n$/,
    );
  });

  test("a range that ends before it begins is empty", async () => {
    const sent = await ask(subject, taggedFile(1, 100), {
      options: { start: 50, end: 10 },
      head: "Connection: close\r\n",
    });
    expect((await receivedBytes(sent.client)).toString()).toMatch(
      /Content-Length: 0\r\n[^]*\r\n\r\n$/,
    );
  });

  test("what a listener throws is an uncaught exception, and the file is closed", async () => {
    const thrown: unknown[] = [];
    const before = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => thrown.push(error));
    try {
      for (const event of ["file", "headers", "stream", "end"]) {
        const file = taggedFile(1, 100);
        const wrong = new Error(event);
        await ask(subject, file, {
          prepare: (sending) =>
            sending.on(event, () => {
              throw wrong;
            }),
        });
        await until(() => thrown.includes(wrong), `${event}: nothing was thrown`);
        await until(() => !isOpen(file), `${event}: the file stays open`);
      }
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const listener of before) process.on("uncaughtException", listener);
    }
  });
});

test("bodies of listened-to streams leave by the kernel", async (context) => {
  const missing = whyNotNative();
  if (missing) context.skip(missing);
  const before = sentBy(native, "sendfile");
  const { client } = await ask(native, taggedFile(1, 300_000), { head: "Connection: close\r\n" });
  await receivedBytes(client);
  expect(sentBy(native, "sendfile")).toEqual({
    bodies: before.bodies + 1,
    bytes: before.bytes + 300_000,
  });
});
