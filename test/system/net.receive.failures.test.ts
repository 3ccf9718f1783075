/** What a receiver refuses, what ends it, and what becomes of the memory. */
import { once } from "node:events";
import net from "node:net";
import { expect, test } from "vitest";
import { bytearray, bytes as constant, kBuffer, memoryview } from "zerocopy";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect as connectPair, listen, own } from "../support/sockets.ts";
import { rejection, until } from "../support/until.ts";

leaveNothingOpen();

async function serving(serve: (socket: net.Socket) => void): Promise<net.NetConnectOpts> {
  return listen(
    net.createServer((socket) => serve(own(socket))),
    "TCP",
  );
}

describeModes(({ receiver, connect, createServer }) => {
  test("a ByteArray keeps its length while it is received into, and no longer", async () => {
    const accepted: net.Socket[] = [];
    const incoming = connect(await serving((socket) => accepted.push(socket)));
    own(incoming.socket);
    const log = bytearray(10);
    const view = memoryview(bytearray(10));
    const received = incoming.recvAll(log);
    const second = incoming.recvAll(view);
    expect(() => log.append(1)).toThrow("wanted no views, found 1");
    expect(() => view.release()).toThrow("wanted no consumers, found 1");
    await until(() => accepted.length > 0, "nobody connected");
    accepted[0]!.write("0123456789abcdefghij");
    expect(await received).toMatchObject({ bytes: 10 });
    await second;
    log.append(1);
    view.release();
  });

  test("memory that is transferred meanwhile is a BufferError, and nothing is lost", async () => {
    const accepted: net.Socket[] = [];
    const incoming = connect(await serving((socket) => accepted.push(socket)));
    own(incoming.socket);
    await once(incoming.socket, "connect");
    const foreign = new Uint8Array(1000);
    const failed = rejection(incoming.recvAll(foreign));
    structuredClone(null, { transfer: [foreign.buffer] });
    const target = bytearray(5);
    const next = incoming.recvAll(target);
    await until(() => accepted.length > 0, "nobody connected");
    accepted[0]!.end("12345");
    expect(await failed).toMatchObject({
      name: "BufferError",
      message: "Cannot receive: wanted memory, found it detached or resized",
    });
    expect(await next).toMatchObject({ bytes: 5 });
    expect(target.decode()).toBe("12345");
  });

  test("destroy rejects what was asked for, with the bytes that had come", async () => {
    const incoming = connect(await serving((socket) => socket.write("abc")));
    own(incoming.socket);
    const log = bytearray(10);
    await incoming.recvAll(bytearray(1));
    const failed = rejection(incoming.recvAll(log));
    const queued = rejection(incoming.recvInto(log));
    await until(() => log.get(1) !== 0, '"bc" did not come');
    incoming.socket.destroy();
    expect(await failed).toMatchObject({
      code: "ERR_SOCKET_CLOSED",
      message: "Cannot receive: the socket was closed after 2 bytes",
      bytes: 2,
    });
    expect(await queued).toMatchObject({ code: "ERR_SOCKET_CLOSED", bytes: 0 });
    expect(await rejection(incoming.recvAll(log))).toMatchObject({ code: "ERR_SOCKET_CLOSED" });
    log.append(1);
  });

  test("a reset connection rejects, destroys the socket, and lets go of the memory", async () => {
    const accepted: net.Socket[] = [];
    const incoming = connect(await serving((socket) => accepted.push(socket)));
    const errors: unknown[] = [];
    own(incoming.socket).on("error", (error) => errors.push(error));
    const log = bytearray(10);
    const failed = rejection(incoming.recvAll(log));
    await until(() => accepted.length > 0, "nobody connected");
    accepted[0]!.resetAndDestroy();
    expect(["ECONNRESET", "ERR_SOCKET_CLOSED"]).toContain((await failed).code);
    expect(incoming.socket.destroyed).toBe(true);
    log.append(1);
  });

  test("a refused connection rejects, and says why", async () => {
    const server = net.createServer();
    const address = await listen(server, "TCP");
    server.close();
    await once(server, "close");
    const incoming = connect(address);
    own(incoming.socket);
    const reason = await rejection(incoming.recvAll(bytearray(1)));
    expect(reason).toMatchObject({ code: "ERR_SOCKET_CLOSED", cause: { code: "ECONNREFUSED" } });
  });

  test.each([
    ["read-only memory", constant([1, 2])],
    ["a read-only view", memoryview(bytearray(3)).toReadonly()],
    ["a strided view", memoryview(bytearray(8)).subarray(0, 8, 2)],
    ["text", "text"],
    ["a number", 5],
  ])("%s is refused", async (_what, view) => {
    const { sender } = await connectPair();
    await expect(receiver(sender).recvInto(view as never)).rejects.toMatchObject({
      name: "TypeError",
      code: "ERR_INVALID_ARG_TYPE",
      message: expect.stringContaining("Cannot receive: wanted writable, C-contiguous memory"),
    });
  });

  test("memory of no bytes, and no memory at all, are refused", async () => {
    const incoming = receiver((await connectPair()).sender);
    await expect(incoming.recvInto(bytearray(0))).rejects.toMatchObject({ name: "ValueError" });
    await expect(incoming.recvAll()).rejects.toMatchObject({
      name: "TypeError",
      message: "Cannot receive: wanted memory to receive into, found undefined",
    });
  });

  test.each([
    [
      "data",
      (socket: net.Socket) => socket.on("data", () => {}),
      "one with a 'data' listener or a pipe",
    ],
    [
      "readable",
      (socket: net.Socket) => socket.on("readable", () => {}),
      "one with a 'readable' listener or an iterator",
    ],
    ["resume", (socket: net.Socket) => socket.resume(), "one that flows"],
  ])("a socket that somebody reads by %s is refused", async (_how, read, words) => {
    const { sender } = await connectPair();
    read(sender);
    expect(() => receiver(sender)).toThrow(
      expect.objectContaining({
        code: "ERR_SOCKET_IN_USE",
        message: `Cannot receive: wanted a socket that nobody else reads from, found ${words}`,
      }) as Error,
    );
  });

  test("a socket is taken over once; one of onread, and one that was read, are refused", async () => {
    const { sender, reader } = await connectPair();
    const taken = receiver(sender);
    const inUse = expect.objectContaining({ code: "ERR_SOCKET_IN_USE" }) as Error;
    expect(() => receiver(sender)).toThrow(inUse);
    reader.write("x");
    await taken.recvAll(bytearray(1));
    sender.write("y");
    await once(reader.resume(), "data");
    reader.pause().removeAllListeners("data");
    expect(() => receiver(reader)).toThrow("nobody else reads from, found that 1 bytes were read");
    const address = await serving(() => {});
    const onread = { buffer: Buffer.alloc(1), callback: () => true };
    const other = own(net.connect({ ...address, onread } as net.NetConnectOpts));
    expect(() => receiver(other)).toThrow(inUse);
  });

  test("a closed socket, a TLS socket and what is no socket are refused", async () => {
    const { sender } = await connectPair();
    sender.destroy();
    expect(() => receiver(sender)).toThrow("found one that is closed or has ended");
    expect(() => receiver({} as net.Socket)).toThrow("wanted a net.Socket, found an instance of");
    const tls = Object.assign(new net.Socket(), { encrypted: true });
    expect(() => receiver(tls)).toThrow(
      expect.objectContaining({ code: "ERR_TLS_SOCKET" }) as Error,
    );
  });

  test.each([[5], ["text"], [null], [{}]])("into: %o is refused", async (into) => {
    const { sender } = await connectPair();
    expect(() => receiver(sender, { into } as never)).toThrow("wanted into to be memory, or a");
    expect(() => connect({ port: 1, into } as never)).toThrow("wanted into to be memory, or a");
    expect(() => createServer({ into } as never, () => {})).toThrow("cannot share memory");
  });

  test("createServer wants a function that takes connections", () => {
    expect(() => createServer({}, undefined as never)).toThrow("a function that takes connections");
    expect(() => createServer(null as never, () => {})).toThrow("wanted options to be an object");
  });

  test("a view that somebody still uses ends the iteration with a BufferError", async () => {
    const into = bytearray(10);
    const incoming = connect({ ...(await serving((socket) => socket.write("abc"))), into });
    own(incoming.socket);
    const used = async (): Promise<void> => {
      for await (const part of incoming) part[kBuffer](0);
    };
    await expect(used()).rejects.toMatchObject({ name: "BufferError" });
  });
});
