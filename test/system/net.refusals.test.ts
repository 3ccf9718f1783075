/** What sendFile refuses, what it says then, and that the socket and the descriptors are as before. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { open } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { SendableFile, SendFileOptions } from "zerocopy/net";
import { taggedFile, temporaryFolder } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes, fallback } from "../support/modes.ts";
import { later, leaveNothingOpen, openDescriptors } from "../support/resources.ts";
import { connect, listen, receivedBytes } from "../support/sockets.ts";
import { inTime } from "../support/until.ts";

leaveNothingOpen();

describeModes(({ sendFile, memory }) => {
  /** The rejection of a sendFile, after which the socket must still work. */
  async function refusal(file: unknown, options?: unknown): Promise<unknown> {
    const { sender, reader } = await connect();
    const sent = sendFile(sender, file as SendableFile, options as SendFileOptions);
    const error = await inTime(
      sent.then(
        () => "it was sent",
        (reason: unknown) => reason,
      ),
      "the refusal",
    );
    sender.end("after");
    expect(String(await receivedBytes(reader))).toBe("after");
    return error;
  }

  test("a missing file is ENOENT", async () => {
    expect(await refusal("missing")).toMatchObject({ code: "ENOENT", path: "missing" });
  });

  test("options are read once: what was checked is what is used", async () => {
    const { sender, reader } = await connect();
    let asked = 0;
    const first = <T>(value: T, then: unknown): T => (asked++ === 0 ? value : (then as T));
    for (const options of [
      {
        count: 5,
        get offset() {
          return first(0, -1);
        },
      },
      {
        get count() {
          return first(5, 1e300);
        },
      },
      {
        count: 5,
        get signal() {
          return first(undefined, {});
        },
      },
      {
        count: 5,
        get onProgress() {
          return first(undefined, 5);
        },
      },
    ]) {
      asked = 0;
      const { bytes } = await sendFile(sender, taggedFile(1, 10), options as SendFileOptions);
      expect([bytes, asked]).toEqual([5, 1]);
    }
    sender.end();
    expect((await receivedBytes(reader)).length).toBe(20);
  });

  test("an exporter whose release throws is heard, and no descriptor is left", async () => {
    const header = {
      [memory.kBuffer]: () => ({
        ...{ buffer: new ArrayBuffer(4), byteOffset: 0, byteLength: 4 },
        release() {
          throw new Error("mine");
        },
      }),
    };
    const { sender, reader } = await connect();
    const trailer = memory.bytearray(500);
    const before = openDescriptors();
    await expect(sendFile(sender, taggedFile(1, 10), { header, trailer })).rejects.toThrow("mine");
    expect(openDescriptors()).toEqual(before);
    trailer.append(1);
    sender.end();
    expect((await receivedBytes(reader)).length).toBe(514);
  });

  test("an unreadable file is EACCES", async () => {
    const file = taggedFile(1, 10);
    fs.chmodSync(file, 0);
    if (process.geteuid?.() === 0) {
      process.seteuid?.("nobody"); // root may read everything
      later(() => process.seteuid?.(0));
    }
    expect(await refusal(file)).toMatchObject({ code: "EACCES" });
  });

  test("a directory is refused by name", async () => {
    const folder = temporaryFolder();
    expect(await refusal(folder)).toMatchObject({
      code: "ERR_NOT_REGULAR_FILE",
      message: `Cannot send a file: wanted a regular file, found a directory (${folder})`,
    });
  });

  test("a FIFO without a writer is refused, and not waited for", async () => {
    const fifo = path.join(temporaryFolder(), "fifo");
    execFileSync("mkfifo", [fifo]);
    expect(await refusal(fifo)).toMatchObject({
      code: "ERR_NOT_REGULAR_FILE",
      message: expect.stringContaining("found a FIFO"),
    });
  });

  test("a Unix socket's path is refused", async () => {
    const address = (await listen(net.createServer(), "Unix")) as net.IpcNetConnectOpts;
    expect(await refusal(address.path)).toMatchObject({ code: "ENXIO" });
  });

  test("a device is refused", async () => {
    expect(await refusal("/dev/zero")).toMatchObject({
      code: "ERR_NOT_REGULAR_FILE",
      message: expect.stringContaining("found a device (/dev/zero)"),
    });
  });

  test("a descriptor that is not open is EBADF", async () => {
    expect(await refusal(999_999)).toMatchObject({ code: "EBADF" });
  });

  test("a closed FileHandle is a TypeError", async () => {
    const handle = await open(taggedFile(1, 10));
    await handle.close();
    expect(await refusal(handle)).toMatchObject({ name: "TypeError" });
  });

  test("a descriptor that is open for writing only is EBADF", async () => {
    const fd = fs.openSync(taggedFile(1, 10), "a");
    later(() => fs.closeSync(fd));
    expect(await refusal(fd)).toMatchObject({ code: "EBADF" });
  });

  test.each([undefined, null, {}, true, 10n])("%o is no file", async (file) => {
    expect(await refusal(file)).toMatchObject({
      name: "TypeError",
      code: "ERR_INVALID_ARG_TYPE",
      message: expect.stringContaining("wanted a path, a file descriptor or a FileHandle, found"),
    });
  });

  test.each([
    [{ offset: -1 }, "ERR_OUT_OF_RANGE", "offset between 0 and 2^53 - 1, found -1"],
    [
      { count: 2 ** 53 },
      "ERR_OUT_OF_RANGE",
      "count between 0 and 2^53 - 1, found 9007199254740992",
    ],
    [{ count: Infinity }, "ERR_OUT_OF_RANGE", "count between 0 and 2^53 - 1, found Infinity"],
    [{ offset: 0.5 }, "ERR_INVALID_ARG_TYPE", "offset to be an integer, found 0.5"],
    [{ offset: "1" }, "ERR_INVALID_ARG_TYPE", 'offset to be an integer, found "1"'],
    [{ signal: {} }, "ERR_INVALID_ARG_TYPE", "signal to be an AbortSignal, found an instance of"],
    [{ onProgress: 1 }, "ERR_INVALID_ARG_TYPE", "onProgress to be a function, found 1"],
    [
      { require: "sendfile" },
      "ERR_INVALID_ARG_TYPE",
      'require to be "zero-copy", found "sendfile"',
    ],
    [null, "ERR_INVALID_ARG_TYPE", "options to be an object, found null"],
  ])("options %j are refused", async (options, code, words) => {
    expect(await refusal(taggedFile(1, 10), options)).toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  test.each([undefined, null, {}, new Error("no socket")])("%o is no socket", async (socket) => {
    await expect(sendFile(socket as net.Socket, taggedFile(1, 10))).rejects.toMatchObject({
      name: "TypeError",
      code: "ERR_INVALID_ARG_TYPE",
      message: expect.stringContaining("wanted a net.Socket, found"),
    });
  });

  test("an ended socket and a destroyed socket are refused, each by its name", async () => {
    const { sender, reader } = await connect();
    sender.end();
    await expect(sendFile(sender, taggedFile(1, 10))).rejects.toMatchObject({
      code: "ERR_SOCKET_CLOSED",
      message: "Cannot send a file: wanted a writable socket, found one that has been ended",
    });
    reader.destroy();
    await expect(sendFile(reader, taggedFile(1, 10))).rejects.toMatchObject({
      code: "ERR_SOCKET_CLOSED",
      message: "Cannot send a file: wanted a writable socket, found one that is closed",
    });
  });

  test("a socket that was never connected fails as a write does", async () => {
    const socket = new net.Socket();
    socket.on("error", () => {});
    await expect(sendFile(socket, taggedFile(1, 10))).rejects.toMatchObject({
      code: "ERR_SOCKET_CLOSED",
    });
  });
});

describe('require: "zero-copy" without the addon', () => {
  test("rejects, says why, and sends nothing", async () => {
    const { sender, reader } = await connect();
    const sent = fallback.sendFile(sender, taggedFile(1, 10), { require: "zero-copy" });
    await expect(sent).rejects.toMatchObject({
      code: "ERR_ZERO_COPY_UNAVAILABLE",
      message: "Cannot send a file: wanted zero-copy, found that ZEROCOPY_DISABLE_NATIVE=1 is set",
      bytes: 0,
    });
    sender.end("after");
    expect(String(await receivedBytes(reader))).toBe("after");
  });
});
