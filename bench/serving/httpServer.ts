/**
 * Static files over node:http: `node httpServer.js NAME ROOT FILE`. Prints its port; reports on its
 * loop (loopReport.ts). NAME is one of `servers` here, or a file of thirdparty/http.
 */
import { readFileSync } from "node:fs";
import http from "node:http";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { sendFile, serveStatic } from "zerocopy/http";
import { thirdparty } from "../package.ts";
import { reportLoop } from "./loopReport.ts";

const [name = "", root = "", file = ""] = process.argv.slice(2);

/** What an application answers beside its files. */
const json = JSON.stringify({ id: 4711, name: "a route that reads no file", tags: ["a", "b"] });

/** Beside whatever the server does. */
function addJson(server: Server): Server {
  const [files] = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  return server.on("request", (request, response) => {
    if (request.url === "/json") {
      response.setHeader("Content-Type", "application/json");
      response.end(json);
    } else {
      files?.(request, response);
    }
  });
}

const servers: Readonly<Record<string, () => Server | Promise<Server>>> = {
  zerocopy: () => http.createServer(serveStatic(root)),
  "zerocopy, cache: false": () => http.createServer(serveStatic(root, { cache: false })),
  sendFile() {
    return http.createServer((request, response) => {
      response.setHeader("Content-Type", "application/octet-stream");
      const sent = sendFile(response, path.join(root, request.url ?? ""));
      sent.catch(() => response.destroy()); // a reader that went away
    });
  },
  async bare() {
    const headers = Object.entries(await headersOfOurs());
    const body = readFileSync(path.join(root, file));
    return http.createServer((_request, response) => {
      for (const [header, value] of headers) response.setHeader(header, value);
      response.end(body);
    });
  },
  async "bare, writeHead"() {
    const headers = await headersOfOurs();
    const body = readFileSync(path.join(root, file));
    return http.createServer((_request, response) => {
      response.writeHead(200, headers);
      response.end(body);
    });
  },
};

/** What `serveStatic` sends with `file`, but for the headers that Node adds. */
async function headersOfOurs(): Promise<Record<string, string>> {
  const server = http.createServer(serveStatic(root)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const request = http.get({ port, host: "127.0.0.1", path: `/${file}`, agent: false });
  const [{ rawHeaders }] = (await once(request, "response")) as [IncomingMessage];
  request.destroy();
  server.close();
  const pairs = Array.from({ length: rawHeaders.length / 2 }, (_, n) => [
    rawHeaders[2 * n]!,
    rawHeaders[2 * n + 1]!,
  ]);
  return Object.fromEntries(
    pairs.filter(([header = ""]) => !/^(date|connection|keep-alive)$/i.test(header)),
  );
}

async function peer(): Promise<Server> {
  const url = pathToFileURL(path.join(thirdparty, "http", `${name}.mjs`)).href;
  return (await import(url)).default(root);
}

const server = addJson(await (servers[name] ?? peer)());
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  console.log((server.address() as AddressInfo).port);
});
reportLoop();
