// Apps that know nothing of this package: a static folder by every framework and in every way that people
// write. Each is (folder, certificate) => a server.
import compression from "compression";
import connect from "connect";
import express from "express";
import express4 from "express4";
import fastify from "fastify";
import fastifyStatic from "@fastify/static";
import { serve as honoServer } from "@hono/node-server";
import { serveStatic as honoStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import Koa2 from "koa2";
import Koa from "koa";
import koaSend from "koa-send";
import koaStatic from "koa-static";
import morgan from "morgan";
import polka from "polka";
import serveStatic from "serve-static";
import sirv from "sirv";
import fs from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import path from "node:path";
import { pipeline } from "node:stream";
import zlib from "node:zlib";

/** The file of a request, in apps that have no library for it. */
const fileOf = (folder, request) => path.join(folder, path.basename(request.url));

/** What Fastify's own test client gets, which has no connection. */
export async function inject(folder, url) {
  const app = fastify();
  await app.register(fastifyStatic, { root: folder });
  const { statusCode, headers, rawPayload } = await app.inject({ url });
  return {
    statusCode,
    headers: { ...headers, date: "masked" },
    body: rawPayload.toString("latin1"),
  };
}

/** Says how long the body is, as apps of every age do. */
function describeFile(folder, request, response) {
  const file = fileOf(folder, request);
  try {
    response.setHeader("Content-Length", fs.statSync(file).size);
    response.setHeader("X-Latin-1", "gr\xfcn"); // one byte per letter, also in heads
    return fs.createReadStream(file);
  } catch {
    response.statusCode = 404;
    response.end("nothing");
    return undefined;
  }
}

/** Middleware of Express that uses `make()` before a static folder. */
const expressWith =
  (...make) =>
  (folder) => {
    const app = express();
    for (const one of make) app.use(one());
    return http.createServer(app.use(express.static(folder)));
  };

function expressRoutes(library) {
  return (folder) => {
    const app = library();
    app.get("/download/:name", (request, response) => {
      response.download(path.join(folder, request.params.name), "renamed.bin");
    });
    app.get("/:name", (request, response, next) => {
      response.sendFile(request.params.name, { root: folder }, (error) => error && next());
    });
    return http.createServer(app);
  };
}

/** What express-session and the agents that watch performance do. */
const replacedEnd = () => (request, response, next) => {
  const { end } = response;
  response.end = function (...words) {
    return end.apply(this, words);
  };
  next();
};

const koaApp =
  (library, ...uses) =>
  (folder) => {
    const app = new library();
    app.silent = true;
    for (const use of uses) app.use(use(folder));
    return http.createServer(app.callback());
  };

const koaBody = (folder) => (context) => {
  const file = fileOf(folder, context);
  if (!fs.existsSync(file)) return;
  context.length = fs.statSync(file).size;
  context.body = fs.createReadStream(file);
  context.length = fs.statSync(file).size;
};

const plain = (send) => (folder) =>
  http.createServer((request, response) => send(request, response, folder));

const piped = (request, response, folder) =>
  describeFile(folder, request, response)?.pipe(response);

async function fastifyApp(folder, register) {
  const app = fastify({ forceCloseConnections: true });
  await register(app, folder);
  await app.ready();
  return app.server;
}

export const apps = {
  "express.static": expressWith(),
  "express 4 static": (folder) => http.createServer(express4().use(express4.static(folder))),
  "express sendFile, download": expressRoutes(express),
  "express 4 sendFile, download": expressRoutes(express4),
  "express behind morgan": expressWith(() => morgan("tiny", { stream: { write() {} } })),
  "express with another end()": expressWith(replacedEnd),
  "express behind compression": expressWith(() => compression({ threshold: 0 })),
  "express before compression": (folder) => {
    const app = express().use(express.static(folder)).use(compression());
    return http.createServer(app);
  },
  "serve-static": (folder) => {
    const serve = serveStatic(folder);
    return http.createServer((request, response) => {
      serve(request, response, () => response.writeHead(404).end());
    });
  },
  sirv: (folder) => http.createServer(sirv(folder, { etag: true })),
  "sirv, looking each time": (folder) => http.createServer(sirv(folder, { dev: true })),
  connect: (folder) => http.createServer(connect().use(serveStatic(folder))),
  polka: (folder) => polka().use(sirv(folder)).listen(0, "127.0.0.1").server,
  "fastify static": (folder) =>
    fastifyApp(folder, (app) => app.register(fastifyStatic, { root: folder })),
  "fastify reply.send(stream)": (folder) =>
    fastifyApp(folder, (app) =>
      app.get("/:name", (request, reply) => {
        const file = fileOf(folder, request);
        if (!fs.existsSync(file)) return reply.code(404).send("nothing");
        return reply
          .header("content-length", fs.statSync(file).size)
          .send(fs.createReadStream(file));
      }),
    ),
  "koa body": koaApp(Koa, koaBody),
  "koa 2 body": koaApp(Koa2, koaBody),
  "koa-static": koaApp(Koa, (folder) => koaStatic(folder)),
  "koa 2, koa-static": koaApp(Koa2, (folder) => koaStatic(folder)),
  "koa-send": koaApp(
    Koa,
    (folder) => (context) => koaSend(context, context.path, { root: folder }),
  ),
  "koa 2, koa-send": koaApp(
    Koa2,
    (folder) => (context) => koaSend(context, context.path, { root: folder }),
  ),
  "plain pipe": plain(piped),
  "plain pipeline": plain((request, response, folder) => {
    const file = describeFile(folder, request, response);
    if (file) pipeline(file, response, () => {});
  }),
  "plain pipe of a FileHandle": plain(async (request, response, folder) => {
    try {
      const handle = await fs.promises.open(fileOf(folder, request));
      response.setHeader("Content-Length", (await handle.stat()).size);
      handle.createReadStream({ start: 0 }).pipe(response);
    } catch {
      response.writeHead(404).end();
    }
  }),
  "plain pipe after a head": plain((request, response, folder) => {
    const file = describeFile(folder, request, response);
    if (!file) return;
    response.writeHead(200, { "X-Head": "yes" });
    response.flushHeaders();
    file.pipe(response);
  }),
  "two files in one body": plain((request, response, folder) => {
    const file = fileOf(folder, request);
    if (!fs.existsSync(file)) return response.writeHead(404).end();
    const { size } = fs.statSync(file);
    response.setHeader("Content-Length", 2 * size + 6);
    response.write("first ");
    const first = fs.createReadStream(file);
    first.pipe(response, { end: false });
    first.on("end", () => fs.createReadStream(file).pipe(response));
  }),
  "chunked pipe": plain((request, response, folder) => {
    const file = fs.createReadStream(fileOf(folder, request));
    file.on("error", () => response.writeHead(404).end()).pipe(response);
  }),
  "through gzip": plain((request, response, folder) => {
    const file = fs.createReadStream(fileOf(folder, request));
    response.setHeader("Content-Encoding", "gzip");
    file.on("error", () => response.writeHead(404).end());
    // One chunk: where others end depends on the pace of the client.
    file.pipe(zlib.createGzip({ chunkSize: 1 << 23 })).pipe(response);
  }),
  hono: (folder) => {
    const app = new Hono().use("*", honoStatic({ root: path.relative(process.cwd(), folder) }));
    return new Promise((resolve) => {
      const server = honoServer({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () =>
        resolve(server),
      );
    });
  },
  https: (folder, { key, cert }) =>
    https.createServer({ key, cert }, express().use(express.static(folder))),
  "http2, compatible": (folder) =>
    http2.createServer((request, response) => piped(request, response, folder)),
};
