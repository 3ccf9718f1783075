// Bytes that leave after the program has written them, and compression on the thread pool: 16 MiB.
import { once } from "node:events";
import net from "node:net";
import { promisify } from "node:util";
import zlib from "node:zlib";

const source = Buffer.alloc(16 << 20, 1);
const packed = await promisify(zlib.gzip)(source); // packed
await promisify(zlib.gunzip)(packed); // unpacked

const server = net.createServer((socket) => socket.end(source)); // written
server.listen(0, "127.0.0.1");
await once(server, "listening");
const socket = net.connect(server.address().port, "127.0.0.1"); // read
socket.resume();
await once(socket, "close");
server.close();
