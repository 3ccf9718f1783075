// Relays argv[2] bytes from one end to another in this process ("relay"), or saves them to the file
// argv[3] ("saveTo"), and prints what came of it.
import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import { relay, saveTo } from "zerocopy/net";

const [, , size, file] = process.argv;

/** An outer end that connects, and the inner end that it is accepted by. */
async function pair() {
  const server = net.createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const outer = net.connect(server.address().port, "127.0.0.1");
  const [inner] = await once(server, "connection");
  server.close();
  outer.on("error", () => {});
  return [outer, inner];
}

const content = Buffer.alloc(Number(size), "some content that tells where it is 0123456789");
const [client, a] = await pair();
const [reader, b] = await pair();
client.resume().end(content);
const hash = createHash("sha256");
let arrived = 0;
reader.on("data", (chunk) => {
  hash.update(chunk);
  arrived += chunk.length;
});
const closed = once(reader, "close");
const work = file ? saveTo(a, file) : relay(a, b);
const outcome = await work.then(
  ({ bytes, path, paths }) => ({ result: { bytes, path, paths } }),
  ({ name, code, syscall, bytes }) => ({ error: { name, code, syscall, bytes } }),
);
if (file) reader.destroy();
await closed;
if (file) hash.update(fs.readFileSync(file));
const right =
  hash.digest("hex") ===
  createHash("sha256")
    .update(file ? content : content.subarray(0, arrived))
    .digest("hex");
console.log(JSON.stringify({ ...outcome, arrived, right, destroyed: a.destroyed }));
process.exit(); // whatever the other end still waits for
