/** The same handler under node:http, Connect, Express 4 and 5, Polka, over HTTPS and HTTP/2. */
import { once } from "node:events";
import http from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import type { Next, StaticHandler } from "zerocopy/http";
import { content } from "../support/content.ts";
import "../support/engine.ts";
import { describeHttpModes } from "../support/httpModes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { folderWith, site } from "../support/site.ts";

leaveNothingOpen();

type Handler = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

/** As much of a framework as is used here; those that have types have others. */
interface App extends RequestListener {
  use(where: string, handler: Handler): App;
  handler?: RequestListener;
}

const require = createRequire(import.meta.url);
const frameworks: Readonly<
  Record<string, (files: StaticHandler, last: Handler) => RequestListener>
> = {
  connect: (files, last) => mounted("connect", files, last),
  "express 4": (files, last) => mounted("express4", files, last),
  "express 5": (files, last) => mounted("express", files, last),
  polka: (files, last) => {
    // What polka uses at "/" comes before everything else.
    const polka = require("polka") as (options: object) => Required<App>;
    return polka({ onNoMatch: last }).use("/static", files).handler!;
  },
};

function mounted(name: string, files: StaticHandler, last: Handler): RequestListener {
  const app = (require(name) as () => App)();
  return app.use("/static", files).use("/", last);
}

describeHttpModes((mode) => {
  test.for(Object.entries(frameworks))("mounted in %s", async ([, make]) => {
    const big = content(1, 500_000);
    const folder = folderWith({
      "index.html": "index",
      "a b.txt": "text",
      "d/index.html": "d",
      big,
    });
    const files = mode.http.serveStatic(folder, { maxAge: "1h" });
    later(() => files.close());
    const last: Handler = (req, res) => {
      res.statusCode = 299;
      res.end(req.url);
    };
    const { get, head, ask } = await site(http.createServer(make(files, last)));
    const text = await get("/static/a%20b.txt?q");
    expect(text.status).toBe(200);
    expect(text.body.toString()).toBe("text");
    expect(text.headers.get("cache-control")).toBe("public, max-age=3600");
    expect((await get("/static/")).body.toString()).toBe("index");
    expect((await get("/static?q=1")).headers.get("location")).toBe("/static/?q=1");
    expect((await get("/static/d")).headers.get("location")).toBe("/static/d/");
    expect((await get("/static/d/")).body.toString()).toBe("d");
    expect((await get("/static/big")).body.equals(big)).toBe(true);
    expect(
      (await get("/static/big", "Range: bytes=400000-")).body.equals(big.subarray(400_000)),
    ).toBe(true);
    expect((await head("/static/big")).headers.get("content-length")).toBe("500000");
    for (const target of ["/static/none", "/other"]) expect((await get(target)).status).toBe(299);
    expect((await ask("POST", "/static/big", "Content-Length: 0")).status).toBe(299);
  });

  test("an error reaches the error handler of Express with its status", async () => {
    const files = mode.http.serveStatic(folderWith({}), { fallthrough: false });
    later(() => files.close());
    const app = (require("express") as () => App)();
    app.use("/static", files);
    const onError = (
      error: { status: number; name: string },
      _req: unknown,
      res: ServerResponse,
      _next: unknown,
    ): void => {
      res.statusCode = error.status;
      res.end(error.name);
    };
    app.use("/", onError as unknown as Handler);
    const { get } = await site(http.createServer(app));
    const { status, body } = await get("/static/none");
    expect(status).toBe(404);
    expect(body.toString()).toBe("NotFoundError");
    expect((await get("/static/%zz")).body.toString()).toBe("BadRequestError");
  });

  test("100 pipelined requests are answered in order", async () => {
    const big = content(2, 200_000);
    const folder = folderWith({ "a.txt": "small", big, "d/index.html": "d" });
    const files = mode.http.serveStatic(folder);
    later(() => files.close());
    const { port } = await site(http.createServer((req, res) => files(req, res)));
    const net = await import("node:net");
    const socket = net.connect(port, "127.0.0.1");
    later(() => socket.destroy());
    const kinds = [
      ["GET /a.txt", "", "200 5"],
      ["GET /big", "", "200 200000"],
      ["HEAD /big", "", "200 -"],
      ["GET /none", "", "404 10"],
      ["GET /big", "Range: bytes=5-9\r\n", "206 5"],
      ["GET /a.txt", "If-None-Match: *\r\n", "304 -"],
      ["GET /d", "", "301 19"],
      ["GET /big", "Range: bytes=200000-\r\n", "416 22"],
      ["GET /d/", "", "200 1"],
      ["GET /big", "Range: bytes=0-9,100000-199999\r\n", "206 parts"],
    ] as const;
    const requests = Array.from({ length: 100 }, (_, index) => kinds[(index * 7) % kinds.length]!);
    const last = requests.length - 1;
    socket.write(
      requests
        .map(([line, headers], index) => {
          const close = index === last ? "Connection: close\r\n" : "";
          return `${line} HTTP/1.1\r\nHost: x\r\n${headers}${close}\r\n`;
        })
        .join(""),
    );
    const warnings: Error[] = [];
    const onWarning = (warning: Error): unknown => warnings.push(warning);
    process.on("warning", onWarning);
    later(() => process.off("warning", onWarning));
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(socket, "close");
    let rest = Buffer.concat(chunks);
    for (const [line, , expected] of requests) {
      const end = rest.indexOf("\r\n\r\n");
      const head = rest.subarray(0, end).toString("latin1");
      const status = head.slice(9, 12);
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
      const count = line.startsWith("HEAD") || status === "304" ? 0 : length;
      const body = rest.subarray(end + 4, end + 4 + count);
      const found = head.includes("multipart") ? "parts" : count === 0 ? "-" : String(count);
      expect(`${status} ${found}`, line).toBe(expected);
      expect(body.equals(count === 200_000 ? big : body)).toBe(true);
      rest = rest.subarray(end + 4 + count);
    }
    expect(rest).toHaveLength(0);
    expect(warnings).toEqual([]);
  });
});
