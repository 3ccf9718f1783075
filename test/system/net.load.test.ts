/** Many transfers at once: nobody waits for a slow reader, and nobody gets another's bytes. */
import fs from "node:fs";
import net from "node:net";
import { expect, test } from "vitest";
import { content, sha256, sparseFile, taggedFile, temporaryFolder } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect, listen, own, received, take } from "../support/sockets.ts";
import { inTime, until } from "../support/until.ts";

leaveNothingOpen();

const mebibyte = 1 << 20;

describeModes(({ sendFile, path }) => {
  test("200 readers that do not read hold up neither the event loop nor another transfer", async () => {
    const pairs = await Promise.all(Array.from({ length: 200 }, () => connect()));
    const file = sparseFile(2 ** 33);
    const before = process.memoryUsage.rss();
    const sent = pairs.map(({ sender }) => sendFile(sender, file));
    const settled = Promise.allSettled(sent);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);

    const { sender, reader } = await connect();
    const arrived = received(reader);
    const quick = sendFile(sender, taggedFile(1, 3 * mebibyte));
    sender.end();
    expect(await inTime(quick, "the transfer beside them")).toMatchObject({ path });
    expect(await arrived).toMatchObject({ sha256: sha256(content(1, 3 * mebibyte)) });
    await until(() => ticks > 100, "the event loop stood still");
    clearInterval(timer);

    // Per transfer: the socket, and on the copying path a buffer of 256 KiB.
    expect(process.memoryUsage.rss() - before).toBeLessThan(
      (path === "sendfile" ? 64 : 200) * mebibyte,
    );
    for (const pair of pairs) pair.sender.destroy();
    for (const one of await inTime(settled, "their ends")) {
      expect(one).toMatchObject({ reason: { code: "ERR_SOCKET_CLOSED" } });
    }
  });

  test("100 readers at once each get their own file", async () => {
    const folder = temporaryFolder();
    const results = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const size = 400_000 + index;
        const { sender, reader } = await connect(index % 2 ? "TCP" : "Unix");
        const sent = sendFile(sender, taggedFile(index, size, folder));
        sender.end();
        const arrived = await received(reader);
        expect(arrived.sha256, `reader ${index}`).toBe(sha256(content(index, size)));
        return sent;
      }),
    );
    expect(new Set(results.map((result) => result.path))).toEqual(new Set([path]));
  });

  /**
   * Every way a descriptor's number can come to mean another connection: aborts, destroys and
   * resets, with new connections made all the time. What arrives must be of the reader's own file.
   */
  test("400 connections that break and are made again never see a foreign byte", async () => {
    const folder = temporaryFolder();
    const size = 2_000_000;
    const files = Array.from({ length: 16 }, (_, tag) => taggedFile(tag, size, folder));
    const wanted = files.map((file) => fs.readFileSync(file));
    const server = net.createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", ([tag = 0, how = 0]) => {
        const stop = new AbortController();
        sendFile(socket, files[tag]!, { signal: stop.signal }).then(
          () => socket.end(),
          () => socket.destroy(),
        );
        if (how === 1) setImmediate(() => stop.abort());
        if (how === 2) setImmediate(() => socket.destroy());
        if (how === 3) setImmediate(() => socket.resetAndDestroy());
      });
    });
    const address = await listen(server, "TCP");

    const visit = async (visitor: number): Promise<number> => {
      const tag = visitor % 16;
      const how = Math.floor(visitor / 16) % 6;
      const reader = own(net.connect(address));
      reader.write(Buffer.from([tag, how]));
      let bytes = 0;
      reader.on("data", (chunk: Buffer) => {
        const right = wanted[tag]!.subarray(bytes, bytes + chunk.length);
        if (!chunk.equals(right)) throw new Error(`reader of ${tag} got foreign bytes at ${bytes}`);
        bytes += chunk.length;
        if (how === 4 && bytes > 100_000) reader.resetAndDestroy();
      });
      await inTime(new Promise((resolve) => reader.once("close", resolve)), "a connection to end");
      return how === 0 || how === 5 ? bytes : size;
    };

    let visitors = 0;
    const visitInTurn = async (): Promise<void> => {
      while (visitors < 400) expect(await visit(visitors++)).toBe(size);
    };
    await Promise.all(Array.from({ length: 16 }, visitInTurn));
  });

  test("a reader that reads one byte at a time gets the whole file", async () => {
    const { sender, reader } = await connect();
    const sent = sendFile(sender, taggedFile(7, 2000));
    for (let offset = 0; offset < 2000; offset++) {
      expect((await take(reader, 1)).equals(content(7, 1, offset))).toBe(true);
    }
    await sent;
  });
});
