/** The sender thread keeps an epoll and an eventfd: made here, before descriptors are counted. */
import { once } from "node:events";
import net from "node:net";
import { native } from "./modes.ts";

const server = net.createServer((socket) => {
  void native.sendFile(socket, process.execPath, { count: 1 }).then(() => socket.end());
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as net.AddressInfo;
await once(net.connect(port, "127.0.0.1").resume(), "close");
server.close();
await once(server, "close");
