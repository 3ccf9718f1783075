/** `write`, `end`, `pipe` and `sendFile` take effect in the order they were called. */
import fs from "node:fs";
import { once } from "node:events";
import net from "node:net";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { content, taggedFile, temporaryFolder } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect, kinds, listen, own, receivedBytes, untilFull } from "../support/sockets.ts";
import { untilFilesRest } from "../support/until.ts";

leaveNothingOpen();

const size = 3_000_000;
const a = content(101, 700_000);
const b = content(102, 50_000);
const file = content(103, size);

describeModes(({ sendFile, path }) => {
  test.each(kinds)("sendFile then end, without await, is byte-exact over %s", async (kind) => {
    const { sender, reader } = await connect(kind);
    const sent = sendFile(sender, taggedFile(103, size));
    sender.end();
    expect((await receivedBytes(reader)).equals(file)).toBe(true);
    expect(await sent).toMatchObject({ bytes: size, path });
  });

  test("writes before and after a sendFile stand before and after the file", async () => {
    const { sender, reader } = await connect();
    sender.write(a);
    const sent = sendFile(sender, taggedFile(103, size));
    sender.write(b);
    sender.write("text", "latin1");
    sender.end("end");
    const wanted = Buffer.concat([a, file, b, Buffer.from("textend")]);
    expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
    expect(await sent).toMatchObject({ bytes: size, path });
  });

  test("sendFile waits for what was written before to a reader that did not read", async () => {
    const { sender, reader } = await connect();
    const before = content(104, 8_000_000);
    sender.write(before);
    const sent = sendFile(sender, taggedFile(103, size));
    await untilFull(reader);
    sender.end(b);
    const wanted = Buffer.concat([before, file, b]);
    expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
    expect(await sent).toMatchObject({ bytes: size, path });
  });

  test("several sendFile at once arrive one after another", async () => {
    const { sender, reader } = await connect();
    const folder = temporaryFolder();
    const files = Array.from({ length: 12 }, (_, index) => content(110 + index, 100_000 + index));
    const sent = files.map((bytes, index) =>
      sendFile(sender, taggedFile(110 + index, bytes.length, folder)),
    );
    sender.end();
    expect((await receivedBytes(reader)).equals(Buffer.concat(files))).toBe(true);
    const results = await Promise.all(sent);
    expect(results.map(({ bytes }) => bytes)).toEqual(files.map(({ length }) => length));
  });

  test("a sendFile started when another has ended follows what was written in between", async () => {
    const { sender, reader } = await connect();
    const arrived = receivedBytes(reader);
    await sendFile(sender, taggedFile(103, size));
    sender.write(b);
    await sendFile(sender, taggedFile(103, size));
    sender.end();
    expect((await arrived).equals(Buffer.concat([file, b, file]))).toBe(true);
  });

  test("corked writes around a sendFile keep their places", async () => {
    const { sender, reader } = await connect();
    sender.cork();
    sender.write("1");
    sender.write("2");
    const first = sendFile(sender, taggedFile(103, size));
    sender.write("3");
    sender.uncork();
    sender.cork();
    sender.write("4");
    const second = sendFile(sender, taggedFile(103, size));
    sender.write("5");
    setImmediate(() => {
      sender.uncork();
      sender.end("6");
    });
    const wanted = Buffer.concat([
      ...[Buffer.from("12"), file, Buffer.from("34"), file, Buffer.from("56")],
    ]);
    expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
    expect(await Promise.all([first, second])).toMatchObject([{ path }, { path }]);
  });

  test("a stream piped in during a sendFile follows it", async () => {
    const { sender, reader } = await connect();
    const sent = sendFile(sender, taggedFile(103, size));
    Readable.from([a, b]).pipe(sender);
    expect((await receivedBytes(reader)).equals(Buffer.concat([file, a, b]))).toBe(true);
    expect(await sent).toMatchObject({ path });
  });

  test("a write held back by a sendFile asks for 'drain' and emits it", async () => {
    const { sender, reader } = await connect();
    const sent = sendFile(sender, taggedFile(103, size));
    expect(sender.write(a)).toBe(false);
    let drained = false;
    sender.once("drain", () => (drained = true));
    const arrived = receivedBytes(reader);
    await once(sender, "drain");
    expect(drained).toBe(true);
    sender.end();
    expect((await arrived).equals(Buffer.concat([file, a]))).toBe(true);
    await sent;
  });

  test("write callbacks run when their bytes have left, in order", async () => {
    const { sender, reader } = await connect();
    const events: string[] = [];
    sender.write("a", () => events.push("a"));
    const sent = sendFile(sender, taggedFile(103, size));
    sender.write("b", () => events.push("b"));
    sender.end(() => events.push("finish"));
    await receivedBytes(reader);
    await sent;
    expect(events).toEqual(["a", "b", "finish"]);
  });

  test("sendFile waits for a socket that is still connecting", async () => {
    const server = net.createServer((socket) => {
      own(socket);
      void receivedBytes(socket).then((bytes) => server.emit("received", bytes));
    });
    const arrived = once(server, "received");
    const sender = own(net.connect(await listen(server, "TCP")));
    expect(sender.connecting).toBe(true);
    sender.write(b);
    const sent = sendFile(sender, taggedFile(103, size));
    sender.end(a);
    expect(((await arrived)[0] as Buffer).equals(Buffer.concat([b, file, a]))).toBe(true);
    expect(await sent).toMatchObject({ bytes: size, path });
  });

  test("sendFile as the first thing on a connecting socket waits for it too", async () => {
    const server = net.createServer((socket) => {
      own(socket);
      void receivedBytes(socket).then((bytes) => server.emit("received", bytes));
    });
    const arrived = once(server, "received");
    const sender = own(net.connect(await listen(server, "Unix")));
    const sent = sendFile(sender, taggedFile(103, size));
    sender.end();
    expect(((await arrived)[0] as Buffer).equals(file)).toBe(true);
    expect(await sent).toMatchObject({ bytes: size, path });
  });

  test("sendFile waits for the name of its peer to be looked up", async () => {
    const server = net.createServer((socket) => {
      own(socket);
      void receivedBytes(socket).then((bytes) => server.emit("received", bytes));
    });
    const arrived = once(server, "received");
    const { port } = (await listen(server, "TCP")) as net.TcpNetConnectOpts;
    let answer = (): void => {};
    const lookup: net.LookupFunction = (_name, _options, callback) => {
      answer = () => callback(null, [{ address: "127.0.0.1", family: 4 }]);
    };
    const sender = own(net.connect({ host: "a.name", port, lookup }));
    const name = taggedFile(103, size);
    const sent = sendFile(sender, name);
    sender.end();
    await untilFilesRest(); // opened and measured
    answer();
    expect(((await arrived)[0] as Buffer).equals(file)).toBe(true);
    expect(await sent).toMatchObject({ bytes: size, path });
  });

  test("destroySoon waits for a running sendFile", async () => {
    const { sender, reader } = await connect();
    const sent = sendFile(sender, taggedFile(103, size));
    sender.destroySoon();
    expect((await receivedBytes(reader)).equals(file)).toBe(true);
    expect(await sent).toMatchObject({ bytes: size });
  });

  test("the file is opened when sendFile is called, not when its turn comes", async () => {
    const { sender, reader } = await connect();
    const name = taggedFile(103, size);
    const stalled = sendFile(sender, taggedFile(105, 8_000_000));
    await untilFull(reader);
    const sent = sendFile(sender, name);
    await untilFilesRest(); // opened and measured
    fs.unlinkSync(name);
    sender.end();
    const wanted = Buffer.concat([content(105, 8_000_000), file]);
    expect((await receivedBytes(reader)).equals(wanted)).toBe(true);
    await Promise.all([stalled, sent]);
  });
});
