/** copyFile: contents, permissions, holes, what is refused, and what is left when it fails. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import type { CopyFileOptions } from "zerocopy/fs";
import { content, sparseFile, taggedFile, temporaryFolder } from "../support/content.ts";
import { openFd, position } from "../support/fds.ts";
import { describeModes, describeNative, native } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { rejection } from "../support/until.ts";

leaveNothingOpen();

const window = 8 * 1024 * 1024;

describeModes(({ fs: { copyFile }, name: mode, copies }) => {
  let folder = "";
  let to = "";
  beforeEach(() => {
    folder = temporaryFolder();
    to = path.join(folder, "copy");
  });
  const make = (size: number): string => taggedFile(1, size, folder);
  const isCopy = (size: number): boolean => fs.readFileSync(to).equals(content(1, size));

  test.each([0, 1, 4095, 4097, 1_048_577, window - 1, window, window + 1, 2 * window + 3])(
    "a file of %i bytes",
    async (size) => {
      const result = await copyFile(make(size), to);
      expect(result).toMatchObject({ bytes: size, copies: size === 0 ? 0 : copies });
      expect(isCopy(size)).toBe(true);
    },
  );

  test("the result says which way it went", async () => {
    const { path: way } = await copyFile(make(1000), to);
    const kernel = ["reflink", "copy_file_range", "sendfile"];
    expect(mode === native.name ? kernel : ["read-write"]).toContain(way);
  });

  test("to another file system", async () => {
    const far = sparseFile(10);
    const { bytes } = await copyFile(make(100_000), far);
    expect(bytes).toBe(100_000);
    expect(fs.readFileSync(far).equals(content(1, 100_000))).toBe(true);
  });

  test("a file of procfs, which says that it is empty, is read to its end", async () => {
    const from = "/proc/self/cmdline";
    const { bytes, path: way } = await copyFile(from, to);
    expect(fs.readFileSync(to).equals(fs.readFileSync(from))).toBe(true);
    expect(bytes).toBe(fs.readFileSync(from).length);
    expect(way).toBe("read-write");
  });

  test("from a URL, a Buffer, a descriptor and a FileHandle, whose positions stay", async () => {
    const file = make(5000);
    const handle = await open(file);
    later(() => handle.close());
    const fd = openFd(file);
    fs.readSync(fd, Buffer.alloc(100), 0, 100, null);
    for (const from of [pathToFileURL(file), Buffer.from(file), fd, handle]) {
      fs.rmSync(to, { force: true });
      await copyFile(from, pathToFileURL(to));
      expect(isCopy(5000)).toBe(true);
    }
    expect([position(fd), position(handle.fd)]).toEqual([100, 0]);
  });

  test("a longer file is replaced, a link is followed", async () => {
    fs.writeFileSync(path.join(folder, "target"), content(2, 9000));
    fs.symlinkSync("target", to);
    await copyFile(make(100), to);
    expect(fs.readFileSync(path.join(folder, "target")).equals(content(1, 100))).toBe(true);
    expect(fs.lstatSync(to).isSymbolicLink()).toBe(true);
  });

  test.each([0o644, 0o600, 0o755, 0o444, 0o4755])("permissions %o", async (permissions) => {
    const file = make(100);
    fs.chmodSync(file, permissions);
    await copyFile(file, to);
    expect(fs.statSync(to).mode & 0o7777).toBe(permissions & 0o777);
    fs.chmodSync(to, 0o600);
    await copyFile(file, to);
    expect(fs.statSync(to).mode & 0o777).toBe(permissions & 0o777);
  });

  test("exclusive leaves what is there", async () => {
    fs.writeFileSync(to, "mine");
    const copying = copyFile(make(100), to, { exclusive: true });
    await expect(copying).rejects.toMatchObject({ code: "EEXIST" });
    expect(fs.readFileSync(to, "utf8")).toBe("mine");
    fs.unlinkSync(to);
    await copyFile(make(100), to, { exclusive: true });
  });

  test("progress goes by windows, to the end", async () => {
    const seen: unknown[] = [];
    const total = 2 * window + 5;
    await copyFile(make(total), to, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ bytes: total, total });
    expect(seen.length).toBeGreaterThanOrEqual(1);
  });

  describe("that ends early leaves nothing:", () => {
    /** Calls `act` after the first window of three. */
    const after = (act: () => void, options: CopyFileOptions = {}): CopyFileOptions => {
      let isFirst = true;
      return {
        ...options,
        onProgress() {
          if (isFirst) act();
          isFirst = false;
        },
      };
    };
    const size = 3 * window;

    test("aborted before", async () => {
      const reason = new Error("no");
      const error = await rejection(copyFile(make(10), to, { signal: AbortSignal.abort(reason) }));
      expect(error).toMatchObject({ name: "AbortError", cause: reason, bytes: 0 });
      expect(fs.existsSync(to)).toBe(false);
    });

    test("aborted midway", async () => {
      const stop = new AbortController();
      const options = after(() => stop.abort("no"), { signal: stop.signal });
      const error = await rejection(copyFile(make(size), to, options));
      expect(error).toMatchObject({ name: "AbortError", cause: "no" });
      expect(error.bytes).toBeGreaterThan(0);
      expect(fs.existsSync(to)).toBe(false);
    });

    test("a progress function that throws", async () => {
      const options = after(() => {
        throw new Error("mine");
      });
      expect((await rejection(copyFile(make(size), to, options))).message).toBe("mine");
      expect(fs.existsSync(to)).toBe(false);
    });

    test("a source that becomes shorter", async () => {
      const file = make(size);
      const options = after(() => fs.truncateSync(file, window + 10));
      const error = await rejection(copyFile(file, to, options));
      expect(error).toMatchObject({ code: "ERR_FILE_TRUNCATED", bytes: window + 10 });
      expect(error.message).toBe(
        `Cannot copy a file: wanted ${size} bytes, found that it ends after ${window + 10}`,
      );
      expect(fs.existsSync(to)).toBe(false);
    });

    test("but what has taken its name meanwhile stays", async () => {
      const options = after(() => {
        fs.renameSync(to, `${to}.away`);
        fs.writeFileSync(to, "another");
        throw new Error("mine");
      });
      await rejection(copyFile(make(size), to, options));
      expect(fs.readFileSync(to, "utf8")).toBe("another");
      expect(fs.statSync(`${to}.away`).size).toBe(0);
    });
  });

  test("a source that grows is copied to its size of before", async () => {
    const file = make(2 * window);
    const onProgress = (): void => fs.appendFileSync(file, "more");
    expect((await copyFile(file, to, { onProgress })).bytes).toBe(2 * window);
    expect(isCopy(2 * window)).toBe(true);
  });

  describe("refuses, and changes nothing:", () => {
    test("a file and itself, by whatever name", async () => {
      const file = make(1000);
      fs.symlinkSync(file, to);
      fs.linkSync(file, `${to}.hard`);
      for (const name of [file, to, `${to}.hard`, `/proc/self/fd/${openFd(file)}`]) {
        const error = await rejection(copyFile(file, name));
        expect(error).toMatchObject({
          code: "ERR_SAME_FILE",
          message: `Cannot copy a file: wanted two files, found one (${name})`,
        });
      }
      expect(fs.readFileSync(file).equals(content(1, 1000))).toBe(true);
    });

    test("directories, FIFOs and devices", async () => {
      const fifo = `${folder}/fifo`;
      execFileSync("mkfifo", [fifo]);
      const odd = { name: "ZeroCopyError", code: "ERR_NOT_REGULAR_FILE" };
      expect(await rejection(copyFile(folder, to))).toMatchObject(odd);
      expect(await rejection(copyFile(fifo, to))).toMatchObject(odd);
      expect(await rejection(copyFile("/dev/null", to))).toMatchObject(odd);
      expect(fs.existsSync(to)).toBe(false);
      const file = make(10);
      expect(await rejection(copyFile(file, folder))).toMatchObject({ code: "EISDIR" });
      expect(await rejection(copyFile(file, fifo))).toMatchObject({ code: "ENXIO" });
      expect(await rejection(copyFile(file, "/dev/null"))).toMatchObject(odd);
    });

    test("files that are not there, or not to be had", async () => {
      const missing = await rejection(copyFile(`${folder}/missing`, to));
      expect(missing).toMatchObject({ code: "ENOENT" });
      const nowhere = await rejection(copyFile(make(10), `${folder}/no/where`));
      expect(nowhere).toMatchObject({ code: "ENOENT" });
      expect(await rejection(copyFile(999_999, to))).toMatchObject({ code: "EBADF" });
      expect(fs.existsSync(to)).toBe(false);
    });

    test.each([
      ["a source of no kind", [{}, "to"], "a path, an open file descriptor or an open FileHandle"],
      ["a closed FileHandle", [{ fd: -1 }, "to"], "a path, an open file descriptor or"],
      ["a negative descriptor", [-1, "to"], "a path, an open file descriptor or"],
      ["a fraction", [0.5, "to"], "a path, an open file descriptor or"],
      ["a descriptor as the target", ["from", 5], "to as a path"],
      ["options of no kind", ["from", "to", 5], "options to be an object"],
      ["null as options", ["from", "to", null], "options to be an object"],
      ["exclusive: 1", ["from", "to", { exclusive: 1 }], "exclusive to be true or false"],
      ["a signal of no kind", ["from", "to", { signal: {} }], "signal to be an AbortSignal"],
      ["onProgress: 5", ["from", "to", { onProgress: 5 }], "onProgress to be a function"],
      ["require: true", ["from", "to", { require: true }], 'require to be "zero-copy"'],
    ])("%s is a TypeError", async (_, args, words) => {
      const error = await rejection(copyFile(...(args as Parameters<typeof copyFile>)));
      expect(error).toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
      expect(error.message).toContain(`Cannot copy a file: wanted ${words}`);
    });
  });

  test("a hundred at once leave nothing open", async () => {
    const file = make(10_000);
    const all = Array.from({ length: 100 }, (_, index) => copyFile(file, `${to}${index}`));
    for (const { bytes } of await Promise.all(all)) expect(bytes).toBe(10_000);
  });
});

describeNative("holes", () => {
  test("stay holes: 5 GiB take no room, and data lies where it lay", async () => {
    const from = sparseFile(5 * 2 ** 30);
    const fd = openFd(from, "r+");
    const places = [0, 2 ** 31 - 2, 2 ** 32 + 5, 5 * 2 ** 30 - 4];
    for (const place of places) fs.writeSync(fd, "data", place);
    const to = `${from}.copy`;
    later(() => fs.rmSync(to, { force: true }));
    const { bytes, copies } = await native.fs.copyFile(from, to);
    expect([bytes, copies]).toEqual([5 * 2 ** 30, 0]);
    expect(fs.statSync(to).size).toBe(5 * 2 ** 30);
    expect(fs.statSync(to).blocks * 512).toBeLessThan(2 ** 20);
    const copy = openFd(to);
    for (const place of places) {
      const found = Buffer.alloc(4);
      fs.readSync(copy, found, 0, 4, place);
      expect(String(found)).toBe("data");
    }
  });

  test("a file that is one hole", async () => {
    const from = sparseFile(10_000_000_000);
    const to = `${from}.copy`;
    later(() => fs.rmSync(to, { force: true }));
    expect((await native.fs.copyFile(from, to)).bytes).toBe(10_000_000_000);
    expect(fs.statSync(to)).toMatchObject({ size: 10_000_000_000, blocks: 0 });
  });
});
