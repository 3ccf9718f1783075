/** What serveStatic answers is the same byte for byte, whoever sends it, over whatever connection. */
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import net from "node:net";
import path from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ServeStaticOptions } from "zerocopy/http";
import { content } from "../support/content.ts";
import "../support/engine.ts";
import { describeNativeHttp, fallbackHttp, nativeHttp } from "../support/httpModes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { answerIn, folderWith, serving } from "../support/site.ts";
import { listen, receivedBytes } from "../support/sockets.ts";
import { makeCertificate } from "../support/tls.ts";
import { until } from "../support/until.ts";

leaveNothingOpen();

const size = 70_000;
const position = fc.oneof(fc.nat(20), fc.nat(size + 10), fc.constantFrom(size - 1, size));
const range = fc.oneof(
  fc.tuple(position, position).map(([a, b]) => `${a}-${b}`),
  position.map((a) => `${a}-`),
  position.map((a) => `-${a}`),
  fc.constantFrom("", "-", "x", "1-x", " 1-2 "),
);
const etags = ['"x"', 'W/"x"', "*", "TAG", '"x", TAG', "STRONG", "nonsense"];
const dates = ["DATE", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT", "soon"];
const lines = fc.array(
  fc.oneof(
    fc.array(range, { maxLength: 4 }).map((ranges) => `Range: bytes=${ranges.join(",")}`),
    fc.constantFrom(...etags.map((etag) => `If-None-Match: ${etag}`)),
    fc.constantFrom(...etags.map((etag) => `If-Match: ${etag}`)),
    fc.constantFrom(...[...etags, ...dates].map((value) => `If-Range: ${value}`)),
    fc.constantFrom(...dates.map((date) => `If-Modified-Since: ${date}`)),
    fc.constantFrom(...dates.map((date) => `If-Unmodified-Since: ${date}`)),
    fc
      .constantFrom("gzip", "br", "*", "identity;q=0", "br;q=0.2, gzip;q=0.1")
      .map((value) => `Accept-Encoding: ${value}`),
    fc.constant("Cache-Control: no-cache"),
  ),
  { maxLength: 4 },
);
const target = fc.constantFrom(
  ...["/a.bin", "/a.js", "/", "/d", "/d/", "/empty", "/none", "/.hidden", "/page", "/%61.js"],
  ...["/../x", "/%", "/a.js/", "//d", "/d?q=1", "/none/deep", "/e/"],
);
const method = fc.constantFrom("GET", "GET", "GET", "HEAD", "POST");
const optionSets: readonly ServeStaticOptions[] = [
  {},
  { precompressed: true, etag: "strong", extensions: ["html"], spa: true },
  { cache: false, maxRangeBytes: 1000, dotfiles: "allow", listing: true },
  { acceptRanges: false, etag: false, lastModified: false, redirect: false, index: false },
  { accel: "x-accel-redirect", accelPrefix: "/files" },
];

/** Which second it is, and which boundary, is nobody's choice. */
function masked(raw: Buffer): string {
  const text = raw.toString("latin1").replace(/^Date: .*$/m, "Date: now");
  const [, boundary] = /boundary=(\w+)/.exec(text) ?? [];
  return boundary === undefined ? text : text.replaceAll(boundary, "boundary");
}

describeNativeHttp("natively and without the addon", () => {
  test.for(optionSets)("every answer is the same: %j", async (options) => {
    const folder = folderWith({
      ...{ "a.bin": content(1, size), "a.js": content(2, 3000), "a.js.br": content(3, 2000) },
      ...{ "a.js.gz": content(4, 2500), "d/index.html": "d", "index.html": "i", empty: "" },
      ...{ ".hidden": "h", "page.html": "p", "e/f": "f" },
    });
    const names = fs.readdirSync(folder, { recursive: true }) as string[];
    for (const name of names) fs.utimesSync(path.join(folder, name), 1_000_000_000, 1_000_000_000);
    const { get, ask } = await serving(nativeHttp, folder, options);
    const { ask: askFallback } = await serving(fallbackHttp, folder, options);
    const etag = (await get("/a.bin")).headers.get("etag") ?? '"none"';
    const date = new Date(1_000_000_000_000).toUTCString();
    const property = fc.asyncProperty(method, target, lines, async (verb, where, wanted) => {
      const filled = wanted.map((line) =>
        line.replace("TAG", etag).replace("STRONG", etag.replace("W/", "")).replace("DATE", date),
      );
      const answers = await Promise.all(
        [ask, askFallback].map((by) => by(verb, where, ...filled, "Content-Length: 0")),
      );
      const [one, other] = answers.map(({ raw }) => masked(raw));
      expect(other).toBe(one);
      expect(answers[0]!.status).toBeLessThan(500);
    });
    await fc.assert(property, { numRuns: 120 });
    const { paths, reasons } = nativeHttp.http.bodyCounts();
    expect(Object.keys(paths).filter((taken) => taken !== "sendfile")).toEqual([]);
    expect(reasons).toEqual({});
  });
});

describeNativeHttp("over other connections", () => {
  const big = content(1, 300_000);

  test("HTTPS: the stream of the response, and the result says why", async (context) => {
    const certificate = makeCertificate();
    if (!certificate) return context.skip("there is no openssl to make a certificate with");
    const reasons: unknown[] = [];
    const files = fallbackHttp.http.serveStatic(folderWith({ big }), {
      onSent: ({ reason, path: taken }) => reasons.push(taken, typeof reason),
    });
    later(() => files.close());
    const server = https.createServer(certificate, (req, res) => files(req, res));
    const { port } = (await listen(server, "TCP")) as net.TcpNetConnectOpts;
    const options = { port, path: "/big", rejectUnauthorized: false, agent: false } as const;
    const [res] = (await once(https.get(options), "response")) as [http.IncomingMessage];
    expect(Buffer.concat(await res.toArray()).equals(big)).toBe(true);
    await until(() => reasons.length > 0, "nobody tells that the body was sent");
    expect(reasons).toEqual(["read-write", "string"]);
    return undefined;
  });

  test.for([
    [nativeHttp, "the message is not one of node:http"],
    [fallbackHttp, "ZEROCOPY_DISABLE_NATIVE=1 is set"],
  ] as const)("HTTP/2, by its compatible interface, $0.name", async ([mode, reason]) => {
    const results: unknown[] = [];
    const files = mode.http.serveStatic(folderWith({ big, "a.txt": "a" }), {
      onSent: (result) => results.push(result),
    });
    later(() => files.close());
    const server = http2.createServer(files);
    const { port } = (await listen(server, "TCP")) as net.TcpNetConnectOpts;
    const session = http2.connect(`http://127.0.0.1:${port}`);
    later(() => session.destroy());
    const ask = async (headers: http2.OutgoingHttpHeaders): Promise<[unknown, Buffer]> => {
      const stream = session.request(headers);
      const [answer] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
      return [answer[":status"], Buffer.concat(await stream.toArray())];
    };
    const [status, body] = await ask({ ":path": "/big" });
    expect(status).toBe(200);
    expect(body.equals(big)).toBe(true);
    await until(() => results.length > 0, "nobody tells that the body was sent");
    expect(results).toEqual([{ bytes: 300_000, path: "read-write", copies: 2, reason }]);
    const [partial, part] = await ask({ ":path": "/big", range: "bytes=5-9" });
    expect(partial).toBe(206);
    expect(part.equals(big.subarray(5, 10))).toBe(true);
    const [several, parts] = await ask({ ":path": "/big", range: "bytes=0-9,200000-200009" });
    expect(several).toBe(206);
    expect(parts.includes(big.subarray(200_000, 200_010))).toBe(true);
    expect((await ask({ ":path": "/a.txt", ":method": "HEAD" }))[1]).toHaveLength(0);
    expect((await ask({ ":path": "/a.txt", "if-none-match": "*" }))[0]).toBe(304);
    expect((await ask({ ":path": "/none" }))[0]).toBe(404);
    expect((await ask({ ":path": "/big", range: "bytes=300000-" }))[0]).toBe(416);
  });

  test("a Unix socket, by the kernel", async () => {
    const results: unknown[] = [];
    const files = nativeHttp.http.serveStatic(folderWith({ big }), {
      onSent: (result) => results.push(result),
    });
    later(() => files.close());
    const server = http.createServer((req, res) => files(req, res));
    const socket = net.connect(await listen(server, "Unix"));
    socket.write("GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    expect(answerIn(await receivedBytes(socket)).body.equals(big)).toBe(true);
    expect(results).toEqual([{ bytes: 300_000, path: "sendfile", copies: 0 }]);
  });

  test("HTTP/1.0, with and without keep-alive", async () => {
    const { port } = await serving(nativeHttp, folderWith({ "a.txt": "hello" }));
    const socket = net.connect(port, "127.0.0.1");
    socket.write(
      "GET /a.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /a.txt HTTP/1.0\r\n\r\n",
    );
    const raw = (await receivedBytes(socket)).toString();
    expect(raw.match(/HTTP\/1\.1 200 OK\r\n/g)).toHaveLength(2);
    expect(raw.match(/\r\n\r\nhello/g)).toHaveLength(2);
    expect(raw).not.toContain("chunked");
  });
});
