// The other end of sockets and requests, in a process of its own so that its copies do not count. Sends its
// ports: HTTP, a socket that takes everything, a socket that gives `size` bytes.
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { size } from "./payload.mjs";

const body = Buffer.alloc(size, "line of text\n");
const web = http.createServer((request, response) => {
  request.resume().on("end", () => response.end(request.method === "GET" ? body : "ok"));
});
const sink = net.createServer((socket) => socket.resume().on("end", () => socket.end()));
const source = net.createServer((socket) => socket.end(body));
const ports = [];
for (const server of [web, sink, source]) {
  await once(server.listen(0, "127.0.0.1"), "listening");
  ports.push(server.address().port);
}
process.send(ports);
process.on("disconnect", () => process.exit());
