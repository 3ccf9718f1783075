/** readInto and writeFrom: every kind of file, of memory and of position; what is copied, held and refused. */
import fs from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import type { BytesLike } from "zerocopy";
import { content, sparseFile, taggedFile, temporaryFolder } from "../support/content.ts";
import { openFd, openPipe, position } from "../support/fds.ts";
import { describeModes, describeNative, native } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { rejection } from "../support/until.ts";

leaveNothingOpen();

const size = 100_000;

type Memory = typeof native.memory;

/** Memory of `length` bytes, and the copies of a byte that it costs, 1 being the kernel's. */
const kinds: readonly (readonly [string, number, (length: number, of: Memory) => BytesLike])[] = [
  ["a bytearray", 1, (length, { bytearray }) => bytearray(length)],
  [
    "a view of a bytearray",
    1,
    (length, { bytearray, memoryview }) => memoryview(bytearray(length + 9)).subarray(5, -4),
  ],
  ["a SharedArrayBuffer", 1, (length) => new SharedArrayBuffer(length)],
  ["a Uint8Array", 2, (length) => new Uint8Array(length)],
  [
    "a window at an odd offset",
    2,
    (length) => new Uint8Array(new ArrayBuffer(length + 5), 3, length),
  ],
  ["an ArrayBuffer", 2, (length) => new ArrayBuffer(length)],
  [
    "a strided view",
    2,
    (length, { bytearray, memoryview }) => memoryview(bytearray(3 * length)).subarray(0, null, 3),
  ],
  [
    "a view from the end",
    2,
    (length, { bytearray, memoryview }) => memoryview(bytearray(length)).subarray(null, null, -1),
  ],
];

const contentOf = (memory: BytesLike): Buffer =>
  Buffer.from(native.memory.memoryview(memory).toBytes().toUint8Array());

describeModes(({ fs: { readInto, writeFrom }, memory: own }) => {
  const { bytearray, memoryview, b, bytes, copiedBytes } = own;
  let folder = "";
  let file = "";
  let to = "";
  beforeEach(() => {
    folder = temporaryFolder();
    file = taggedFile(1, size, folder);
    to = path.join(folder, "written");
  });

  describe.each(kinds)("%s", (_, copies, make) => {
    test.each([0, 2, 4096, 65_521])(`%i bytes, ${copies} copies of each`, async (length) => {
      const memory = make(length, own);
      const before = copiedBytes();
      const wanted = { bytes: length, copies: length === 0 ? 0 : copies };
      expect(await readInto(file, memory, 7)).toEqual({ ...wanted, path: "read" });
      expect(await writeFrom(to, memory)).toEqual({ ...wanted, path: "write" });
      expect(copiedBytes() - before).toBe(2 * (copies - 1) * length);
      expect(contentOf(memory).equals(content(1, length, 7))).toBe(true);
      expect(fs.readFileSync(to).equals(content(1, length, 7))).toBe(true);
    });

    test("what lies behind the end of the file stays", async () => {
      const memory = make(50, own);
      await readInto(file, memory, 0);
      expect(await readInto(file, memory, size - 20)).toMatchObject({ bytes: 20 });
      const wanted = Buffer.concat([content(1, 20, size - 20), content(1, 30, 20)]);
      expect(contentOf(memory).equals(wanted)).toBe(true);
      expect(await readInto(file, memory, size + 5)).toEqual({ bytes: 0, path: "read", copies: 0 });
    });
  });

  test("memory of all kinds at once, in order", async () => {
    const all = kinds.map(([, , make], index) => make(1000 * index, own));
    const total = all.reduce((sum, _, index) => sum + 1000 * index, 0);
    const { bytes: count } = await readInto(file, all, 11);
    expect(count).toBe(total);
    expect(Buffer.concat(all.map(contentOf)).equals(content(1, total, 11))).toBe(true);
    expect((await writeFrom(to, all)).bytes).toBe(total);
    expect(fs.readFileSync(to).equals(content(1, total, 11))).toBe(true);
  });

  test.each([1023, 1024, 1025, 5000])("%i pieces of memory", async (count) => {
    const pieces = Array.from({ length: count }, (_, index) =>
      index % 2 === 0 ? bytearray(7) : new Uint8Array(9),
    );
    const total = pieces.reduce((sum, { length }) => sum + length, 0);
    expect((await readInto(file, pieces, 0)).bytes).toBe(total);
    expect(Buffer.concat(pieces.map(contentOf)).equals(content(1, total))).toBe(true);
    expect((await writeFrom(to, pieces)).bytes).toBe(total);
    expect(fs.readFileSync(to).equals(content(1, total))).toBe(true);
  });

  test("more than one block of memory that has to be copied", async () => {
    const large = 3 * 1024 * 1024 + 17;
    const from = taggedFile(2, large, folder);
    const memory = [new Uint8Array(1_000_000), new Uint8Array(large - 1_000_000)];
    expect(await readInto(from, memory)).toEqual({ bytes: large, path: "read", copies: 2 });
    expect(Buffer.concat(memory).equals(content(2, large))).toBe(true);
    expect(await writeFrom(to, memory)).toEqual({ bytes: large, path: "write", copies: 2 });
    expect(fs.readFileSync(to).equals(content(2, large))).toBe(true);
  });

  test("items wider than a byte, in a strided view of records", async () => {
    const table = memoryview(new ArrayBuffer(64)).cast("<IHH");
    const column = table.field(0);
    expect((await readInto(file, column, 0)).bytes).toBe(32);
    expect(column.toBytes().equals(bytes(content(1, 32)))).toBe(true);
    expect((await readInto(file, column, size - 5)).bytes).toBe(5); // one item and a quarter
    const wanted = Buffer.concat([content(1, 5, size - 5), content(1, 27, 5)]);
    expect(column.toBytes().equals(bytes(wanted))).toBe(true);
  });

  test("Bytes and read-only views are written", async () => {
    await writeFrom(to, [b`one `, memoryview(b`two`), memoryview(bytearray(b`!?`)).toReadonly()]);
    expect(fs.readFileSync(to, "utf8")).toBe("one two!?");
  });

  describe("position", () => {
    test("null is the file's own, which advances; a number leaves it", async () => {
      const fd = openFd(file, "r+");
      const memory = bytearray(100);
      await readInto(fd, memory);
      await readInto(fd, memory);
      expect(position(fd)).toBe(200);
      expect(contentOf(memory).equals(content(1, 100, 100))).toBe(true);
      await readInto(fd, memory, 50n);
      await writeFrom(fd, b`xyz`, 10);
      expect(position(fd)).toBe(200);
      await writeFrom(fd, b`abc`);
      expect(position(fd)).toBe(203);
      const found = fs.readFileSync(file);
      expect([found.toString("latin1", 10, 13), found.toString("latin1", 200, 203)]).toEqual([
        "xyz",
        "abc",
      ]);
    });

    test("far behind 4 GiB", async () => {
      const far = sparseFile(6 * 2 ** 30);
      await writeFrom(far, b`far away`, 5 * 2 ** 30 + 3);
      const memory = bytearray(8);
      await readInto(far, memory, 5 * 2 ** 30 + 3);
      expect(memory.decode()).toBe("far away");
    });

    test("of a path: without one it is replaced, with one what it has stays", async () => {
      fs.writeFileSync(to, "0123456789");
      await writeFrom(to, b`ab`, 4);
      expect(fs.readFileSync(to, "utf8")).toBe("0123ab6789");
      await writeFrom(to, b`ab`);
      expect(fs.readFileSync(to, "utf8")).toBe("ab");
      await writeFrom(`${to}.new`, b`x`, 2);
      expect(fs.readFileSync(`${to}.new`, "latin1")).toBe("\0\0x");
    });
  });

  test("files by URL, Buffer, descriptor and FileHandle", async () => {
    const handle = await open(file);
    later(() => handle.close());
    for (const from of [pathToFileURL(file), Buffer.from(file), openFd(file), handle]) {
      const memory = bytearray(10);
      expect((await readInto(from, memory, 5)).bytes).toBe(10);
      expect(contentOf(memory).equals(content(1, 10, 5))).toBe(true);
    }
  });

  test("a pipe is read until the memory is full", async () => {
    const { reader, writer } = openPipe();
    const memory = bytearray(10);
    const reading = readInto(reader, memory);
    for (const part of ["abc", "defg", "hijklm"]) fs.writeSync(writer, part);
    expect((await reading).bytes).toBe(10);
    expect(memory.decode()).toBe("abcdefghij");
  });

  test("a file of procfs is read", async () => {
    const memory = bytearray(1000);
    const { bytes: count } = await readInto("/proc/self/cmdline", memory);
    expect(contentOf(memory).subarray(0, count).equals(fs.readFileSync("/proc/self/cmdline"))).toBe(
      true,
    );
  });

  test("memory that is detached meanwhile is a BufferError", async () => {
    const memory = new Uint8Array(1000);
    const reading = readInto(file, memory);
    structuredClone(memory.buffer, { transfer: [memory.buffer] });
    expect(await rejection(reading)).toMatchObject({ name: "BufferError" });
  });

  describe("errors", () => {
    test("of the system", async () => {
      const memory = bytearray(3);
      const missing = `${folder}/missing`;
      expect(await rejection(readInto(missing, memory))).toMatchObject({ code: "ENOENT" });
      expect(await rejection(readInto(folder, memory))).toMatchObject({ code: "EISDIR", bytes: 0 });
      expect(await rejection(writeFrom(folder, memory))).toMatchObject({ code: "EISDIR" });
      expect(await rejection(readInto(999_999, memory))).toMatchObject({ code: "EBADF" });
      expect(await rejection(writeFrom(openFd(file), memory))).toMatchObject({ code: "EBADF" });
      const full = await rejection(writeFrom(openFd("/dev/full", "w"), memory));
      expect(full).toMatchObject({ code: "ENOSPC", bytes: 0 });
      memory.append(1); // nothing is held
    });

    const detached = new Uint8Array(3);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    const released = memoryview(new Uint8Array(3));
    released.release();

    test.each([
      ["TypeError", "text", "abc", "bytes-like memory or an array of such"],
      ["TypeError", "nothing", undefined, "bytes-like memory or an array of such"],
      ["TypeError", "a number", 5, "bytes-like memory or an array of such"],
      ["TypeError", "an array of numbers", [1, 2], "a bytes-like object"],
      ["BufferError", "detached memory", detached, "memory, found it detached or resized"],
      ["BufferError", "detached memory behind other", [bytearray(1), detached], "memory, found it"],
      ["ValueError", "a released view", released, ""],
    ])("%s for %s", async (name, _what, memory, words) => {
      for (const call of [readInto, writeFrom]) {
        const error = await rejection(call(to, memory as never));
        expect(error.name).toBe(name);
        expect(error.message).toContain(words);
      }
      expect(fs.existsSync(to)).toBe(false); // refused before it was opened
    });

    test.each([
      ["Bytes", b`abc`],
      ["a read-only view", memoryview(new Uint8Array(3)).toReadonly()],
      ["a strided read-only view", memoryview(b`abc`).subarray(0, 3, 2)],
    ])("BufferError for reading into %s", async (_, memory) => {
      const error = await rejection(readInto(file, memory));
      expect(error.name).toBe("BufferError");
      expect(error.message).toContain("read-only");
    });

    test.each([
      ["ValueError", -1],
      ["ValueError", 2 ** 53],
      ["ValueError", 2n ** 53n],
      ["ValueError", Infinity],
      ["TypeError", 0.5],
      ["TypeError", "1"],
    ])("%s for the position %o", async (name, place) => {
      for (const call of [readInto, writeFrom]) {
        expect((await rejection(call(to, bytearray(1), place as number))).name).toBe(name);
      }
      expect(fs.existsSync(to)).toBe(false);
    });

    test.each([[undefined], [null], [{}], [-1], [1.5], [true], [{ fd: -1 }], [2 ** 31]])(
      "TypeError for the file %o",
      async (wrong) => {
        for (const call of [readInto, writeFrom]) {
          const error = await rejection(call(wrong as never, bytearray(1)));
          expect(error).toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
        }
      },
    );
  });
});

describeNative("with the addon", () => {
  const { bytearray, memoryview } = native.memory;

  test("a bytearray is locked until the call is over, a view cannot be released", async () => {
    const file = taggedFile(1, 1000);
    const array = bytearray(10);
    const view = memoryview(new Uint8Array(10)).subarray(0, 10, 2);
    const reading = native.fs.readInto(file, [array, view]);
    expect(() => array.append(1)).toThrow("Cannot append: wanted no views");
    expect(() => view.release()).toThrow("wanted no consumers");
    await reading;
    array.append(1);
    view.release();
  });

  test("a descriptor may be closed at once", async () => {
    const folder = temporaryFolder();
    const arrays = Array.from({ length: 20 }, (_, tag) => {
      const fd = fs.openSync(taggedFile(tag, 1000, folder), "r");
      const memory = bytearray(1000);
      const reading = native.fs.readInto(fd, memory);
      fs.closeSync(fd);
      return { tag, memory, reading };
    });
    for (const { tag, memory, reading } of arrays) {
      expect((await reading).bytes).toBe(1000);
      expect(contentOf(memory).equals(content(tag, 1000))).toBe(true);
    }
  });

  test("a mapped file is read into, and written from, without a copy", async () => {
    const { mapFile } = native.fs;
    const folder = temporaryFolder();
    const [from, to] = [taggedFile(1, 10_000, folder), path.join(folder, "to")];
    fs.writeFileSync(to, "");
    fs.truncateSync(to, 10_000);
    const map = mapFile(to, { access: "write" });
    const reading = native.fs.readInto(from, map);
    expect(() => map.unmap()).toThrow("Cannot unmap a file");
    expect(await reading).toEqual({ bytes: 10_000, path: "read", copies: 1 });
    expect(fs.readFileSync(to).equals(content(1, 10_000))).toBe(true);
    const out = path.join(folder, "out");
    expect(await native.fs.writeFrom(out, map)).toMatchObject({ bytes: 10_000, copies: 1 });
    map.unmap();
    expect(fs.readFileSync(out).equals(content(1, 10_000))).toBe(true);
  });
});
