/** mapFile: what a mapped file shows, which writes reach the file, and what is refused. */
import { constants } from "node:buffer";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { MemoryView, memoryview } from "zerocopy";
import { MappedFile, mapFile } from "zerocopy/fs";
import type { MapOptions, AnyFile } from "zerocopy/fs";
import { content, sparseFile, taggedFile, temporaryFolder } from "../support/content.ts";
import { openFd } from "../support/fds.ts";
import { fileWith, mapped, pageBytes, runModule } from "../support/mapped.ts";
import { describeNative } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";

leaveNothingOpen();

const size = 3 * pageBytes + 17;

/** What `act` throws, by name and code. */
function refusal(act: () => unknown): string {
  try {
    act();
    return "nothing";
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    return `${name} ${code}`;
  }
}

describeNative("a mapped file", () => {
  test("is a memoryview of the bytes of the file", () => {
    const map = mapped(taggedFile(1, size));
    expect(map).toBeInstanceOf(MemoryView);
    expect(map).toBeInstanceOf(MappedFile);
    expect([map.nbytes, map.format, map.readonly, map.obj === map]).toEqual([
      size,
      "B",
      true,
      true,
    ]);
    expect(map.equals(content(1, size))).toBe(true);
    expect(map.find(content(1, 16, 5000))).toBe(5000);
  });

  test("has plain views as parts, which know it", () => {
    const map = mapped(taggedFile(1, size));
    const part = map.subarray(1, 9).cast("<q");
    expect(part.constructor).toBe(MemoryView);
    expect(part.obj).toBe(map);
    expect(part.get(0)).toBe(content(1, 9).readBigInt64LE(1));
    expect(memoryview(map).obj).toBe(map);
  });

  test.each<[string, (file: string) => AnyFile | Promise<AnyFile>]>([
    ["a path", (file) => file],
    ["a URL", (file) => pathToFileURL(file)],
    ["a Buffer", (file) => Buffer.from(file)],
    ["a descriptor", (file) => openFd(file)],
    [
      "a FileHandle",
      async (file) => {
        const handle = await open(file);
        later(() => handle.close());
        return handle;
      },
    ],
  ])("is opened by %s", async (_name, ways) => {
    const map = mapped(await ways(taggedFile(1, size)));
    expect(map.equals(content(1, size))).toBe(true);
  });

  test("stays when the descriptor is closed and the file is gone", () => {
    const file = taggedFile(1, size);
    const fd = fs.openSync(file, "r");
    const map = mapped(fd);
    fs.closeSync(fd);
    fs.rmSync(file);
    expect(map.equals(content(1, size))).toBe(true);
  });

  test.each([0, 1, 4095, 4096, 4097, size - 1, size])("starts at offset %i", (offset) => {
    const map = mapped(taggedFile(1, size), { offset });
    expect(map.equals(content(1, size - offset, offset))).toBe(true);
    expect(map.lendUint8Array().length).toBe(size - offset);
  });

  test.each([0, 1, 4095, 4096, 4097, size - 3])("has length %i", (length) => {
    const map = mapped(taggedFile(1, size), { offset: 3, length });
    expect(map.equals(content(1, length, 3))).toBe(true);
  });

  test("takes bigints for offset and length", () => {
    expect(mapped(taggedFile(1, size), { offset: 5n, length: 7n }).nbytes).toBe(7);
  });

  test("of an empty file is an empty view, which can do what others can", async () => {
    const map = mapped(fileWith(""), { access: "write" });
    expect([map.nbytes, map.toList(), map.readonly]).toEqual([0, [], false]);
    await map.flush();
    await map.populate();
    map.madvise("random");
    expect(await map.use(() => 1)).toBe(1);
    map.close();
  });

  test("of 4 GiB is opened without reading it", () => {
    const map = mapped(sparseFile(2 ** 32), { advice: "random" });
    expect([map.nbytes, map.get(-1), map.get(2 ** 31)]).toEqual([2 ** 32, 0, 0]);
  });

  test("accepts all advice that the kernel knows, and populate", async () => {
    const map = mapped(taggedFile(1, size));
    for (const advice of ["normal", "random", "sequential", "willneed", "cold"] as const) {
      map.madvise(advice);
      map.madvise(advice, 1, 2);
    }
    await map.populate();
    await map.populate(5000, 100);
    expect(map.equals(content(1, size))).toBe(true);
  });
});

describeNative("access", () => {
  test('"read": views do not write, and a stray write does not reach the file', () => {
    const file = taggedFile(1, size);
    const map = mapped(file);
    expect(() => map.set(0, 1)).toThrow(TypeError);
    expect(refusal(() => map.asUint8Array())).toBe("BufferError ERR_BUFFER");
    map.lendUint8Array().fill(9);
    expect(fs.readFileSync(file).equals(content(1, size))).toBe(true);
  });

  test('"copy": writes stay in the mapping', () => {
    const file = taggedFile(1, size);
    const map = mapped(file, { access: "copy" });
    map.fill(9);
    expect(map.get(5000)).toBe(9);
    expect(fs.readFileSync(file).equals(content(1, size))).toBe(true);
    expect(mapped(file).equals(content(1, size))).toBe(true);
  });

  test('"write": writes reach the file and every other mapping of it', async () => {
    const file = taggedFile(1, size);
    const map = mapped(file, { access: "write", offset: 10 });
    const other = mapped(file);
    map.subarray(0, 4).copyFrom(Buffer.from("ABCD"));
    map.cast("B").set(-1, 90);
    expect(other.subarray(10, 14).decode()).toBe("ABCD");
    await map.flush();
    await map.flush(4096, 1);
    const bytes = fs.readFileSync(file);
    expect([bytes.toString("latin1", 10, 14), bytes.at(-1), bytes.length]).toEqual([
      "ABCD",
      90,
      size,
    ]);
  });

  test("flush wants access to write", async () => {
    await expect(mapped(taggedFile(1, 10)).flush()).rejects.toThrow(TypeError);
    await expect(mapped(taggedFile(1, 10), { access: "copy" }).flush()).rejects.toThrow(TypeError);
  });
});

describeNative("Python's mmap", () => {
  const python = spawnSync("python3", ["--version"]).status === 0;
  const run = (program: string, ...words: string[]): string =>
    execFileSync("python3", ["-c", `import mmap, sys\n${program}`, ...words], { encoding: "utf8" });

  test("reads what was written and flushed here", async (context) => {
    if (!python) context.skip("there is no python3");
    const file = fileWith(new Uint8Array(size));
    const map = mapped(file, { access: "write" });
    map.copyFrom(content(2, size));
    await map.flush();
    const hex = run(
      "with open(sys.argv[1], 'rb') as f: print(mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)[:].hex(), end='')",
      file,
    );
    expect(hex).toBe(content(2, size).toString("hex"));
  });

  test("writes what is read here, in a mapping made before", (context) => {
    if (!python) context.skip("there is no python3");
    const file = fileWith(new Uint8Array(size));
    const map = mapped(file);
    run(
      "f = open(sys.argv[1], 'r+b'); m = mmap.mmap(f.fileno(), 0); m[4090:4100] = b'0123456789'; m.flush()",
      file,
    );
    expect(map.find(Buffer.from("0123456789"))).toBe(4090);
  });
});

describeNative("what cannot be mapped", () => {
  test("a folder, a FIFO and a device are ERR_NOT_REGULAR_FILE", () => {
    const folder = temporaryFolder();
    const fifo = path.join(folder, "fifo");
    execFileSync("mkfifo", [fifo]);
    for (const file of [folder, fifo, "/dev/zero", "/dev/null"]) {
      expect(refusal(() => mapFile(file))).toBe("ZeroCopyError ERR_NOT_REGULAR_FILE");
    }
  });

  test("a file of procfs is refused by the kernel, not taken for an empty one", () => {
    expect(refusal(() => mapFile("/proc/self/status"))).toMatch(/^OSError E(IO|NODEV)$/);
  });

  test("a file that is not there is Node's error", () => {
    expect(refusal(() => mapFile(path.join(temporaryFolder(), "none")))).toBe("Error ENOENT");
  });

  test("a descriptor that is open for reading cannot be mapped to write", () => {
    const fd = openFd(taggedFile(1, 10));
    expect(refusal(() => mapFile(fd, { access: "write" }))).toBe("OSError EACCES");
    expect(mapped(fd, { access: "copy" }).readonly).toBe(false);
  });

  test("a descriptor that is open for writing only cannot be mapped", () => {
    expect(refusal(() => mapFile(openFd(taggedFile(1, 10), "a")))).toBe("OSError EACCES");
  });

  test("a closed FileHandle, and a descriptor that is none", async () => {
    const handle = await open(taggedFile(1, 10));
    await handle.close();
    expect(refusal(() => mapFile(handle))).toBe("TypeError ERR_INVALID_ARG_TYPE");
    expect(refusal(() => mapFile(-1))).toBe("TypeError ERR_INVALID_ARG_TYPE");
    expect(refusal(() => mapFile(99_999))).toBe("Error EBADF");
  });

  test("a range that is not in the file", () => {
    const file = taggedFile(1, 10);
    expect(refusal(() => mapFile(file, { offset: 11 }))).toBe("ValueError ERR_OUT_OF_RANGE");
    expect(refusal(() => mapFile(file, { length: 11 }))).toBe("ValueError ERR_OUT_OF_RANGE");
    expect(refusal(() => mapFile(file, { offset: 5, length: 6 }))).toBe(
      "ValueError ERR_OUT_OF_RANGE",
    );
  });

  test("more than the engine allows in one view names the way", (context) => {
    const file = sparseFile(2 ** 32 + 1);
    if (constants.MAX_LENGTH > 2 ** 32) context.skip("this engine allows any length");
    expect(() => mapFile(file)).toThrow(/mapWindows/);
    expect(() => mapFile(file, { offset: 1, length: 2 ** 32 })).toThrow(/4294967296/);
    expect(mapped(file, { offset: 1, length: 2 ** 32 - 1 }).nbytes).toBe(2 ** 32 - 1);
  });

  const wrong: readonly (readonly [MapOptions, string])[] = [
    [{ access: "rw" as "read" }, "ValueError ERR_OUT_OF_RANGE"],
    [{ advice: "often" as "random" }, "ValueError ERR_OUT_OF_RANGE"],
    [{ advice: "toString" as "random" }, "ValueError ERR_OUT_OF_RANGE"],
    [{ offset: -1 }, "ValueError ERR_OUT_OF_RANGE"],
    [{ length: -1n }, "ValueError ERR_OUT_OF_RANGE"],
    [{ offset: 2 ** 53 }, "ValueError ERR_OUT_OF_RANGE"],
    [{ offset: 0.5 }, "TypeError ERR_INVALID_ARG_TYPE"],
    [{ length: Number.NaN }, "ValueError ERR_OUT_OF_RANGE"],
    [{ length: "1" as unknown as number }, "TypeError ERR_INVALID_ARG_TYPE"],
    [{ offset: null as unknown as number }, "TypeError ERR_INVALID_ARG_TYPE"],
  ];

  test.each(wrong)("options %o are refused before the file is opened", (options, error) => {
    const file = path.join(temporaryFolder(), "none");
    expect(refusal(() => mapFile(file, options))).toBe(error);
  });

  test("options that are none are refused", () => {
    expect(refusal(() => mapFile("none", null as never))).toBe("TypeError ERR_INVALID_ARG_TYPE");
    expect(refusal(() => mapFile("none", 5 as never))).toBe("TypeError ERR_INVALID_ARG_TYPE");
    expect(refusal(() => mapFile({} as never))).toBe("TypeError ERR_INVALID_ARG_TYPE");
  });

  test("ranges of flush, madvise and populate lie in the file", async () => {
    const map = mapped(taggedFile(1, 10), { access: "write" });
    for (const [offset, length] of [
      [11, 0],
      [-1, 1],
      [0, 11],
      [5, 6],
      [0, -1],
    ] as const) {
      expect(refusal(() => map.madvise("normal", offset, length))).toMatch(/^ValueError/);
      await expect(map.flush(offset, length)).rejects.toThrow(RangeError);
      await expect(map.populate(offset, length)).rejects.toThrow(RangeError);
    }
    await expect(map.flush(0.5)).rejects.toThrow(TypeError);
  });

  test("the class makes none", () => {
    expect(() => new (MappedFile as unknown as new () => unknown)()).toThrow(/mapFile\(file\)/);
  });
});

test("without the addon mapFile and mapWindows say what is missing, after wrong arguments", () => {
  const program = `
    import { mapFile, mapWindows } from "zerocopy/fs";
    const options = [{}, { offset: 0.5 }];
    for (const map of [mapFile, mapWindows]) {
      for (const one of options) {
        try { map(process.execPath, one); } catch (error) { console.log(error.code); }
      }
    }`;
  const { stdout } = runModule(program, { ZEROCOPY_DISABLE_NATIVE: "1" });
  const each = "ERR_NOT_SUPPORTED\nERR_INVALID_ARG_TYPE\n";
  expect(stdout).toBe(each + each);
});
