/** What relay delivers, in which order, and what it reports. */
import { once } from "node:events";
import net from "node:net";
import { expect, test, vi } from "vitest";
import type { RelayProgress } from "zerocopy/net";
import { content, sha256 } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { proxied, untilEnd } from "../support/relaying.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { kinds, listen, own, received, take } from "../support/sockets.ts";
import { inTime, until } from "../support/until.ts";

leaveNothingOpen();

const listeners = (socket: net.Socket): Record<string, number> =>
  Object.fromEntries(socket.eventNames().map((name) => [String(name), socket.listenerCount(name)]));

describeModes(({ relay, relayPath: path, copies }) => {
  test.each(kinds)("relay moves 64 MiB one way and 3 MB the other over %s", async (kind) => {
    const { client, a, b, server } = await proxied(kind);
    const [up, down] = [content(1, 64 << 20), content(2, 3_000_000)];
    client.end(up);
    server.end(down);
    const arrived = Promise.all([received(server), received(client)]);
    const result = await inTime(relay(a, b), "the relay");
    expect(result).toEqual({
      ...{ bytes: up.length + down.length, path, copies },
      aToB: { bytes: up.length, path, copies },
      bToA: { bytes: down.length, path, copies },
    });
    const [atServer, atClient] = await arrived;
    expect(atServer).toEqual({ bytes: up.length, sha256: sha256(up), ended: true });
    expect(atClient).toEqual({ bytes: down.length, sha256: sha256(down), ended: true });
    for (const socket of [a, b]) if (!socket.closed) await once(socket, "close");
  });

  test.each(kinds)("relay passes on a byte at a time, both ways, over %s", async (kind) => {
    const { client, a, b, server } = await proxied(kind);
    const relayed = relay(a, b);
    for (let round = 0; round < 200; round++) {
      client.write(Buffer.of(round));
      expect((await take(server, 1))[0]).toBe(round);
      server.write(Buffer.of(255 - round));
      expect((await take(client, 1))[0]).toBe(255 - round);
    }
    client.end();
    server.resume().end();
    client.resume();
    expect(await relayed).toMatchObject({ bytes: 400, aToB: { bytes: 200 }, bToA: { bytes: 200 } });
  });

  test("the end of one side is passed on, and the other may go on, whatever allowHalfOpen says", async () => {
    const { client, a, b, server } = await proxied();
    expect([a.allowHalfOpen, b.allowHalfOpen]).toEqual([false, false]);
    const relayed = relay(a, b);
    client.end("question");
    expect(String(await untilEnd(server))).toBe("question");
    const answer = content(3, 2_000_000);
    server.end(answer);
    expect((await untilEnd(client)).equals(answer)).toBe(true);
    expect(await relayed).toMatchObject({
      aToB: { bytes: 8 },
      bToA: { bytes: answer.length },
    });
    expect([a.allowHalfOpen, b.allowHalfOpen]).toEqual([false, false]);
  });

  test("nothing both ways is a relay too", async () => {
    const { client, a, b, server } = await proxied();
    client.resume().end();
    server.resume().end();
    const nothing = { bytes: 0, path, copies: 0 };
    expect(await relay(a, b)).toEqual({ ...nothing, aToB: nothing, bToA: nothing });
  });

  test("what Node has read before goes first, and is reported as copied", async () => {
    const { client, a, b, server } = await proxied();
    const sent = content(4, 5_000_000);
    client.end(sent);
    a.read(0); // as it would for a server without pauseOnConnect
    await until(() => a.readableLength > 0, "nothing was read ahead");
    const ahead = a.readableLength;
    server.end();
    const relayed = relay(a, b);
    expect((await untilEnd(server)).equals(sent)).toBe(true);
    client.resume();
    const { aToB } = await relayed;
    expect(aToB).toEqual(
      path === "splice"
        ? {
            ...{ bytes: sent.length, path, copies: (2 * ahead) / sent.length },
            paths: { splice: sent.length - ahead, "read-write": ahead },
          }
        : { bytes: sent.length, path, copies },
    );
  });

  test("what had been read to its end before is relayed too", async () => {
    const { client, a, b, server } = await proxied();
    client.end("all of it");
    a.read(0);
    await until(() => a.readableLength > 0, "nothing was read ahead");
    await new Promise((resolve) => setImmediate(resolve)); // and the end behind it, perhaps
    const relayed = relay(a, b);
    expect(String(await untilEnd(server))).toBe("all of it");
    server.end();
    client.resume();
    expect(await relayed).toMatchObject({ bytes: 9, path: "read-write", copies: 2 });
  });

  test("writes before a relay leave before it, and writes during it after it", async () => {
    const { client, a, b, server } = await proxied();
    b.write("first ");
    const relayed = relay(a, b);
    b.write(" last");
    client.write("mid");
    expect(String(await take(server, 9))).toBe("first mid");
    client.end("dle");
    server.end();
    client.resume();
    expect(String(await untilEnd(server))).toBe("dle last");
    expect(await relayed).toMatchObject({ bytes: 6 });
  });

  test("relay waits for a socket that is still connecting", async () => {
    const listener = net.createServer((socket) => own(socket).end("hello"));
    const address = await listen(listener, "TCP");
    const { client, a, b } = await proxied();
    b.destroy();
    const relayed = relay(a, own(net.connect(address)));
    client.end();
    expect(String(await untilEnd(client))).toBe("hello");
    expect(await relayed).toMatchObject({ aToB: { bytes: 0 }, bToA: { bytes: 5 } });
  });

  test("relay follows CONNECT of an HTTP proxy, with what came behind the request", async () => {
    const { createServer } = await import("node:http");
    const upstream = net.createServer((socket) => own(socket).pipe(socket));
    const target = await listen(upstream, "TCP");
    const proxy = createServer();
    const done = new Promise((resolve, reject) => {
      proxy.on("connect", (_request, socket, head) => {
        const far = own(net.connect(target));
        own(socket as net.Socket).write("HTTP/1.1 200 OK\r\n\r\n");
        far.write(head);
        relay(socket as net.Socket, far).then(resolve, reject);
      });
    });
    const client = own(net.connect(await listen(proxy, "TCP")));
    client.allowHalfOpen = true;
    client.write("CONNECT far:1 HTTP/1.1\r\nHost: far:1\r\n\r\nhead ");
    expect(String(await take(client, 24))).toBe("HTTP/1.1 200 OK\r\n\r\nhead ");
    client.end("tail");
    expect(String(await untilEnd(client))).toBe("tail");
    expect(await done).toMatchObject({ aToB: { bytes: 4 }, bToA: { bytes: 9 } });
  });

  test("progress grows both ways and is complete at the end", async () => {
    const { client, a, b, server } = await proxied();
    const reports: RelayProgress[] = [];
    client.end(content(5, 20_000_000));
    server.end(content(6, 10_000_000));
    void received(server);
    void received(client);
    await relay(a, b, { onProgress: (progress) => reports.push(progress) });
    expect(reports.at(-1)).toEqual({ bytes: 3e7, bytesAToB: 2e7, bytesBToA: 1e7 });
    for (const [index, { bytes, bytesAToB, bytesBToA }] of reports.entries()) {
      expect(bytes).toBe(bytesAToB + bytesBToA);
      expect(bytes).toBeGreaterThanOrEqual(reports[index - 1]?.bytes ?? 0);
    }
  });

  test("a reader that stalls stalls the sender, and nothing is kept here", async () => {
    const { client, a, b, server } = await proxied();
    const relayed = relay(a, b);
    const chunk = Buffer.alloc(1 << 20, 7);
    const before = process.memoryUsage();
    let sent = 0;
    const writeMore = (): void => {
      while (client.write(chunk)) sent += chunk.length;
      sent += chunk.length;
    };
    client.on("drain", writeMore);
    writeMore();
    const state = { at: 0, since: performance.now() };
    await until(() => {
      if (sent !== state.at) Object.assign(state, { at: sent, since: performance.now() });
      return performance.now() - state.since > 100;
    }, "the sender was never stopped");
    // The queues of two connections, the pipe, and 1 MiB that the client itself has.
    expect(sent).toBeLessThan(64 << 20);
    expect(process.memoryUsage().arrayBuffers - before.arrayBuffers).toBeLessThan(16 << 20);
    client.off("drain", writeMore);
    client.end();
    server.end();
    client.resume();
    expect((await received(server)).bytes).toBe(sent);
    expect(await relayed).toMatchObject({ bytes: sent });
  });

  test("relay leaves no listener and no method on the sockets", async () => {
    const { client, a, b, server } = await proxied();
    const before = [listeners(a), listeners(b)];
    client.resume().end("x");
    server.resume().end("y");
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    await relay(a, b, { signal });
    expect([listeners(a), listeners(b)]).toEqual(before);
    for (const socket of [a, b]) {
      const left = Object.getOwnPropertyNames(socket).filter((name) =>
        /^_(read|writev?)$/.test(name),
      );
      expect(left).toEqual([]);
    }
    expect(add.mock.calls.length).toBeGreaterThan(0);
    expect(new Set(remove.mock.calls.map(([, listener]) => listener))).toEqual(
      new Set(add.mock.calls.map(([, listener]) => listener)),
    );
  });

  test("setTimeout fires for a relay that has stalled, and destroying a socket then ends it", async () => {
    const { a, b, client, server } = await proxied();
    const relayed = relay(a, b);
    relayed.catch(() => {});
    a.setTimeout(100, () => a.destroy());
    await expect(relayed).rejects.toMatchObject({ code: "ERR_SOCKET_CLOSED" });
    expect(b.destroyed).toBe(true);
    for (const outer of [client.resume(), server.resume()]) {
      await until(() => outer.readableEnded, "an end that was not told");
    }
  });

  test("setTimeout of both sockets does not fire while bytes trickle one way", async () => {
    const { a, b, client, server } = await proxied();
    const onTimeout = vi.fn<() => void>();
    for (const socket of [a, b]) socket.setTimeout(1500, onTimeout);
    const relayed = relay(a, b);
    server.resume();
    client.resume();
    const start = performance.now();
    while (performance.now() - start < 2500) {
      client.write("x");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    client.end();
    server.end();
    await relayed;
    expect(onTimeout).not.toHaveBeenCalled();
  });
});
