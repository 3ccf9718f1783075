/** Requests that break while `sendFile` gives them a body. */
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import { afterEach, expect, test } from "vitest";
import { sendFile } from "zerocopy/http";
import { sparseFile, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeNative } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { inTime, rejection, until, untilFilesRest } from "../support/until.ts";
import { agentWith, answer, request, serve } from "../support/uploads.ts";

leaveNothingOpen();
afterEach(untilFilesRest);

describeNative("sendFile() on a request that breaks", () => {
  /** More than any socket takes while nobody reads. */
  const large = 1 << 30;

  test("an answer that comes before the body has left is read, and the rest follows", async () => {
    let bytes = 0;
    const server = http.createServer((incoming, response) => {
      response.end("early");
      incoming.on("data", (chunk: Buffer) => (bytes += chunk.length));
    });
    const port = await serve(server);
    const outgoing = request({ port, agent: agentWith({ keepAlive: true, maxSockets: 1 }) });
    const answered = answer(outgoing);
    const count = 50_000_000;
    const sent = await inTime(sendFile(outgoing, sparseFile(count)), "the whole upload");
    expect(sent).toMatchObject({ bytes: count, path: "sendfile" });
    expect(await answered).toEqual({ status: 200, body: "early" });
    await until(() => bytes === count, "the body did not arrive");
  });

  test("an answer and a close before the body has left: the answer is read, the upload rejected", async () => {
    let closeIt: (() => void) | undefined;
    const server = net.createServer((socket) => {
      closeIt = () => socket.destroy();
      later(closeIt);
      socket
        .on("error", () => {})
        .once("data", () => {
          const head = "HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\n";
          socket.pause().write(`${head}Content-Length: 9\r\n\r\ntoo large`);
        });
    });
    const port = await serve(server);
    const outgoing = request({ port });
    const answered = answer(outgoing);
    const failed = rejection(sendFile(outgoing, sparseFile(large)));
    expect(await answered).toEqual({ status: 413, body: "too large" });
    closeIt!();
    const { code, bytes } = await failed;
    expect(["ERR_SOCKET_CLOSED", "EPIPE", "ECONNRESET"]).toContain(code);
    expect(bytes).toBeLessThan(large);
    expect(outgoing.destroyed).toBe(true);
  });

  test.each(["FIN", "RST"] as const)("rejects when the server closes with %s", async (how) => {
    const server = net.createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => (how === "FIN" ? socket.destroy() : socket.resetAndDestroy()));
    });
    const port = await serve(server);
    const outgoing = request({ port });
    const errors: unknown[] = [];
    outgoing.on("error", (error) => errors.push(error));
    const { code } = await rejection(sendFile(outgoing, sparseFile(large)));
    expect(["ERR_SOCKET_CLOSED", "EPIPE", "ECONNRESET"]).toContain(code);
    await until(() => outgoing.closed, "the request did not close");
    expect(errors).toHaveLength(1); // as with any request that breaks
  });

  test("rejects when nobody listens", async () => {
    const server = net.createServer();
    const port = await serve(server);
    await new Promise((closed) => server.close(closed));
    const outgoing = request({ port });
    const failed = rejection(sendFile(outgoing, taggedFile(1, 1000)));
    const [error] = (await once(outgoing, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNREFUSED");
    expect(await failed).toMatchObject({ code: "ERR_SOCKET_CLOSED", bytes: 0 });
  });

  test.each(["before it has a connection", "while it waits for its reader"])(
    "an abort %s ends it",
    async (when) => {
      let begun = false;
      const server = net.createServer((socket) => {
        later(() => socket.destroy());
        socket
          .on("error", () => {})
          .once("data", () => {
            socket.pause();
            begun = true;
          });
      });
      const port = await serve(server);
      const agent = agentWith({ maxSockets: 1 });
      const isEarly = when.includes("before");
      if (isEarly) request({ port, agent }).flushHeaders();
      const outgoing = request({ port, agent });
      const controller = new AbortController();
      const { signal } = controller;
      const failed = rejection(sendFile(outgoing, sparseFile(large), { signal }));
      if (!isEarly) await until(() => begun, "nothing was sent");
      controller.abort(new Error("enough"));
      expect(await failed).toMatchObject({ name: "AbortError", code: "ABORT_ERR" });
      await until(() => outgoing.destroyed, "the request was not destroyed");
    },
  );

  test("destroy() in the middle rejects, and closes the connection at once", async () => {
    let closed = false;
    const server = net.createServer((socket) => {
      socket.on("error", () => {}).on("close", () => (closed = true));
      socket.once("data", () => socket.resume());
    });
    const port = await serve(server);
    const outgoing = request({ port });
    let bytes = 0;
    const failed = rejection(
      sendFile(outgoing, sparseFile(large), {
        onProgress: (progress) => (bytes = progress.bytes),
      }),
    );
    await until(() => bytes > 0, "nothing was sent");
    outgoing.destroy();
    expect(await failed).toMatchObject({ code: "ERR_SOCKET_CLOSED" });
    await until(() => closed, "the server saw no end");
  });

  test("a file that becomes shorter destroys the request", async () => {
    const server = net.createServer((socket) => {
      later(() => socket.destroy());
      socket.on("error", () => {}).pause();
      setTimeout(() => socket.resume(), 0);
    });
    const port = await serve(server);
    const file = sparseFile(large);
    const outgoing = request({ port });
    const sending = rejection(
      sendFile(outgoing, file, {
        onProgress: ({ bytes }) => {
          if (bytes < large) fs.truncateSync(file, 0);
        },
      }),
    );
    expect(await sending).toMatchObject({ code: "ERR_FILE_TRUNCATED" });
    expect(outgoing.destroyed).toBe(true);
  });
});
