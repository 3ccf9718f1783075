/** Two thousand readers that do not read: what they cost, and what they hold up. */
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import { expect, test } from "vitest";
import { content, sha256, sparseFile, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeNative, native } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { connect, listen, own, received, untilFull } from "../support/sockets.ts";
import { inTime, until } from "../support/until.ts";

leaveNothingOpen();

const readers = 2000;
/** Both sockets, the file, and what the transfer duplicates. */
const descriptorsOfReader = 5;
const mebibyte = 1 << 20;

function mostDescriptors(): number {
  const [, soft] = /^Max open files +(\d+)/m.exec(fs.readFileSync("/proc/self/limits", "utf8"))!;
  return Number(soft);
}

/** What all epoll sets of this process watch: proc_pid_fdinfo(5). */
function watched(): number {
  return fs
    .readdirSync("/proc/self/fdinfo")
    .map((fd) => {
      try {
        return fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8").split("tfd:").length - 1;
      } catch {
        return 0; // the folder's own, closed by now
      }
    })
    .reduce((sum, count) => sum + count, 0);
}

describeNative("2,000 readers that do not read", () => {
  test("they hold up nobody, cost 64 KiB each at most, and are all let go", async (context) => {
    if (mostDescriptors() < readers * descriptorsOfReader + 500) {
      context.skip(`there may be ${mostDescriptors()} descriptors only: ulimit -n`);
    }
    const watchedBefore = watched();
    const file = sparseFile(2 ** 33);
    const senders: net.Socket[] = [];
    const server = net.createServer((socket) => senders.push(own(socket)));
    const address = await listen(server, "TCP");
    const peers: net.Socket[] = [];
    for (let index = 0; index < readers; index++) {
      const peer = own(net.connect(address)).pause();
      peers.push(peer);
      await once(peer, "connect");
    }
    await until(() => senders.length === readers, "some connection was not accepted");

    const before = process.memoryUsage.rss();
    const sent = senders.map((socket) => native.sendFile(socket, file));
    const settled = Promise.allSettled(sent);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    later(() => clearInterval(timer));
    await untilFull(peers.at(-1)!);

    const { sender, reader } = await connect();
    const arrived = received(reader);
    const quick = native.sendFile(sender, taggedFile(1, 3 * mebibyte));
    sender.end();
    expect(await inTime(quick, "the transfer beside them")).toMatchObject({ path: "sendfile" });
    expect(await arrived).toMatchObject({ sha256: sha256(content(1, 3 * mebibyte)) });
    await until(() => ticks > 100, "the event loop stood still");
    expect((process.memoryUsage.rss() - before) / readers).toBeLessThan(64 * 1024);

    for (const socket of senders) socket.destroy();
    for (const one of await inTime(settled, "their ends")) {
      expect(one).toMatchObject({ reason: { code: "ERR_SOCKET_CLOSED" } });
    }
    for (const peer of peers) peer.destroy();
    server.close();
    await until(
      () => watched() <= watchedBefore,
      () => `epoll watches ${watched()} descriptors, ${watchedBefore} before`,
    );
  });
});
