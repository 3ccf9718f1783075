// The server of the soak, started by fork(): every way in which zerocopy/http sends files, under one
// roof. Says `{ port }`, and answers each message by how it fares, after collecting garbage.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { bodyCounts, send, sendFile, serveStatic } from "zerocopy/http";

const [, , root] = process.argv;
const kept = serveStatic(root, { index: false, precompressed: ["gzip"] });
const opened = serveStatic(root, { index: false, cache: false });
/** What may happen to a body when its client leaves or its file shrinks. */
const expected = new Set(["ERR_SOCKET_CLOSED", "EPIPE", "ECONNRESET", "ERR_FILE_TRUNCATED"]);
const surprises = [];

process.on("warning", ({ stack }) => surprises.push(stack));

function judge(error) {
  if (!expected.has(error.code)) surprises.push(String(error.stack));
}

const routes = {
  static: (req, res) => kept(req, res),
  opened: (req, res) => opened(req, res),
  send: (req, res) => send(req, req.url, { root, index: false }).pipe(res),
  path: (req, res) => sendFile(res, path.join(root, req.url)).catch((error) => fail(res, error)),
  handle: async (req, res) => {
    let file;
    try {
      file = await fs.promises.open(path.join(root, req.url));
      await sendFile(res, file);
    } catch (error) {
      fail(res, error);
    } finally {
      await file?.close();
    }
  },
  json: (_req, res) => res.setHeader("content-type", "application/json").end('{"ok":true}'),
  upload: (req, res) => {
    let bytes = 0;
    req.on("data", (chunk) => (bytes += chunk.length));
    req.on("end", () => res.end(String(bytes)));
    req.on("error", () => {});
  },
};

function fail(res, error) {
  if (error.code === "ENOENT" && !res.headersSent) return void res.writeHead(404).end();
  judge(error);
  res.destroy();
}

const server = http.createServer((req, res) => {
  const [, name, rest] = /^\/(\w+)(.*)$/.exec(req.url) ?? [];
  const route = Object.hasOwn(routes, name ?? "") ? routes[name] : undefined;
  if (!route) return void res.writeHead(404).end();
  req.url = rest;
  route(req, res);
});
server.keepAliveTimeout = 60_000; // clients that are slow to ask again are no failure
server.timeout = 20_000;
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

process.on("message", () => {
  for (let time = 0; time < 3; time += 1) globalThis.gc();
  server.getConnections((_error, connections) => {
    const { rss, heapUsed } = process.memoryUsage();
    process.send({ connections, rss, heapUsed, surprises, counts: bodyCounts() });
  });
});
process.on("disconnect", () => {
  kept.close();
  opened.close();
  server.close();
  server.closeAllConnections();
});
