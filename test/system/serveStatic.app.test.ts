/** What an application says to serveStatic, and hears from it: headers, callbacks, next. */
import { AsyncLocalStorage } from "node:async_hooks";
import http from "node:http";
import path from "node:path";
import { expect, test } from "vitest";
import { content } from "../support/content.ts";
import "../support/engine.ts";
import { describeHttpModes } from "../support/httpModes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { folderWith, serving, site } from "../support/site.ts";

leaveNothingOpen();

describeHttpModes((mode) => {
  test("fallthrough: what is not there goes to next, or is an error of next", async () => {
    const folder = folderWith({ "index.html": "i", "d/x": "x" });
    for (const fallthrough of [true, false]) {
      const errors: unknown[] = [];
      const { get, ask } = await serving(
        mode,
        folder,
        { fallthrough },
        (files) => (req, res) =>
          files(req, res, (error) => {
            errors.push((error as { status?: number } | undefined)?.status);
            res.statusCode = 299;
            res.end();
          }),
      );
      expect((await get("/")).status).toBe(200);
      expect((await get("/d")).status).toBe(301);
      for (const target of ["/nothing", "/%zz", "/../x", "/d/"]) {
        expect((await get(target)).status, target).toBe(299);
      }
      expect((await ask("POST", "/")).status).toBe(fallthrough ? 299 : 405);
      const none = [undefined, undefined, undefined, undefined, undefined];
      expect(errors).toEqual(fallthrough ? none : [404, 400, 403, 404]);
    }
  });

  test("headers that are there already win, but Vary, which is added to", async () => {
    const folder = folderWith({ "a.txt": "hello" });
    const { get } = await serving(mode, folder, { precompressed: true }, (files) => (req, res) => {
      res.setHeader("Cache-Control", "no-store");
      res.setHeader("etag", '"mine"');
      res.setHeader("Content-Type", "text/x");
      res.setHeader("Vary", "Origin");
      files(req, res);
    });
    const { headers } = await get("/a.txt");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("etag")).toBe('"mine"');
    expect(headers.get("content-type")).toBe("text/x");
    expect(headers.get("vary")).toBe("Origin, Accept-Encoding");
    const unchanged = await get("/a.txt", 'If-None-Match: "mine"');
    expect(unchanged.status).toBe(304);
    expect(unchanged.headers.has("content-type")).toBe(false);
    const range = await get("/a.txt", "Range: bytes=1-2", 'If-Range: "mine"');
    expect(range.status).toBe(206);
    expect(range.body.toString()).toBe("el");
  });

  test("setHeaders is told the file, and its headers win; what it throws is an error", async () => {
    const folder = folderWith({ "d/index.html": "hello", bad: "" });
    const { get } = await serving(mode, folder, {
      setHeaders: (res, file, stats) => {
        if (file.endsWith("bad")) throw new Error("no");
        res.setHeader("X-File", `${path.relative(folder, file)} ${stats.size}`);
        res.setHeader("Cache-Control", "no-cache");
      },
    });
    const { headers, body } = await get("/d/");
    expect(headers.get("x-file")).toBe("d/index.html 5");
    expect(headers.get("cache-control")).toBe("no-cache");
    expect(body.toString()).toBe("hello");
    expect((await get("/bad")).status).toBe(500);
  });

  test("headers can be left out, or say more", async () => {
    const folder = folderWith({ "a.txt": "hello" });
    const off = { cacheControl: false, etag: false, lastModified: false, acceptRanges: false };
    const { get } = await serving(mode, folder, off);
    const { headers } = await get("/a.txt", "Range: bytes=0-1");
    expect([...headers.keys()].toSorted()).toEqual([
      ...["connection", "content-length", "content-type", "date"],
    ]);
    const { get: getOld } = await serving(mode, folder, { maxAge: "2 days", immutable: true });
    expect((await getOld("/a.txt")).headers.get("cache-control")).toBe(
      "public, max-age=172800, immutable",
    );
  });

  test("onSent tells how a body was sent", async () => {
    const results: unknown[] = [];
    const { get, head } = await serving(mode, folderWith({ a: "hello" }), {
      onSent: ({ bytes, path: taken, copies }, req, res) =>
        results.push([bytes, taken, copies, req.url, res.statusCode]),
    });
    await get("/a?1");
    await head("/a?2");
    await get("/a", "Range: bytes=1-2");
    const [taken, copies] = mode.isNative ? ["sendfile", 0] : ["read-write", 2];
    expect(results).toEqual([
      [5, taken, copies, "/a?1", 200],
      [2, taken, copies, "/a", 206],
    ]);
  });

  test("a response that somebody else has begun is left alone", async () => {
    const errors: unknown[] = [];
    const files = mode.http.serveStatic(folderWith({ a: "hello" }));
    later(() => files.close());
    const { get } = await site(
      http.createServer((req, res) => {
        res.write("mine");
        files(req, res, (error) => {
          errors.push((error as NodeJS.ErrnoException).code);
          res.end();
        });
      }),
    );
    expect((await get("/a")).status).toBe(200);
    expect(errors).toEqual(["ERR_HTTP_HEADERS_SENT"]);
  });

  test("next is called once, and what it throws is not taken for a failure of ours", async () => {
    let calls = 0;
    const thrown: unknown[] = [];
    const { get } = await serving(mode, folderWith({}), {}, (files) => (req, res) => {
      const next = (): void => {
        calls++;
        throw new Error("theirs");
      };
      try {
        files(req, res, next);
      } catch (error) {
        thrown.push(error);
        res.statusCode = 299;
        res.end();
      }
    });
    // What is malformed is passed on at once, whoever looks for files.
    expect((await get("/%zz")).status).toBe(299);
    expect(calls).toBe(1);
    expect(thrown).toEqual([new Error("theirs")]);
  });

  test("callbacks run in the async context of their request", async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: string[] = [];
    const options = {
      onSent: () => void seen.push(`sent ${context.getStore()}`),
      setHeaders: () => void seen.push(`headers ${context.getStore()}`),
    };
    const folder = folderWith({ a: content(1, 1_000_000), b: "b" });
    const { get } = await serving(mode, folder, options, (files) => (req, res) => {
      const end = (): void => {
        seen.push(`next ${context.getStore()}`);
        res.end();
      };
      context.run(req.url!, () => files(req, res, end));
    });
    const targets = ["/a?1", "/a?2", "/b?1", "/b?2", "/none?1", "/none?2"];
    await Promise.all(targets.map((target) => get(target)));
    const found = targets.slice(0, 4).flatMap((target) => [`headers ${target}`, `sent ${target}`]);
    expect(seen.toSorted()).toEqual([...found, "next /none?1", "next /none?2"].toSorted());
  });
});
