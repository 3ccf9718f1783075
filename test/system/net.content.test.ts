/** What arrives is the file, byte for byte, whatever names it and whichever part is asked for. */
import fs from "node:fs";
import { open } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { content, sha256, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes, describeNative, native } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { connect, kinds, received, receivedBytes, take } from "../support/sockets.ts";

leaveNothingOpen();

const mebibyte = 1 << 20;

describeModes(({ sendFile, path, copies }) => {
  test.each(kinds)("sendFile delivers a whole file over %s and says how", async (kind) => {
    const size = 9 * mebibyte + 1;
    const { sender, reader } = await connect(kind);
    const sent = sendFile(sender, taggedFile(1, size));
    sender.end();
    expect(await received(reader)).toEqual({
      bytes: size,
      sha256: sha256(content(1, size)),
      ended: true,
    });
    expect(await sent).toEqual({ bytes: size, path, copies });
  });

  const size = 2 * mebibyte + 10;
  const counts = [
    ...[0, 1, 4095, 4096, 4097, 65_535, 65_536, 65_537],
    ...[mebibyte - 1, mebibyte, mebibyte + 1, size - 1, size, size + 1, Number.MAX_SAFE_INTEGER],
  ];
  test.each([0, 1, 4096, mebibyte + 1])(
    "sendFile with offset %i sends each count, and stops at the end of the file",
    async (offset) => {
      const file = taggedFile(2, size);
      const { sender, reader } = await connect();
      for (const count of counts) {
        const wanted = Math.min(count, size - offset);
        const sent = sendFile(sender, file, { offset, count });
        const arrived = wanted > 0 ? await take(reader, wanted) : Buffer.alloc(0);
        expect(arrived.equals(content(2, wanted, offset)), `count ${count}`).toBe(true);
        expect(await sent).toMatchObject({ bytes: wanted, path });
      }
      sender.end();
      expect(await received(reader)).toMatchObject({ bytes: 0, ended: true });
    },
  );

  test("sendFile delivers files of every size around a page, what the call sends, and a window", async () => {
    const around = (bytes: number): number[] => [bytes - 1, bytes, bytes + 1];
    const sizes = [1, 4096, 65_536, 131_072, mebibyte, 2 * mebibyte].flatMap(around);
    const { sender, reader } = await connect();
    const sent = sizes.map((bytes, tag) => sendFile(sender, taggedFile(tag, bytes)));
    sender.end();
    const wanted = Buffer.concat(sizes.map((bytes, tag) => content(tag, bytes)));
    expect(await received(reader)).toMatchObject({ sha256: sha256(wanted), ended: true });
    const results = await Promise.all(sent);
    expect(results.map(({ bytes }) => bytes)).toEqual(sizes);
  });

  test.each([size, size + 1, 2 ** 40, Number.MAX_SAFE_INTEGER])(
    "sendFile from offset %i, at or behind the end, sends nothing",
    async (offset) => {
      const { sender, reader } = await connect();
      const sent = sendFile(sender, taggedFile(3, size), { offset });
      sender.end();
      expect(await received(reader)).toMatchObject({ bytes: 0, ended: true });
      expect(await sent).toEqual({ bytes: 0, path, copies: 0 });
    },
  );

  test("sendFile takes a path, a URL, a Buffer path, a descriptor and a FileHandle", async () => {
    const file = taggedFile(4, 70_000);
    const fd = fs.openSync(file, "r");
    later(() => fs.closeSync(fd));
    const handle = await open(file);
    later(() => handle.close());
    const { sender, reader } = await connect();
    for (const source of [file, pathToFileURL(file), Buffer.from(file), fd, handle]) {
      expect(await sendFile(sender, source)).toMatchObject({ bytes: 70_000, path });
      expect((await take(reader, 70_000)).equals(content(4, 70_000))).toBe(true);
    }
  });

  test("sendFile neither uses nor moves the file position", async () => {
    const fd = fs.openSync(taggedFile(5, 10_000), "r");
    later(() => fs.closeSync(fd));
    fs.readSync(fd, Buffer.alloc(10), 0, 10, null);
    const { sender, reader } = await connect();
    await sendFile(sender, fd, { count: 5000 });
    expect((await take(reader, 5000)).equals(content(5, 5000))).toBe(true);
    const next = Buffer.alloc(4);
    fs.readSync(fd, next, 0, 4, null);
    expect(next.equals(content(5, 4, 10))).toBe(true);
  });

  test("sendFile of an empty file sends nothing and leaves the socket usable", async () => {
    const { sender, reader } = await connect();
    const sent = sendFile(sender, taggedFile(6, 0));
    sender.end("after");
    expect(String(await receivedBytes(reader))).toBe("after");
    expect(await sent).toEqual({ bytes: 0, path, copies: 0 });
  });

  test("sendFile of an empty file from the largest offset sends nothing", async () => {
    const { sender } = await connect();
    const offset = Number.MAX_SAFE_INTEGER;
    expect(await sendFile(sender, taggedFile(7, 0), { offset })).toMatchObject({ bytes: 0 });
    expect(sender.destroyed).toBe(false);
  });

  // fstat says 0 for both; /proc/self/status cannot be sent by the kernel (EINVAL).
  test.each(["/proc/self/status", "/proc/cpuinfo"])(
    "sendFile delivers %s, which says that it has no bytes",
    async (file) => {
      const { sender, reader } = await connect();
      const sent = sendFile(sender, file);
      sender.end();
      const arrived = String(await receivedBytes(reader));
      expect(arrived).toContain(file === "/proc/cpuinfo" ? "processor" : `Pid:\t${process.pid}`);
      expect((await sent).bytes).toBe(Buffer.byteLength(arrived));
    },
  );
});

describeNative("with the addon", () => {
  const size = 4 * mebibyte;

  test("sendFile of a descriptor may see it closed, and its number used again, at once", async () => {
    const { sender, reader } = await connect();
    const other = taggedFile(9, size);
    const fd = fs.openSync(taggedFile(8, size), "r");
    const sent = native.sendFile(sender, fd);
    fs.closeSync(fd);
    const reused = fs.openSync(other, "r");
    later(() => fs.closeSync(reused));
    expect(reused).toBe(fd);
    sender.end();
    expect(await received(reader)).toMatchObject({ sha256: sha256(content(8, size)) });
    expect(await sent).toMatchObject({ bytes: size, path: "sendfile" });
  });

  test("sendFile of a FileHandle may see it closed at once", async () => {
    const { sender, reader } = await connect();
    const handle = await open(taggedFile(10, size));
    const sent = native.sendFile(sender, handle);
    await handle.close();
    sender.end();
    expect(await received(reader)).toMatchObject({ sha256: sha256(content(10, size)) });
    expect(await sent).toMatchObject({ bytes: size, path: "sendfile" });
  });

  test("sendFile delivers a memfd, and a file that is read past the page cache", async (context) => {
    const wanted = content(9, size + 1);
    const memory = native.os.memfdCreate("content");
    later(() => fs.closeSync(memory));
    fs.writeSync(memory, wanted);
    let direct: number;
    try {
      direct = fs.openSync(taggedFile(9, size + 1), fs.constants.O_RDONLY | fs.constants.O_DIRECT);
    } catch (error) {
      return context.skip(`no O_DIRECT here: ${String(error)}`);
    }
    later(() => fs.closeSync(direct));
    for (const fd of [memory, direct]) {
      const { sender, reader } = await connect();
      const sent = native.sendFile(sender, fd).then(
        ({ bytes }) => bytes,
        ({ code }: NodeJS.ErrnoException) => code,
      );
      sender.end();
      const arrived = await receivedBytes(reader);
      expect(arrived.equals(wanted.subarray(0, arrived.length))).toBe(true);
      // A disk that is read directly may refuse what does not fill a block, and says so.
      if (fd === direct && (await sent) === "EINVAL") continue;
      expect([await sent, arrived.length]).toEqual([size + 1, size + 1]);
    }
  });

  test("sendFile of /proc/self/status copies, because the kernel cannot", async () => {
    const { sender, reader } = await connect();
    reader.resume();
    expect(await native.sendFile(sender, "/proc/self/status")).toMatchObject({
      path: "read-write",
      copies: 2,
    });
  });
});
