/** Windows that Node's own APIs take: no copy on our side, the right bytes on theirs. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { bytearray, bytes, memoryview } from "zerocopy";
import type { Bytes, MemoryView } from "zerocopy";
import { temporaryFolder } from "../support/content.ts";
import { lendUncopied } from "../support/lending.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";

leaveNothingOpen();

const text = "zero-copy: \u00e9\u20ac, as Node sees it. ".repeat(40);
const content = new TextEncoder().encode(text);
const sha = createHash("sha256").update(content).digest("hex");

function inSharedMemory(): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(content.length + 8), 8);
  shared.set(content);
  return shared;
}

const lenders: readonly (readonly [string, () => { lendUint8Array(): Uint8Array }])[] = [
  ["Bytes", () => bytes(content)],
  ["a bytearray", () => bytearray(content)],
  ["a memoryview", () => memoryview(content)],
  ["a read-only memoryview", () => memoryview(bytes(content))],
  ["a view of a bytearray", () => memoryview(bytearray(content))],
  ["a window at an odd offset", () => memoryview(Buffer.from(`.${text}.`)).subarray(1, -1)],
  ["two axes", () => memoryview(content).cast("B", [2, content.length / 2])],
  ["shared memory", () => memoryview(inSharedMemory())],
];

/** The descriptor of a new file. */
function openFile(): number {
  const fd = fs.openSync(path.join(temporaryFolder(), "file"), "w+");
  later(() => fs.closeSync(fd));
  return fd;
}

/** The port of a server that answers with the digest of what it gets. */
async function startDigester(): Promise<number> {
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    const hash = createHash("sha256");
    socket.on("data", (chunk) => hash.update(chunk));
    socket.on("end", () => socket.end(hash.digest("hex")));
  });
  later(async () => {
    server.close();
    await once(server, "close");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as net.AddressInfo).port;
}

function written(fd: number): Uint8Array {
  const found = new Uint8Array(fs.fstatSync(fd).size);
  fs.readSync(fd, found, 0, found.length, 0);
  return found;
}

describe.each(lenders)("lendUint8Array of %s", (_, make) => {
  const lend = <R>(use: (window: Uint8Array) => R): R => lendUncopied(make(), use);

  test("is what fs.writeSync, writevSync and write write", async () => {
    const fd = openFile();
    expect(lend((window) => fs.writeSync(fd, window, 0, window.length, 0))).toBe(content.length);
    expect(Buffer.compare(written(fd), content)).toBe(0);
    const other = openFile();
    lend((window) => fs.writevSync(other, [window, window.subarray(0, 3)]));
    const twice = Buffer.concat([content, content.subarray(0, 3)]);
    expect(Buffer.compare(written(other), twice)).toBe(0);
    const third = openFile();
    await new Promise((done, fail) => {
      lend((window) => fs.write(third, window, (error) => (error ? fail(error) : done(0))));
    });
    expect(Buffer.compare(written(third), content)).toBe(0);
  });

  test("is what digests digest", () => {
    expect(lend((window) => createHash("sha256").update(window).digest("hex"))).toBe(sha);
    const wanted = createHmac("sha256", "key").update(content).digest("hex");
    expect(lend((window) => createHmac("sha256", "key").update(window).digest("hex"))).toBe(wanted);
    expect(lend((window) => timingSafeEqual(window, content))).toBe(true);
  });

  test("is what text, compression and Buffers are made of", () => {
    expect(lend((window) => new TextDecoder().decode(window))).toBe(text);
    expect(lend((window) => gunzipSync(gzipSync(window)).toString())).toBe(text);
    expect(lend((window) => Buffer.concat([window]).toString())).toBe(text);
    expect(lend((window) => Buffer.from(window.buffer, window.byteOffset, 4).toString())).toBe(
      "zero",
    );
    expect(lend((window) => Buffer.compare(window, content))).toBe(0);
  });

  test("is what streams and sockets send", async () => {
    const stream = new PassThrough();
    lend((window) => stream.end(window));
    expect((await buffer(stream)).toString()).toBe(text);
    const socket = net.connect(await startDigester(), "127.0.0.1");
    lend((window) => socket.end(window));
    expect((await buffer(socket)).toString()).toBe(sha);
  });

  test("is what Blob and Response take, where they take that memory", async () => {
    const blob = lend((window) => new Blob([window as Uint8Array<ArrayBuffer>]));
    expect(await blob.text()).toBe(text);
    const owner = make();
    const window = owner.lendUint8Array();
    const plain = window.buffer instanceof ArrayBuffer ? window : window.slice();
    expect(await new Response(plain as Uint8Array<ArrayBuffer>).text()).toBe(text);
  });
});

describe("asUint8Array and asTypedArray", () => {
  test("are what fs.readSync and readvSync read into", () => {
    const fd = openFile();
    fs.writeSync(fd, content);
    const target = bytearray(20);
    const m = memoryview(target);
    expect(fs.readSync(fd, m.subarray(4, 14).asUint8Array(), 0, 10, 0)).toBe(10);
    expect(m.subarray(4, 14).equals(content.subarray(0, 10))).toBe(true);
    expect([m.get(3), m.get(14)]).toEqual([0, 0]);
    fs.readvSync(fd, [m.subarray(0, 4).asUint8Array(), m.subarray(16).asUint8Array()], 0);
    expect(m.subarray(0, 4).decode() + m.subarray(16).decode()).toBe("zero-cop");
    m.release();
  });

  test("are typed arrays on the very memory", () => {
    const memory = new Float64Array(6);
    const m = memoryview(memory).subarray(2, 5);
    const window: Float64Array = m.asTypedArray();
    window.set([1, 2, 3]);
    expect([...memory]).toEqual([0, 0, 1, 2, 3, 0]);
    expect(window.buffer).toBe(memory.buffer);
    expect([window.byteOffset, window.length]).toEqual([16, 3]);
    expect(m.asUint8Array().byteLength).toBe(24);
  });

  test.each<readonly [string, () => MemoryView, RegExp]>([
    ["read-only", () => memoryview(bytes(8)), /writable.*read-only/],
    [
      "strided",
      () => memoryview(new Uint8Array(8)).subarray(0, 8, 2),
      /C-contiguous strides .*found \[2\]$/,
    ],
    [
      "unaligned",
      () => memoryview(new Uint8Array(9).subarray(1)).cast("d"),
      /aligned to 8.*offset 1/,
    ],
    ["foreign-endian", () => memoryview(new Uint8Array(8)).cast(">I"), /little-endian.*">I"/],
    [
      "of records",
      () => memoryview(new Uint8Array(8)).cast("<HH"),
      /format of typed arrays, found "<HH"$/,
    ],
    [
      "complex",
      () => memoryview(new Uint8Array(8)).cast("Zf"),
      /format of typed arrays, found "Zf"$/,
    ],
  ])("say why not, of memory that is %s", (_, make, reason) => {
    const m = make();
    expect(() => m.asTypedArray()).toThrow(reason);
    expect(() => m.asTypedArray()).toThrow(expect.objectContaining({ name: "BufferError" }));
    expect(m.tryTypedArray()).toBeUndefined();
  });

  test.each([
    ["b", Int8Array],
    ["B", Uint8Array],
    ["c", Uint8Array],
    ["?", Uint8Array],
    ["h", Int16Array],
    ["H", Uint16Array],
    ["i", Int32Array],
    ["I", Uint32Array],
    ["<l", Int32Array],
    ["<L", Uint32Array],
    ["l", BigInt64Array],
    ["q", BigInt64Array],
    ["n", BigInt64Array],
    ["Q", BigUint64Array],
    ["N", BigUint64Array],
    ["P", BigUint64Array],
    ["f", Float32Array],
    ["<d", Float64Array],
    ["=H", Uint16Array],
    ["@i", Int32Array],
  ])("of format %s are a %o", (format, wanted) => {
    const m = memoryview(new ArrayBuffer(16)).cast(format);
    expect(m.asTypedArray()).toBeInstanceOf(wanted);
    expect(m.tryTypedArray()?.length).toBe(m.length);
  });

  test("of Bytes there are none: only lendUint8Array opens them", () => {
    const secret = bytes(content);
    expect("asUint8Array" in secret).toBe(false);
    const parts: readonly (Bytes | MemoryView)[] = [
      memoryview(secret),
      memoryview(secret).subarray(1),
    ];
    for (const part of parts) {
      expect(() => (part as MemoryView).asUint8Array()).toThrow(/lendUint8Array/);
    }
    const copy = secret.toUint8Array();
    copy.fill(0);
    expect(secret.equals(content)).toBe(true);
  });
});
