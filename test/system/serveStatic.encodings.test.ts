import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { request } from "undici";
import { expect, test } from "vitest";
import "../support/engine.ts";
import { describeHttpModes } from "../support/httpModes.ts";
import type { HttpMode } from "../support/httpModes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { folderWith, serving, untilAnswered } from "../support/site.ts";
import type { Answer } from "../support/site.ts";

leaveNothingOpen();

const script = "let a = 1;\n".repeat(100);
const twins = { "a.js": script, "a.js.br": "(br)", "a.js.zst": "(zstd)", "a.js.gz": "(gzip)" };

function asking(mode: HttpMode, files: Record<string, string>, options = {}) {
  const opened = serving(mode, folderWith(files), { precompressed: true, ...options });
  return async (accept: string | undefined, ...lines: string[]): Promise<Answer> =>
    (await opened).get(
      "/a.js",
      ...(accept === undefined ? [] : [`Accept-Encoding: ${accept}`]),
      ...lines,
    );
}

describeHttpModes((mode) => {
  test.for([
    [undefined, undefined],
    ["", undefined],
    ["identity", undefined],
    ["deflate", undefined],
    ["gzip", "gzip"],
    ["GZIP", "gzip"],
    ["br", "br"],
    ["zstd", "zstd"],
    ["gzip, deflate, br, zstd", "br"],
    ["gzip;q=1, br;q=0.5", "gzip"],
    ["br;q=0.1, gzip;q=0.2, zstd;q=0.3", "zstd"],
    ["br;q=0, gzip", "gzip"],
    ["br;q=0.0, *", "zstd"],
    ["*", "br"],
    ["*;q=0, gzip", "gzip"],
    ["gzip;q=0.5, identity;q=0.9", undefined],
    ["gzip;q=0", undefined],
    ["identity;q=0, br;q=0.001", "br"],
    ["br;q=nonsense, gzip", "gzip"],
    [";;;,,,q=1", undefined],
  ] as const)("Accept-Encoding: %s gets %s", async ([accept, encoding]) => {
    const { status, headers, body } = await asking(mode, twins)(accept);
    expect(status).toBe(200);
    expect(headers.get("content-encoding")).toBe(encoding);
    expect(body.toString()).toBe(encoding ? `(${encoding})` : script);
    expect(headers.get("vary")).toBe("Accept-Encoding");
    expect(headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  });

  test("a twin that is not there is passed over, for the next that is accepted", async () => {
    const ask = asking(mode, { "a.js": script, "a.js.gz": "(gzip)", "a.js.br/x": "" });
    for (let round = 0; round < 2; round++) {
      expect((await ask("br, zstd, gzip")).body.toString()).toBe("(gzip)");
      expect((await ask("br, zstd")).body.toString()).toBe(script);
    }
  });

  test("406 when nothing that is there is accepted, and only if twins are served at all", async () => {
    const refused = await asking(mode, { "a.js": script })("br, identity;q=0");
    expect(refused.status).toBe(406);
    expect(refused.headers.get("vary")).toBe("Accept-Encoding");
    expect((await asking(mode, twins)("*;q=0")).status).toBe(406);
    const ask = asking(mode, { "a.js": script }, { precompressed: false });
    const { status, headers } = await ask("*;q=0");
    expect(status).toBe(200);
    expect(headers.has("vary")).toBe(false);
  });

  test("a list says which, and which is liked best", async () => {
    const ask = asking(mode, twins, { precompressed: ["gzip", "br"] });
    expect((await ask("br, gzip, zstd")).headers.get("content-encoding")).toBe("gzip");
    expect((await ask("zstd")).headers.has("content-encoding")).toBe(false);
  });

  test("each form has a version of its own, by which it is found unchanged", async () => {
    const folder = folderWith({ ...twins, "a.js.br": "same", "a.js": "same" });
    for (const name of ["a.js", "a.js.br"]) fs.utimesSync(path.join(folder, name), 1000, 1000);
    const { get } = await serving(mode, folder, { precompressed: true });
    const ask = (...lines: string[]): Promise<Answer> => get("/a.js", ...lines);
    const plain = (await ask()).headers.get("etag")!;
    const br = (await ask("Accept-Encoding: br")).headers.get("etag")!;
    expect(br).not.toBe(plain);
    expect((await ask("Accept-Encoding: br", `If-None-Match: ${br}`)).status).toBe(304);
    expect((await ask("Accept-Encoding: br", `If-None-Match: ${plain}`)).status).toBe(200);
    const unchanged = await ask(`If-None-Match: ${plain}`);
    expect(unchanged.status).toBe(304);
    expect(unchanged.headers.get("vary")).toBe("Accept-Encoding");
  });

  test("ranges are ranges of the form that is sent; several are not served of a twin", async () => {
    const ask = asking(mode, {
      "a.js": "0123456789".repeat(100),
      "a.js.gz": "abcdefghij".repeat(100),
    });
    const { headers, body } = await ask("gzip", "Range: bytes=1-3");
    expect(headers.get("content-range")).toBe("bytes 1-3/1000");
    expect(headers.get("content-encoding")).toBe("gzip");
    expect(body.toString()).toBe("bcd");
    expect((await ask("gzip", "Range: bytes=0-1,900-901")).status).toBe(200);
    expect((await ask("identity", "Range: bytes=0-1,900-901")).status).toBe(206);
  });

  test("the twin of an index, and of a name without extension", async () => {
    const folder = folderWith({
      "d/index.html": "i",
      "d/index.html.br": "(br)",
      "e.html": "e",
      "e.html.br": "(br)",
    });
    const { get } = await serving(mode, folder, { precompressed: true, extensions: ["html"] });
    for (const target of ["/d/", "/e"]) {
      const { headers, body } = await get(target, "Accept-Encoding: br");
      expect(body.toString()).toBe("(br)");
      expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    }
  });

  test("clients decode what they get", async () => {
    const bytes = Buffer.from(script);
    const folder = folderWith({
      "a.js": bytes,
      "a.js.br": zlib.brotliCompressSync(bytes),
      "a.js.gz": zlib.gzipSync(bytes),
    });
    const { port } = await serving(mode, folder, { precompressed: true });
    const url = `http://127.0.0.1:${port}/a.js`;
    const fetched = await fetch(url, { headers: { "Accept-Encoding": "br" } });
    expect(fetched.headers.get("content-encoding")).toBe("br");
    expect(await fetched.text()).toBe(script);
    const { headers, body } = await request(url, { headers: { "accept-encoding": "gzip" } });
    expect(headers["content-encoding"]).toBe("gzip");
    expect(zlib.gunzipSync(Buffer.from(await body.arrayBuffer())).toString()).toBe(script);
  });

  test("a twin that comes later is found when what is kept has become old", async () => {
    const folder = folderWith({ "a.js": script });
    const { get } = await serving(mode, folder, { precompressed: true, cache: { maxStaleMs: 50 } });
    const ask = (): Promise<Answer> => get("/a.js", "Accept-Encoding: br");
    expect((await ask()).headers.has("content-encoding")).toBe(false);
    fs.writeFileSync(path.join(folder, "a.js.br"), "(br)");
    await untilAnswered(ask, ({ body }) => body.toString() === "(br)", "the twin is never served");
  });
});
