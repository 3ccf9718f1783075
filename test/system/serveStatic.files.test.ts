import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { content } from "../support/content.ts";
import "../support/engine.ts";
import { describeHttpModes } from "../support/httpModes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { folderWith, serving } from "../support/site.ts";

leaveNothingOpen();

describeHttpModes((mode) => {
  test("a file comes with its length, type, version, age and the ranges it may be asked for", async () => {
    const folder = folderWith({ "a.txt": "hello" });
    fs.utimesSync(path.join(folder, "a.txt"), 1000, 1000);
    const { get } = await serving(mode, folder);
    const { status, headers, body } = await get("/a.txt");
    expect(status).toBe(200);
    expect(body.toString()).toBe("hello");
    const { date, ...others } = Object.fromEntries(headers);
    expect(new Date(date!).getTime()).toBeGreaterThan(0);
    expect(others).toEqual({
      "accept-ranges": "bytes",
      "cache-control": "public, max-age=0",
      "last-modified": "Thu, 01 Jan 1970 00:16:40 GMT",
      etag: 'W/"5-f4240"',
      "content-type": "text/plain; charset=utf-8",
      "content-length": "5",
      connection: "close",
    });
  });

  test.for([0, 1, 4095, 4096, 65_535, 65_536, 65_537, 300_000, 2_000_000])(
    "a file of %i bytes arrives whole",
    async (size) => {
      const { get } = await serving(mode, folderWith({ "a.bin": content(1, size) }));
      const { headers, body } = await get("/a.bin");
      expect(body.equals(content(1, size))).toBe(true);
      expect(headers.get("content-type")).toBe("application/octet-stream");
    },
  );

  test("HEAD has the headers of GET and no body", async () => {
    const { get, head } = await serving(mode, folderWith({ "a.txt": "hello" }));
    const one = await get("/a.txt");
    const other = await head("/a.txt");
    expect(other.status).toBe(200);
    expect(other.body).toHaveLength(0);
    expect(other.headers.get("content-length")).toBe("5");
    expect([...other.headers.keys()]).toEqual([...one.headers.keys()]);
  });

  test("names are decoded once, and normalised", async () => {
    const folder = folderWith({
      "a b.txt": "space",
      "ü.txt": "umlaut",
      "%41.txt": "percent",
      "d/x": "x",
    });
    const { get } = await serving(mode, folder);
    const found = async (target: string): Promise<string> => (await get(target)).body.toString();
    expect(await found("/a%20b.txt")).toBe("space");
    expect(await found("/%C3%BC.txt")).toBe("umlaut");
    expect(await found("/%2541.txt")).toBe("percent");
    expect((await get("/%41.txt")).status).toBe(404);
    expect(await found("/%2541.txt")).toBe("percent");
    for (const target of [
      "/d//x",
      "//d/x",
      "/d/./x",
      "/d/../d/x",
      "/d%2fx",
      "/d/x?a=1?b",
      "/d/x?%zz",
    ]) {
      expect(await found(target), target).toBe("x");
    }
    expect(await found("http://localhost/d/x")).toBe("x");
  });

  test.for([
    ["/%", 400],
    ["/%zz", 400],
    ["/a%00b", 400],
    ["/%c0%ae%c0%ae/", 400],
    ["*", 400],
    ["/..", 403],
    ["/../../etc/passwd", 403],
    ["/%2e%2e/x", 403],
    ["/d/..%2f..%2fx", 403],
    ["/nothing", 404],
    ["/a.txt/", 404],
    ["/a.txt/b", 404],
    ["/d", 301],
    ["/d/", 404],
    [`/${"x".repeat(300)}`, 404],
    [`/${"x/".repeat(3000)}`, 404],
  ] as const)("%s is answered by %i", async ([target, status]) => {
    const { get } = await serving(mode, folderWith({ "a.txt": "hello", "d/x": "x" }));
    const answer = await get(target);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.has("etag")).toBe(false);
    expect((await get("/a.txt")).body.toString()).toBe("hello");
  });

  test("a directory without its slash is redirected, with the query and without another host", async () => {
    const { get } = await serving(mode, folderWith({ "d/index.html": "index", "d/é/x": "" }));
    const location = async (target: string): Promise<string | undefined> =>
      (await get(target)).headers.get("location");
    expect(await location("/d?a=1&b='<")).toBe("/d/?a=1&b='%3C");
    expect(await location("//d")).toBe("/d/");
    expect(await location("/\\/d")).toBe(undefined);
    expect(await location("///d/%C3%A9")).toBe("/d/%C3%A9/");
    expect((await get("/d/")).body.toString()).toBe("index");
    const { get: getPlain } = await serving(mode, folderWith({ "d/index.html": "" }), {
      redirect: false,
    });
    expect((await getPlain("/d")).status).toBe(404);
    expect((await getPlain("/d/")).status).toBe(200);
  });

  test("index: the first that is there, or none", async () => {
    const folder = folderWith({ "b.html": "b", "d/c.html": "c", "e/b.html/x": "" });
    const { get } = await serving(mode, folder, { index: ["b.html", "c.html"] });
    expect((await get("/")).body.toString()).toBe("b");
    expect((await get("/d/")).body.toString()).toBe("c");
    expect((await get("/e/")).status).toBe(404);
    const { get: getNone } = await serving(mode, folder, { index: false });
    expect((await getNone("/")).status).toBe(404);
    expect((await getNone("/b.html")).status).toBe(200);
  });

  test("extensions: tried for names that have none, in order", async () => {
    const folder = folderWith({
      "a.htm": "htm",
      "a.html": "html",
      "b.txt": "",
      "c/x": "",
      "c.html": "",
      "d.e.html": "",
    });
    const { get } = await serving(mode, folder, { extensions: ["html", ".htm"] });
    const { headers, body } = await get("/a");
    expect(body.toString()).toBe("html");
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect((await get("/b")).status).toBe(404);
    expect((await get("/c")).status).toBe(301);
    expect((await get("/d.e")).status).toBe(404);
  });

  test("dotfiles: hidden, refused or served", async () => {
    const folder = folderWith({ ".a": "a", ".d/x": "x", "d/.b": "b", c: "c" });
    const hidden = ["/.a", "/.d/x", "/d/.b", "/%2ea"];
    for (const [dotfiles, status] of [
      ["ignore", 404],
      ["deny", 403],
      ["allow", 200],
    ] as const) {
      const { get } = await serving(mode, folder, { dotfiles });
      for (const target of hidden) expect((await get(target)).status, target).toBe(status);
      expect((await get("/./c")).status).toBe(200);
    }
  });

  test("symlinks that leave the root are followed only if that was asked for", async () => {
    const outside = folderWith({ secret: "secret" });
    const folder = folderWith({ a: "a", "d/b": "b" });
    fs.symlinkSync(path.join(outside, "secret"), path.join(folder, "out"));
    fs.symlinkSync(outside, path.join(folder, "outside"));
    fs.symlinkSync("a", path.join(folder, "in"));
    fs.symlinkSync(path.join(folder, "d"), path.join(folder, "absolute"));
    const expected = {
      inside: [404, 404, 200, 200],
      never: [404, 404, 404, 404],
      follow: [200, 200, 200, 200],
    };
    for (const [symlinks, statuses] of Object.entries(expected)) {
      const { get } = await serving(mode, folder, { symlinks: symlinks as "inside" });
      const targets = ["/out", "/outside/secret", "/in", "/absolute/b"];
      const found = await Promise.all(targets.map(async (target) => (await get(target)).status));
      expect(found, symlinks).toEqual(statuses);
    }
  });

  test("several roots: the first that has it", async () => {
    const one = folderWith({ a: "1", "d/x": "1", "e/y": "" });
    const two = folderWith({ a: "2", b: "2", "d/index.html": "2" });
    const { get } = await serving(mode, [one, two]);
    expect((await get("/a")).body.toString()).toBe("1");
    expect((await get("/b")).body.toString()).toBe("2");
    expect((await get("/d/")).body.toString()).toBe("2");
    expect((await get("/d/x")).body.toString()).toBe("1");
    expect((await get("/c")).status).toBe(404);
    expect((await get("/b")).body.toString()).toBe("2");
  });

  test("allowedPath is asked for every root and request, with what will be opened", async () => {
    const one = folderWith({ "a b": "1" });
    const two = folderWith({ "a b": "2", c: "" });
    const asked: string[] = [];
    const { get } = await serving(mode, [one, two], {
      allowedPath: (pathname, root, req) => {
        asked.push(pathname);
        return root === two && req.headers["x-no"] === undefined;
      },
    });
    expect((await get("/a%20b")).body.toString()).toBe("2");
    expect((await get("/a%20b", "X-No: 1")).status).toBe(404);
    expect((await get("/a%20b")).body.toString()).toBe("2");
    expect(asked).toEqual(Array.from({ length: 6 }, () => "/a b"));
  });

  test("spa: for pages that are not there, and for nothing else", async () => {
    const folder = folderWith({ "index.html": "app", "a.js": "js", "d/x": "" });
    const { get, ask } = await serving(mode, folder, { spa: true });
    for (let round = 0; round < 2; round++) {
      const page = await get("/users/1");
      expect(page.status).toBe(200);
      expect(page.body.toString()).toBe("app");
      expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    }
    expect((await get("/users/")).body.toString()).toBe("app");
    expect((await get("/a.js")).body.toString()).toBe("js");
    expect((await get("/b.js")).status).toBe(404);
    expect((await get("/.hidden")).status).toBe(404);
    expect((await get("/%zz")).status).toBe(400);
    expect((await ask("POST", "/users/1")).status).toBe(405);
    const { get: getWithout } = await serving(mode, folderWith({ x: "" }), { spa: "app.html" });
    expect((await getWithout("/users")).status).toBe(404);
  });

  test("only GET and HEAD are answered", async () => {
    const { ask } = await serving(mode, folderWith({ a: "a" }));
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const { status, headers } = await ask(method, "/a", "Content-Length: 0");
      expect(status).toBe(405);
      expect(headers.get("allow")).toBe("GET, HEAD");
    }
  });

  test("listing: a page for a directory without index", async () => {
    const folder = folderWith({ "d/one.txt": "1", "e/index.html": "index" });
    const { get } = await serving(mode, folder, { listing: true });
    const { status, body } = await get("/d/");
    expect(status).toBe(200);
    expect(body.toString()).toContain("one.txt");
    expect((await get("/e/")).body.toString()).toBe("index");
    expect((await get("/f/")).status).toBe(404);
    expect((await get("/")).body.toString()).toContain('href="d/"');
  });
});
