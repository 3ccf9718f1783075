// Saves 4 MiB from a socket to the file argv[2], and prints what came of it.
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import { saveTo } from "zerocopy/net";

const server = net.createServer({ pauseOnConnect: true });
server.listen(0, "127.0.0.1");
await once(server, "listening");
const client = net.connect(server.address().port, "127.0.0.1");
const [socket] = await once(server, "connection");
server.close();
client.on("error", () => {});
client.end(Buffer.alloc(4 << 20, 7));

const error = await saveTo(socket, process.argv[2]).then(
  () => undefined,
  ({ name, code, bytes }) => ({ name, code, bytes }),
);
const { size: saved } = fs.statSync(process.argv[2]);
console.log(JSON.stringify({ error, saved, destroyed: socket.destroyed }));
client.destroy();
