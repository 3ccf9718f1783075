/**
 * The sender thread keeps an epoll and an eventfd: made here, before descriptors are counted. After each
 * test it must watch nothing.
 */
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import { afterEach } from "vitest";
import { native } from "./modes.ts";
import { openDescriptors } from "./resources.ts";
import { until } from "./until.ts";

const pollers = (): string[] => openDescriptors().filter((one) => one.endsWith("[eventpoll]"));
const others = pollers();

const server = net.createServer((socket) => {
  void native.sendFile(socket, process.execPath, { count: 1 }).then(() => socket.end());
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as net.AddressInfo;
await once(net.connect(port, "127.0.0.1").resume(), "close");
server.close();
await once(server, "close");
const poller = pollers().find((one) => !others.includes(one));

/** Entries of the sender's epoll: one for waking it, and one for each socket that it waits for. */
export function watchedBySender(): number {
  if (poller === undefined) return 0;
  const info = fs.readFileSync(`/proc/self/fdinfo/${Number.parseInt(poller, 10)}`, "utf8");
  return info.match(/^tfd:/gm)?.length ?? 0;
}

afterEach(() => until(() => watchedBySender() <= 1, "an entry is left in the sender's epoll"));
