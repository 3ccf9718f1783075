/** What `sendFile` leaves behind on a socket: nothing. */
import { expect, test, vi } from "vitest";
import { content, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes, describeNative, native } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect, receivedBytes } from "../support/sockets.ts";
import type { Socket } from "node:net";

leaveNothingOpen();

const ownWrites = (socket: Socket): string[] =>
  Object.getOwnPropertyNames(socket).filter((name) => name === "_write" || name === "_writev");

const listeners = (socket: Socket): Record<string, number> =>
  Object.fromEntries(socket.eventNames().map((name) => [String(name), socket.listenerCount(name)]));

describeModes(({ sendFile, path }) => {
  test("sendFile restores _write and _writev, and leaves no listener", async () => {
    const { sender, reader } = await connect();
    reader.resume();
    const before = listeners(sender);
    await Promise.all([1, 2, 3].map(() => sendFile(sender, taggedFile(1, 100_000))));
    expect(ownWrites(sender)).toEqual([]);
    expect(listeners(sender)).toEqual(before);
  });

  test("a failed sendFile restores them too", async () => {
    const { sender } = await connect();
    const before = listeners(sender);
    await expect(sendFile(sender, "missing")).rejects.toMatchObject({ code: "ENOENT" });
    expect(ownWrites(sender)).toEqual([]);
    expect(listeners(sender)).toEqual(before);
  });

  test("sendFile leaves no listener on a signal", async () => {
    const { sender, reader } = await connect();
    reader.resume();
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    await sendFile(sender, taggedFile(1, 100_000), { signal });
    expect(add.mock.calls.length).toBeGreaterThan(0);
    expect(new Set(remove.mock.calls.map(([, listener]) => listener))).toEqual(
      new Set(add.mock.calls.map(([, listener]) => listener)),
    );
  });

  test("a socket sends file after file", async () => {
    const { sender, reader } = await connect();
    const arrived = receivedBytes(reader);
    for (let round = 0; round < 50; round++) {
      expect(await sendFile(sender, taggedFile(2, 10_000))).toMatchObject({ path });
    }
    sender.end();
    const wanted = Buffer.concat(Array.from({ length: 50 }, () => content(2, 10_000)));
    expect((await arrived).equals(wanted)).toBe(true);
  });

  test("a _write of one's own sees every byte, and is there afterwards", async () => {
    const { sender, reader } = await connect();
    const arrived = receivedBytes(reader);
    const write = sender._write;
    let seen = 0;
    const counting: Socket["_write"] = (chunk: Buffer, encoding, callback) => {
      seen += chunk.length;
      write.call(sender, chunk, encoding, callback);
    };
    sender._write = counting;
    expect(await sendFile(sender, taggedFile(3, 600_000))).toMatchObject({ path: "read-write" });
    expect(seen).toBe(600_000);
    expect(sender._write).toBe(counting);
    sender.end();
    expect((await arrived).equals(content(3, 600_000))).toBe(true);
  });

  test("a _write put in place while a file is sent stays", async () => {
    const { sender, reader } = await connect();
    const arrived = receivedBytes(reader);
    const sent = sendFile(sender, taggedFile(3, 600_000));
    const write = sender._write;
    let seen = 0;
    sender._write = (chunk: Buffer, encoding, callback) => {
      seen += chunk.length;
      write.call(sender, chunk, encoding, callback);
    };
    await sent;
    sender.end("after");
    expect(String((await arrived).subarray(600_000))).toBe("after");
    expect(seen).toBe(5);
  });
});

describeNative("with the addon", () => {
  test('require: "zero-copy" refuses a socket whose _write was replaced, and nothing is sent', async () => {
    const { sender, reader } = await connect();
    const write = sender._write;
    sender._write = (...words) => write.apply(sender, words);
    const sent = native.sendFile(sender, taggedFile(4, 1000), { require: "zero-copy" });
    await expect(sent).rejects.toMatchObject({
      code: "ERR_ZERO_COPY_UNAVAILABLE",
      message: expect.stringContaining("_write of the socket has been replaced"),
    });
    sender.end();
    expect(await receivedBytes(reader)).toHaveLength(0);
  });
});
