/** Receiving into memory of one's own: what arrives where, and what it says. */
import { once } from "node:events";
import net from "node:net";
import { expect, test } from "vitest";
import { ByteQueue, bytearray, memoryview } from "zerocopy";
import type { BytesLike, MemoryView } from "zerocopy";
import type { Receiver } from "zerocopy/net";
import { content, sha256 } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { kinds, listen, own, receivedBytes } from "../support/sockets.ts";
import type { Kind } from "../support/sockets.ts";
import { untilStill } from "../support/until.ts";
import { wasmMemory } from "../support/wasm.ts";

leaveNothingOpen();

/** What `net.connect` takes, of a server that hands each connection to `serve`. */
async function serving(serve: (socket: net.Socket) => void, kind: Kind = "TCP") {
  const server = net.createServer((socket) => serve(own(socket)));
  return listen(server, kind);
}

describeModes(({ name, receiver, connect, createServer }) => {
  const path = name === "natively" ? "recv" : "recv-copy";

  test.each(kinds)("recvAll takes a stream of known length over %s, byte by byte", async (kind) => {
    const bytes = content(1, 12_345_678);
    const address = await serving((socket) => socket.end(bytes), kind);
    const target = bytearray(bytes.length);
    const incoming = connect(address);
    own(incoming.socket);
    const result = await incoming.recvAll(target);
    expect(result).toMatchObject({ bytes: bytes.length, path });
    expect(result.copies).toBeCloseTo(path === "recv" ? 1 : 2, 3);
    expect(target.equals(bytes)).toBe(true);
    expect(await incoming.recvInto(target)).toEqual({ bytes: 0, path: "recv", copies: 0 });
  });

  test("a socket that somebody else resumes loses nothing", async () => {
    const bytes = content(2, 300_000);
    const incoming = connect(await serving((end) => end.end(bytes)));
    const socket = own(incoming.socket);
    const target = bytearray(bytes.length);
    await incoming.recvAll(memoryview(target).subarray(0, 10));
    for (let times = 0; times < 3; times++) {
      await untilStill(() => socket.bytesRead, "what is read");
      socket.resume();
      socket.read(0);
    }
    await incoming.recvAll(memoryview(target).subarray(10));
    expect(target.equals(bytes)).toBe(true);
  });

  test("recvInto takes what has come, and says how much", async () => {
    const address = await serving((socket) => socket.write("hello"));
    const incoming = connect(address);
    own(incoming.socket);
    const target = bytearray(100);
    const { bytes } = await incoming.recvInto(target);
    if (bytes < 5) await incoming.recvAll(memoryview(target).subarray(bytes, 5));
    expect(memoryview(target).subarray(0, 5).decode()).toBe("hello");
  });

  test("records of fixed size are read one by one, to a clean end", async () => {
    const bytes = content(2, 7 * 1001);
    const address = await serving((socket) => {
      for (let at = 0; at < bytes.length; at += 333) socket.write(bytes.subarray(at, at + 333));
      socket.end();
    });
    const incoming = connect(address);
    own(incoming.socket);
    const record = bytearray(1001);
    const found: Uint8Array[] = [];
    while ((await incoming.recvAll(record)).bytes === 1001) found.push(record.toUint8Array());
    expect(Buffer.concat(found).equals(bytes)).toBe(true);
  });

  test("recvAll gives fewer bytes only at the end of the stream", async () => {
    const address = await serving((socket) => socket.end("abc"));
    const incoming = connect(address);
    own(incoming.socket);
    const target = bytearray(10);
    expect(await incoming.recvAll(target)).toMatchObject({ bytes: 3 });
    expect(memoryview(target).subarray(0, 3).decode()).toBe("abc");
    expect(await incoming.recvAll(target)).toMatchObject({ bytes: 0 });
  });

  test("memory of every kind is received into where it lies", async () => {
    const wasm = wasmMemory({ initial: 1 });
    const shared = new SharedArrayBuffer(3000);
    const doubles = new Float64Array(500);
    const ring = bytearray(5000);
    const targets: BytesLike[] = [
      ...[
        Buffer.alloc(2000),
        new ArrayBuffer(1000),
        shared,
        doubles,
        new DataView(shared, 100, 50),
      ],
      ...[memoryview(wasm).subarray(7, 60_007), memoryview(ring).cast("<q").subarray(1, 3), ring],
    ];
    const sizes = targets.map((target) => memoryview(target).nbytes);
    const total = sizes.reduce((sum, size) => sum + size);
    const bytes = content(3, total);
    const incoming = connect(await serving((socket) => socket.end(bytes)));
    own(incoming.socket);
    let at = 0;
    for (const [index, target] of targets.entries()) {
      expect(await incoming.recvAll(target)).toMatchObject({ bytes: sizes[index], path });
      const wanted = bytes.subarray(at, (at += sizes[index]!));
      expect(memoryview(target).cast("B").equals(memoryview(wanted))).toBe(true);
    }
  });

  test("what is asked for at once is served in call order", async () => {
    const bytes = content(4, 1_000_000);
    const incoming = connect(await serving((socket) => socket.end(bytes)));
    own(incoming.socket);
    const target = new Uint8Array(bytes.length);
    const asks = Array.from({ length: 100 }, (_, index) =>
      incoming.recvAll(target.subarray(index * 10_000, (index + 1) * 10_000)),
    );
    await Promise.all(asks);
    expect(sha256(target)).toBe(sha256(bytes));
  });

  test("iteration gives views of what comes, to the end; none outlives its turn", async () => {
    const bytes = content(5, 3_000_000);
    const queue = new ByteQueue();
    const into = bytearray(65_536);
    const incoming = connect({ ...(await serving((socket) => socket.end(bytes))), into });
    own(incoming.socket);
    const seen: MemoryView[] = [];
    for await (const part of incoming) {
      queue.append(part.toUint8Array());
      seen.push(part);
      break;
    }
    expect(() => seen[0]!.nbytes).toThrow("released");
    for await (const part of incoming) queue.append(part.toUint8Array());
    expect(queue.peek(bytes.length).equals(memoryview(bytes))).toBe(true);
    into.append(1); // nobody holds it any more
  });

  test("a function gives memory for each part", async () => {
    const bytes = content(6, 1_000_000);
    const blocks: Uint8Array[] = [];
    const into = (): Uint8Array => {
      const block = new Uint8Array(100_000);
      blocks.push(block);
      return block;
    };
    const incoming = connect({ ...(await serving((socket) => socket.end(bytes))), into });
    own(incoming.socket);
    const parts: Uint8Array[] = [];
    for await (const part of incoming) parts.push(blocks.at(-1)!.subarray(0, part.nbytes));
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  });

  test("a server receives each connection into memory of its own, and answers", async () => {
    const answer = async (incoming: Receiver): Promise<void> => {
      for await (const part of incoming) incoming.socket.write(part.toUint8Array());
    };
    const echo = createServer({ into: () => bytearray(1000) }, (incoming) => {
      own(incoming.socket);
      void answer(incoming);
    });
    const address = await listen(echo, "TCP");
    const sizes = [10, 100_000, 1_000_000];
    await Promise.all(
      sizes.map(async (size, index) => {
        const client = own(net.connect(address));
        client.end(content(20 + index, size));
        expect((await receivedBytes(client)).equals(content(20 + index, size))).toBe(true);
      }),
    );
  });

  test("receiver takes over an accepted socket, and loses nothing", async () => {
    const server = net.createServer();
    const address = await listen(server, "TCP");
    const accepted = once(server, "connection");
    const client = own(net.connect(address));
    client.end(content(7, 2_000_000));
    const target = bytearray(2_000_000);
    server.once("connection", (socket: net.Socket) => {
      void receiver(own(socket))
        .recvAll(target)
        .then((result) => server.emit("filled", result));
    });
    const filled = once(server, "filled");
    await accepted;
    expect((await filled)[0]).toMatchObject({ bytes: 2_000_000, path });
    expect(target.equals(content(7, 2_000_000))).toBe(true);
  });

  test("nothing is read while nobody asks, and the sender has to wait", async () => {
    const bytes = content(8, 24_000_000);
    let sending: net.Socket | undefined;
    const address = await serving((socket) => {
      sending = socket;
      socket.write(bytes.subarray(0, 1));
      socket.end(bytes.subarray(1));
    });
    const incoming = connect(address);
    own(incoming.socket);
    expect(await incoming.recvAll(bytearray(1))).toMatchObject({ bytes: 1 });
    const left = await untilStill(() => sending!.bytesWritten - sending!.writableLength, "sender");
    expect(left).toBeLessThan(bytes.length);
    const rest = bytearray(bytes.length - 1);
    expect(await incoming.recvAll(rest)).toMatchObject({ bytes: bytes.length - 1 });
    expect(rest.equals(bytes.subarray(1))).toBe(true);
  });

  test("the event loop has its turns while a sender sends all it can", async () => {
    const bytes = content(9, 40_000_000);
    const incoming = connect(await serving((socket) => socket.end(bytes)));
    own(incoming.socket);
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    later(() => clearInterval(timer));
    const small = bytearray(16_384);
    let received = 0;
    for (let bytesNow = 1; bytesNow > 0; received += bytesNow) {
      bytesNow = (await incoming.recvInto(small)).bytes;
    }
    expect(received).toBe(bytes.length);
    expect(turns).toBeGreaterThan(1);
  });

  test("both directions run at once", async () => {
    const bytes = content(10, 5_000_000);
    const echo = await serving((socket) => socket.pipe(socket));
    const incoming = connect(echo);
    own(incoming.socket).end(bytes);
    const target = bytearray(bytes.length);
    await incoming.recvAll(target);
    expect(target.equals(bytes)).toBe(true);
  });
});
