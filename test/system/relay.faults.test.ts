/** What ends a relay early, what it refuses, and what becomes of the sockets. */
import { once } from "node:events";
import net from "node:net";
import os from "node:os";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import type { RelayOptions } from "zerocopy/net";
import { content } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes, describeNative, fallback, native } from "../support/modes.ts";
import { proxied, untilEnd } from "../support/relaying.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { connect, kinds, listen, own, take } from "../support/sockets.ts";
import { inTime, rejection } from "../support/until.ts";

leaveNothingOpen();

describeModes(({ relay }) => {
  /** A relay through which a byte has gone each way. */
  async function running(options: RelayOptions = {}) {
    const ends = await proxied();
    const relayed = relay(ends.a, ends.b, options);
    relayed.catch(() => {});
    ends.client.write("?");
    await take(ends.server, 1);
    ends.server.write("!");
    await take(ends.client, 1);
    return { ...ends, relayed };
  }

  /** Both outer ends find out, and both inner ones are closed. */
  async function allClosed({ client, a, b, server }: Awaited<ReturnType<typeof proxied>>) {
    for (const socket of [client.resume().end(), a, b, server.resume().end()]) {
      if (!socket.closed) await inTime(once(socket, "close"), "the end of a socket");
    }
  }

  test.each(["client", "server"] as const)("a reset by the %s ends both sides", async (who) => {
    const ends = await running();
    const failed = rejection(ends.relayed);
    ends[who].resetAndDestroy();
    expect(await failed).toMatchObject({ name: "OSError", code: "ECONNRESET", bytes: 2 });
    await allClosed(ends);
  });

  test.each(["a", "b"] as const)("destroying %s ends both sides", async (who) => {
    const ends = await running();
    ends[who].destroy();
    expect(await rejection(ends.relayed)).toMatchObject({
      code: "ERR_SOCKET_CLOSED",
      message: "Cannot relay: the socket was closed after 2 bytes",
    });
    await allClosed(ends);
  });

  test("a reset that the kernel refuses, because the socket is being ended, ends both sides", async () => {
    const ends = await running();
    const { a } = ends;
    const { _handle: handle } = a as unknown as { _handle: { close(): void; reset?(): number } };
    handle.reset = () => -os.constants.errno.EINVAL; // and Node never closes it
    later(() => handle.close());
    a._final = () => void a.resetAndDestroy();
    ends.server.end();
    expect(await rejection(ends.relayed)).toMatchObject({ code: "ERR_SOCKET_CLOSED", bytes: 2 });
    expect(ends.b.destroyed).toBe(true);
  });

  test("the error that a socket was destroyed with is the cause", async () => {
    const ends = await running();
    const cause = new Error("enough");
    ends.a.destroy(cause);
    expect(await rejection(ends.relayed)).toMatchObject({ code: "ERR_SOCKET_CLOSED", cause });
    expect(ends.b.errored).toBe(cause);
    await allClosed(ends);
  });

  test("an abort ends both sides at once", async () => {
    const controller = new AbortController();
    const ends = await running({ signal: controller.signal });
    controller.abort("enough");
    expect(await rejection(ends.relayed)).toMatchObject({
      ...{ name: "AbortError", code: "ABORT_ERR", cause: "enough", bytes: 2 },
    });
    await allClosed(ends);
  });

  test("an abort does not wait for a reader that has stalled", async () => {
    const controller = new AbortController();
    const ends = await running({ signal: controller.signal });
    ends.client.write(content(1, 32 << 20));
    await new Promise((resolve) => setTimeout(resolve, 50));
    controller.abort();
    expect(await rejection(ends.relayed)).toMatchObject({ name: "AbortError" });
  });

  test("an abort beforehand touches nothing", async () => {
    const ends = await proxied();
    const signal = AbortSignal.abort();
    await expect(relay(ends.a, ends.b, { signal })).rejects.toMatchObject({ name: "AbortError" });
    ends.a.end("after");
    expect(String(await untilEnd(ends.client))).toBe("after");
  });

  test("what onProgress throws ends both sides", async () => {
    const thrown = new Error("mine");
    const ends = await proxied();
    const relayed = relay(ends.a, ends.b, {
      onProgress: () => {
        throw thrown;
      },
    });
    const writing = setInterval(() => ends.client.write("?"), 20);
    expect(await rejection(relayed)).toBe(thrown);
    clearInterval(writing);
    await allClosed(ends);
  });

  test("a connection that is refused ends the other side", async () => {
    const listener = net.createServer();
    const address = await listen(listener, "TCP");
    listener.close();
    const { client, a, b } = await proxied();
    b.destroy();
    const relayed = relay(a, net.connect(address)); // nobody listens for its 'error'
    expect(await rejection(relayed)).toMatchObject({
      ...{ name: "OSError", code: "ECONNREFUSED", syscall: "connect", bytes: 0 },
    });
    await once(client.resume(), "end");
  });

  test.each(kinds)("relays that are cut off leave nothing behind, over %s", async (kind) => {
    for (let round = 0; round < 40; round++) {
      const ends = await proxied(kind);
      const relayed = relay(ends.a, ends.b);
      relayed.catch(() => {});
      ends.client.write(content(round, 10_000));
      const first = await take(ends.server, 1000);
      expect(first.equals(content(round, 1000))).toBe(true);
      if (kind === "TCP" && round % 3 === 0) ends.client.resetAndDestroy();
      else ends[round % 2 ? "a" : "b"].destroy();
      await rejection(relayed);
      for (const socket of [ends.a, ends.b]) if (!socket.closed) await once(socket, "close");
      ends.client.destroy();
      ends.server.destroy();
    }
  });

  describe("refuses, and leaves the sockets as they were:", () => {
    async function refusal(prepare: (a: net.Socket) => unknown): Promise<unknown> {
      const ends = await proxied();
      prepare(ends.a);
      const error = await rejection(relay(ends.b, ends.a));
      ends.b.end("after");
      expect(String(await untilEnd(ends.server))).toBe("after");
      ends.server.end("before");
      expect(String(await untilEnd(ends.b))).toBe("before");
      return error;
    }

    test.each<[string, (a: net.Socket) => unknown, string]>([
      ["a 'data' listener", (a) => a.on("data", () => {}), "with a 'data' listener or a pipe"],
      ["a pipe", (a) => a.pipe(new PassThrough()), "with a 'data' listener or a pipe"],
      ["a 'readable' listener", (a) => a.on("readable", () => {}), "with a 'readable' listener"],
      [
        "an iterator",
        (a) =>
          a[Symbol.asyncIterator]()
            .next()
            .catch(() => {}),
        "with a 'readable' listener",
      ],
      ["an encoding", (a) => a.setEncoding("utf8"), "that decodes utf8"],
    ])("%s", async (_name, prepare, words) => {
      expect(await refusal(prepare)).toMatchObject({
        name: "ZeroCopyError",
        code: "ERR_SOCKET_IN_USE",
        message: expect.stringContaining(
          `Cannot relay: wanted a socket that nobody else reads from, found one ${words}`,
        ),
      });
    });

    test("a socket that is being relayed already", async () => {
      const { client, a, b, server } = await proxied();
      const first = relay(a, b);
      expect(await rejection(relay(b, a))).toMatchObject({ code: "ERR_SOCKET_IN_USE" });
      client.end("still");
      server.end();
      client.resume();
      expect(String(await untilEnd(server))).toBe("still");
      await first;
    });

    test("a socket made with onread", async () => {
      const { client, a, b } = await proxied();
      const listener = net.createServer((socket) => own(socket).resume());
      const address = await listen(listener, "TCP");
      const onread = { buffer: Buffer.alloc(10), callback: () => true };
      const reader = own(net.connect({ ...address, onread }));
      await once(reader, "connect");
      expect(await rejection(relay(a, reader))).toMatchObject({
        code: "ERR_SOCKET_IN_USE",
        message: expect.stringContaining("found one made with onread"),
      });
      expect([a.destroyed, b.destroyed, client.destroyed]).toEqual([false, false, false]);
    });

    test("one socket as both, closed sockets, and what is no socket", async () => {
      const { a, b } = await proxied();
      expect(await rejection(relay(a, a))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
      const closed = new net.Socket();
      closed.destroy();
      expect(await rejection(relay(a, closed))).toMatchObject({ code: "ERR_SOCKET_CLOSED" });
      for (const wrong of [undefined, null, {}, 1]) {
        const error = await rejection(relay(a, wrong as net.Socket));
        expect(error).toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
      }
      b.end();
      expect(await rejection(relay(a, b))).toMatchObject({
        code: "ERR_SOCKET_CLOSED",
        message: "Cannot relay: wanted a writable socket, found one that has been ended",
      });
    });

    test.each([{ signal: {} }, { onProgress: 1 }, { require: "splice" }, null])(
      "options %j",
      async (options) => {
        const { a, b } = await proxied();
        const error = await rejection(relay(a, b, options as unknown as RelayOptions));
        expect(error).toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
        expect([a.destroyed, b.destroyed]).toEqual([false, false]);
      },
    );
  });
});

describe('require: "zero-copy"', () => {
  test("rejects without the addon, and the sockets stay as they were", async () => {
    const { client, a, b } = await proxied();
    const error = await rejection(fallback.relay(a, b, { require: "zero-copy" }));
    expect(error).toMatchObject({
      code: "ERR_ZERO_COPY_UNAVAILABLE",
      message: "Cannot relay: wanted zero-copy, found that ZEROCOPY_DISABLE_NATIVE=1 is set",
    });
    a.end("after");
    expect(String(await untilEnd(client))).toBe("after");
  });
});

describeNative("with the addon", () => {
  test("a socket whose _write was replaced sees every byte, and the other way is spliced", async () => {
    const { client, a, b, server } = await proxied();
    const write = b._write;
    let seen = 0;
    b._write = (chunk: Buffer, encoding, callback) => {
      seen += chunk.length;
      write.call(b, chunk, encoding, callback);
    };
    const relayed = native.relay(a, b);
    client.end(content(1, 300_000));
    server.end(content(2, 300_000));
    const [up, down] = await Promise.all([untilEnd(server), untilEnd(client)]);
    expect([up.length, down.length, seen]).toEqual([300_000, 300_000, 300_000]);
    expect(await relayed).toMatchObject({
      aToB: { path: "read-write" },
      bToA: { path: "splice" },
    });
  });

  test("descriptors that are used again never see bytes of a relay that was cut off", async () => {
    const first = await proxied();
    const relayed = native.relay(first.a, first.b);
    relayed.catch(() => {});
    first.client.write(content(1, 4 << 20));
    await take(first.server, 1000);
    first.b.destroy();
    const second = await connect();
    second.sender.end("mine alone");
    expect(String(await untilEnd(second.reader))).toBe("mine alone");
    await rejection(relayed);
  });
});
