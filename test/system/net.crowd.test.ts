/** Thousands of peers that do not read, by every mechanism that sends: nobody waits for them, they cost little. */
import fs from "node:fs";
import net from "node:net";
import { expect, test } from "vitest";
import { content, sha256, sparseFile, taggedFile } from "../support/content.ts";
import { watchedBySender } from "../support/engine.ts";
import { describeNative, native } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect, listen, own, received } from "../support/sockets.ts";
import { inTime, until } from "../support/until.ts";

leaveNothingOpen();

const kibibyte = 1024;
const size = 3 << 20;
const { sendFile, relay, writeViews } = native;

/** Both ends of `peers` connections; the outer ones never read. */
async function crowd(peers: number): Promise<readonly net.Socket[]> {
  const inner: net.Socket[] = [];
  const server = net.createServer({ pauseOnConnect: true });
  server.on("connection", (socket) => inner.push(own(socket)));
  const address = await listen(server, "TCP");
  for (let index = 0; index < peers; index += 1) {
    own(net.connect(address).pause());
    await until(() => inner.length > index - 100, "connections were not accepted");
  }
  await until(() => inner.length === peers, "connections were not accepted");
  return inner;
}

const limits = fs.readFileSync("/proc/self/limits", "utf8");
const most = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity);

describeNative("peers that do not read hold up nobody, and cost at most 64 KiB each:", () => {
  // What waits for writeViews lies in the kernel, megabytes for each.
  test.for([
    ["sendFile", 2000],
    ["relay", 2000],
    ["writeViews", 300],
  ] as const)("%s, %i at once", async ([how, peers], context) => {
    if (most < 7 * peers) return context.skip(`at most ${most} descriptors may be open here`);
    const inner = await crowd(peers);
    const file = sparseFile(2 ** 40);
    const whole = Buffer.alloc(32 << 20);
    const resident = process.memoryUsage.rss();
    const settled = Promise.allSettled(
      how === "relay"
        ? Array.from({ length: peers / 2 }, (_, i) => relay(inner[2 * i]!, inner[2 * i + 1]!))
        : inner.map((one) => (how === "sendFile" ? sendFile(one, file) : writeViews(one, [whole]))),
    );
    if (how !== "writeViews") {
      await until(() => watchedBySender() >= peers, "the sender does not watch all of them");
    }
    const { sender, reader } = await connect();
    const arriving = received(reader);
    const sent = sendFile(sender, taggedFile(1, size));
    sender.end();
    expect(await inTime(sent, "the transfer beside them")).toMatchObject({ path: "sendfile" });
    expect((await arriving).sha256).toBe(sha256(content(1, size)));
    expect(process.memoryUsage.rss() - resident).toBeLessThan(peers * 64 * kibibyte);
    for (const socket of inner) socket.destroy();
    for (const one of await inTime(settled, "their ends")) expect(one.status).toBe("rejected");
    await until(() => watchedBySender() === 1, "entries are left in epoll");
  });
});
