// Sends the file argv[2] to a reader in this process, and prints what came of it.
import { createHash } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import { sendFile } from "zerocopy/net";

const server = net.createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const reader = net.connect(server.address().port, "127.0.0.1");
const [socket] = await once(server, "connection");
server.close();
socket.on("error", () => {});
reader.on("error", () => {});

const hash = createHash("sha256");
let received = 0;
reader.on("data", (chunk) => {
  hash.update(chunk);
  received += chunk.length;
});

const closed = once(reader, "close");
const outcome = await sendFile(socket, process.argv[2]).then(
  (result) => ({ result }),
  ({ name, code, syscall, bytes }) => ({ error: { name, code, syscall, bytes } }),
);
const { destroyed } = socket;
socket.end();
await closed;
console.log(JSON.stringify({ ...outcome, destroyed, received, sha256: hash.digest("hex") }));
