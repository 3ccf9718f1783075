// Downloads by fetch, 4 MiB each, from a server of another process: two lines at once, and one that reads a stream.
import { spawn } from "node:child_process";
import { once } from "node:events";

const code = `const body = Buffer.alloc(4 << 20, 1);
  const server = require("node:http").createServer((_, response) => response.end(body));
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;
const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
const [port] = await once(child.stdout, "data");
const url = `http://127.0.0.1:${String(port).trim()}/`;

async function one() {
  const response = await fetch(url); // fetch one
  return response.arrayBuffer(); // read one
}

async function two() {
  const response = await fetch(url); // fetch two
  return (await response.bytes?.()) ?? response.arrayBuffer(); // read two
}

async function stream() {
  const response = await fetch(url); // fetch stream
  let seen = 0;
  for await (const chunk of response.body) seen += chunk.length; // read stream
  return seen;
}

for (let round = 0; round < 4; round += 1) {
  await Promise.all([one(), two(), stream()]);
  gc();
  await one();
  gc();
  await two();
  gc();
}
child.kill();
