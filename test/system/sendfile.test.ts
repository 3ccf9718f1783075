/** os.sendfile and os.promises.sendfile are sendfile(2): counts, positions and errors are the kernel's. */
import fs from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { content, sparseFile, taggedFile, temporaryFolder } from "../support/content.ts";
import { fdOf, openFd, openPipe, position } from "../support/fds.ts";
import { describeNative, native } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect, take } from "../support/sockets.ts";

leaveNothingOpen();

const { sendfile } = native.os;
const size = 100_000;

describeNative("sendfile", () => {
  // Both forms of the call must agree in everything.
  describe.each([
    ["os.sendfile", async (...call: Parameters<typeof sendfile>) => sendfile(...call)],
    ["os.promises.sendfile", native.os.promises.sendfile],
  ])("%s", (_, call) => {
    let file = -1;
    let output = "";
    let sink = -1;
    beforeEach(() => {
      const folder = temporaryFolder();
      file = openFd(taggedFile(1, size, folder));
      output = `${folder}/output`;
      sink = openFd(output, "w");
    });

    test("with an offset leaves the file position", async () => {
      expect(await call(sink, file, 500, 1000)).toBe(1000);
      expect(position(file)).toBe(0);
      expect(fs.readFileSync(output).equals(content(1, 1000, 500))).toBe(true);
    });

    test("with a null offset reads at the file position, and moves it", async () => {
      expect(await call(sink, file, null, 700)).toBe(700);
      expect(await call(sink, file, null, 300)).toBe(300);
      expect(position(file)).toBe(1000);
      expect(fs.readFileSync(output).equals(content(1, 1000))).toBe(true);
    });

    test("counts short at the end of the file, and 0 behind it", async () => {
      expect(await call(sink, file, size - 10, 1000)).toBe(10);
      expect(await call(sink, file, size, 1)).toBe(0);
      expect(await call(sink, file, 2 ** 40, 1)).toBe(0);
    });

    test("with count 0 moves nothing", async () => {
      expect(await call(sink, file, 0, 0)).toBe(0);
      expect(await call(sink, file, null, 0)).toBe(0);
    });

    test("moves at most 0x7ffff000 bytes in one call", async () => {
      const sparse = openFd(sparseFile(5 * 2 ** 30));
      const nowhere = openFd("/dev/null", "w");
      expect(await call(nowhere, sparse, 0, 2 ** 32)).toBe(0x7ffff000);
      expect(await call(nowhere, sparse, 2 ** 32, 2 ** 40)).toBe(2 ** 30);
    });

    test("takes bigints", async () => {
      expect(await call(sink, file, 500n, 1000n)).toBe(1000);
      expect(fs.readFileSync(output).equals(content(1, 1000, 500))).toBe(true);
    });

    test("sends to a socket, and EAGAIN says that it is full", async () => {
      const { sender, reader } = await connect();
      expect(await call(fdOf(sender), file, 42, 5000)).toBe(5000);
      expect((await take(reader, 5000)).equals(content(1, 5000, 42))).toBe(true);
      const full = async (): Promise<never> => {
        for (;;) await call(fdOf(sender), file, 0, size);
      };
      await expect(full()).rejects.toMatchObject({ code: "EAGAIN", errno: -11 });
    });

    test("EPIPE says that the reader has gone", async () => {
      const { sender, reader } = await connect("Unix");
      reader.destroy();
      const sent = call(fdOf(sender), file, 0, 10); // at once: the sender does not know it yet
      await expect(sent).rejects.toMatchObject({ code: "EPIPE", errno: -32 });
    });

    test.each([
      ["EBADF", -9, "an output that is not open", () => call(999_999, file, 0, 1)],
      ["EBADF", -9, "a source that is not open", () => call(sink, 999_999, 0, 1)],
      ["EBADF", -9, "a negative descriptor", () => call(-1, file, 0, 1)],
      ["EBADF", -9, "a source that is open for writing only", () => call(sink, sink, 0, 1)],
      ["EBADF", -9, "an output that is open for reading only", () => call(file, file, 0, 1)],
      ["EINVAL", -22, "a pipe as the source", () => call(sink, openPipe().reader, null, 1)],
      ["ESPIPE", -29, "a pipe with an offset", () => call(sink, openPipe().reader, 0, 1)],
      ["EINVAL", -22, "a negative offset", () => call(sink, file, -1, 1)],
      ["EINVAL", -22, "a negative count", () => call(sink, file, 0, -1)],
      ["EINVAL", -22, "an O_APPEND output", () => call(openFd(output, "a"), file, 0, 1)],
    ])("%s (%i) for %s", async (code, errno, _what, calling) => {
      await expect(calling()).rejects.toMatchObject({
        name: "OSError",
        code,
        errno,
        syscall: "sendfile",
        bytes: 0,
        message: expect.stringMatching(new RegExp(`^${code}: .*, sendfile$`)),
      });
    });

    test.each([
      ["outFd to be an integer file descriptor, found undefined", [undefined, 0, 0, 0]],
      ['outFd to be an integer file descriptor, found "1"', ["1", 0, 0, 0]],
      ["inFd to be an integer file descriptor, found 1.5", [1, 1.5, 0, 0]],
      ["inFd to be an integer file descriptor, found 3n", [1, 3n, 0, 0]],
      ["offset to be an integer, found undefined", [1, 1, undefined, 0]],
      ["offset to be an integer, found 0.5", [1, 1, 0.5, 0]],
      ["count to be an integer, found null", [1, 1, 0, null]],
    ])("TypeError: %s", async (words, wrong) => {
      const calling = call(...(wrong as Parameters<typeof sendfile>));
      await expect(calling).rejects.toMatchObject({
        name: "TypeError",
        code: "ERR_INVALID_ARG_TYPE",
        message: `Cannot call sendfile: wanted ${words}`,
      });
    });

    test.each([
      ["offset within ±(2^53 - 1), found 9007199254740992", [1, 1, 2 ** 53, 0]],
      ["offset within ±(2^53 - 1), found 9007199254740993n", [1, 1, 2n ** 53n + 1n, 0]],
      ["count within ±(2^53 - 1), found Infinity", [1, 1, 0, Infinity]],
      ["count within ±(2^53 - 1), found -18446744073709551616n", [1, 1, 0, -(2n ** 64n)]],
      ["outFd to be a file descriptor up to 2147483647, found 2147483648", [2 ** 31, 1, 0, 0]],
    ])("ValueError: %s", async (words, wrong) => {
      const calling = call(...(wrong as Parameters<typeof sendfile>));
      await expect(calling).rejects.toMatchObject({
        name: "ValueError",
        code: "ERR_OUT_OF_RANGE",
        message: `Cannot call sendfile: wanted ${words}`,
      });
    });
  });

  test("os.sendfile throws where os.promises.sendfile rejects", () => {
    expect(() => sendfile(-1, -1, 0, 0)).toThrow("EBADF: bad file descriptor, sendfile");
    const rejected = native.os.promises.sendfile(-1, -1, 0, 0);
    expect(rejected).toBeInstanceOf(Promise);
    return expect(rejected).rejects.toThrow("EBADF: bad file descriptor, sendfile");
  });

  test("os.promises.sendfile works on duplicates: both descriptors may be closed at once", async () => {
    const folder = temporaryFolder();
    const names = [1, 2, 3, 4, 5, 6, 7, 8];
    const sent = names.map((tag) => {
      const file = fs.openSync(taggedFile(tag, size, folder), "r");
      const sink = fs.openSync(`${folder}/${tag}.out`, "w");
      const sending = native.os.promises.sendfile(sink, file, 0, size);
      fs.closeSync(file);
      fs.closeSync(sink);
      return sending;
    });
    expect(await Promise.all(sent)).toEqual(names.map(() => size));
    for (const tag of names) {
      expect(fs.readFileSync(`${folder}/${tag}.out`).equals(content(tag, size))).toBe(true);
    }
  });
});
