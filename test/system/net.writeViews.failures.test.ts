/** What ends writeViews early or is refused by it, and what then becomes of the socket and the memory. */
import net from "node:net";
import { expect, test } from "vitest";
import { bytearray, memoryview } from "zerocopy";
import { mapFile } from "zerocopy/fs";
import { content } from "../support/content.ts";
import "../support/engine.ts";
import { fileWith } from "../support/mapped.ts";
import { describeNative, describeModes, native } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { wasmMemory } from "../support/wasm.ts";
import { connect, received, receivedBytes, take, untilFull } from "../support/sockets.ts";
import { inTime, rejection, untilStill } from "../support/until.ts";

leaveNothingOpen();

const size = 24_000_000;
const detach = (bytes: Uint8Array): void => {
  structuredClone(null, { transfer: [bytes.buffer as ArrayBuffer] });
};

describeNative("writeViews", () => {
  test("a mapped file cannot be unmapped until its last byte has left", async () => {
    const { sender, reader } = await connect();
    const map = mapFile(fileWith(content(1, size)));
    const written = native.writeViews(sender, [map, map.subarray(0, 1000)]);
    await untilFull(reader);
    expect(() => map.unmap()).toThrow("wanted no call at work on it, found 2");
    expect(map.get(0)).toBe(content(1, 1)[0]);
    sender.end();
    const arrived = await receivedBytes(reader);
    await written;
    expect(arrived.equals(Buffer.concat([content(1, size), content(1, 1000)]))).toBe(true);
    map.unmap();
  });
});

describeModes(({ writeViews }) => {
  test("a ByteArray keeps its length until its last byte has left, and no longer", async () => {
    const { sender, reader } = await connect();
    const log = bytearray(content(1, size));
    const part = memoryview(log);
    const written = writeViews(sender, [log, part]);
    await untilFull(reader);
    expect(() => log.append(1)).toThrow("wanted no views");
    expect(() => part.release()).toThrow("wanted no consumers");
    sender.end();
    await receivedBytes(reader);
    await written;
    part.release();
    log.append(1);
  });

  test("destroy in the middle rejects, and lets go of the memory", async () => {
    const { sender, reader } = await connect();
    const log = bytearray(content(2, size));
    const failed = rejection(writeViews(sender, [log]));
    const queued = rejection(writeViews(sender, [log]));
    await untilFull(reader);
    sender.destroy();
    expect(await failed).toMatchObject({
      code: "ERR_SOCKET_CLOSED",
      message: expect.stringMatching(/^Cannot write views: the socket was closed after \d+ bytes$/),
    });
    expect(await queued).toMatchObject({ code: "ERR_SOCKET_CLOSED", bytes: 0 });
    log.append(1);
  });

  test("a reader that resets the connection rejects, and lets go of the memory", async () => {
    const { sender, reader } = await connect();
    const log = bytearray(content(3, size));
    const failed = rejection(writeViews(sender, [log]));
    await untilFull(reader);
    reader.resetAndDestroy();
    const { code } = await failed;
    expect(["ECONNRESET", "EPIPE", "ERR_SOCKET_CLOSED"]).toContain(code);
    expect(sender.destroyed).toBe(true);
    log.append(1);
  });

  test("memory detached before its turn is a BufferError; what stands around it arrives", async () => {
    const { sender, reader } = await connect();
    const before = content(4, size);
    const bytes = Buffer.from(new ArrayBuffer(5000));
    sender.write(before);
    const failed = rejection(writeViews(sender, [bytes]));
    sender.end("after");
    await untilFull(reader);
    detach(bytes);
    const wanted = Buffer.concat([before, Buffer.from("after")]);
    expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
    expect(await failed).toMatchObject({
      name: "BufferError",
      message: "Cannot write views: wanted memory, found it detached or resized",
    });
  });

  test("memory detached in the middle is a BufferError, and destroys the socket", async () => {
    const { sender, reader } = await connect();
    const last = Buffer.from(new ArrayBuffer(5000));
    const failed = rejection(writeViews(sender, [content(5, size), last]));
    await untilFull(reader);
    detach(last);
    expect((await inTime(received(reader), "the end")).bytes).toBeLessThan(size + 5000);
    expect(await failed).toMatchObject({ name: "BufferError" });
    expect(sender.destroyed).toBe(true);
  });

  test("WebAssembly memory that grows in the middle is a BufferError", async () => {
    const { sender, reader } = await connect();
    const wasm = wasmMemory({ initial: 2 });
    const failed = rejection(writeViews(sender, [content(6, size), wasm]));
    await untilFull(reader);
    wasm.grow(1);
    reader.resume();
    expect(await failed).toMatchObject({ name: "BufferError" });
  });

  test("shared memory that grows in the middle is sent as it was", async () => {
    const { sender, reader } = await connect();
    const wasm = wasmMemory({ initial: 1, maximum: 2, shared: true });
    const before = content(7, size);
    const written = writeViews(sender, [before, wasm]);
    await untilFull(reader);
    wasm.grow(1);
    sender.end();
    const wanted = Buffer.concat([before, Buffer.alloc(65_536)]);
    expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
    expect(await written).toMatchObject({ bytes: size + 65_536 });
  });

  test("an aborted signal, and an abort before the first byte, leave the socket usable", async () => {
    const { sender, reader } = await connect();
    const stop = new AbortController();
    const log = bytearray(1000);
    const aborted = writeViews(sender, [log], { signal: AbortSignal.abort("why") });
    await expect(aborted).rejects.toMatchObject({ code: "ABORT_ERR", cause: "why", bytes: 0 });
    const failed = rejection(writeViews(sender, [log], { signal: stop.signal }));
    stop.abort();
    sender.end("after");
    expect(await failed).toMatchObject({ code: "ABORT_ERR", bytes: 0 });
    expect(String(await receivedBytes(reader))).toBe("after");
    log.append(1);
  });

  test("abort while queued rejects at once; what stands around it arrives", async () => {
    const { sender, reader } = await connect();
    const stop = new AbortController();
    const first = writeViews(sender, [content(8, size)]);
    const second = rejection(writeViews(sender, [content(9, 1000)], { signal: stop.signal }));
    sender.end("after");
    await untilFull(reader);
    stop.abort();
    expect(await second).toMatchObject({ code: "ABORT_ERR", bytes: 0 });
    const wanted = Buffer.concat([content(8, size), Buffer.from("after")]);
    expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
    expect(await first).toMatchObject({ bytes: size });
  });

  test("abort in the middle rejects with the bytes that left, and closes the socket", async () => {
    const { sender, reader } = await connect();
    const stop = new AbortController();
    const failed = rejection(writeViews(sender, [content(10, size)], { signal: stop.signal }));
    await take(reader, 1_000_000);
    await untilStill(() => reader.bytesRead, "the reader");
    stop.abort("enough");
    const reason = await failed;
    expect(reason).toMatchObject({ code: "ABORT_ERR", cause: "enough" });
    expect(reason.bytes).toBeGreaterThanOrEqual(1_000_000);
    expect(reason.bytes).toBeLessThan(size);
    expect(sender.destroyed).toBe(true);
    expect((await inTime(received(reader), "the end")).bytes).toBeLessThan(size - 1_000_000);
  });

  test.each([
    [[1], "a bytes-like object, found 1"],
    [["text"], 'a bytes-like object, as bytes(text, "utf-8") or b`text`, found "text"'],
    [new Uint8Array(3), "a list of bytes-like objects, such as [view], found an instance of"],
    [undefined, "a list of bytes-like objects, such as [view], found undefined"],
  ])("%o is refused, and nothing is written", async (views, words) => {
    const { sender, reader } = await connect();
    await expect(writeViews(sender, views as never)).rejects.toMatchObject({
      name: "TypeError",
      code: "ERR_INVALID_ARG_TYPE",
      message: `Cannot write views: wanted ${words}`.replace(/of$/, "of Uint8Array"),
    });
    sender.end("after");
    expect(String(await receivedBytes(reader))).toBe("after");
  });

  test.each([
    [{ signal: {} }, "signal to be an AbortSignal"],
    [null, "options to be an object"],
  ])("options %j are refused", async (options, words) => {
    const { sender } = await connect();
    await expect(writeViews(sender, [], options as never)).rejects.toMatchObject({
      name: "TypeError",
      message: expect.stringContaining(words),
    });
  });

  test("what is no socket, an ended and a destroyed socket are refused, each by its name", async () => {
    const { sender, reader } = await connect();
    const none = writeViews({} as net.Socket, []);
    await expect(none).rejects.toMatchObject({
      name: "TypeError",
      message: "Cannot write views: wanted a net.Socket, found an instance of Object",
    });
    sender.end();
    await expect(writeViews(sender, [])).rejects.toMatchObject({
      code: "ERR_SOCKET_CLOSED",
      message: "Cannot write views: wanted a writable socket, found one that has been ended",
    });
    reader.destroy();
    await expect(writeViews(reader, [])).rejects.toMatchObject({ code: "ERR_SOCKET_CLOSED" });
    const socket = new net.Socket().on("error", () => {});
    await expect(writeViews(socket, [Buffer.alloc(1)])).rejects.toMatchObject({
      code: "ERR_SOCKET_CLOSED",
    });
  });
});
