/**
 * serveStatic behind nginx: the application decides who gets what, nginx sends it (Debian's nginx, when it
 * is there: apt-get install nginx-light).
 */
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveStatic } from "zerocopy/http";
import { until } from "../support/until.ts";

const isThere = spawnSync("nginx", ["-v"]).error === undefined;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-nginx-"));
const root = path.join(folder, "private");
const oddName = "ä b%41\r\nX-Evil: 1.txt";
const body = Buffer.alloc(1 << 20, "zerocopy ");

let app: http.Server;
let nginx: ChildProcess;
let port = 0;

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const free = (server.address() as AddressInfo).port;
  server.close();
  await once(server, "close");
  return free;
}

beforeAll(async () => {
  if (!isThere) return;
  fs.mkdirSync(root);
  fs.writeFileSync(path.join(root, "data.bin"), body);
  fs.writeFileSync(path.join(root, oddName), "odd");
  fs.chmodSync(folder, 0o755);
  const handler = serveStatic(root, { accel: "x-accel-redirect", accelPrefix: "/protected/" });
  app = http.createServer((req, res) => {
    if (req.headers.authorization === undefined) res.writeHead(401).end();
    else handler(req, res);
  });
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
  port = await freePort();
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  fs.writeFileSync(
    path.join(folder, "nginx.conf"),
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
     events {}
     http { access_log off; sendfile on;
       ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(" ")}
       server { listen 127.0.0.1:${port};
         location / { proxy_pass http://127.0.0.1:${(app.address() as AddressInfo).port}; }
         location /protected/ { internal; alias ${root}/; } } }`,
  );
  const config = path.join(folder, "nginx.conf");
  nginx = spawn("nginx", ["-p", folder, "-e", path.join(folder, "error.log"), "-c", config]);
  await until(() => fs.existsSync(path.join(folder, "pid")), "nginx did not start");
});

afterAll(async () => {
  if (isThere) {
    nginx.kill();
    await once(nginx, "close");
    app.close();
    app.closeAllConnections();
  }
  fs.rmSync(folder, { recursive: true });
});

async function get(
  target: string,
  headers: Record<string, string> = { authorization: "x" },
): Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }> {
  const request = http.get({ port, host: "127.0.0.1", path: target, headers, agent: false });
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks),
  };
}

test("serveStatic({ accel }) decides, and nginx sends the body", async (context) => {
  if (!isThere) return context.skip("there is no nginx: apt-get install nginx-light");
  const { status, headers, body: found } = await get("/data.bin");
  expect(status).toBe(200);
  expect(found.equals(body)).toBe(true);
  expect(headers["x-accel-redirect"]).toBeUndefined();
  expect(headers["accept-ranges"]).toBe("bytes"); // nginx's own, which has the file
});

test("serveStatic({ accel }) leaves ranges and conditions to nginx", async (context) => {
  if (!isThere) return context.skip("there is no nginx: apt-get install nginx-light");
  const part = await get("/data.bin", { authorization: "x", range: "bytes=9-16" });
  expect([part.status, part.body.toString()]).toEqual([206, "zerocopy"]);
  const { headers } = await get("/data.bin");
  const since = headers["last-modified"] ?? "";
  const again = await get("/data.bin", { authorization: "x", "if-modified-since": since });
  expect(again.status).toBe(304);
});

test("serveStatic({ accel }) does not name twins, whose encoding nginx would forget", () => {
  const options = { accel: "x-accel-redirect", accelPrefix: "/protected/" } as const;
  expect(() => serveStatic(folder, { ...options, precompressed: true })).toThrow("gzip_static");
});

test("serveStatic({ accel }) encodes names, so that none becomes a header", async (context) => {
  if (!isThere) return context.skip("there is no nginx: apt-get install nginx-light");
  const { status, headers, body: found } = await get(`/${encodeURIComponent(oddName)}`);
  expect([status, found.toString()]).toEqual([200, "odd"]);
  expect(headers["x-evil"]).toBeUndefined();
});

test("what the application refuses is not reached past it", async (context) => {
  if (!isThere) return context.skip("there is no nginx: apt-get install nginx-light");
  expect((await get("/data.bin", {})).status).toBe(401);
  expect((await get("/protected/data.bin")).status).toBe(404);
  expect((await get("/..%2f..%2fetc/passwd")).status).toBeGreaterThanOrEqual(400);
});
