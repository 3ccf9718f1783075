/** writeViews: what arrives, in which order, from where, and what it says. */
import { once } from "node:events";
import net from "node:net";
import { expect, test } from "vitest";
import { ByteQueue, b, bytearray, copiedBytes, memoryview } from "zerocopy";
import { content, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { wasmMemory } from "../support/wasm.ts";
import { connect, kinds, listen, own, receivedBytes, untilFull } from "../support/sockets.ts";

leaveNothingOpen();

/** `count` views of `size` bytes, with gaps in between. */
function viewsOf(bytes: Uint8Array, count: number, size: number): Uint8Array[] {
  const gap = Math.floor(bytes.length / count);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * gap, index * gap + size),
  );
}

describeModes(({ writeViews, sendFile }) => {
  test.each(kinds)("1,000 views of 1 KiB arrive over %s, and none is copied", async (kind) => {
    const { sender, reader } = await connect(kind);
    const views = viewsOf(content(1, 2_048_000), 1000, 1024);
    const before = copiedBytes();
    const written = writeViews(sender, views);
    sender.end();
    expect((await receivedBytes(reader)).equals(Buffer.concat(views))).toBe(true);
    expect(await written).toEqual({ bytes: 1_024_000, path: "writev", copies: 1 });
    expect(copiedBytes()).toBe(before);
  });

  test.each(kinds)("5,000 views of odd sizes arrive over %s, in call order", async (kind) => {
    const { sender, reader } = await connect(kind);
    const bytes = content(2, 30_000_000);
    let at = 0;
    const views = Array.from({ length: 5000 }, (_, index) =>
      bytes.subarray(at, (at += 1 + ((index * 7919) % 9001))),
    );
    sender.write("head");
    const written = writeViews(sender, views);
    sender.end("tail");
    const wanted = Buffer.concat([Buffer.from("head"), bytes.subarray(0, at), Buffer.from("tail")]);
    expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
    expect(await written).toEqual({ bytes: at, path: "writev", copies: 1 });
  });

  test("one view of 40 MB arrives", async () => {
    const { sender, reader } = await connect();
    const bytes = content(3, 40_000_000);
    const written = writeViews(sender, [bytes]);
    sender.end();
    expect((await receivedBytes(reader)).equals(bytes)).toBe(true);
    expect(await written).toEqual({ bytes: 40_000_000, path: "writev", copies: 1 });
  });

  test("memory of every kind arrives from where it lies", async () => {
    const { sender, reader } = await connect();
    const wasm = wasmMemory({ initial: 1 });
    const shared = new Uint8Array(new SharedArrayBuffer(3000));
    const thread = wasmMemory({ initial: 1, maximum: 2, shared: true });
    const list = [wasm.buffer, shared, thread.buffer].map((memory, index) => {
      const bytes = memory instanceof Uint8Array ? memory : new Uint8Array(memory);
      bytes.set(content(10 + index, bytes.length));
      return bytes;
    });
    const log = bytearray(content(20, 5000));
    const queue = new ByteQueue();
    queue.append(content(21, 700));
    queue.append(content(22, 800));
    const before = copiedBytes();
    const written = writeViews(sender, [
      ...[wasm, shared.buffer, memoryview(thread).subarray(1, -1), log, memoryview(log).cast("<q")],
      ...[
        b`constant`,
        ...queue.views(),
        new Float64Array([1, 2]),
        new DataView(new ArrayBuffer(9)),
      ],
    ]);
    sender.end();
    const wanted = Buffer.concat([
      ...[list[0]!, shared, list[2]!.subarray(1, -1), content(20, 5000), content(20, 5000)],
      ...[Buffer.from("constant"), content(21, 700), content(22, 800)],
      ...[Buffer.from(new Float64Array([1, 2]).buffer), Buffer.alloc(9)],
    ]);
    expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
    expect(await written).toEqual({ bytes: wanted.length, path: "writev", copies: 1 });
    expect(copiedBytes()).toBe(before);
  });

  test("strided views arrive gathered, and the result says how many bytes", async () => {
    const { sender, reader } = await connect();
    const bytes = content(4, 100_000);
    const view = memoryview(bytes);
    const written = writeViews(sender, [view.subarray(0, 10_000, 2), view]);
    sender.end();
    const odd = bytes.subarray(0, 10_000).filter((_, index) => index % 2 === 0);
    expect((await receivedBytes(reader)).equals(Buffer.concat([odd, bytes]))).toBe(true);
    expect(await written).toEqual({
      bytes: 105_000,
      path: "writev",
      copies: 1 + 5000 / 105_000,
      paths: { writev: 100_000, gathered: 5000 },
    });
  });

  test("very short views are gathered, and the result says so", async () => {
    const { sender, reader } = await connect();
    const views = viewsOf(content(5, 40_000), 1000, 20);
    const written = writeViews(sender, views);
    sender.end();
    expect((await receivedBytes(reader)).equals(Buffer.concat(views))).toBe(true);
    expect(await written).toEqual({ bytes: 20_000, path: "gathered", copies: 2 });
  });

  test("no views, and empty ones, write nothing", async () => {
    const { sender, reader } = await connect();
    const nothing = { bytes: 0, path: "writev", copies: 0 };
    expect(await writeViews(sender, [])).toEqual(nothing);
    expect(await writeViews(sender, [new Uint8Array(0), b``])).toEqual(nothing);
    sender.end("after");
    expect(String(await receivedBytes(reader))).toBe("after");
  });

  test("writes, files and views take effect in the order they were called", async () => {
    const { sender, reader } = await connect();
    const [first, second] = [content(6, 3_000_000), content(7, 2_000_000)];
    sender.cork();
    sender.write("a");
    const results = [writeViews(sender, viewsOf(first, 100, 9999))];
    sender.write("b");
    results.push(sendFile(sender, taggedFile(8, 500_000)), writeViews(sender, [second]));
    sender.uncork();
    sender.end("c");
    const wanted = Buffer.concat([
      ...[Buffer.from("a"), ...viewsOf(first, 100, 9999), Buffer.from("b")],
      ...[content(8, 500_000), second, Buffer.from("c")],
    ]);
    expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
    expect((await Promise.all(results)).map(({ bytes }) => bytes)).toEqual([
      ...[999_900, 500_000, 2_000_000],
    ]);
  });

  test("writeViews waits for a socket that is still connecting", async () => {
    const server = net.createServer((socket) => {
      own(socket);
      void receivedBytes(socket).then((bytes) => server.emit("received", bytes));
    });
    const arrived = once(server, "received");
    const sender = own(net.connect(await listen(server, "TCP")));
    const views = viewsOf(content(9, 200_000), 100, 1000);
    const written = writeViews(sender, views);
    sender.end();
    expect(((await arrived)[0] as Buffer).equals(Buffer.concat(views))).toBe(true);
    expect(await written).toMatchObject({ bytes: 100_000, path: "writev" });
  });

  test("the event loop has its turns while a reader takes all it gets", async () => {
    const { sender, reader } = await connect();
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (!done) setImmediate(count);
    };
    let done = false;
    count();
    const arrived = receivedBytes(reader);
    await writeViews(sender, viewsOf(content(11, 60_000_000), 6000, 10_000));
    done = true;
    expect(turns).toBeGreaterThan(10);
    sender.end();
    await arrived;
  });

  test("a _write of one's own sees every byte", async () => {
    const { sender, reader } = await connect();
    const write = sender._write;
    let seen = 0;
    sender._write = (chunk: Buffer, encoding, callback) => {
      seen += chunk.length;
      write.call(sender, chunk, encoding, callback);
    };
    const views = viewsOf(content(12, 200_000), 100, 1000);
    await writeViews(sender, views);
    expect(seen).toBe(100_000);
    sender.end();
    expect((await receivedBytes(reader)).equals(Buffer.concat(views))).toBe(true);
  });

  test("writeViews leaves no listener and no method behind", async () => {
    const { sender, reader } = await connect();
    reader.resume();
    const { signal } = new AbortController();
    const before = sender.eventNames().map((name) => [name, sender.listenerCount(name)]);
    await writeViews(sender, viewsOf(content(13, 20_000_000), 1000, 15_000), { signal });
    expect(sender.eventNames().map((name) => [name, sender.listenerCount(name)])).toEqual(before);
    expect(Object.keys(sender).filter((name) => name.startsWith("_write"))).not.toContain("_write");
  });

  test("views wait for what was written before to a reader that did not read", async () => {
    const { sender, reader } = await connect();
    const before = content(14, 8_000_000);
    sender.write(before);
    const views = viewsOf(content(15, 8_000_000), 500, 9000);
    const written = writeViews(sender, views);
    sender.end();
    await untilFull(reader);
    expect((await receivedBytes(reader)).equals(Buffer.concat([before, ...views]))).toBe(true);
    expect(await written).toMatchObject({ bytes: 4_500_000 });
  });
});
