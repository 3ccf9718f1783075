/**
 * The recipes of docs/guide/12-static-files.md, run as they are printed: what a reader copies answers,
 * passes on what it does not have, tells of files that are missing, and survives clients that leave.
 */
import { execFile, fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { BodyCounts } from "zerocopy/http";
import { read, root } from "../repository.ts";
import { content, temporaryFolder } from "../support/content.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { answerIn } from "../support/site.ts";
import type { Answer } from "../support/site.ts";
import { whyNotNative } from "../support/sending/subjects.ts";
import { receivedBytes } from "../support/sockets.ts";
import { inTime } from "../support/until.ts";

leaveNothingOpen();

const guide = "docs/guide/12-static-files.md";
const recipes = [...read(guide).matchAll(/^```js\n(?<code>[^]*?)^```$/gm)].map(
  ({ groups }) => groups!["code"]!,
);

/** More than sockets hold, so that a client can leave in the middle. */
const reportBytes = 16_000_000;
const page = content(1, 100_000);

const installed = ["express", "express4", "fastify", "koa", "koa2", "hono", "@hono", "send"];

interface Recipe {
  /** What of the guide it is: the only fence that has this in it. */
  readonly contains: string;
  /** What stands around it, in a program. `listening(server)` tells the test. */
  readonly before?: string;
  readonly after: string;
  readonly replace?: readonly [string, string];
}

const onNode = (listener: string): string => `
  import { createServer } from "node:http";
  listening(createServer(${listener}).listen(0, "127.0.0.1"));
`;
const lastOfExpress = `
  app.use((req, res) => res.status(299).end("next"));
  listening(app.listen(0, "127.0.0.1"));
`;
const lastOfKoa = `
  app.use((ctx) => { ctx.status = 299; ctx.body = "next"; });
  ${onNode("app.callback()")}
`;

const express: Recipe = { contains: 'from "express"', after: lastOfExpress };
const koa: Recipe = {
  contains: "ctx.respond",
  before: 'import Koa from "koa"; const app = new Koa();',
  after: lastOfKoa,
};
const fastify: Recipe = {
  contains: "reply.raw",
  before: 'import Fastify from "fastify"; const fastify = Fastify();',
  after: 'await fastify.listen({ port: 0, host: "127.0.0.1" }); listening(fastify.server);',
};
const hono: Recipe = {
  contains: "RESPONSE_ALREADY_SENT",
  before: `
    import { Hono } from "hono";
    import { serve } from "@hono/node-server";
    const app = new Hono();
  `,
  after:
    "const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }); listening(server);",
};
const accel: Recipe = {
  contains: "x-accel-redirect",
  before: `
    import express from "express";
    import { serveStatic } from "zerocopy/http";
    const app = express();
    const checkUser = (req, res, next) => (req.headers.user ? next() : res.status(403).end());
  `,
  after: lastOfExpress,
  replace: ['"/srv/private"', '"public"'],
};
const express4: Recipe = { ...express, replace: ['from "express"', 'from "express4"'] };
const koa2: Recipe = { ...koa, before: koa.before!.replace('"koa"', '"koa2"') };

function recipe(contains: string): string {
  const found = recipes.filter((code) => code.includes(contains));
  if (found.length !== 1) throw new Error(`${found.length} recipes of ${guide} have ${contains}`);
  return found[0]!;
}

/** A folder that has the package and the frameworks installed. */
function project(): string {
  const folder = temporaryFolder();
  fs.mkdirSync(path.join(folder, "node_modules"));
  fs.symlinkSync(root, path.join(folder, "node_modules/zerocopy"));
  for (const name of installed) {
    const target = path.join(root, "node_modules", name);
    fs.symlinkSync(target, path.join(folder, "node_modules", name));
  }
  return folder;
}

class Running {
  readonly #child: ChildProcess;
  readonly folder: string;
  #port = 0;
  #errors = "";

  constructor({ contains, before = "", after, replace: [from, to] = ["", ""] }: Recipe) {
    this.folder = project();
    const listening = `
      import { bodyCounts } from "zerocopy/http";
      process.on("message", () => process.send(bodyCounts()));
      function listening(server) {
        const tell = () => process.send(server.address().port);
        if (server.listening) tell(); else server.once("listening", tell);
      }`;
    const code = recipe(contains).replace(from, () => to);
    const { folder } = this;
    fs.writeFileSync(path.join(folder, "app.mjs"), [listening, before, code, after].join("\n"));
    fs.mkdirSync(path.join(folder, "public"));
    fs.writeFileSync(path.join(folder, "public/page.html"), page);
    fs.writeFileSync(path.join(folder, "report.pdf"), "");
    fs.truncateSync(path.join(folder, "report.pdf"), reportBytes);
    this.#child = fork(path.join(folder, "app.mjs"), {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.#errors += text));
  }

  async started(): Promise<this> {
    later(() => this.end());
    this.#port = await this.#answer<number>();
    return this;
  }

  async #answer<T>(): Promise<T> {
    const ended = once(this.#child, "close").then(() => {
      throw new Error(`the recipe has ended: ${this.#errors}`);
    });
    ended.catch(() => {});
    return inTime(
      Promise.race([once(this.#child, "message"), ended]).then(([it]) => it as T),
      "an answer",
    );
  }

  get(target: string, ...lines: string[]): Promise<Answer> {
    const socket = net.connect(this.#port, "127.0.0.1");
    socket.write(
      [`GET ${target} HTTP/1.1`, "Host: here", "Connection: close", ...lines, "", ""].join("\r\n"),
    );
    return inTime(receivedBytes(socket), target).then((raw) => answerIn(raw));
  }

  /** Asks, and leaves when the first bytes are there. */
  async leave(target: string): Promise<void> {
    const socket = net.connect(this.#port, "127.0.0.1").on("error", () => {});
    socket.write(`GET ${target} HTTP/1.1\r\nHost: here\r\n\r\n`);
    await inTime(once(socket, "readable"), "the first bytes");
    socket.destroy();
    await once(socket, "close");
  }

  counts(): Promise<BodyCounts> {
    const answer = this.#answer<BodyCounts>();
    this.#child.send("counts");
    return answer;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const closed = once(this.#child, "close");
    this.#child.kill();
    await closed;
  }
}

test.for<readonly [string, Recipe]>([
  ["Express 5", express],
  ["Express 4", express4],
  ["Fastify", fastify],
  ["Hono", hono],
])("%s: the body of one response", async ([, made]) => {
  const app = await new Running(made).started();
  const { status, headers, body } = await app.get("/report");
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe(made === hono ? undefined : "application/pdf");
  expect(body).toHaveLength(reportBytes);
  const { paths } = await app.counts();
  expect(Object.keys(paths)).toEqual([whyNotNative() ? "read-write" : "sendfile"]);
  await app.leave("/report");
  expect((await app.get("/report")).status).toBe(200);
  fs.rmSync(path.join(app.folder, "report.pdf"));
  expect((await app.get("/report")).status).toBe(500);
});

test.for<readonly [string, Recipe, string]>([
  ["Express 5", express, "/assets"],
  ["Express 4", express4, "/assets"],
  ["Koa 3", koa, ""],
  ["Koa 2", koa2, ""],
])("%s: a folder", async ([, made, prefix]) => {
  const app = await new Running(made).started();
  const { status, headers, body } = await app.get(`${prefix}/page.html`);
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(body.equals(page)).toBe(true);
  const part = await app.get(`${prefix}/page.html`, "Range: bytes=10-19");
  expect(part.status).toBe(206);
  expect(part.body.equals(page.subarray(10, 20))).toBe(true);
  const etag = headers.get("etag")!;
  expect((await app.get(`${prefix}/page.html`, `If-None-Match: ${etag}`)).status).toBe(304);
  const other = await app.get(`${prefix}/none.html`);
  expect(other.status).toBe(299);
  expect(other.body.toString()).toBe("next");
});

test("Express: the proxy in front sends", async () => {
  const app = await new Running(accel).started();
  expect((await app.get("/private/page.html")).status).toBe(403);
  const { headers, body } = await app.get("/private/page.html", "User: somebody");
  expect(headers.get("x-accel-redirect")).toBe("/files/page.html");
  expect(body).toHaveLength(0);
});

test("send takes the place of npm send, for Express too", async () => {
  const folder = project();
  fs.writeFileSync(path.join(folder, "send.cjs"), recipe("require.cache"));
  const ours = 'const { send } = require("zerocopy/http");';
  const asked = 'require("module").createRequire(require.resolve("express"))("send") === send';
  const flags = ["-r", "./send.cjs", "-p", `${ours} ${asked}`];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: folder });
  expect(stdout).toBe("true\n");
});
