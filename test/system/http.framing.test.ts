/** Where one message ends and the next begins, whatever happens on the way. */
import { once } from "node:events";
import fs from "node:fs";
import type http from "node:http";
import { expect, test } from "vitest";
import { content, taggedFile } from "../support/content.ts";
import {
  describeHttp,
  everything,
  requestFor,
  responses,
  serve,
  untilHead,
} from "../support/http.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { untilFull } from "../support/sockets.ts";
import { rejection, until } from "../support/until.ts";

leaveNothingOpen();

const small = 700;
const large = 3_000_000;

describeHttp(({ name, sendFile }) => {
  const isNative = !name.includes("without");

  /** Answers of every kind, by the first letter of the path. */
  function answers(): (req: http.IncomingMessage, res: http.ServerResponse) => unknown {
    const files = { s: taggedFile(1, small), l: taggedFile(2, large), e: taggedFile(3, 0) };
    return (req, res) => {
      const kind = req.url![1]!;
      res.setHeader("X-Path", req.url!);
      if (kind === "j") return res.end(JSON.stringify({ path: req.url }));
      if (kind === "n") res.statusCode = 304;
      if (kind === "0") res.statusCode = 204;
      if (kind === "c") res.writeHead(200); // in chunks
      if (kind === "r") return sendFile(res, files.l, { offset: 10, count: 70_000 });
      if (kind === "4") {
        return sendFile(res, "/nowhere").catch(() => res.writeHead(404).end("not found"));
      }
      return sendFile(res, files[kind as "s"] ?? files.s);
    };
  }

  const bodyOf: Readonly<Record<string, Buffer>> = {
    s: content(1, small),
    l: content(2, large),
    e: Buffer.alloc(0),
    c: content(1, small),
    r: content(2, 70_000, 10),
    "4": Buffer.from("not found"),
    n: Buffer.alloc(0),
    "0": Buffer.alloc(0),
    h: Buffer.alloc(0),
  };

  /** 100 requests, of which about every tenth is large. */
  const mixed = Array.from({ length: 100 }, (_, index) => {
    const kind = "sjhncre04l"[(index * 7) % 10]!;
    return { path: `/${kind}${index}`, method: kind === "h" ? "HEAD" : "GET", kind };
  });

  function expectAll(bytes: Buffer): void {
    const found = responses(
      bytes,
      mixed.map(({ method }) => method),
    );
    for (const [index, { path, kind }] of mixed.entries()) {
      const { headers, body } = found[index]!;
      expect(headers["x-path"]).toBe(path);
      const wanted = kind === "j" ? Buffer.from(JSON.stringify({ path })) : bodyOf[kind]!;
      expect(body.equals(wanted), path).toBe(true);
    }
  }

  const asText = ({ path, method }: { path: string; method: string }, isLast: boolean) =>
    requestFor(path, { method, isLast });

  test("100 pipelined requests of every kind are answered in order", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): unknown => warnings.push(warning);
    process.on("warning", onWarning);
    later(() => process.off("warning", onWarning));
    const served = await serve(answers());
    const text = mixed.map((one, index) => asText(one, index === 99)).join("");
    expectAll(await served.ask(text));
    expect(served.failures).toEqual([]);
    expect(warnings).toEqual([]); // of listeners that add up, for example
  });

  test("100 requests that come byte by byte over one connection", async () => {
    const served = await serve(answers());
    const socket = (await served.connect()).setNoDelay(true);
    const arrived = everything(socket);
    const text = mixed.map((one, index) => asText(one, index === 99)).join("");
    for (let start = 0; start < text.length; start += 37) {
      if (!socket.write(text.slice(start, start + 37))) await once(socket, "drain");
      await new Promise(setImmediate);
    }
    expectAll(await arrived);
  });

  test("a message that is ended in the line below, without await, has its whole body", async () => {
    const served = await serve((req, res) => {
      void sendFile(res, taggedFile(4, req.url === "/l" ? large : small));
      res.end();
    });
    const text = requestFor("/l", { isLast: false }) + requestFor("/s");
    const [first, second] = responses(await served.ask(text), ["GET", "GET"]);
    expect(first!.body.equals(content(4, large))).toBe(true);
    expect(second!.body.equals(content(4, small))).toBe(true);
  });

  test("end(callback) meanwhile is called when the message has finished", async () => {
    let isFinished = false;
    const served = await serve((_, res) => {
      const sending = sendFile(res, taggedFile(4, large));
      res.end(() => (isFinished = res.writableFinished));
      return sending;
    });
    await served.ask(requestFor("/"));
    expect(isFinished).toBe(true);
  });

  test("nobody else writes while the file is sent, and the file arrives whole", async () => {
    const codes: unknown[] = [];
    const attempt = (act: () => unknown): void => {
      try {
        act();
      } catch (error) {
        codes.push((error as { code: unknown }).code);
      }
    };
    const served = await serve(async (_, res) => {
      const sending = sendFile(res, taggedFile(5, large));
      attempt(() => res.write("x"));
      attempt(() => res.end("x"));
      codes.push((await rejection(sendFile(res, taggedFile(6, 10)))).code);
      await sending;
      codes.push((await rejection(sendFile(res, taggedFile(6, 10)))).code);
    });
    const [response] = responses(await served.ask(requestFor("/")), ["GET"]);
    expect(response!.body.equals(content(5, large))).toBe(true);
    await until(() => codes.length === 4, "not all were refused");
    expect(new Set(codes)).toEqual(new Set(["ERR_BODY_TAKEN"]));
    expect(served.failures).toEqual([]);
  });

  test("a message that has been ended rejects, and the next one is whole", async () => {
    const codes: unknown[] = [];
    const served = await serve(async (req, res) => {
      if (req.url === "/2") return sendFile(res, taggedFile(5, small));
      res.end("first");
      codes.push((await rejection(sendFile(res, taggedFile(5, small)))).code);
      return undefined;
    });
    const text = requestFor("/1", { isLast: false }) + requestFor("/2");
    const [first, second] = responses(await served.ask(text), ["GET", "GET"]);
    expect(String(first!.body)).toBe("first");
    expect(second!.body.equals(content(5, small))).toBe(true);
    expect(codes).toEqual(["ERR_BODY_TAKEN"]);
  });

  test("after a failed sendFile the message is the caller's again, its end() too", async () => {
    const served = await serve(async (_, res) => {
      const failed = rejection(sendFile(res, "/nowhere"));
      res.statusCode = 500;
      res.end();
      expect((await failed).code).toBe("ENOENT");
    });
    const [response] = responses(await served.ask(requestFor("/")), ["GET"]);
    expect(response).toMatchObject({ status: 500, body: Buffer.alloc(0) });
    expect(served.failures).toEqual([]);
  });

  test.each([small - 1, small + 1, Number.NaN])(
    "a Content-Length of %d for another body is refused before anything leaves",
    async (length) => {
      for (const how of ["setHeader", "writeHead"] as const) {
        const served = await serve(async (_, res) => {
          if (how === "setHeader") res.setHeader("Content-Length", length);
          else res.writeHead(200, { "Content-Length": length });
          const { name: kind, code } = await rejection(sendFile(res, taggedFile(5, small)));
          expect([kind, code]).toEqual(["ValueError", "ERR_OUT_OF_RANGE"]);
          res.destroy();
        });
        expect((await served.ask(requestFor("/"))).length).toBe(0);
        expect(served.failures).toEqual([]);
      }
    },
  );

  test("strictContentLength is held, and not offended", async () => {
    const served = await serve(async (req, res) => {
      res.strictContentLength = true;
      res.setHeader("Content-Length", req.url === "/2" ? small + 3 : large);
      if (req.url === "/2") res.write("abc");
      await sendFile(res, taggedFile(5, req.url === "/2" ? small : large));
      expect(res.strictContentLength).toBe(true);
    });
    const text = requestFor("/1", { isLast: false }) + requestFor("/2");
    const [first, second] = responses(await served.ask(text), ["GET", "GET"]);
    expect(first!.body.equals(content(5, large))).toBe(true);
    expect(String(second!.body.subarray(0, 3))).toBe("abc");
    expect(second!.body.length).toBe(small + 3);
    expect(served.failures).toEqual([]);
  });

  test("strictContentLength refuses a body too much", async () => {
    const codes: unknown[] = [];
    const served = await serve(async (_, res) => {
      res.strictContentLength = true;
      res.setHeader("Content-Length", small);
      res.write("abc");
      codes.push((await rejection(sendFile(res, taggedFile(5, small)))).code);
    });
    const bytes = await served.ask(requestFor("/"));
    await until(() => codes.length > 0, "no rejection");
    expect(codes).toEqual(["ERR_HTTP_CONTENT_LENGTH_MISMATCH"]);
    expect(bytes.subarray(bytes.indexOf("\r\n\r\n") + 4).length).toBeLessThanOrEqual(3);
  });

  test.each([
    ["over 16 KiB", 20_000],
    ["of 1 MB", 1_000_000],
    ["of 16 MB", 16_000_000],
  ])("a head %s to a client that does not read comes before the body", async (_, size) => {
    const served = await serve((req, res) => {
      res.setHeader("X-Pad", "p".repeat(size));
      return sendFile(res, taggedFile(5, req.url === "/l" ? large : small));
    });
    const socket = await served.connect();
    socket.write(requestFor("/l", { isLast: false }) + requestFor("/s"));
    if (size > 100_000 && isNative) await untilFull(socket);
    const [first, second] = responses(await everything(socket), ["GET", "GET"]);
    expect(first!.headers["x-pad"]!.length).toBe(size);
    expect(first!.body.equals(content(5, large))).toBe(true);
    expect(second!.body.equals(content(5, small))).toBe(true);
  });

  test("a request body that is still coming does not hinder the response", async () => {
    let arrived = 0;
    const served = await serve(async (req, res) => {
      req.on("data", (chunk: Buffer) => (arrived += chunk.length));
      await sendFile(res, taggedFile(5, large));
    });
    const socket = await served.connect();
    socket.write(
      requestFor("/", { method: "POST", headers: "Content-Length: 2000000\r\n", isLast: false }),
    );
    socket.write(Buffer.alloc(1_000_000));
    await untilHead(socket);
    socket.write(Buffer.alloc(1_000_000));
    socket.write(requestFor("/2"));
    const rest = await everything(socket);
    expect(rest.subarray(0, large).equals(content(5, large))).toBe(true);
    expect(responses(rest.subarray(large), ["GET"])[0]!.body.length).toBe(large);
    expect(arrived).toBe(2_000_000);
  });

  test("a file that becomes shorter ends the connection, and nothing follows", async () => {
    const file = taggedFile(6, 20_000_000);
    const served = await serve(async (req, res) => {
      if (req.url === "/2") return res.end("second");
      const { code } = await rejection(sendFile(res, file));
      expect(code).toBe("ERR_FILE_TRUNCATED");
      expect(res.destroyed).toBe(true);
      return undefined;
    });
    const socket = await served.connect();
    socket.write(requestFor("/1", { isLast: false }) + requestFor("/2"));
    await untilFull(socket);
    fs.truncateSync(file, 10_000_000);
    const bytes = await everything(socket);
    expect(bytes.includes("second")).toBe(false);
    const body = bytes.subarray(bytes.indexOf("\r\n\r\n") + 4);
    expect(body.length).toBeLessThan(20_000_000);
    expect(served.failures).toEqual([]);
  });

  test("a file that grows is sent to the length it had", async () => {
    const file = taggedFile(6, large);
    const served = await serve((_, res) => sendFile(res, file));
    const socket = await served.connect();
    socket.write(requestFor("/1", { isLast: false }) + requestFor("/2"));
    const head = await untilHead(socket);
    fs.appendFileSync(file, "more");
    expect(head).toContain(`Content-Length: ${large}\r\n`);
    const rest = await everything(socket);
    expect(rest.subarray(0, large).equals(content(6, large))).toBe(true);
    expect(responses(rest.subarray(large), ["GET"])[0]!.body.length).toBeGreaterThanOrEqual(large);
  });

  test("a file that is removed or replaced meanwhile arrives as it was", async () => {
    const file = taggedFile(6, 20_000_000);
    const served = await serve((_, res) => sendFile(res, file));
    const socket = await served.connect();
    socket.write(requestFor("/1"));
    const head = await untilHead(socket);
    fs.rmSync(file);
    fs.writeFileSync(file, "other");
    expect(head).toContain("Content-Length: 20000000");
    expect((await everything(socket)).equals(content(6, 20_000_000))).toBe(true);
  });
});
