/** What `sendFile` does when the connection ends under it, from either side. */
import net from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { content, sha256, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect, kinds, listen, own, received, take, untilFull } from "../support/sockets.ts";
import { inTime, rejection, until } from "../support/until.ts";

leaveNothingOpen();

const size = 24_000_000;

describeModes(({ sendFile, path }) => {
  test.each(kinds)("destroy in mid-transfer over %s reaches the reader at once", async (kind) => {
    const { sender, reader } = await connect(kind);
    const failed = rejection(sendFile(sender, taggedFile(1, size)));
    await take(reader, 1_000_000);
    sender.destroy();
    const { bytes } = await inTime(received(reader), "the reader to see the end");
    expect(bytes).toBeLessThan(size - 1_000_000);
    const error = await failed;
    expect(error.code).toBe("ERR_SOCKET_CLOSED");
    expect(error.bytes).toBeGreaterThan(0);
    expect(error.bytes).toBeLessThan(size);
  });

  test("destroy with an error rejects with it as the cause", async () => {
    const { sender, reader } = await connect();
    const failed = rejection(sendFile(sender, taggedFile(1, size)));
    await take(reader, 1_000_000);
    const reason = new Error("why");
    sender.destroy(reason);
    expect(await failed).toMatchObject({ code: "ERR_SOCKET_CLOSED", cause: reason });
  });

  test("destroy while the file is being opened rejects, and the file is closed", async () => {
    const { sender } = await connect();
    const failed = rejection(sendFile(sender, taggedFile(2, 1000)));
    sender.destroy();
    expect(await failed).toMatchObject({ code: "ERR_SOCKET_CLOSED", bytes: 0 });
  });

  test("destroy rejects everything that was queued", async () => {
    const { sender, reader } = await connect();
    const file = taggedFile(1, size);
    const sent = Array.from({ length: 5 }, () => sendFile(sender, file));
    const settled = Promise.allSettled(sent);
    await untilFull(reader);
    sender.destroy();
    for (const one of await inTime(settled, "all rejections")) {
      expect(one).toMatchObject({ status: "rejected", reason: { code: "ERR_SOCKET_CLOSED" } });
    }
  });

  test("destroy rejects a sendFile that waits behind writes", async () => {
    const { sender, reader } = await connect();
    sender.write(content(3, size));
    const failed = rejection(sendFile(sender, taggedFile(1, size)));
    await untilFull(reader);
    sender.destroy();
    expect(await failed).toMatchObject({ code: "ERR_SOCKET_CLOSED", bytes: 0 });
  });

  test("destroy of a socket that is still connecting rejects", async () => {
    const sender = own(net.connect({ host: "nowhere.invalid", port: 1, lookup: () => {} }));
    const failed = rejection(sendFile(sender, taggedFile(2, 1000)));
    await new Promise((resolve) => setImmediate(resolve));
    sender.destroy();
    expect(await failed).toMatchObject({ code: "ERR_SOCKET_CLOSED", bytes: 0 });
  });

  test("a connection that is refused rejects, with the reason as the cause", async () => {
    const server = net.createServer();
    const address = await listen(server, "TCP");
    server.close();
    await once(server, "close");
    const sender = own(net.connect(address));
    expect(await rejection(sendFile(sender, taggedFile(2, 1000)))).toMatchObject({
      code: "ERR_SOCKET_CLOSED",
      bytes: 0,
      cause: { code: "ECONNREFUSED" },
    });
  });

  test("a reset by the reader rejects and destroys the socket", async () => {
    const { sender, reader } = await connect();
    const errored = once(sender, "error");
    const failed = rejection(sendFile(sender, taggedFile(1, size)));
    await take(reader, 1_000_000);
    reader.resetAndDestroy();
    const error = await failed;
    expect(["ECONNRESET", "EPIPE", "ERR_SOCKET_CLOSED"]).toContain(error.code);
    expect(error.bytes).toBeLessThan(size);
    await errored;
    expect(sender.destroyed).toBe(true);
  });

  test("a Unix reader that goes away rejects and destroys the socket", async () => {
    const { sender, reader } = await connect("Unix");
    const failed = rejection(sendFile(sender, taggedFile(1, size)));
    await take(reader, 1_000_000);
    reader.destroy();
    const error = await failed;
    expect(["ECONNRESET", "EPIPE", "ERR_SOCKET_CLOSED"]).toContain(error.code);
    await until(() => sender.destroyed, "the socket was not destroyed");
  });

  test("resetAndDestroy in mid-transfer reaches the reader at once", async () => {
    const { sender, reader } = await connect();
    const failed = rejection(sendFile(sender, taggedFile(1, size)));
    await take(reader, 1_000_000);
    sender.resetAndDestroy();
    expect(await failed).toMatchObject({ code: "ERR_SOCKET_CLOSED" });
    const { bytes } = await inTime(received(reader), "the reader to see the end");
    expect(bytes).toBeLessThan(size - 1_000_000);
  });

  test.each([true, false])(
    "a reader that only ends its own side gets the whole file (allowHalfOpen: %s)",
    async (allowHalfOpen) => {
      const { sender, reader } = await connect("TCP", { allowHalfOpen });
      sender.resume();
      reader.end();
      const sent = sendFile(sender, taggedFile(1, size));
      if (allowHalfOpen) sender.end();
      expect(await received(reader)).toEqual({
        bytes: size,
        sha256: sha256(content(1, size)),
        ended: true,
      });
      expect(await sent).toMatchObject({ bytes: size, path });
    },
  );

  test("a reader that ends its own side in mid-transfer gets the whole file", async () => {
    const { sender, reader } = await connect("TCP", { allowHalfOpen: true });
    sender.resume();
    const sent = sendFile(sender, taggedFile(1, size)).finally(() => sender.end());
    const head = await take(reader, 1_000_000);
    reader.end();
    const rest = await received(reader);
    expect(head.equals(content(1, 1_000_000))).toBe(true);
    expect(rest).toEqual({
      bytes: size - 1_000_000,
      sha256: sha256(content(1, size - 1_000_000, 1_000_000)),
      ended: true,
    });
    expect(await sent).toMatchObject({ bytes: size, path });
  });

  test("after a close nothing written later reaches the reader", async () => {
    const { sender, reader } = await connect();
    const failed = rejection(sendFile(sender, taggedFile(5, size)));
    sender.write("never");
    await take(reader, 1_000_000);
    sender.destroy();
    await failed;
    const tail: Buffer[] = [];
    reader.on("data", (chunk) => tail.push(chunk));
    await inTime(received(reader), "the reader to see the end");
    const rest = Buffer.concat(tail);
    expect(rest.equals(content(5, rest.length, 1_000_000))).toBe(true);
  });
});
