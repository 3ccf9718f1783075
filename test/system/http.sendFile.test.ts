/** sendFile of zerocopy/http: the same bytes as by a stream, whatever the file, the range and the message. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { open } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import type { SendFileOptions } from "zerocopy/http";
import { content, sparseFile, taggedFile, temporaryFolder } from "../support/content.ts";
import { openFd } from "../support/fds.ts";
import {
  describeHttp,
  everything,
  requestFor,
  responses,
  serve,
  threshold,
  untilHead,
} from "../support/http.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { kinds, received } from "../support/sockets.ts";
import { rejection, until } from "../support/until.ts";

leaveNothingOpen();

const kibibyte = 1024;
const window = 1024 * kibibyte;

describeHttp(({ sendFile, bodyCounts, pathOf, isNative }) => {
  /** The whole response on the wire. */
  async function sent(
    file: Parameters<typeof sendFile>[1],
    options: SendFileOptions = {},
    prepare: (res: http.ServerResponse) => void = () => {},
    text = requestFor("/"),
  ) {
    let result: ReturnType<typeof sendFile> | undefined;
    const served = await serve(async (_, res) => {
      res.sendDate = false;
      prepare(res);
      await (result = sendFile(res, file, options));
    });
    const bytes = await served.ask(text);
    expect(served.failures).toEqual([]);
    return { bytes, result: await result };
  }

  /** The same by a stream of Node. */
  async function streamed(
    file: string,
    options: { start?: number; end?: number },
    prepare: (res: http.ServerResponse) => void,
    text = requestFor("/"),
  ): Promise<Buffer> {
    const served = await serve((_, res) => {
      res.sendDate = false;
      prepare(res);
      fs.createReadStream(file, options).pipe(res);
    });
    return served.ask(text);
  }

  const sizes = [
    ...[1, 4095, 4096, 4097, 16 * kibibyte - 1, 16 * kibibyte, 16 * kibibyte + 1],
    ...[threshold - 1, threshold, threshold + 1, 64 * kibibyte, 64 * kibibyte + 1],
    ...[window - 1, window, window + 1, 2 * window - 1, 2 * window, 2 * window + 1, 5_000_000],
  ];

  test.each(sizes)("a file of %d bytes is the body", async (size) => {
    const before = bodyCounts().paths[pathOf(size)] ?? { bodies: 0, bytes: 0 };
    const { bytes, result } = await sent(taggedFile(1, size));
    const [response] = responses(bytes, ["GET"]);
    expect(response!.headers).toEqual({ "content-length": `${size}`, connection: "close" });
    expect(response!.body.equals(content(1, size))).toBe(true);
    const copies = pathOf(size) === "sendfile" ? 0 : 2;
    const why = isNative ? {} : { reason: "ZEROCOPY_DISABLE_NATIVE=1 is set" };
    expect(result).toEqual({ bytes: size, path: pathOf(size), copies, ...why });
    const after = bodyCounts().paths[pathOf(size)]!;
    expect(after).toEqual({ bodies: before.bodies + 1, bytes: before.bytes + size });
  });

  test("an empty file is an empty body", async () => {
    const { bytes, result } = await sent(taggedFile(1, 0));
    expect(String(bytes)).toBe("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    expect(result).toMatchObject({ bytes: 0, copies: 0 });
  });

  test.each([
    [{ offset: 1 }, 1, 99_999],
    [{ count: 1 }, 0, 1],
    [{ offset: 99_999, count: 10 }, 99_999, 1],
    [{ offset: 5000, count: 60_000 }, 5000, 60_000],
    [{ offset: 100_000 }, 0, 0],
    [{ offset: 200_000, count: 5 }, 0, 0],
    [{ count: 0 }, 0, 0],
  ])("the range %j is the body", async (range, offset, count) => {
    const { bytes } = await sent(taggedFile(2, 100_000), range);
    const [response] = responses(bytes, ["GET"]);
    expect(response!.headers["content-length"]).toBe(`${count}`);
    expect(response!.body.equals(content(2, count, offset))).toBe(true);
  });

  describe("a file by", () => {
    const size = 70_000;
    const expectWhole = (bytes: Buffer) =>
      expect(responses(bytes, ["GET"])[0]!.body.equals(content(3, size))).toBe(true);

    test("its path, relative too", async () => {
      const file = taggedFile(3, size);
      expectWhole((await sent(path.relative(process.cwd(), file))).bytes);
    });

    test("its URL", async () => {
      const folder = temporaryFolder();
      const file = path.join(folder, "ä%20 #?.bin");
      fs.writeFileSync(file, content(3, size));
      expectWhole((await sent(pathToFileURL(file))).bytes);
    });

    test("its path as a Buffer that is no UTF-8", async () => {
      const file = Buffer.concat([Buffer.from(`${temporaryFolder()}/`), Buffer.from([0xff, 0x80])]);
      fs.writeFileSync(file, content(3, size));
      expectWhole((await sent(file)).bytes);
    });

    test("a descriptor, which stays open and where it is", async () => {
      const fd = openFd(taggedFile(3, size));
      expectWhole((await sent(fd)).bytes);
      expect(fs.readSync(fd, Buffer.alloc(5))).toBe(5);
    });

    test("a FileHandle", async () => {
      const handle = await open(taggedFile(3, size));
      try {
        expectWhole((await sent(handle)).bytes);
      } finally {
        await handle.close();
      }
    });

    test("a link to it", async () => {
      const link = path.join(temporaryFolder(), "link");
      fs.symlinkSync(taggedFile(3, size), link);
      expectWhole((await sent(link)).bytes);
    });
  });

  test("a file that does not tell its size is sent to its end, in chunks", async () => {
    const { bytes, result } = await sent("/proc/self/limits");
    const [response] = responses(bytes, ["GET"]);
    expect(response!.headers["transfer-encoding"]).toBe("chunked");
    expect(String(response!.body)).toBe(fs.readFileSync("/proc/self/limits", "utf8"));
    expect(result).toMatchObject({ path: "read-write", reason: expect.any(String) as string });
  });

  test("a range of a file that does not tell its size", async () => {
    const { bytes } = await sent("/proc/self/limits", { offset: 6, count: 10 });
    const whole = fs.readFileSync("/proc/self/limits", "utf8");
    expect(String(responses(bytes, ["GET"])[0]!.body)).toBe(whole.slice(6, 16));
  });

  test.each([
    [".", "ERR_NOT_REGULAR_FILE"],
    ["/dev/zero", "ERR_NOT_REGULAR_FILE"],
    ["/nowhere/at/all", "ENOENT"],
    ["package.json/x", "ENOTDIR"],
    ["x".repeat(5000), "ENAMETOOLONG"],
    ["with\0NUL", "ERR_INVALID_ARG_VALUE"],
    ["http://host/x", "ENOENT"],
  ])("%s rejects with the message as it was, which can then say so", async (file, code) => {
    const served = await serve(async (_, res) => {
      const { code: found } = await rejection(sendFile(res, file));
      res.writeHead(404).end(found);
    });
    const [response] = responses(await served.ask(requestFor("/")), ["GET"]);
    expect(response).toMatchObject({ status: 404 });
    expect(String(response!.body)).toBe(code);
  });

  describe("is byte for byte what a stream sends", () => {
    const size = 100_000;
    const range = { offset: 1000, count: 50_000 };
    const asStream = { start: 1000, end: 50_999 };
    const length = (res: http.ServerResponse) => res.setHeader("Content-Length", 50_000);

    async function expectSame(
      prepare: (res: http.ServerResponse) => void,
      text = requestFor("/"),
    ): Promise<void> {
      const file = taggedFile(4, size);
      const { bytes } = await sent(file, range, prepare, text);
      const expected = await streamed(file, asStream, prepare, text);
      expect(bytes.equals(expected), firstLines(bytes, expected)).toBe(true);
    }

    test("with Content-Length", () => expectSame(length));
    test("with writeHead", () =>
      expectSame((res) => res.writeHead(206, "Some", { "Content-Length": 50_000, "X-A": "b" })));
    test("with writeHead in chunks", () => expectSame((res) => res.writeHead(200)));
    test("with Transfer-Encoding", () =>
      expectSame((res) => res.setHeader("Transfer-Encoding", "chunked")));
    test("with a head that has left", () =>
      expectSame((res) => {
        length(res);
        res.flushHeaders();
      }));
    test("with letters of latin1 in the head", () =>
      expectSame((res) => {
        length(res);
        res.setHeader("X-Name", "caf\u00e9 \u00ff");
      }));
    test("with many fields of one name", () =>
      expectSame((res) => {
        length(res);
        res.setHeader("Set-Cookie", ["a=1", "b=2"]);
      }));
    test("behind an informational response", () =>
      expectSame((res) => {
        res.writeProcessing();
        length(res);
      }));
    test("behind bytes that were written before", () =>
      expectSame((res) => {
        res.setHeader("Content-Length", 50_003);
        res.write("abc");
      }));
    test("behind bytes in a chunk", () =>
      expectSame((res) => {
        res.write("abc");
      }));
    test("with trailers", () =>
      expectSame((res) => {
        res.setHeader("Trailer", "X-Sum");
        res.addTrailers({ "X-Sum": "1" });
      }));
    test("to HTTP/1.0", () => expectSame(length, "GET / HTTP/1.0\r\n\r\n"));
    test("to HTTP/1.0 that keeps the connection", () =>
      expectSame(length, `GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n${requestFor("/")}`));
    test("to HTTP/1.0 without a length", () =>
      expectSame((res) => res.writeHead(200), "GET / HTTP/1.0\r\n\r\n"));
    test("to HEAD", () => expectSame(length, requestFor("/", { method: "HEAD" })));
    test.each([204, 304])("with the status %d", (status) =>
      expectSame((res) => {
        res.statusCode = status;
        length(res);
      }),
    );
    test("to a client that expects 100-continue", () =>
      expectSame(
        length,
        requestFor("/", {
          method: "POST",
          headers: "Expect: 100-continue\r\nContent-Length: 0\r\n",
        }),
      ));
  });

  test("a corked message does not keep the file from leaving", async () => {
    const served = await serve((_, res) => {
      res.cork();
      res.cork();
      return sendFile(res, taggedFile(4, 3_000_000));
    });
    const [response] = responses(await served.ask(requestFor("/")), ["GET"]);
    expect(response!.body.equals(content(4, 3_000_000))).toBe(true);
  });

  test.each(kinds)("large files leave over %s sockets", async (kind) => {
    const size = 100_000_000;
    const file = sparseFile(size);
    const results: unknown[] = [];
    const served = await serve(async (_, res) => results.push(await sendFile(res, file)), {}, kind);
    const socket = await served.connect();
    socket.write(requestFor("/"));
    const head = (await untilHead(socket)).length;
    const { bytes, sha256 } = await received(socket);
    expect(bytes).toBe(size);
    expect(head).toBeGreaterThan(0);
    expect(sha256).toBe(createHash("sha256").update(Buffer.alloc(size)).digest("hex"));
    await until(() => results.length > 0, "sendFile to close its file");
    expect(results).toMatchObject([{ bytes: size, path: pathOf(size) }]);
  });

  test("progress is told once of a body that leaves at once, and to the end of a large one", async () => {
    for (const size of [1000, 10_000_000]) {
      const told: { bytes: number; total: number | undefined }[] = [];
      await sent(taggedFile(5, size), { onProgress: (progress) => told.push(progress) });
      expect(told.at(-1)).toEqual({ bytes: size, total: size });
      const bytes = told.map((one) => one.bytes);
      expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    }
  });

  test("require: zero-copy sends small files so too, or rejects", async () => {
    const served = await serve(async (_, res) => {
      try {
        const { path: by, copies } = await sendFile(res, taggedFile(6, 500), {
          require: "zero-copy",
        });
        expect([by, copies]).toEqual(["sendfile", 0]);
      } catch (error) {
        res.end((error as { code: string }).code);
      }
    });
    const [response] = responses(await served.ask(requestFor("/")), ["GET"]);
    const refusal = Buffer.from("ERR_ZERO_COPY_UNAVAILABLE");
    expect(response!.body.equals(isNative ? content(6, 500) : refusal)).toBe(true);
  });

  test("one descriptor serves many responses at the same time", async () => {
    const fd = openFd(taggedFile(7, 2_000_000));
    const served = await serve((_, res) => sendFile(res, fd));
    const all = await Promise.all(Array.from({ length: 20 }, () => served.ask(requestFor("/"))));
    for (const bytes of all) {
      expect(responses(bytes, ["GET"])[0]!.body.equals(content(7, 2_000_000))).toBe(true);
    }
  });

  test("a client that ends its side after the request is served where the server allows it", async () => {
    const file = taggedFile(8, 4_000_000);
    const served = await serve((_, res) => sendFile(res, file));
    Object.assign(served.server, { httpAllowHalfOpen: true });
    const socket = await served.connect();
    socket.end(requestFor("/"));
    const [response] = responses(await everything(socket), ["GET"]);
    expect(response!.body.equals(content(8, 4_000_000))).toBe(true);
    expect(served.failures).toEqual([]);
  });
});

function firstLines(found: Buffer, wanted: Buffer): string {
  const start = (bytes: Buffer) => JSON.stringify(bytes.toString("latin1", 0, 300));
  return `found ${found.length} bytes ${start(found)}, wanted ${wanted.length} ${start(wanted)}`;
}
