/** As server-2.mjs, but a file is read into the memory that is kept: 1.8 copies of each byte. */
import { readFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";

const [folder = ".", port = "0"] = process.argv.slice(2);
const kept = new Map();

async function load(name) {
  const content = await readFile(path.join(folder, name));
  kept.set(name, content);
  return content;
}

async function answer(name, res) {
  res.end(kept.get(name) ?? (await load(name)));
}

const server = http.createServer((req, res) => {
  answer(path.basename(req.url), res).catch(() => res.writeHead(404).end());
});
server.listen(Number(port), "127.0.0.1", () => console.log(server.address().port));
