/** As server-1.mjs, but what is kept is what is sent: 2.6 copies of each byte. */
import { createReadStream } from "node:fs";
import http from "node:http";
import path from "node:path";

const [folder = ".", port = "0"] = process.argv.slice(2);
const kept = new Map();

async function load(name) {
  const chunks = [];
  for await (const chunk of createReadStream(path.join(folder, name))) chunks.push(chunk);
  const content = Buffer.concat(chunks);
  kept.set(name, content);
  return content;
}

async function answer(name, res) {
  res.end(kept.get(name) ?? (await load(name))); // a response only reads it
}

const server = http.createServer((req, res) => {
  answer(path.basename(req.url), res).catch(() => res.writeHead(404).end());
});
server.listen(Number(port), "127.0.0.1", () => console.log(server.address().port));
