/**
 * Asks for every file of a folder, one after the other, from a server that may have few descriptors:
 * `node limited.mjs <folder>`. Prints how the requests were answered, as JSON.
 */
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import { serveStatic } from "zerocopy/http";

const [folder] = process.argv.slice(2);
const files = serveStatic(folder, { cache: { maxStaleMs: 1_000_000 } });
const server = http.createServer((req, res) => files(req, res)).listen(0, "127.0.0.1");
await once(server, "listening");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const statuses = {};
for (const name of fs.readdirSync(folder)) {
  const req = http.get({ port: server.address().port, path: `/${name}`, agent });
  const [res] = await once(req, "response");
  let bytes = 0;
  for await (const chunk of res) bytes += chunk.length;
  const outcome = `${res.statusCode}: ${bytes}`;
  statuses[outcome] = (statuses[outcome] ?? 0) + 1;
}
console.log(JSON.stringify(statuses));
process.exit();
