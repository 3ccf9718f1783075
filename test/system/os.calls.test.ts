/** Each call of zerocopy/os is the system call of its name: counts, positions and errors are the kernel's. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { b, bytearray, memoryview } from "zerocopy";
import { content, taggedFile, temporaryFolder } from "../support/content.ts";
import { fdOf, openFd, openPipe, position } from "../support/fds.ts";
import { describeNative, native } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { connect, take } from "../support/sockets.ts";

leaveNothingOpen();

const { os } = native;
const size = 100_000;

/** A system call, on this thread or off it. */
type Calls = { [Name in keyof typeof os.promises]: (typeof os.promises)[Name] };

const now = Object.fromEntries(
  Object.keys(os.promises).map((name) => [
    name,
    async (...args: never[]) => (os[name as keyof Calls] as (...args: never[]) => unknown)(...args),
  ]),
) as unknown as Calls;

function kept(fd: number): number {
  later(() => fs.closeSync(fd));
  return fd;
}

function failure(code: string, syscall: string): object {
  return { name: "OSError", code, syscall, errno: expect.any(Number), bytes: 0 };
}

describeNative("zerocopy/os", () => {
  // Both forms of a call must agree in everything.
  describe.each([
    ["os", now],
    ["os.promises", os.promises],
  ])("%s", (_, calls) => {
    let folder = "";
    let file = -1;
    let output = "";
    let sink = -1;
    beforeEach(() => {
      folder = temporaryFolder();
      file = openFd(taggedFile(1, size, folder));
      output = `${folder}/output`;
      sink = openFd(output, "w+");
    });

    const written = (): Buffer => fs.readFileSync(output);

    describe("splice", () => {
      test("moves from a file into a pipe, and from a pipe to a file", async () => {
        const { reader, writer } = openPipe();
        expect(await calls.splice(file, writer, 1000, 500)).toBe(1000);
        expect(position(file)).toBe(0);
        expect(await calls.splice(reader, sink, 1000, null, 10)).toBe(1000);
        expect(position(sink)).toBe(0);
        expect(
          written()
            .subarray(10)
            .equals(content(1, 1000, 500)),
        ).toBe(true);
      });

      test("moves file positions for null offsets", async () => {
        const { reader, writer } = openPipe();
        expect(await calls.splice(file, writer, 700)).toBe(700);
        expect(await calls.splice(reader, sink, 300)).toBe(300);
        expect(await calls.splice(reader, sink, 400)).toBe(400);
        expect([position(file), position(sink)]).toEqual([700, 700]);
        expect(written().equals(content(1, 700))).toBe(true);
      });

      test("moves from socket to socket by way of a pipe", async () => {
        const { reader, writer } = openPipe();
        const { sender, reader: far } = await connect();
        await calls.splice(file, writer, 5000, 0n, null, os.SPLICE_F_MORE);
        expect(await calls.splice(reader, fdOf(sender), 5000)).toBe(5000);
        expect((await take(far, 5000)).equals(content(1, 5000))).toBe(true);
      });

      test("counts 0 at the end of the file", async () => {
        expect(await calls.splice(file, openPipe().writer, 10, size)).toBe(0);
      });

      test.each([
        ["EINVAL", "two files", () => calls.splice(file, sink, 1)],
        ["ESPIPE", "an offset for a pipe", () => calls.splice(file, openPipe().writer, 1, 0, 0)],
        ["EBADF", "a descriptor that is not open", () => calls.splice(999_999, sink, 1)],
        [
          "EINVAL",
          "unknown flags",
          () => calls.splice(file, openPipe().writer, 1, 0, null, 1 << 20),
        ],
        [
          "EAGAIN",
          "an empty pipe with SPLICE_F_NONBLOCK",
          () => calls.splice(openPipe().reader, sink, 1, null, null, os.SPLICE_F_NONBLOCK),
        ],
      ])("%s for %s", async (code, _what, calling) => {
        await expect(calling()).rejects.toMatchObject(failure(code, "splice"));
      });
    });

    describe("copyFileRange", () => {
      test("copies a range, and leaves the positions", async () => {
        expect(await calls.copyFileRange(file, sink, 1000, 500, 20)).toBe(1000);
        expect([position(file), position(sink)]).toEqual([0, 0]);
        expect(
          written()
            .subarray(20)
            .equals(content(1, 1000, 500)),
        ).toBe(true);
      });

      test("moves the positions for null offsets, and counts short at the end", async () => {
        expect(await calls.copyFileRange(file, sink, 600)).toBe(600);
        expect(await calls.copyFileRange(file, sink, size)).toBe(size - 600);
        expect(await calls.copyFileRange(file, sink, 1)).toBe(0);
        expect([position(file), position(sink)]).toEqual([size, size]);
        expect(written().equals(content(1, size))).toBe(true);
      });

      test.each([
        ["EINVAL", "ranges that overlap", () => calls.copyFileRange(sink, sink, 10, 0, 5)],
        ["EINVAL", "a pipe", () => calls.copyFileRange(file, openPipe().writer, 1)],
        ["EBADF", "a source that is not open", () => calls.copyFileRange(999_999, sink, 1)],
        ["EBADF", "a target that is read-only", () => calls.copyFileRange(file, file, 1, 0, 90)],
        ["EISDIR", "a directory", () => calls.copyFileRange(openFd(folder), sink, 1)],
        ["EOVERFLOW", "a negative offset", () => calls.copyFileRange(file, sink, 1, -1, 0)],
      ])("%s for %s", async (code, _what, calling) => {
        fs.writeSync(sink, content(2, 100));
        await expect(calling()).rejects.toMatchObject(failure(code, "copy_file_range"));
      });
    });

    describe("readv, preadv", () => {
      test("fill buffers in order, and count short at the end", async () => {
        const parts = [new Uint8Array(10), bytearray(0), bytearray(20)] as const;
        expect(await calls.readv(file, parts)).toBe(30);
        expect(position(file)).toBe(30);
        const all = Buffer.concat([parts[0], parts[2].toUint8Array()]);
        expect(all.equals(content(1, 30))).toBe(true);
        expect(await calls.preadv(file, parts, size - 15)).toBe(15);
        expect(position(file)).toBe(30);
        expect(await calls.preadv(file, parts, BigInt(size))).toBe(0);
        expect(await calls.readv(file, [])).toBe(0);
      });

      test("preadv at -1 reads at the position, and moves it", async () => {
        const buffer = bytearray(7);
        expect(await calls.preadv(file, [buffer], -1)).toBe(7);
        expect(position(file)).toBe(7);
      });

      test("preadv with RWF_NOWAIT finds what is in the page cache", async () => {
        const buffer = bytearray(4096);
        fs.readFileSync(`${folder}/1.bin`);
        expect(await calls.preadv(file, [buffer], 0, os.RWF_NOWAIT)).toBe(4096);
      });

      test("take 1,024 buffers, and 1,025 are EINVAL", async () => {
        const many = Array.from({ length: 1024 }, () => bytearray(3));
        expect(await calls.preadv(file, many, 0)).toBe(3072);
        expect(Buffer.concat(many.map((one) => one.toUint8Array())).equals(content(1, 3072))).toBe(
          true,
        );
        const more = [...many, bytearray(3)];
        await expect(calls.preadv(file, more, 0)).rejects.toMatchObject(
          failure("EINVAL", "preadv"),
        );
        await expect(calls.readv(file, more)).rejects.toMatchObject(failure("EINVAL", "readv"));
      });

      test.each([
        ["EBADF", "a descriptor that is not open", 999_999, 0, 0],
        ["EBADF", "a negative descriptor", -1, 0, 0],
        ["EINVAL", "an offset below -1", 0, -2, 0],
        ["ENOTSUP", "unknown flags", 0, 0, 1 << 20],
      ])("preadv: %s for %s", async (code, _what, fd, offset, flags) => {
        const calling = calls.preadv(fd === 0 ? file : fd, [bytearray(1)], offset, flags);
        await expect(calling).rejects.toMatchObject(failure(code, "preadv"));
      });

      test("preadv: ESPIPE for a pipe", async () => {
        const calling = calls.preadv(openPipe().reader, [bytearray(1)], 0);
        await expect(calling).rejects.toMatchObject(failure("ESPIPE", "preadv"));
      });

      test("readv: EISDIR for a directory, EBADF for a file open for writing only", async () => {
        const buffers = [bytearray(1)];
        const directory = calls.readv(openFd(folder), buffers);
        await expect(directory).rejects.toMatchObject(failure("EISDIR", "readv"));
        const writable = calls.readv(openFd(output, "w"), buffers);
        await expect(writable).rejects.toMatchObject(failure("EBADF", "readv"));
      });
    });

    describe("writev, pwritev", () => {
      test("write buffers in order", async () => {
        expect(
          await calls.writev(sink, [b`one `, new Uint16Array([0x6f77]), Buffer.from("!")]),
        ).toBe(7);
        expect(position(sink)).toBe(7);
        expect(await calls.pwritev(sink, [memoryview(b`ONE`)], 0)).toBe(3);
        expect(position(sink)).toBe(7);
        expect(String(written())).toBe("ONE wo!");
        expect(await calls.pwritev(sink, [b`x`], 20n)).toBe(1);
        expect(written().length).toBe(21);
        expect(await calls.writev(sink, [])).toBe(0);
      });

      test("pwritev with RWF_APPEND appends, whatever the offset", async () => {
        fs.writeSync(sink, "start");
        expect(await calls.pwritev(sink, [b`-end`], 0, os.RWF_APPEND | os.RWF_DSYNC)).toBe(4);
        expect(String(written())).toBe("start-end");
      });

      test.each([
        ["EBADF", "a descriptor that is read-only", () => calls.writev(file, [b`x`]), "writev"],
        ["EINVAL", "an offset below -1", () => calls.pwritev(sink, [b`x`], -2), "pwritev"],
        ["EPIPE", "a reader that has gone", () => calls.writev(brokenPipe(), [b`x`]), "writev"],
        ["ENOSPC", "a full device", () => calls.writev(openFd("/dev/full", "w"), [b`x`]), "writev"],
        [
          "EINVAL",
          "1,025 buffers",
          () => calls.writev(sink, Array.from({ length: 1025 }).fill(b`x`) as never),
          "writev",
        ],
      ])("%s for %s", async (code, _what, calling, syscall) => {
        await expect(calling()).rejects.toMatchObject(failure(code, syscall));
      });
    });

    describe("memfdCreate", () => {
      test("makes a file in memory, close-on-exec, that has its name", async () => {
        const fd = kept(await calls.memfdCreate("a näme", 0));
        fs.writeSync(fd, "hello");
        expect(fs.readFileSync(`/proc/self/fd/${fd}`, "utf8")).toBe("hello");
        expect(fs.readlinkSync(`/proc/self/fd/${fd}`)).toBe("/memfd:a näme (deleted)");
        const flags = /^flags:\s*(\d+)/m.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"));
        expect(Number.parseInt(flags![1]!, 8) & 0o2000000).toBe(0o2000000);
      });

      test("takes a name of bytes", async () => {
        const fd = kept(await calls.memfdCreate(Buffer.from("bytes")));
        expect(fs.readlinkSync(`/proc/self/fd/${fd}`)).toContain("memfd:bytes");
      });

      test("EINVAL for unknown flags and long names", async () => {
        const wanted = failure("EINVAL", "memfd_create");
        await expect(calls.memfdCreate("x", 1 << 20)).rejects.toMatchObject(wanted);
        await expect(calls.memfdCreate("x".repeat(250))).rejects.toMatchObject(wanted);
      });
    });

    describe("openat2", () => {
      const { O_WRONLY, O_CREAT, O_NONBLOCK } = fs.constants;

      test("opens below a directory, and from the current one", async () => {
        const root = openFd(folder);
        const fd = kept(await calls.openat2(root, "1.bin"));
        expect(fs.fstatSync(fd).ino).toBe(fs.fstatSync(file).ino);
        const here = path.relative(process.cwd(), `${folder}/1.bin`);
        expect(fs.fstatSync(kept(await calls.openat2(os.AT_FDCWD, here))).size).toBe(size);
        kept(await calls.openat2(-1, Buffer.from(`${folder}/1.bin`)));
      });

      test("makes a file with its mode", async () => {
        const how = { flags: O_WRONLY | O_CREAT, mode: 0o600 };
        const fd = kept(await calls.openat2(openFd(folder), "new", how));
        expect(fs.fstatSync(fd).mode & 0o777).toBe(0o600);
      });

      test("RESOLVE_BENEATH and RESOLVE_IN_ROOT keep paths below the directory", async () => {
        fs.mkdirSync(`${folder}/below`);
        fs.symlinkSync("../1.bin", `${folder}/below/out`);
        fs.writeFileSync(`${folder}/below/in`, "in");
        const root = openFd(`${folder}/below`);
        const beneath = { resolve: os.RESOLVE_BENEATH };
        for (const name of ["../1.bin", "out", `${folder}/1.bin`, "/etc/passwd"]) {
          const opening = calls.openat2(root, name, beneath);
          await expect(opening).rejects.toMatchObject(failure("EXDEV", "openat2"));
        }
        kept(await calls.openat2(root, "in", beneath));
        kept(await calls.openat2(root, "../../../in", { resolve: os.RESOLVE_IN_ROOT }));
      });

      test("RESOLVE_NO_SYMLINKS, NO_MAGICLINKS, NO_XDEV and CACHED hold", async () => {
        fs.symlinkSync("1.bin", `${folder}/link`);
        const root = openFd(folder);
        const open = (name: string, resolve: number, dirfd = root): Promise<number> =>
          calls.openat2(dirfd, name, { resolve });
        const refused = async (opening: Promise<number>, code: string): Promise<void> =>
          expect(opening).rejects.toMatchObject(failure(code, "openat2"));
        await refused(open("link", os.RESOLVE_NO_SYMLINKS), "ELOOP");
        await refused(open(`/proc/self/fd/${root}`, os.RESOLVE_NO_MAGICLINKS), "ELOOP");
        await refused(open("/proc/self/stat", os.RESOLVE_NO_XDEV, openFd("/")), "EXDEV");
        kept(await open("1.bin", os.RESOLVE_CACHED));
      });

      test("a FIFO without a writer is opened at once with O_NONBLOCK", async () => {
        execFileSync("mkfifo", [`${folder}/fifo`]);
        kept(await calls.openat2(openFd(folder), "fifo", { flags: O_NONBLOCK }));
      });

      test.each([
        ["ENOENT", "a missing file", (root: number) => calls.openat2(root, "missing")],
        ["ENOTDIR", "a file as the directory", () => calls.openat2(file, "x")],
        ["EBADF", "a directory that is not open", () => calls.openat2(999_999, "x")],
        ["EINVAL", "unknown limits", (root: number) => calls.openat2(root, "x", { resolve: 4096 })],
        [
          "EINVAL",
          "a mode without O_CREAT",
          (root: number) => calls.openat2(root, "x", { mode: 1 }),
        ],
      ])("%s for %s", async (code, _what, calling) => {
        const opening = calling(openFd(folder));
        await expect(opening).rejects.toMatchObject(failure(code, "openat2"));
      });
    });

    describe("fadvise, cachestat", () => {
      test("cachestat counts the pages in memory, and the dirty ones", async () => {
        fs.writeSync(sink, content(3, 3 * 4096));
        expect(await calls.cachestat(sink)).toEqual({
          cache: 3,
          dirty: expect.any(Number),
          writeback: expect.any(Number),
          evicted: 0,
          recentlyEvicted: 0,
        });
        expect((await calls.cachestat(sink, 4096, 4096)).cache).toBe(1);
        expect((await calls.cachestat(sink, 1n << 40n, 1)).cache).toBe(0);
      });

      test("fadvise DONTNEED makes the kernel forget, and WILLNEED read again", async () => {
        const disk = openFd(taggedFile(4, 64 * 4096, temporaryFolder()), "r+");
        fs.fsyncSync(disk);
        expect(await calls.fadvise(disk, 0, 0, os.POSIX_FADV_DONTNEED)).toBeUndefined();
        const left = (await calls.cachestat(disk)).cache;
        expect([0, 64]).toContain(left); // tmpfs keeps all
        await calls.fadvise(disk, 0, 0, os.POSIX_FADV_WILLNEED);
      });

      test.each([
        ["EBADF", "fadvise", () => calls.fadvise(999_999, 0, 0, 0), "posix_fadvise"],
        ["EINVAL", "unknown advice", () => calls.fadvise(file, 0, 0, 99), "posix_fadvise"],
        ["EINVAL", "a negative length", () => calls.fadvise(file, 0, -1, 0), "posix_fadvise"],
        ["ESPIPE", "a pipe", () => calls.fadvise(openPipe().reader, 0, 0, 0), "posix_fadvise"],
        ["EBADF", "cachestat", () => calls.cachestat(999_999), "cachestat"],
      ])("%s for %s", async (code, _what, calling, syscall) => {
        await expect(calling()).rejects.toMatchObject(failure(code, syscall));
      });
    });
  });
});

/** The writer of a FIFO that nobody reads any more. */
function brokenPipe(): number {
  const fifo = path.join(temporaryFolder(), "fifo");
  execFileSync("mkfifo", [fifo]);
  const both = fs.openSync(fifo, "r+");
  const writer = openFd(fifo, "w");
  fs.closeSync(both);
  return writer;
}
