/** Files are kept open for a moment: never too long, never too many, and never closed too early. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { content } from "../support/content.ts";
import "../support/engine.ts";
import { describeHttpModes, describeNativeHttp } from "../support/httpModes.ts";
import { later, leaveNothingOpen, openDescriptors } from "../support/resources.ts";
import { answerIn, folderWith, serving, untilAnswered } from "../support/site.ts";
import { own, receivedBytes, take } from "../support/sockets.ts";
import { until } from "../support/until.ts";

leaveNothingOpen();

const forEver = { maxStaleMs: 1_000_000 };
const support = (name: string): string =>
  fileURLToPath(new URL(`../support/static/${name}`, import.meta.url));

function replace(file: string, bytes: string | Buffer): void {
  fs.writeFileSync(`${file}.new`, bytes);
  fs.renameSync(`${file}.new`, file);
}

const openIn = (folder: string): number =>
  openDescriptors().filter((one) => one.includes(`${folder}/`)).length;

describeHttpModes((mode) => {
  test("what is kept is served whole, with its own version, while it is young", async () => {
    const folder = folderWith({ a: "before" });
    const { get } = await serving(mode, folder, { cache: forEver });
    const before = await get("/a");
    replace(path.join(folder, "a"), "afterwards");
    const after = await get("/a");
    expect(after.body.toString()).toBe("before");
    expect(after.headers.get("etag")).toBe(before.headers.get("etag"));
    expect(openIn(folder)).toBe(1);
  });

  test("no longer than maxStaleMs", async () => {
    const folder = folderWith({ a: "before" });
    const { get } = await serving(mode, folder, { cache: { maxStaleMs: 50 } });
    expect((await get("/a")).body.toString()).toBe("before");
    expect((await get("/b")).status).toBe(404);
    replace(path.join(folder, "a"), "afterwards");
    replace(path.join(folder, "b"), "new");
    const isNew = (text: string) => (answer: { body: Buffer }) => answer.body.toString() === text;
    await untilAnswered(() => get("/a"), isNew("afterwards"), "the old file is served for ever");
    await untilAnswered(() => get("/b"), isNew("new"), "the new file is never found");
    fs.rmSync(path.join(folder, "a"));
    await untilAnswered(
      () => get("/a"),
      ({ status }) => status === 404,
      "served though deleted",
    );
  });

  test("a root that is a link, and is pointed elsewhere, is noticed", async () => {
    const [before, after, folder] = [{ a: "before" }, { a: "after" }, {}].map(folderWith);
    const root = path.join(folder!, "current");
    fs.symlinkSync(before!, root);
    const { get } = await serving(mode, root, { cache: { maxStaleMs: 50 } });
    expect((await get("/a")).body.toString()).toBe("before");
    fs.symlinkSync(after!, `${root}.new`);
    fs.renameSync(`${root}.new`, root);
    const isNew = (answer: { body: Buffer }): boolean => answer.body.toString() === "after";
    await untilAnswered(() => get("/a"), isNew, "the old root is served for ever");
  });

  test("not at all without a cache", async () => {
    const folder = folderWith({ a: "1" });
    const { get } = await serving(mode, folder, { cache: false });
    for (const text of ["1", "22", "333"]) {
      replace(path.join(folder, "a"), text);
      expect((await get("/a")).body.toString()).toBe(text);
    }
    expect((await get("/b")).status).toBe(404);
    replace(path.join(folder, "b"), "b");
    expect((await get("/b")).status).toBe(200);
    await until(() => openIn(folder) === 0, "a file is left open");
  });

  test("when nobody asks any more, everything is closed", async () => {
    const folder = folderWith({ a: "a", b: "b" });
    const { get } = await serving(mode, folder, { cache: { maxStaleMs: 200 } });
    await get("/a");
    await get("/b");
    await get("/c");
    await until(() => openIn(folder) === 0, "files stay open");
    expect((await get("/a")).body.toString()).toBe("a");
  });

  test("no more than maxFiles are open, and what is used most stays", async () => {
    const names = Array.from({ length: 20 }, (_, index) => String(index));
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, name])));
    const { get } = await serving(mode, folder, { cache: { ...forEver, maxFiles: 4 } });
    await get("/0");
    for (const name of names) {
      expect((await get(`/${name}`)).body.toString()).toBe(name);
      await get("/0");
      // Without the addon files are closed off-thread.
      await until(() => openIn(folder) <= 4, "more files than maxFiles stay open");
    }
    replace(path.join(folder, "0"), "replaced");
    expect((await get("/0")).body.toString()).toBe("0");
    for (const name of names) await get(`/no-${name}`);
    expect((await get("/0")).body.toString()).toBe("0");
  });

  test("twins count as files", async () => {
    const folder = folderWith({ "a.js": "a", "a.js.br": "br", "a.js.gz": "gz", "b.js": "b" });
    const { get } = await serving(mode, folder, {
      precompressed: true,
      cache: { ...forEver, maxFiles: 2 },
    });
    for (const accept of ["br", "gzip", "identity", "br"]) {
      const { headers, status } = await get("/a.js", `Accept-Encoding: ${accept}`);
      expect(status).toBe(200);
      expect(headers.get("content-encoding")).toBe(accept === "identity" ? undefined : accept);
      // Without the addon files are closed off-thread.
      await until(() => openIn(folder) <= 2, "more files than maxFiles stay open");
    }
  });

  test("a file that is being sent is closed only after it, whatever becomes of the cache", async () => {
    const size = 30_000_000;
    const folder = folderWith({ big: content(1, size), small: "s" });
    const { get, port, files } = await serving(mode, folder, {
      cache: { ...forEver, maxFiles: 1 },
    });
    const reader = own(net.connect(port, "127.0.0.1"));
    reader.write("GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const first = await take(reader, 1000);
    fs.rmSync(path.join(folder, "big"));
    expect((await get("/small")).status).toBe(200);
    files.close();
    expect((await get("/big")).status).toBe(404);
    const rest = await receivedBytes(reader);
    const { body } = answerIn(Buffer.concat([first, rest]));
    expect(body.equals(content(1, size))).toBe(true);
    await until(() => openIn(folder) === 0, "a file is left open");
  });

  test("a reader that goes away closes the file", async () => {
    const folder = folderWith({ big: content(1, 30_000_000) });
    const { port } = await serving(mode, folder, { cache: false });
    const reader = own(net.connect(port, "127.0.0.1"));
    reader.write("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    await take(reader, 1000);
    expect(openIn(folder)).toBeGreaterThan(0);
    reader.resetAndDestroy();
    await until(() => openIn(folder) === 0, "a file is left open");
  });

  test("a reader that goes away says nothing about the file: it stays", async () => {
    const folder = folderWith({ big: content(1, 30_000_000) });
    const sent: number[] = [];
    const { get, port, server } = await serving(mode, folder, { cache: forEver });
    server.on("request", (_req, res) => res.on("close", () => sent.push(res.statusCode)));
    const reader = own(net.connect(port, "127.0.0.1"));
    reader.write("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    await take(reader, 1000);
    replace(path.join(folder, "big"), "new");
    reader.resetAndDestroy();
    await until(() => sent.length === 1, "the response is never closed");
    expect((await get("/big")).body).toHaveLength(30_000_000);
  });

  test("many at once find a file once", async () => {
    const folder = folderWith({ a: "a", "d/index.html": "i" });
    const { get } = await serving(mode, folder, { cache: forEver });
    const targets = Array.from({ length: 60 }, (_, index) => ["/a", "/d/", "/none"][index % 3]!);
    const answers = await Promise.all(targets.map((target) => get(target)));
    expect(new Set(answers.map(({ status }, index) => `${index % 3} ${status}`))).toEqual(
      new Set(["0 200", "1 200", "2 404"]),
    );
    expect(openIn(folder)).toBe(2);
  });

  test.each([
    ["shorter", 50_000],
    ["longer", 150_000],
  ])("a file that became %s in place is looked at anew", async (_, size) => {
    const folder = folderWith({ a: content(1, 100_000) });
    const { get } = await serving(mode, folder, { cache: forEver });
    const before = await get("/a");
    expect(before.body).toHaveLength(100_000);
    fs.writeFileSync(path.join(folder, "a"), content(2, size));
    const { status, body, headers } = await get("/a");
    expect(status).toBe(200);
    expect(body.equals(content(2, size))).toBe(true);
    expect(headers.get("etag")).not.toBe(before.headers.get("etag"));
    expect(openIn(folder)).toBe(1);
  });

  test("a file that was changed in place, and kept its size, has a new tag", async () => {
    const folder = folderWith({ a: "before" });
    const file = path.join(folder, "a");
    fs.utimesSync(file, 1e9, 1e9);
    const { get } = await serving(mode, folder, { cache: forEver });
    const before = await get("/a");
    fs.writeFileSync(file, "behind");
    const after = await get("/a");
    expect(after.body.toString()).toBe("behind");
    expect(after.headers.get("etag")).not.toBe(before.headers.get("etag"));
    expect(after.headers.get("last-modified")).not.toBe(before.headers.get("last-modified"));
  });

  test("a twin that was changed in place is looked at anew", async () => {
    const folder = folderWith({ "a.js": "plain", "a.js.gz": "squeezed" });
    const { get } = await serving(mode, folder, { cache: forEver, precompressed: ["gzip"] });
    expect((await get("/a.js", "Accept-Encoding: gzip")).body.toString()).toBe("squeezed");
    fs.writeFileSync(path.join(folder, "a.js.gz"), "squeezed anew");
    const { body } = await get("/a.js", "Accept-Encoding: gzip");
    expect(body.toString()).toBe("squeezed anew");
  });

  test("with few descriptors, kept files are given up for those that are wanted", () => {
    const files = Array.from({ length: 200 }, (_, index) => [`f${index}`, `${index}`.padEnd(10)]);
    const folder = folderWith(Object.fromEntries(files) as Record<string, string>);
    const output = execFileSync(
      "sh",
      ["-c", 'ulimit -n 80 && exec "$0" "$@"', process.execPath, support("limited.mjs"), folder],
      { env: { ...process.env, ...(mode.isNative ? {} : { ZEROCOPY_DISABLE_NATIVE: "1" }) } },
    );
    expect(JSON.parse(output.toString())).toEqual({ "200: 10": 200 });
  });
});

describeNativeHttp("a worker that ends", () => {
  test("leaves no file open", async () => {
    const folder = folderWith({ a: "a", "b.js": "b" });
    const worker = new Worker(support("worker.mjs"), { workerData: folder });
    later(() => worker.terminate());
    const [port] = (await once(worker, "message")) as [number];
    for (const name of ["a", "b.js", "none"])
      await (await fetch(`http://127.0.0.1:${port}/${name}`)).text();
    expect(openIn(folder)).toBe(2);
    await worker.terminate();
    await until(() => openIn(folder) === 0, "a file is left open");
  });
});
