// One MiB through a socket of this process: once out, once in.
import { once } from "node:events";
import net from "node:net";

const server = net.createServer((socket) => socket.resume().on("end", () => socket.end()));
server.listen(0, "127.0.0.1");
await once(server, "listening");
const socket = net.connect(server.address().port, "127.0.0.1");
await once(socket, "connect");
socket.end(Buffer.alloc(1 << 20, 1)); // out
socket.resume();
await once(socket, "close");
server.close();
