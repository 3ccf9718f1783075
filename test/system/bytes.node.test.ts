/**
 * Memory of Bytes and bytearrays in the hands of Node, which reads it later: what arrives is what was
 * lent, whatever the bytearray does meanwhile, and nothing of ours is copied for it.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { gzip, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { b, bytearray, bytes, memoryview } from "zerocopy";
import type { ByteArray, Bytes } from "zerocopy";
import { content, sha256, temporaryFolder } from "../support/content.ts";
import { lendUncopied } from "../support/lending.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { inTime } from "../support/until.ts";

leaveNothingOpen();

const size = 600_000;
const body = content(3, size);
const digest = sha256(body);

/** Its contents begin and end within its memory. */
function inTheMiddle(): ByteArray {
  const ba = bytearray([1, 2, 3]);
  ba.extend(body);
  ba.append(4);
  ba.deleteSlice(0, 3);
  ba.pop();
  return ba;
}

function partOfBytes(): Bytes {
  return b`head ${bytes(body)} tail`.subarray(5, -5);
}

const lenders: readonly (readonly [string, () => Bytes | ByteArray])[] = [
  ["Bytes", () => bytes(body)],
  ["a part of Bytes", partOfBytes],
  ["bytes that were taken", () => inTheMiddle().takeBytes()],
  ["a bytearray", () => bytearray(body)],
  ["a bytearray with memory to spare", inTheMiddle],
];

/** A socket, and what the other side read from it until its end. */
async function connected(): Promise<[net.Socket, Promise<Buffer>]> {
  const server = net.createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  const [other] = (await once(server, "connection")) as [net.Socket];
  server.close();
  later(() => {
    socket.destroy();
    other.destroy();
  });
  return [socket, buffer(other)];
}

describe.each(lenders)("%s", (_, make) => {
  const lend = <R>(use: (window: Uint8Array) => R): R => lendUncopied(make(), use);

  test("is written to a file by fs.write, fs.writev and fs.promises", async () => {
    const file = path.join(temporaryFolder(), "file");
    const fd = fs.openSync(file, "w+");
    later(() => fs.closeSync(fd));
    await lend((window) => promisify(fs.write)(fd, window, 0, size, 0));
    expect(sha256(fs.readFileSync(file))).toBe(digest);
    await lend((window) =>
      promisify(fs.writev)(fd, [window.subarray(10), window.subarray(0, 10)], 0),
    );
    expect(sha256(fs.readFileSync(file))).toBe(
      sha256(Buffer.concat([body.subarray(10), body.subarray(0, 10)])),
    );
    await lend((window) => fs.promises.writeFile(file, window));
    expect(sha256(fs.readFileSync(file))).toBe(digest);
  });

  test("is written to a socket by write, writev and end", async () => {
    const [socket, read] = await connected();
    lend((window) => {
      socket.cork();
      socket.write(window.subarray(0, 100));
      socket.write(window.subarray(100));
      socket.uncork();
    });
    lend((window) => socket.end(window));
    expect(sha256(await inTime(read, "what the socket sent"))).toBe(
      sha256(Buffer.concat([body, body])),
    );
  });

  test("is digested, compressed and decoded", async () => {
    expect(lend((window) => createHash("sha256").update(window).digest("hex"))).toBe(digest);
    const zipped = await lend((window) => promisify(gzip)(window));
    expect(sha256(gunzipSync(zipped))).toBe(digest);
    const decoder = new TextDecoder("latin1");
    const text = lend((window) => decoder.decode(window.subarray(0, 50_000)));
    expect(text).toBe(decoder.decode(body.subarray(0, 50_000)));
    expect(lend((window) => Buffer.from(window.buffer, window.byteOffset, size).equals(body))).toBe(
      true,
    );
  });
});

/** What may happen to a bytearray whose bytes are on their way. */
const changes: readonly (readonly [string, (ba: ByteArray) => unknown])[] = [
  ["cleared and filled again", (ba) => [ba.clear(), ba.extend(bytes(size))]],
  ["lengthened", (ba) => ba.extend(bytes(size))],
  [
    "shortened at its start and lengthened",
    (ba) => [ba.deleteSlice(0, 1000), ba.extend(bytes(2000))],
  ],
  ["shortened in its middle", (ba) => ba.deleteSlice(1000, 2000)],
  ["inserted into", (ba) => ba.insert(0, 255)],
  ["resized", (ba) => [ba.resize(10), ba.resize(size)]],
  ["transferred to a worker", (ba) => ba.toMessage({ transfer: true })],
  ["taken, and what replaces it written to", (ba) => [ba.takeBytes(), ba.resize(size)]],
];

describe.each(changes)("a bytearray that is %s while Node reads its bytes", (_, change) => {
  test("arrives in a file as it was lent", async () => {
    const file = path.join(temporaryFolder(), "file");
    const ba = inTheMiddle();
    const written = fs.promises.writeFile(file, ba.lendUint8Array());
    change(ba);
    for (let i = 0; i < Math.min(ba.length, 5000); i += 1) ba.set(i, 255);
    await inTime(written, "the file");
    expect(sha256(fs.readFileSync(file))).toBe(digest);
  });

  test("arrives at the other end of a socket as it was lent", async () => {
    const [socket, read] = await connected();
    const ba = inTheMiddle();
    for (let i = 0; i < 8; i += 1) socket.write(ba.lendUint8Array()); // more than the kernel takes at once
    socket.end();
    expect(socket.writableLength).toBeGreaterThan(0);
    change(ba);
    for (let i = 0; i < Math.min(ba.length, 5000); i += 1) ba.set(i, 255);
    const sent = await inTime(read, "what the socket sent");
    expect(sent.length).toBe(8 * size);
    expect(sha256(sent.subarray(-size))).toBe(digest);
  });
});

test("a bytearray is read into, locked as long as somebody reads into it", async () => {
  const file = path.join(temporaryFolder(), "file");
  fs.writeFileSync(file, body);
  const handle = await fs.promises.open(file);
  later(() => handle.close());
  const target = bytearray(size);
  const view = target.subarray(1000, 3000);
  const reading = handle.read(view.asUint8Array(), 0, 2000, 0);
  expect(() => target.append(1)).toThrow(expect.objectContaining({ name: "BufferError" }));
  await inTime(reading, "the file");
  view.release();
  target.append(1);
  expect(target.slice(1000, 3000).equals(body.subarray(0, 2000))).toBe(true);
  expect([target.get(999), target.get(3000), target.length]).toEqual([0, 0, size + 1]);
  expect(memoryview(target).readonly).toBe(false);
});

test("Buffer.from and Buffer.concat take their bytes, not their fields", () => {
  for (const [, make] of lenders) {
    const owner = make();
    const copy = Buffer.from(owner as never);
    expect(copy.equals(body)).toBe(true);
    copy.fill(0);
    expect(owner.equals(body)).toBe(true);
    expect(Buffer.concat([owner.lendUint8Array(), owner.lendUint8Array()]).length).toBe(2 * size);
  }
});
