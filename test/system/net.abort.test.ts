/** What an AbortSignal does to a sendFile, at every stage of it. */
import net from "node:net";
import { once, setMaxListeners } from "node:events";
import { expect, test, vi } from "vitest";
import { content, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import {
  connect,
  kinds,
  listen,
  own,
  received,
  receivedBytes,
  take,
  untilFull,
} from "../support/sockets.ts";
import { inTime, rejection, untilStill } from "../support/until.ts";

leaveNothingOpen();

const size = 24_000_000;

describeModes(({ sendFile, path }) => {
  test("an aborted signal rejects sendFile at once, and the socket stays usable", async () => {
    const { sender, reader } = await connect();
    const signal = AbortSignal.abort("why");
    await expect(sendFile(sender, taggedFile(1, size), { signal })).rejects.toMatchObject({
      name: "AbortError",
      code: "ABORT_ERR",
      cause: "why",
      bytes: 0,
    });
    sender.end("after");
    expect(String(await receivedBytes(reader))).toBe("after");
  });

  test("abort right after the call, before a byte has left, leaves the socket usable", async () => {
    const { sender, reader } = await connect();
    const stop = new AbortController();
    const sent = sendFile(sender, taggedFile(1, size), { signal: stop.signal });
    stop.abort();
    sender.end("after");
    await expect(sent).rejects.toMatchObject({ code: "ABORT_ERR", bytes: 0 });
    expect(String(await receivedBytes(reader))).toBe("after");
  });

  test("abort while queued rejects at once, and what stands around it arrives", async () => {
    const { sender, reader } = await connect();
    const stop = new AbortController();
    const first = sendFile(sender, taggedFile(1, size));
    const second = sendFile(sender, taggedFile(2, size), { signal: stop.signal });
    sender.end("after");
    await untilFull(reader);
    stop.abort();
    expect(await rejection(second)).toMatchObject({ code: "ABORT_ERR", bytes: 0 });
    const wanted = Buffer.concat([content(1, size), Buffer.from("after")]);
    expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
    expect(await first).toMatchObject({ bytes: size, path });
  });

  test.each(kinds)("abort in mid-transfer over %s rejects, and closes the socket", async (kind) => {
    const { sender, reader } = await connect(kind);
    const stop = new AbortController();
    const sent = sendFile(sender, taggedFile(1, size), { signal: stop.signal });
    const failed = rejection(sent);
    const finished = vi.fn<() => void>();
    sender.once("finish", finished).write("never");
    await take(reader, 1_000_000);
    await untilStill(() => reader.bytesRead, "the reader");
    stop.abort("enough");
    const reason = await failed;
    expect(reason).toMatchObject({ code: "ABORT_ERR", cause: "enough" });
    expect(reason.bytes).toBeGreaterThanOrEqual(1_000_000);
    expect(reason.bytes).toBeLessThan(size);
    expect(sender.destroyed).toBe(true);
    const { bytes } = await inTime(received(reader), "the reader to see the end");
    expect(bytes).toBeLessThan(size - 1_000_000);
    expect(finished).not.toHaveBeenCalled();
  });

  test("abort with a reader that never read rejects, and closes the socket", async () => {
    const { sender, reader } = await connect();
    const stop = new AbortController();
    const sent = sendFile(sender, taggedFile(1, size), { signal: stop.signal });
    await untilFull(reader);
    stop.abort();
    expect(await rejection(sent)).toMatchObject({ code: "ABORT_ERR" });
    expect(sender.destroyed).toBe(true);
    const { bytes } = await inTime(received(reader), "the reader to see the end");
    expect(bytes).toBeLessThan(size);
  });

  test("abort after the end changes nothing", async () => {
    const { sender, reader } = await connect();
    const stop = new AbortController();
    const arrived = received(reader);
    const sent = sendFile(sender, taggedFile(3, 100_000), { signal: stop.signal });
    expect(await sent).toMatchObject({ bytes: 100_000 });
    stop.abort();
    sender.end("x");
    expect(await arrived).toMatchObject({ bytes: 100_001, ended: true });
  });

  test("one signal ends many transfers", async () => {
    const stop = new AbortController();
    setMaxListeners(0, stop.signal); // Node warns of more than ten for its own functions too
    const file = taggedFile(1, size);
    const pairs = await Promise.all(Array.from({ length: 20 }, () => connect()));
    const sent = pairs.map(({ sender }) => sendFile(sender, file, { signal: stop.signal }));
    const settled = Promise.allSettled(sent);
    for (const { reader } of pairs) await untilFull(reader);
    stop.abort();
    for (const one of await inTime(settled, "the aborts")) {
      expect(one).toMatchObject({ status: "rejected", reason: { code: "ABORT_ERR" } });
    }
  });

  test("abort rejects at once while the socket is still connecting, and it connects all the same", async () => {
    const server = net.createServer((socket) => {
      own(socket);
      void receivedBytes(socket).then((bytes) => server.emit("received", bytes));
    });
    const arrived = once(server, "received");
    const sender = own(net.connect(await listen(server, "TCP")));
    const stop = new AbortController();
    const sent = sendFile(sender, taggedFile(4, 1000), { signal: stop.signal });
    stop.abort();
    sender.end("after");
    await expect(sent).rejects.toMatchObject({ code: "ABORT_ERR", bytes: 0 });
    expect(String((await arrived)[0])).toBe("after");
  });

  // The name is looked up without end: the connection is neither made nor refused.
  const neverConnecting = (): net.Socket =>
    own(net.connect({ host: "nowhere.invalid", port: 1, lookup: () => {} }));

  test("abort rejects while the socket cannot connect", async () => {
    const stop = new AbortController();
    const sent = sendFile(neverConnecting(), taggedFile(4, 10), { signal: stop.signal });
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await rejection(sent)).toMatchObject({ code: "ABORT_ERR" });
  });

  test("abort rejects at once while the file is opened for a socket that cannot connect", async () => {
    const stop = new AbortController();
    const sent = sendFile(neverConnecting(), taggedFile(4, 10), { signal: stop.signal });
    stop.abort();
    expect(await rejection(sent)).toMatchObject({ code: "ABORT_ERR" });
  });
});
