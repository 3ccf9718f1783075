// A server that copies a lot, and who asks it, in one process: for each turn a body of 56 KB is posted, put
// together, decoded, parsed and hashed, and 64 KiB are cut out, framed and sent.
//
//   node server.mjs TURNS [FIRST]        os.loadavg() is called before turn FIRST and after the last
import { createHash } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import os from "node:os";

const [turns, first] = process.argv.slice(2).map(Number);
const store = Buffer.alloc(256 * 1024, 1);
const body = Buffer.from(JSON.stringify({ text: "zero-copy ".repeat(5600) }));
const head = Buffer.alloc(16, 2);

function frame(index) {
  const from = (index % 3) * 65_536;
  return Buffer.concat([head, Uint8Array.prototype.slice.call(store, from, from + 65_536)]);
}

function digest(parts) {
  const { text } = JSON.parse(Buffer.concat(parts).toString());
  return createHash("sha1").update(text).digest("hex");
}

let served = 0;
const server = http.createServer((request, response) => {
  if (request.method === "GET") return response.end(frame((served += 1)));
  const parts = [];
  request.on("data", (part) => parts.push(part));
  return request.on("end", () => response.end(digest(parts)));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const address = { agent, port: server.address().port, host: "127.0.0.1" };

async function ask(method, sent) {
  const request = http.request({ ...address, method });
  request.end(sent);
  const [response] = await once(request, "response");
  await once(response.resume(), "end");
}

const before = process.cpuUsage();
for (let turn = 0; turn < turns; turn += 1) {
  if (turn === first) os.loadavg();
  await ask("POST", body);
  await ask("GET");
}
os.loadavg();
agent.destroy();
server.close();
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpuMs: (user + system) / 1000 }));
