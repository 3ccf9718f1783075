/** `sendFile(request, file)`: files as the bodies of requests of Node's own HTTP client. */
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import path from "node:path";
import { Duplex } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { content, sha256, taggedFile, temporaryFolder } from "../support/content.ts";
import "../support/engine.ts";
import { describeHttpModes, describeNativeHttp } from "../support/httpModes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import type { Certificate } from "../support/tls.ts";
import { makeCertificate } from "../support/tls.ts";
import { inTime, rejection, until, untilFilesRest } from "../support/until.ts";
import { agentWith, answer, request, serve, tell, upload } from "../support/uploads.ts";

leaveNothingOpen();
afterEach(untilFilesRest);

const size = 3_000_000;
const whole = { bytes: size, sha256: sha256(content(1, size)) };
const natively = { bytes: size, path: "sendfile", copies: 0 };
const reason = "ZEROCOPY_DISABLE_NATIVE=1 is set";
const copied = { bytes: size, path: "read-write", copies: 2, reason };

describeHttpModes(({ http: own, isNative }) => {
  const { sendFile } = own;
  const how = isNative ? natively : copied;

  test("sendFile() uploads a file, and says how long it is", async () => {
    const port = await serve(http.createServer(tell));
    const outgoing = request({ port });
    const { sent, received } = await upload(own, outgoing, taggedFile(1, size));
    expect(sent).toEqual(how);
    expect(received).toMatchObject(whole);
    expect(received.headers).toMatchObject({ "content-length": `${size}` });
    expect(received.headers).not.toHaveProperty("transfer-encoding");
  });

  test.each([
    ["an empty file", 0, {}, [0, 0]],
    ["one byte", 1, {}, [0, 1]],
    ["a range", size, { offset: 1000, count: 100_000 }, [1000, 100_000]],
    [
      "the rest of a file that is shorter than asked",
      70_000,
      { offset: 5, count: 80_000 },
      [5, 69_995],
    ],
    ["what is behind the end", 1000, { offset: 2000 }, [0, 0]],
  ] as const)("uploads %s", async (_what, fileSize, range, [offset, count]) => {
    const port = await serve(http.createServer(tell));
    const { received } = await upload(own, request({ port }), taggedFile(2, fileSize), range);
    const bytes = content(2, fileSize).subarray(offset, offset + count);
    expect(received).toMatchObject({ bytes: count, sha256: sha256(bytes) });
    expect(received.headers).toMatchObject({ "content-length": `${count}` });
  });

  test("uploads over a Unix socket", async () => {
    const server = http.createServer(tell);
    const socketPath = path.join(temporaryFolder(), "socket");
    later(() => server.close());
    await once(server.listen(socketPath), "listening");
    const { sent, received } = await upload(own, request({ socketPath }), taggedFile(1, size));
    expect(sent).toEqual(how);
    expect(received).toMatchObject(whole);
  });

  test("uploads one after another over a connection that is kept", async () => {
    const sockets = new Set<net.Socket>();
    const server = http.createServer(tell);
    server.on("connection", (socket: net.Socket) => sockets.add(socket));
    const port = await serve(server);
    const agent = agentWith({ keepAlive: true, maxSockets: 1 });
    for (let tag = 1; tag <= 5; tag++) {
      const length = tag * 50_000;
      const { sent, received } = await upload(
        own,
        request({ port, agent }),
        taggedFile(tag, length),
      );
      expect(sent).toEqual({ ...how, bytes: length });
      expect(received).toMatchObject({ bytes: length, sha256: sha256(content(tag, length)) });
    }
    expect(sockets.size).toBe(1);
  });

  test("waits for a connection of an agent that has none free", async () => {
    const port = await serve(http.createServer(tell));
    for (const keepAlive of [true, false]) {
      const agent = agentWith({ keepAlive, maxSockets: 1 });
      const uploads = Array.from({ length: 10 }, (_, index) =>
        upload(own, request({ port, agent }), taggedFile(index, 200_000 + index)),
      );
      for (const [index, { sent, received }] of (await Promise.all(uploads)).entries()) {
        const length = 200_000 + index;
        expect(sent).toEqual({ ...how, bytes: length });
        expect(received).toMatchObject({ bytes: length, sha256: sha256(content(index, length)) });
      }
    }
  });

  test("counts in bytesWritten what left", async () => {
    const port = await serve(http.createServer(tell));
    const outgoing = request({ port });
    await upload(own, outgoing, taggedFile(1, size));
    const head = outgoing.socket!.bytesWritten - size;
    expect(head).toBeGreaterThan(50);
    expect(head).toBeLessThan(500);
  });

  test("emits finish before close, and an answer in between", async () => {
    const port = await serve(http.createServer(tell));
    const outgoing = request({ port });
    const events: string[] = [];
    for (const name of ["finish", "response", "close", "error"]) {
      outgoing.on(name, () => events.push(name));
    }
    await upload(own, outgoing, taggedFile(1, size));
    await until(() => events.includes("close"), "the request did not close");
    expect(events).toEqual(["finish", "response", "close"]);
    expect(outgoing.writableFinished).toBe(true);
  });

  test("waits for 100 Continue when its caller does", async () => {
    const server = http.createServer(tell);
    let asked = 0;
    server.on("checkContinue", (incoming: http.IncomingMessage, response: http.ServerResponse) => {
      asked++;
      response.writeContinue();
      tell(incoming, response);
    });
    const port = await serve(server);
    const headers = { expect: "100-continue", "content-length": size };
    const outgoing = request({ port, headers });
    outgoing.flushHeaders();
    await inTime(once(outgoing, "continue"), "100 Continue");
    const { sent, received } = await upload(own, outgoing, taggedFile(1, size));
    expect(sent).toEqual(how);
    expect(received).toMatchObject(whole);
    expect(asked).toBe(1);
  });

  test("does not wait for 100 Continue when its caller does not", async () => {
    const port = await serve(http.createServer(tell));
    const headers = { expect: "100-continue", "content-length": size };
    const { sent, received } = await upload(own, request({ port, headers }), taggedFile(1, size));
    expect(sent).toEqual(how);
    expect(received).toMatchObject(whole);
  });

  test("after a refusal of Expect, sends nothing if its caller does not", async () => {
    const server = http.createServer(tell);
    server.on("checkContinue", (_incoming: unknown, response: http.ServerResponse) => {
      response.writeHead(417).end("no");
    });
    const port = await serve(server);
    const headers = { expect: "100-continue", "content-length": size };
    const outgoing = request({ port, headers });
    outgoing.flushHeaders();
    expect(await answer(outgoing)).toEqual({ status: 417, body: "no" });
    outgoing.destroy();
    expect(await rejection(sendFile(outgoing, taggedFile(1, size)))).toMatchObject({
      code: "ERR_SOCKET_CLOSED",
    });
  });

  test("strictContentLength does not take the body for missing", async () => {
    const port = await serve(http.createServer(tell));
    const outgoing = request({ port });
    Object.assign(outgoing, { strictContentLength: true });
    const { received } = await upload(own, outgoing, taggedFile(1, size));
    expect(received).toMatchObject(whole);
  });
});

describeNativeHttp("sendFile() on a request that is not plain HTTP/1", ({ http: own }) => {
  const { sendFile } = own;
  let certificate: Certificate | undefined;
  beforeEach((context) => {
    const isTls = context.task.name.includes("TLS");
    certificate = isTls ? makeCertificate() : undefined;
    if (isTls && !certificate) context.skip("there is no openssl to make a certificate with");
  });

  test.each(["at once", "after it has waited for a connection"])(
    "over TLS goes by the stream, %s",
    async (when) => {
      const port = await serve(https.createServer(certificate ?? {}, tell));
      const agent = new https.Agent({ maxSockets: 1, rejectUnauthorized: false });
      later(() => agent.destroy());
      const uploads = Array.from({ length: when === "at once" ? 1 : 3 }, () =>
        upload(own, request({ port, agent }, https), taggedFile(1, size)),
      );
      for (const { sent, received } of await Promise.all(uploads)) {
        expect(sent).toMatchObject({ bytes: size, path: "read-write", copies: 2 });
        expect(sent.reason).toBeDefined();
        expect(received).toMatchObject(whole);
      }
    },
  );

  test("over TLS is refused when it must not copy", async () => {
    const port = await serve(https.createServer(certificate ?? {}, tell));
    const agent = new https.Agent({ maxSockets: 1, rejectUnauthorized: false });
    later(() => agent.destroy());
    const first = upload(own, request({ port, agent }, https), taggedFile(1, size));
    const waiting = request({ port, agent }, https);
    const failed = rejection(sendFile(waiting, taggedFile(1, size), { require: "zero-copy" }));
    expect(await failed).toMatchObject({ code: "ERR_ZERO_COPY_UNAVAILABLE" });
    expect((await first).received).toMatchObject(whole);
  });

  test("a chunked body goes by the stream, in the same bytes", async () => {
    const port = await serve(http.createServer(tell));
    const headers = { "transfer-encoding": "chunked" };
    const { sent, received } = await upload(own, request({ port, headers }), taggedFile(1, size));
    expect(sent).toMatchObject({ path: "read-write", copies: 2 });
    expect(sent.reason).toContain("chunked");
    expect(received).toMatchObject(whole);
    expect(received.headers).toMatchObject({ "transfer-encoding": "chunked" });
  });

  test("over a stream that somebody has made goes by that stream", async () => {
    const port = await serve(http.createServer(tell));
    const createConnection = (): Duplex => {
      const socket = net.connect(port, "127.0.0.1");
      later(() => socket.destroy());
      const duplex = new Duplex({
        read: () => void socket.resume(),
        write: (chunk, _encoding, done) => void socket.write(chunk, done),
        final: (done) => void socket.end(done),
        destroy: (error, done) => {
          socket.destroy();
          done(error);
        },
      });
      socket.on("data", (chunk) => duplex.push(chunk) || socket.pause());
      socket.on("end", () => duplex.push(null));
      return duplex;
    };
    const options = { port, createConnection } as unknown as http.RequestOptions;
    const { sent, received } = await upload(own, request(options), taggedFile(1, size));
    expect(sent).toMatchObject({ path: "read-write", copies: 2 });
    expect(received).toMatchObject(whole);
  });
});
