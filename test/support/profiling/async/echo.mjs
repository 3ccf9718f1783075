// What a client writes comes back: 4 MiB out of each side, 4 MiB in.
import { once } from "node:events";
import net from "node:net";

const piece = Buffer.alloc(4 << 20, 1);
const server = net.createServer((socket) => socket.pipe(socket));
server.listen(0, "127.0.0.1"); // the server's: started here
await once(server, "listening");
const socket = net.connect(server.address().port, "127.0.0.1"); // the client's
let seen = 0;
socket.on("data", (chunk) => (seen += chunk.length));
socket.end(piece); // written here
await once(socket, "close");
server.close();
if (seen !== piece.length) throw new Error(`${seen} bytes came back`);
