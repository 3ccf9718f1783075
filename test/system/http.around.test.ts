/** Messages that are not plain HTTP/1, or have something around them: the same bytes, and why. */
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import type net from "node:net";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import zlib from "node:zlib";
import fastify from "fastify";
import { describe, expect, test } from "vitest";
import { content, sha256, taggedFile } from "../support/content.ts";
import { describeHttp, requestFor, responses, serve } from "../support/http.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { until } from "../support/until.ts";
import { makeCertificate } from "../support/tls.ts";

leaveNothingOpen();

const small = 700;
const large = 3_000_000;

describeHttp(({ sendFile, isNative, pathOf }) => {
  const reasonOf = (reason: string) => (isNative ? reason : "ZEROCOPY_DISABLE_NATIVE=1 is set");

  test.for([small, large])("https gets %d bytes by its own stream", async (size, context) => {
    const certificate = makeCertificate();
    if (!certificate) return context.skip("there is no openssl to make a certificate with");
    const results: unknown[] = [];
    const server = https.createServer(certificate, (_, res) => {
      results.push(sendFile(res, taggedFile(1, size)));
    });
    server.listen(0, "127.0.0.1");
    later(() => server.close());
    await once(server, "listening");
    const { port } = server.address() as net.AddressInfo;
    const agent = new https.Agent({ rejectUnauthorized: false });
    const request = https.get({ port, host: "127.0.0.1", agent });
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    const body = Buffer.concat(await response.toArray());
    expect(body.equals(content(1, size))).toBe(true);
    expect(await Promise.all(results)).toEqual([
      {
        bytes: size,
        path: "read-write",
        copies: 2,
        reason: reasonOf("the connection is encrypted by TLS"),
      },
    ]);
  });

  describe("http2", () => {
    async function ask(
      handler: (req: http2.Http2ServerRequest, res: http2.Http2ServerResponse) => unknown,
      method = "GET",
    ): Promise<{
      headers: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader;
      body: Buffer;
    }> {
      const server = http2.createServer((req, res) => void handler(req, res));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as net.AddressInfo;
      const session = http2.connect(`http://127.0.0.1:${port}`);
      const stream = session.request({ ":path": "/", ":method": method });
      const [headers] = (await once(stream, "response")) as [
        http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader,
      ];
      const body = Buffer.concat(await stream.toArray());
      session.close();
      server.close();
      await once(server, "close");
      return { headers, body };
    }

    test.each([0, small, large])("gets %d bytes", async (size) => {
      let result: unknown;
      const { headers, body } = await ask((_, res) => {
        result = sendFile(res, taggedFile(2, size));
      });
      expect(headers["content-length"]).toBe(`${size}`);
      expect(body.equals(content(2, size))).toBe(true);
      expect(await result).toMatchObject({
        path: "read-write",
        reason: reasonOf("the message is not one of node:http"),
      });
    });

    test("gets no body for HEAD", async () => {
      const { headers, body } = await ask((_, res) => sendFile(res, taggedFile(2, small)), "HEAD");
      expect(headers["content-length"]).toBe(`${small}`);
      expect(body.length).toBe(0);
    });

    test.each([204, 304])("gets no body with %d", async (status) => {
      const { headers, body } = await ask((_, res) => {
        res.statusCode = status;
        return sendFile(res, taggedFile(2, small));
      });
      expect(headers[":status"]).toBe(status);
      expect(body.length).toBe(0);
    });

    test("a stream that is cancelled rejects", async () => {
      let code = "";
      const server = http2.createServer((_, res) => {
        sendFile(res, taggedFile(2, 30_000_000)).catch(
          (error: { code: string }) => (code = error.code),
        );
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const session = http2.connect(
        `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
      );
      const stream = session.request({ ":path": "/" });
      stream.on("error", () => {});
      await once(stream, "response");
      stream.close(http2.constants.NGHTTP2_CANCEL);
      await once(stream, "close");
      session.close();
      server.close();
      await once(server, "close");
      await until(() => code !== "", "no rejection");
      expect(code).toMatch(/^ERR_/);
    });
  });

  describe("inject() of fastify", () => {
    async function ask(method: "GET" | "HEAD", size: number) {
      const app = fastify();
      let result: unknown;
      app.route({
        ...{ method, url: "/" },
        async handler(_, reply) {
          reply.hijack();
          await (result = sendFile(reply.raw, taggedFile(3, size)));
        },
      });
      const { rawPayload, headers } = await app.inject({ method, url: "/" });
      await app.close();
      return { body: rawPayload, length: headers["content-length"], result: await result };
    }

    test.each([small, large])("gets %d bytes", async (size) => {
      const { body, length, result } = await ask("GET", size);
      expect(body.equals(content(3, size))).toBe(true);
      expect(length).toBe(`${size}`);
      const reason = reasonOf("write() of the message has been replaced");
      expect(result).toMatchObject({ path: "read-write", reason });
    });

    test("gets no body for HEAD", async () => {
      const { body, length } = await ask("HEAD", small);
      expect([body.length, length]).toEqual([0, `${small}`]);
    });
  });

  describe("compression", () => {
    type Middleware = (
      req: http.IncomingMessage,
      res: http.ServerResponse,
      next: () => void,
    ) => void;
    const compression = createRequire(import.meta.url)("compression") as (options: {
      threshold: number;
    }) => Middleware;
    const compress = compression({ threshold: 0 });
    const headers = "Accept-Encoding: gzip\r\n";

    test("before it compresses the file", async () => {
      const results: unknown[] = [];
      const served = await serve((req, res) => {
        res.setHeader("Content-Type", "text/plain");
        compress(req, res, () => results.push(sendFile(res, taggedFile(4, large))));
      });
      const bytes = await served.ask(requestFor("/", { headers }));
      const [response] = responses(bytes, ["GET"]);
      expect(response!.headers["content-encoding"]).toBe("gzip");
      expect(zlib.gunzipSync(response!.body).equals(content(4, large))).toBe(true);
      expect(await Promise.all(results)).toMatchObject([
        { path: "read-write", reason: reasonOf("write() of the message has been replaced") },
      ]);
    });

    test("before it, of what is not compressible, changes nothing", async () => {
      const served = await serve((req, res) => {
        res.setHeader("Content-Type", "image/png");
        compress(req, res, () => void sendFile(res, taggedFile(4, large)));
      });
      const [response] = responses(await served.ask(requestFor("/", { headers })), ["GET"]);
      expect(response!.body.equals(content(4, large))).toBe(true);
    });

    test("behind it comes too late, and the file has arrived", async () => {
      const served = await serve(async (req, res) => {
        res.setHeader("Content-Type", "text/plain");
        const sending = sendFile(res, taggedFile(4, large));
        compress(req, res, () => {});
        await sending;
      });
      const [response] = responses(await served.ask(requestFor("/", { headers })), ["GET"]);
      const { body } = response!;
      const plain = response!.headers["content-encoding"] === "gzip" ? zlib.gunzipSync(body) : body;
      expect(plain.equals(content(4, large))).toBe(true);
      expect(served.failures).toEqual([]);
    });
  });

  test.each(["write", "_send"])("a replaced %s() sees everything", async (name) => {
    const calls: unknown[] = [];
    const results: unknown[] = [];
    const served = await serve((_, res) => {
      const original = Reflect.get(res, name) as (...words: unknown[]) => unknown;
      Reflect.set(res, name, (...words: unknown[]): unknown => {
        calls.push(words[0]);
        return Reflect.apply(original, res, words);
      });
      results.push(sendFile(res, taggedFile(5, small)));
    });
    const [response] = responses(await served.ask(requestFor("/")), ["GET"]);
    expect(response!.body.equals(content(5, small))).toBe(true);
    expect(calls.length).toBeGreaterThan(0);
    expect(await Promise.all(results)).toMatchObject([
      { reason: reasonOf(`${name}() of the message has been replaced`) },
    ]);
  });

  test("write() replaced while the head is written sees the body", async () => {
    let seen = 0;
    const served = await serve((_, res) => {
      const { writeHead, write } = res;
      res.writeHead = ((...words: never[]) => {
        res.write = ((chunk: Buffer, ...more: never[]) => {
          seen += chunk.length;
          return Reflect.apply(write, res, [chunk, ...more]);
        }) as typeof res.write;
        return Reflect.apply(writeHead, res, words);
      }) as typeof res.writeHead;
      return sendFile(res, taggedFile(5, large));
    });
    const [response] = responses(await served.ask(requestFor("/")), ["GET"]);
    expect(response!.body.equals(content(5, large))).toBe(true);
    // The first chunk of a stream is on its way by then.
    expect(seen).toBeGreaterThanOrEqual(isNative ? large : large - 65_536);
  });

  test("a replaced write() of the socket sees everything", async () => {
    let seen = 0;
    const results: unknown[] = [];
    const served = await serve((req, res) => {
      const { socket } = req;
      const { write } = socket;
      socket.write = ((chunk: Buffer | string, ...words: never[]) => {
        seen += chunk.length;
        return Reflect.apply(write, socket, [chunk, ...words]);
      }) as typeof socket.write;
      results.push(sendFile(res, taggedFile(5, small)));
    });
    const bytes = await served.ask(requestFor("/"));
    expect(seen).toBe(bytes.length);
    expect(await Promise.all(results)).toMatchObject([
      { reason: reasonOf("write() of the socket has been replaced") },
    ]);
  });

  test("a class of one's own is a response too", async () => {
    class Mine extends http.ServerResponse {
      readonly mine = true;
    }
    const results: unknown[] = [];
    const served = await serve((_, res) => results.push(sendFile(res, taggedFile(6, large))), {
      ServerResponse: Mine as never,
    });
    const [response] = responses(await served.ask(requestFor("/")), ["GET"]);
    expect(response!.body.equals(content(6, large))).toBe(true);
    expect(await Promise.all(results)).toMatchObject([{ path: pathOf(large) }]);
  });

  test.each([
    ["nothing", "a ServerResponse or ClientRequest"],
    [{}, "a ServerResponse or ClientRequest"],
  ])("%j is no message", async (message, wanted) => {
    await expect(sendFile(message as never, "x")).rejects.toThrow(wanted);
  });

  test.each([
    [{ offset: -1 }, "offset"],
    [{ offset: 1.5 }, "offset"],
    [{ count: 2 ** 53 }, "count"],
    [{ offset: 2 ** 60 }, "offset"],
    [{ signal: {} }, "signal"],
    [{ onProgress: 5 }, "onProgress"],
    [{ require: "sendfile" }, "require"],
  ])("the options %j are refused, and the message is the caller's", async (options, wanted) => {
    const served = await serve(async (_, res) => {
      await expect(sendFile(res, taggedFile(7, 10), options as never)).rejects.toThrow(wanted);
      res.end("mine");
    });
    const [response] = responses(await served.ask(requestFor("/")), ["GET"]);
    expect(String(response!.body)).toBe("mine");
    expect(served.failures).toEqual([]);
  });

  test("curl fetches, resumes, pipes and reuses", async (context) => {
    if (spawnSync("curl", ["--version"]).status !== 0) context.skip("there is no curl");
    const served = await serve((req, res) => {
      const start = Number(/bytes=(\d+)-/.exec(req.headers.range ?? "")?.[1] ?? 0);
      if (start > 0) {
        res.statusCode = 206;
        res.setHeader("Content-Range", `bytes ${start}-${large - 1}/${large}`);
      }
      return sendFile(res, taggedFile(8, large), { offset: start });
    });
    const url = `http://127.0.0.1:${served.port}/`;
    const { stdout } = await promisify(execFile)(
      "curl",
      ["-sS", "-C", "1000000", url, "--next", "-sS", url, url, "--next", "-sSI", url],
      { encoding: "buffer", maxBuffer: 2 ** 30 },
    );
    const whole = content(8, large);
    const wanted = Buffer.concat([whole.subarray(1_000_000), whole, whole]);
    const bodies = stdout.subarray(0, wanted.length);
    expect(sha256(bodies)).toBe(createHash("sha256").update(wanted).digest("hex"));
    expect(String(stdout.subarray(wanted.length))).toContain(`Content-Length: ${large}`);
    expect(served.failures).toEqual([]);
  });

  test("undici fetches many at a time over pipelined connections", async () => {
    const { Pool } = await import("undici");
    const served = await serve((req, res) =>
      sendFile(res, taggedFile(9, Number(req.url!.slice(1)))),
    );
    const pool = new Pool(`http://127.0.0.1:${served.port}`, { connections: 3, pipelining: 4 });
    const fetched = Array.from({ length: 60 }, async (_, index) => {
      const size = [small, large, 40_000][index % 3]!;
      const { body } = await pool.request({ path: `/${size}`, method: "GET" });
      return Buffer.from(await body.arrayBuffer()).equals(content(9, size));
    });
    expect(new Set(await Promise.all(fetched))).toEqual(new Set([true]));
    await pool.close();
    expect(served.failures).toEqual([]);
  });
});
