/** mmap, munmap, msync, madvise: the system calls, on views instead of addresses. */
import fs from "node:fs";
import { expect, test } from "vitest";
import { BufferError, MemoryView, ValueError, memoryview } from "zerocopy";
import { mapFile } from "zerocopy/fs";
import * as os from "zerocopy/os";
import { content, taggedFile } from "../support/content.ts";
import { openFd } from "../support/fds.ts";
import { fileWith, mapped, mappingsOf, pageBytes } from "../support/mapped.ts";
import { describeNative, fallback } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";

leaveNothingOpen();

const anonymous = { flags: os.MAP_PRIVATE | os.MAP_ANONYMOUS };
const size = 3 * pageBytes;

function code(act: () => unknown): unknown {
  try {
    act();
    return "nothing";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

describeNative("os.mmap", () => {
  test("maps a file to read and write, as Python does by default", () => {
    const file = fileWith(content(1, size));
    const view = os.mmap(openFd(file, "r+"), size);
    later(() => os.munmap(view));
    expect([view.constructor, view.nbytes, view.readonly]).toEqual([MemoryView, size, false]);
    view.set(5000, 77);
    os.msync(view);
    expect(fs.readFileSync(file)[5000]).toBe(77);
  });

  test("takes protection, flags and offset", () => {
    const fd = openFd(taggedFile(1, size));
    const view = os.mmap(fd, 100, { prot: os.PROT_READ, flags: os.MAP_PRIVATE, offset: pageBytes });
    expect(view.readonly).toBe(true);
    expect(view.equals(content(1, 100, pageBytes))).toBe(true);
    expect(() => view.set(0, 1)).toThrow(TypeError);
    os.munmap(view);
  });

  test("maps anonymous memory", () => {
    const view = os.mmap(-1, 10, anonymous);
    expect(view.toList()).toEqual(Array.from({ length: 10 }, () => 0));
    view.fill(7);
    expect(view.subarray(9).get(0)).toBe(7);
    os.munmap(view);
    expect(() => view.get(0)).toThrow(ValueError);
  });

  test("fails with the kernel's reason", () => {
    const fd = openFd(taggedFile(1, size));
    const wanted = { name: "OSError", syscall: "mmap" };
    expect(() => os.mmap(fd, size)).toThrow(expect.objectContaining({ ...wanted, code: "EACCES" }));
    expect(code(() => os.mmap(9999, size))).toBe("EBADF");
    expect(code(() => os.mmap(fd, 0))).toBe("EINVAL");
    expect(code(() => os.mmap(fd, -1))).toBe("EINVAL");
    expect(code(() => os.mmap(fd, 10, { offset: 5, flags: os.MAP_PRIVATE }))).toBe("EINVAL");
    expect(code(() => os.mmap(fd, 10, { flags: 0 }))).toBe("EINVAL");
    expect(code(() => os.mmap(openFd("/dev/null"), 10, { flags: os.MAP_PRIVATE }))).toBe("ENODEV");
  });

  test("refuses what a view cannot be", () => {
    expect(() => os.mmap(-1, 10, { ...anonymous, prot: 0 })).toThrow(/PROT_READ/);
    expect(() => os.mmap(-1, 10, { ...anonymous, prot: os.PROT_WRITE })).toThrow(ValueError);
    expect(() => os.mmap(-1, 10, { ...anonymous, prot: 7 })).toThrow(ValueError);
    expect(() => os.mmap(-1, 10, { flags: anonymous.flags | 0x10 })).toThrow(/MAP_/);
    expect(() => os.mmap(-1, 2 ** 60, anonymous)).toThrow(RangeError);
  });

  test("refuses anything but integers", () => {
    const wrong = (value: unknown) => value as number;
    expect(() => os.mmap(wrong("1"), 10)).toThrow(TypeError);
    expect(() => os.mmap(1, 0.5)).toThrow(TypeError);
    expect(() => os.mmap(1, wrong(null))).toThrow(TypeError);
    expect(() => os.mmap(1, 10, { offset: wrong({}) })).toThrow(TypeError);
    expect(() => os.mmap(1, 10, { prot: 0.5 })).toThrow(TypeError);
    expect(() => os.mmap(1, 10, { flags: wrong(1n << 70n) })).toThrow(ValueError);
  });
});

describeNative("os.munmap", () => {
  test("takes any view of the mapping, also of mapFile's, and unmaps all of it", () => {
    const file = taggedFile(1, size);
    const map = mapFile(file);
    os.munmap(map.subarray(100, null, -3).subarray(1));
    expect(mappingsOf(file)).toBe(0);
    expect(() => map.nbytes).toThrow(ValueError);
  });

  test("is refused for other memory, and while a call is at work", async () => {
    expect(() => os.munmap(memoryview(new Uint8Array(5)))).toThrow(TypeError);
    expect(() => os.munmap(new Uint8Array(5) as unknown as MemoryView)).toThrow(TypeError);
    const view = os.mmap(-1, size, anonymous);
    const advising = os.promises.madvise(view, os.MADV_WILLNEED);
    expect(() => os.munmap(view)).toThrow(BufferError);
    await advising;
    const part = view.subarray(1);
    os.munmap(view);
    expect(() => os.munmap(part)).not.toThrow();
    part.release();
    expect(() => os.munmap(part)).toThrow(/view of mapped memory|released/);
  });
});

describeNative("os.msync and os.madvise", () => {
  test("work on the pages of a part", async () => {
    const map = mapped(fileWith(content(1, size)), { access: "write" });
    const part = map.subarray(5000, 5001);
    os.msync(part);
    os.msync(part, os.MS_ASYNC);
    os.madvise(part, os.MADV_RANDOM);
    await os.promises.msync(part);
    await os.promises.madvise(part, os.MADV_POPULATE_READ);
    expect(part.get(0)).toBe(content(1, 5001)[5000]);
  });

  test("MADV_DONTNEED of a private mapping shows the file again", () => {
    const map = mapped(taggedFile(1, size), { access: "copy" });
    map.fill(9);
    os.madvise(map.subarray(pageBytes, 2 * pageBytes), os.MADV_DONTNEED);
    expect(map.get(0)).toBe(9);
    expect(map.get(pageBytes)).toBe(content(1, 1, pageBytes)[0]);
  });

  test("fail with the kernel's reason, in both ways", async () => {
    const view = os.mmap(-1, size, anonymous);
    later(() => os.munmap(view));
    expect(code(() => os.madvise(view, 99))).toBe("EINVAL");
    expect(code(() => os.msync(view, 77))).toBe("EINVAL");
    await expect(os.promises.madvise(view, 99)).rejects.toMatchObject({
      name: "OSError",
      code: "EINVAL",
      syscall: "madvise",
      stack: expect.stringContaining("os.mmap.test.ts") as string,
    });
    await expect(os.promises.msync(view, 77)).rejects.toMatchObject({ code: "EINVAL" });
  });

  test("refuse advice that would kill who reads the pages, however it is written", async () => {
    const view = os.mmap(-1, size, anonymous);
    later(() => os.munmap(view));
    for (const advice of [100, 102, 2 ** 32 + 102, -1]) {
      expect(() => os.madvise(view, advice)).toThrow(ValueError);
      await expect(os.promises.madvise(view, advice)).rejects.toThrow(ValueError);
    }
    expect(() => os.msync(view, 2 ** 32 + 4)).toThrow(ValueError);
    expect(view.get(0)).toBe(0);
  });

  test("refuse strided, released and other views", async () => {
    const view = os.mmap(-1, size, anonymous);
    const wanted = 5;
    expect(() => os.madvise(view.subarray(null, null, -1), wanted)).toThrow(TypeError);
    expect(() => os.madvise(memoryview(new Uint8Array(3)), wanted)).toThrow(TypeError);
    os.munmap(view);
    expect(() => os.msync(view)).toThrow(ValueError);
    await expect(os.promises.msync(view)).rejects.toThrow(ValueError);
    await expect(os.promises.madvise(view, 0)).rejects.toThrow(ValueError);
    expect(() => os.madvise(mapped(taggedFile(1, 5)), 0.5)).toThrow(TypeError);
  });
});

test("without the addon mmap says what is missing", () => {
  expect(code(() => fallback.os.mmap(-1, 10, anonymous))).toBe("ERR_NOT_SUPPORTED");
  expect(code(() => fallback.os.mmap(0.5, 10))).toBe("ERR_INVALID_ARG_TYPE");
});
