/**
 * A TCP proxy in Node, by one mechanism: `node proxyServer.js MECHANISM PORT`, where PORT is of the
 * server behind it. Prints its own.
 */
import net from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { relay } from "zerocopy/net";

const mechanisms: Readonly<Record<string, (a: Socket, b: Socket) => void>> = {
  pipe(a, b) {
    a.pipe(b);
    b.pipe(a);
  },
  relay(a, b) {
    relay(a, b).catch(() => {}); // a reader that went away
  },
};

const [mechanism = "", port = ""] = process.argv.slice(2);
const join = mechanisms[mechanism];
if (!join) {
  throw new Error(`Cannot proxy by ${mechanism}: wanted ${Object.keys(mechanisms).join(", ")}`);
}

const server = net.createServer({ pauseOnConnect: true }, (client) => {
  const upstream = net.connect(Number(port), "127.0.0.1");
  for (const socket of [client, upstream]) socket.on("error", () => {});
  join(client, upstream);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
