/** Headers and trailers of sendFile: where they arrive, in which segments, and what counts. */
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import { beforeEach, describe, expect, test } from "vitest";
import { b, bytearray, memoryview } from "zerocopy";
import type { TransferPath, TransferProgress } from "zerocopy/net";
import { content, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes, describeNative, native } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect, kinds, listen, own, receivedBytes, untilFull } from "../support/sockets.ts";
import { rejection } from "../support/until.ts";

leaveNothingOpen();

const sizes = [0, 1, 1000, 300_000, 5_000_000];

/** Of 23 bytes around a file. */
function pathsOf(size: number, path: TransferPath): object {
  if (size === 0) return { path: "writev" };
  return { path: size > 23 ? path : "writev", paths: { [path]: size, writev: 23 } };
}

describeModes(({ sendFile, path }) => {
  test.each(kinds.flatMap((kind) => sizes.map((size) => [size, kind] as const)))(
    "header, a file of %i bytes and trailer arrive in order over %s",
    async (size, kind) => {
      const { sender, reader } = await connect(kind);
      const header = b`HTTP/1.1 200 OK\r\n\r\n`;
      const sent = sendFile(sender, taggedFile(1, size), { header, trailer: b`tail` });
      sender.end("after");
      const wanted = Buffer.concat([
        ...[Buffer.from("HTTP/1.1 200 OK\r\n\r\n"), content(1, size), Buffer.from("tailafter")],
      ]);
      expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
      const { copies, ...result } = await sent;
      expect(result).toEqual({ bytes: 23 + size, ...pathsOf(size, path) });
      const perByte = path === "sendfile" ? 0 : 2;
      expect(copies).toBeCloseTo((23 + perByte * size) / (23 + size), 9);
    },
  );

  test("a header alone, and a trailer alone, of many views", async () => {
    const { sender, reader } = await connect();
    const views = Array.from({ length: 3000 }, (_, index) => content(index, 1000));
    await sendFile(sender, taggedFile(2, 10), { header: views.slice(0, 10) });
    const sent = sendFile(sender, taggedFile(2, 10), { trailer: views });
    sender.end();
    const wanted = Buffer.concat([
      ...[...views.slice(0, 10), content(2, 10), content(2, 10), ...views],
    ]);
    expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
    expect(await sent).toMatchObject({ bytes: 3_000_010, path: "writev" });
  });

  test("a range is of the file; progress counts everything", async () => {
    const { sender, reader } = await connect();
    const progress: TransferProgress[] = [];
    const onProgress = (now: TransferProgress): unknown => progress.push(now);
    const frame = { header: b`<<`, trailer: b`>>`, offset: 10, count: 20 };
    const sent = sendFile(sender, taggedFile(3, 100), { ...frame, onProgress });
    sender.end();
    const wanted = `<<${content(3, 20, 10).toString("latin1")}>>`;
    expect((await receivedBytes(reader)).toString("latin1")).toBe(wanted);
    await sent;
    expect(progress.at(-1)).toEqual({ bytes: 24, total: 24 });
  });

  test("a file of procfs, whose size is not known, has its frame too", async () => {
    const { sender, reader } = await connect();
    const file = "/proc/self/limits";
    const sent = sendFile(sender, file, { header: b`<<`, trailer: b`>>` });
    sender.end();
    const wanted = `<<${fs.readFileSync(file, "latin1")}>>`;
    expect((await receivedBytes(reader)).toString("latin1")).toBe(wanted);
    expect(await sent).toMatchObject({ bytes: wanted.length });
  });

  test("a header whose file turns out empty does not wait for it", async () => {
    const { sender, reader } = await connect();
    const arrived = once(reader.resume(), "data");
    await sendFile(sender, "/proc/self/environ", { header: b`head`, offset: 2 ** 30 });
    expect(String((await arrived)[0])).toBe("head");
  });

  test("memory of a frame is held until it has left", async () => {
    const { sender, reader } = await connect();
    const log = bytearray(1000);
    const before = content(4, 20_000_000);
    sender.write(before);
    const sent = sendFile(sender, taggedFile(5, 10), { header: log, trailer: memoryview(log) });
    await untilFull(reader);
    expect(() => log.append(1)).toThrow("wanted no views");
    reader.resume();
    await sent;
    expect(() => log.append(1)).toThrow("wanted no views, found 1"); // the test's own
  });

  test("a missing file sends no header, and the socket stays usable", async () => {
    const { sender, reader } = await connect();
    const log = bytearray(10);
    const failed = rejection(sendFile(sender, "missing", { header: log, trailer: b`tail` }));
    expect(await failed).toMatchObject({ code: "ENOENT" });
    log.append(1);
    sender.end("after");
    expect(String(await receivedBytes(reader))).toBe("after");
  });

  test("a file that is truncated after its header has left destroys the socket", async () => {
    const { sender, reader } = await connect();
    const file = taggedFile(6, 30_000_000);
    const failed = rejection(sendFile(sender, file, { header: b`head`, trailer: b`tail` }));
    await untilFull(reader);
    fs.truncateSync(file, 1000);
    const arrived = receivedBytes(reader);
    expect(await failed).toMatchObject({
      code: "ERR_FILE_TRUNCATED",
      message: expect.stringMatching(/wanted 30000000 bytes, found that it became shorter after/),
    });
    expect(sender.destroyed).toBe(true);
    expect((await arrived).subarray(0, 4).toString()).toBe("head");
  });

  test.each([["text"], [5], [[1]], [{}]])("%j is no header and no trailer", async (part) => {
    const { sender, reader } = await connect();
    const log = bytearray(10);
    const file = taggedFile(7, 10);
    const refused = [{ header: part }, { header: log, trailer: part }].map((frame) =>
      rejection(sendFile(sender, file, frame as never)),
    );
    for (const one of refused) expect(await one).toMatchObject({ name: "TypeError" });
    log.append(1);
    sender.end();
    expect(await receivedBytes(reader)).toHaveLength(0);
  });

  test("a _write of one's own sees header and trailer", async () => {
    const { sender, reader } = await connect();
    const write = sender._write;
    let seen = 0;
    sender._write = (chunk: Buffer, encoding, callback) => {
      seen += chunk.length;
      write.call(sender, chunk, encoding, callback);
    };
    await sendFile(sender, taggedFile(8, 1000), { header: b`head`, trailer: b`tail` });
    sender.end();
    expect(seen).toBe(1008);
    expect((await receivedBytes(reader)).length).toBe(1008);
  });
});

describeNative("natively", () => {
  test('require: "zero-copy" on a socket that cannot sends no header', async () => {
    const { sender, reader } = await connect();
    const write = sender._write;
    sender._write = (...words) => write.apply(sender, words);
    const frame = { header: b`head`, trailer: b`tail`, require: "zero-copy" } as const;
    const sent = native.sendFile(sender, taggedFile(9, 1000), frame);
    await expect(sent).rejects.toMatchObject({ code: "ERR_ZERO_COPY_UNAVAILABLE", bytes: 0 });
    sender.end();
    expect(await receivedBytes(reader)).toHaveLength(0);
  });
});

describe("segments", () => {
  beforeEach((context) => {
    if (spawnSync("ss", ["-V"]).status !== 0) context.skip("there is no ss to count them with");
  });

  /** Segments with data that `socket` has sent. */
  function segmentsOf(socket: net.Socket): number {
    const filter = [`sport = :${socket.localPort}`, "and", `dport = :${socket.remotePort}`];
    const text = String(execFileSync("ss", ["-tinH", ...filter.join(" ").split(" ")]));
    return Number(/data_segs_out:(\d+)/.exec(text)?.[1] ?? 0);
  }

  async function connected(): Promise<{ sender: net.Socket; reader: net.Socket }> {
    const server = net.createServer({ noDelay: true });
    const accepted = once(server, "connection");
    const reader = own(net.connect(await listen(server, "TCP")));
    const [sender] = (await accepted) as [net.Socket];
    server.close();
    return { sender: own(sender), reader };
  }

  describeModes(({ sendFile }) => {
    test.each([
      ["a header", { header: b`head` }],
      ["header and trailer", { header: b`head`, trailer: b`tail` }],
      ["a trailer", { trailer: b`tail` }],
    ])("%s and a small file leave in one segment", async (_what, frame) => {
      const { sender, reader } = await connected();
      const arrived = receivedBytes(reader);
      const { bytes } = await sendFile(sender, taggedFile(10, 1000), frame);
      expect(segmentsOf(sender)).toBe(1);
      sender.end();
      expect((await arrived).length).toBe(bytes);
    });
  });
});
