/** Receiving makes no memory for the bytes, and gives none of the caller's away. */
import fs from "node:fs";
import net from "node:net";
import { expect, test } from "vitest";
import { bytearray, copiedBytes, memoryview } from "zerocopy";
import { mapFile } from "zerocopy/fs";
import { connect, writeViews } from "zerocopy/net";
import { content, sha256, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeNative } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect as connectPair, listen, own, receivedBytes } from "../support/sockets.ts";

leaveNothingOpen();

describeNative("natively", () => {
  test("64 MiB are received without memory for them, and without a copy in user space", async () => {
    const size = 64 << 20;
    const block = content(1, 1 << 20);
    const server = net.createServer((socket) => {
      own(socket);
      for (let sent = 0; sent < size; sent += block.length) socket.write(block);
      socket.end();
    });
    const target = bytearray(size);
    const incoming = connect(await listen(server, "TCP"));
    own(incoming.socket);
    await incoming.recvAll(memoryview(target).subarray(0, 1 << 20));
    const [before, copied] = [process.memoryUsage().arrayBuffers, copiedBytes()];
    const rest = await incoming.recvAll(memoryview(target).subarray(1 << 20));
    expect(rest).toMatchObject({ bytes: size - (1 << 20), path: "recv" });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024);
    expect(copiedBytes() - copied).toBe(rest.paths?.["recv-copy"] ?? 0);
    expect(copiedBytes() - copied).toBeLessThan(size / 1000); // a byte for each time it waited
    expect(
      memoryview(target)
        .subarray(-(1 << 20))
        .equals(memoryview(block)),
    ).toBe(true);
  });

  test("a download into a mapped file is in the file", async () => {
    const bytes = content(2, 5_000_000);
    const file = taggedFile(3, bytes.length);
    const server = net.createServer((socket) => own(socket).end(bytes));
    const incoming = connect(await listen(server, "Unix"));
    own(incoming.socket);
    const target = mapFile(file, { access: "write" });
    const receiving = incoming.recvAll(target);
    expect(() => target.unmap()).toThrow(/Cannot/); // it is in use
    expect(await receiving).toMatchObject({ bytes: bytes.length, path: "recv" });
    target.unmap();
    expect(sha256(fs.readFileSync(file))).toBe(sha256(bytes));
  });

  test("a read-only mapping is refused as a target, and sent as a source", async () => {
    const { sender, reader } = await connectPair();
    const source = mapFile(taggedFile(4, 3_000_000));
    const incoming = connect(await listen(net.createServer(own), "TCP"));
    own(incoming.socket);
    await expect(incoming.recvAll(source)).rejects.toMatchObject({ name: "TypeError" });
    const written = writeViews(sender, [source.subarray(1_000_000), source.subarray(0, 1_000_000)]);
    expect(() => source.unmap()).toThrow(/Cannot/);
    sender.end();
    const wanted = Buffer.concat([content(4, 2_000_000, 1_000_000), content(4, 1_000_000)]);
    expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
    expect(await written).toEqual({ bytes: 3_000_000, path: "writev", copies: 1 });
    source.unmap();
  });

  test("a mapping that another process cut short is an error, not the end of the process", async () => {
    const { sender } = await connectPair();
    const file = taggedFile(5, 1 << 20);
    const source = mapFile(file);
    fs.truncateSync(file, 0);
    await expect(writeViews(sender, [source])).rejects.toThrow(/Cannot/);
    source.unmap();
  });
});
