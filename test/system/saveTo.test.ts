/** What saveTo writes where, what it reports, and what it refuses. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { open } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { SaveToOptions, SendableFile, TransferProgress } from "zerocopy/net";
import { content, sha256, taggedFile, temporaryFolder } from "../support/content.ts";
import "../support/engine.ts";
import { openFd } from "../support/fds.ts";
import { describeModes, describeNative, fallback, native } from "../support/modes.ts";
import { proxied, untilEnd } from "../support/relaying.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { kinds, take } from "../support/sockets.ts";
import { rejection, until } from "../support/until.ts";

leaveNothingOpen();

const newFile = (): string => path.join(temporaryFolder(), "saved.bin");
const hashOf = (file: string): string => sha256(fs.readFileSync(file));

describeModes(({ saveTo, relayPath, copies }) => {
  test.each(kinds)("saveTo writes 64 MiB to a new file over %s", async (kind) => {
    const { client, a } = await proxied(kind);
    const sent = content(1, 64 << 20);
    client.end(sent);
    const file = newFile();
    expect(await saveTo(a, file)).toEqual({ bytes: sent.length, path: relayPath, copies });
    expect(hashOf(file)).toBe(sha256(sent));
    if (!a.closed) await once(a, "close"); // as after any end, without allowHalfOpen
  });

  test("every size around a page and a window arrives whole", async () => {
    for (const size of [0, 1, 4095, 4096, 4097, 65_537, (1 << 20) - 1, 1 << 20, (1 << 20) + 1]) {
      const { client, a } = await proxied();
      const sent = content(size, size);
      client.end(sent);
      const file = newFile();
      expect(await saveTo(a, file)).toMatchObject({ bytes: size });
      expect(fs.readFileSync(file).equals(sent)).toBe(true);
    }
  });

  test("a socket that somebody else resumes is written in order", async () => {
    const sent = content(3, 8 << 20);
    const { client, a } = await proxied();
    client.end(sent);
    const file = newFile();
    const resume = (): void => {
      a.resume();
      if (!a.destroyed) setImmediate(resume);
    };
    resume();
    expect(await saveTo(a, file)).toMatchObject({ bytes: sent.length });
    expect(hashOf(file)).toBe(sha256(sent));
    a.destroy();
  });

  test("a path is emptied first; flags say otherwise", async () => {
    const save = async (file: string, options?: SaveToOptions): Promise<string> => {
      const { client, a } = await proxied();
      client.end("new");
      await saveTo(a, file, options);
      return fs.readFileSync(file, "utf8");
    };
    const file = newFile();
    fs.writeFileSync(file, "before");
    expect(await save(file, { flags: "r+", offset: 1 })).toBe("bnewre");
    expect(await save(file, { flags: "a" })).toBe("bnewrenew");
    expect(await save(file)).toBe("new");
    expect(await save(file, { offset: 5 })).toBe("\0\0\0\0\0new");
    await expect(save(file, { flags: "wx" })).rejects.toMatchObject({ code: "EEXIST" });
  });

  test("a FileHandle and a descriptor stay the caller's, and their position where it was", async () => {
    const file = newFile();
    fs.writeFileSync(file, "0123456789");
    const handle = await open(file, "r+");
    for (const [target, offset] of [
      [handle, 2],
      [handle.fd, 6],
    ] as const) {
      const { client, a } = await proxied();
      client.end("ab");
      await saveTo(a, target, { offset });
    }
    expect((await handle.read({ buffer: Buffer.alloc(3) })).buffer.toString()).toBe("01a");
    await handle.close();
    expect(fs.readFileSync(file, "utf8")).toBe("01ab45ab89");
  });

  test("count bytes are saved, and the socket may be read on", async () => {
    const { client, a } = await proxied();
    const [first, second] = [newFile(), newFile()];
    client.write(content(2, 3_000_000));
    expect(await saveTo(a, first, { count: 1_000_001 })).toMatchObject({ bytes: 1_000_001 });
    expect(await saveTo(a, second, { count: 0 })).toMatchObject({ bytes: 0 });
    expect(await saveTo(a, second, { count: 999_999 })).toMatchObject({ bytes: 999_999 });
    const rest = await take(a, 1_000_000);
    const whole = Buffer.concat([fs.readFileSync(first), fs.readFileSync(second), rest]);
    expect(whole.equals(content(2, 3_000_000))).toBe(true);
    client.end("end");
    expect(String(await untilEnd(a))).toBe("end");
  });

  test("count within what Node has read before leaves the rest where it was", async () => {
    const { client, a } = await proxied();
    client.write("0123456789");
    a.read(0);
    await until(() => a.readableLength === 10, "nothing was read ahead");
    const file = newFile();
    const flowing = a.readableFlowing;
    expect(await saveTo(a, file, { count: 4 })).toEqual({
      ...{ bytes: 4, path: "read-write", copies: 2 },
    });
    expect(fs.readFileSync(file, "utf8")).toBe("0123");
    expect(a.readableFlowing).toBe(flowing);
    client.end("!");
    expect(String(await untilEnd(a))).toBe("456789!");
  });

  test("fewer than count are saved when the socket ends first", async () => {
    const { client, a } = await proxied();
    client.end("four");
    expect(await saveTo(a, newFile(), { count: 10 })).toMatchObject({ bytes: 4 });
  });

  test("the writing side of the socket is free meanwhile", async () => {
    const { client, a } = await proxied();
    a.allowHalfOpen = true;
    const saved = saveTo(a, newFile());
    a.write("welcome");
    expect(String(await take(client, 7))).toBe("welcome");
    client.end("thanks");
    expect(await saved).toMatchObject({ bytes: 6 });
    a.end("bye");
    expect(String(await untilEnd(client))).toBe("bye");
  });

  test("progress grows, tells the total where there is one, and is complete at the end", async () => {
    const { client, a } = await proxied();
    const reports: TransferProgress[] = [];
    client.end(content(3, 20_000_000));
    await saveTo(a, newFile(), { count: 2e7, onProgress: (report) => reports.push(report) });
    expect(reports.at(-1)).toEqual({ bytes: 2e7, total: 2e7 });
    for (const [index, { bytes }] of reports.entries()) {
      expect(bytes).toBeGreaterThanOrEqual(reports[index - 1]?.bytes ?? 0);
    }
  });

  test("a reset rejects with it; what arrived stays in the file", async () => {
    const { client, a } = await proxied();
    const file = newFile();
    const saved = rejection(saveTo(a, file));
    client.write("half");
    await until(() => fs.existsSync(file) && fs.statSync(file).size === 4, "nothing was saved");
    client.resetAndDestroy();
    expect(await saved).toMatchObject({ name: "OSError", code: "ECONNRESET", bytes: 4 });
    expect(a.destroyed).toBe(true);
    expect(fs.readFileSync(file, "utf8")).toBe("half");
  });

  test("an abort destroys the socket, and a destroyed socket rejects", async () => {
    for (const how of ["abort", "destroy"]) {
      const { client, a } = await proxied();
      const controller = new AbortController();
      const saved = rejection(saveTo(a, newFile(), { signal: controller.signal }));
      client.write("x");
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (how === "abort") controller.abort();
      else a.destroy();
      expect(await saved).toMatchObject({
        code: how === "abort" ? "ABORT_ERR" : "ERR_SOCKET_CLOSED",
      });
      expect(a.destroyed).toBe(true);
    }
  });

  describe("refuses, and leaves the socket as it was:", () => {
    async function refusal(file: unknown, options?: unknown): Promise<unknown> {
      const { client, a } = await proxied();
      const error = await rejection(saveTo(a, file as SendableFile, options as SaveToOptions));
      client.end("after");
      expect(String(await untilEnd(a))).toBe("after");
      return error;
    }

    test("a directory", async () => {
      expect(await refusal(temporaryFolder())).toMatchObject({ code: "EISDIR" });
    });

    test("a file in a folder that is not there", async () => {
      const file = path.join(temporaryFolder(), "missing", "file");
      expect(await refusal(file)).toMatchObject({ code: "ENOENT", path: file });
    });

    test("a descriptor that is open for reading only", async () => {
      expect(await refusal(openFd(taggedFile(1, 10)))).toMatchObject({ code: "EBADF" });
    });

    test("a descriptor that is not open", async () => {
      expect(await refusal(999_999)).toMatchObject({ code: "EBADF" });
    });

    test("a device, and a FIFO that nobody reads", async () => {
      expect(await refusal("/dev/null")).toMatchObject({
        code: "ERR_NOT_REGULAR_FILE",
        message:
          "Cannot save what a socket sends: wanted a regular file, found a device (/dev/null)",
      });
      const fifo = path.join(temporaryFolder(), "fifo");
      execFileSync("mkfifo", [fifo]);
      expect(await refusal(fifo)).toMatchObject({ code: "ENXIO" });
    });

    test.each([
      [{ offset: -1 }, "ERR_OUT_OF_RANGE", "offset between 0 and 2^53 - 1, found -1"],
      [{ offset: 2 ** 53 }, "ERR_OUT_OF_RANGE", "offset between 0"],
      [{ count: 0.5 }, "ERR_INVALID_ARG_TYPE", "count to be an integer, found 0.5"],
      [{ flags: "r" }, "ERR_INVALID_ARG_TYPE", 'flags to be one of w wx r+ a, found "r"'],
      [{ signal: {} }, "ERR_INVALID_ARG_TYPE", "signal to be an AbortSignal"],
      [{ require: "x" }, "ERR_INVALID_ARG_TYPE", 'require to be "zero-copy", found "x"'],
      [null, "ERR_INVALID_ARG_TYPE", "options to be an object, found null"],
    ])("options %j", async (options, code, words) => {
      expect(await refusal(newFile(), options)).toMatchObject({
        code,
        message: expect.stringContaining(words),
      });
    });

    test.each([undefined, null, {}, true])("%o as a file", async (file) => {
      expect(await refusal(file)).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
    });
  });

  test("a socket that somebody reads, or that is saved already, is refused", async () => {
    const { client, a, b } = await proxied();
    b.on("data", () => {});
    expect(await rejection(saveTo(b, newFile()))).toMatchObject({ code: "ERR_SOCKET_IN_USE" });
    const first = saveTo(a, newFile());
    expect(await rejection(saveTo(a, newFile()))).toMatchObject({ code: "ERR_SOCKET_IN_USE" });
    client.end("first");
    expect(await first).toMatchObject({ bytes: 5 });
    for (const wrong of [undefined, {}, 1]) {
      const error = await rejection(saveTo(wrong as net.Socket, newFile()));
      expect(error).toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
    }
    const closed = new net.Socket();
    closed.destroy();
    expect(await rejection(saveTo(closed, newFile()))).toMatchObject({ code: "ERR_SOCKET_CLOSED" });
  });
});

describe('require: "zero-copy"', () => {
  test("rejects without the addon, before the file is made", async () => {
    const { client, a } = await proxied();
    const file = newFile();
    const error = await rejection(fallback.saveTo(a, file, { require: "zero-copy" }));
    expect(error).toMatchObject({ code: "ERR_ZERO_COPY_UNAVAILABLE" });
    expect(fs.existsSync(file)).toBe(false);
    client.end("after");
    expect(String(await untilEnd(a))).toBe("after");
  });
});

describe.each(["natively", "without the addon"])("a full disk, %s", (mode) => {
  test("rejects with the error of the file, and destroys the socket", () => {
    const driver = fileURLToPath(new URL("../support/faults/save.mjs", import.meta.url));
    // Writing beyond RLIMIT_FSIZE is EFBIG; setrlimit(2). In blocks of 512 or 1024 bytes.
    const words = ["-c", 'ulimit -f 64; exec "$0" "$@"', process.execPath, driver, newFile()];
    const env = mode === "natively" ? {} : { ZEROCOPY_DISABLE_NATIVE: "1" };
    const output = execFileSync("sh", words, { env: { ...process.env, ...env } });
    const { error, saved, destroyed } = JSON.parse(String(output)) as {
      error: { bytes: number };
      saved: number;
      destroyed: boolean;
    };
    expect(error).toMatchObject({ name: "OSError", code: "EFBIG" });
    expect(destroyed).toBe(true);
    expect([32 << 10, 64 << 10]).toContain(saved);
    expect(error.bytes).toBeLessThanOrEqual(saved);
  });
});

describeNative("with the addon", () => {
  test("a file that is open for appending is appended to, by copying", async () => {
    const { client, a } = await proxied();
    const file = taggedFile(1, 10);
    client.end(content(2, 300_000));
    expect(await native.saveTo(a, openFd(file, "a"))).toMatchObject({
      ...{ bytes: 300_000, path: "read-write", copies: 2 },
    });
    const wanted = Buffer.concat([content(1, 10), content(2, 300_000)]);
    expect(fs.readFileSync(file).equals(wanted)).toBe(true);
  });

  test("the descriptor may be closed at once", async () => {
    const { client, a } = await proxied();
    const file = newFile();
    const fd = fs.openSync(file, "w");
    const saved = native.saveTo(a, fd);
    fs.closeSync(fd);
    const other = fs.openSync(taggedFile(9, 5), "r+"); // takes its number
    client.end("safe");
    await saved;
    fs.closeSync(other);
    expect(fs.readFileSync(file, "utf8")).toBe("safe");
  });
});
