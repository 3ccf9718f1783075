/** mapWindows: one mapping of any length, looked at through views that an engine allows. */
import fs from "node:fs";
import { expect, test } from "vitest";
import { IndexError, MemoryView, ValueError, memoryview } from "zerocopy";
import { MappedWindows, mapWindows } from "zerocopy/fs";
import type { AnyFile, MapWindowsOptions } from "zerocopy/fs";
import { content, sparseFile, taggedFile } from "../support/content.ts";
import { fileWith, mappingsOf, pageBytes } from "../support/mapped.ts";
import { describeNative } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";

leaveNothingOpen();

const size = 10 * pageBytes + 123;
const windowBytes = 2 * pageBytes;

function windowsOf(file: AnyFile, options?: MapWindowsOptions): MappedWindows {
  const map = mapWindows(file, { windowBytes, ...options });
  later(() => map.unmap());
  return map;
}

describeNative("mapWindows", () => {
  test.each([0, 1, 100, 4096, 5000])("shows the whole file in windows from offset %i", (offset) => {
    const map = windowsOf(taggedFile(1, size), { offset });
    expect(map.nbytes).toBe(size - offset);
    expect(map.length).toBe(Math.ceil((size - offset) / windowBytes));
    const parts = [...map].map((view) => Buffer.from(view.toUint8Array()));
    expect(parts.slice(0, -1).every((part) => part.length === windowBytes)).toBe(true);
    expect(Buffer.concat(parts).equals(content(1, size - offset, offset))).toBe(true);
  });

  test("windows are memoryviews, made once, and know what they are of", () => {
    const map = windowsOf(taggedFile(1, size));
    const view = map.window(1);
    expect(view).toBeInstanceOf(MemoryView);
    expect(view.readonly).toBe(true);
    expect(map.window(1)).toBe(view);
    expect(map.window(-1).nbytes).toBe(size % windowBytes);
    expect(view.obj).toBe(map);
    view.release();
    expect(map.window(1).nbytes).toBe(windowBytes);
  });

  test("locate finds the window and the index of every position", () => {
    const map = windowsOf(taggedFile(1, size), { offset: 7 });
    const wanted = content(1, size - 7, 7);
    for (const position of [0, 1, windowBytes - 1, windowBytes, 3 * windowBytes + 5, size - 8]) {
      const [view, index] = map.locate(position);
      expect(view.get(index)).toBe(wanted[position]);
    }
    const [view, index] = map.locate(-1);
    expect(view.get(index)).toBe(wanted.at(-1));
    expect(map.locate(5n)[1]).toBe(5);
    expect(() => map.locate(size - 7)).toThrow(IndexError);
    expect(() => map.locate(7 - size - 1)).toThrow(IndexError);
    expect(() => map.locate(0.5)).toThrow(TypeError);
    expect(() => map.window(6)).toThrow(IndexError);
  });

  test("subarray crosses the borders of windows", () => {
    const map = windowsOf(taggedFile(1, size), { offset: 11 });
    const wanted = content(1, size - 11, 11);
    for (const [start, stop] of [
      [0, 5],
      [0, undefined],
      [windowBytes - 3, windowBytes + 3],
      [windowBytes, 2 * windowBytes],
      [5, 4 * windowBytes + 5],
      [-20, -3],
      [9, 3],
      [size, size + 5],
    ] as const) {
      const view = map.subarray(start, stop);
      expect(Buffer.compare(view.toUint8Array(), wanted.subarray(start, stop))).toBe(0);
    }
  });

  test("get reads items of every format at any position", () => {
    const map = windowsOf(taggedFile(1, size), { offset: 5 });
    const whole = memoryview(content(1, size - 5, 5));
    const formats = [
      "b",
      "B",
      "h",
      "H",
      "i",
      "I",
      "q",
      "Q",
      "f",
      "d",
      "?",
      "c",
      "e",
      "l",
      ">d",
      "<IhB",
      "3s",
      "uint16",
    ];
    for (const format of formats) {
      for (const position of [0, 3, windowBytes - 1, windowBytes - 3, windowBytes]) {
        const { itemsize } = memoryview(new Uint8Array(64)).subarray(0, 0).cast(format);
        const item = whole
          .subarray(position, position + itemsize)
          .cast(format)
          .get(0);
        expect([format, map.get(format, position)]).toEqual([format, item]);
      }
    }
    expect(() => map.get("q", size - 5 - 7)).toThrow(IndexError);
    expect(() => map.get("B", -1)).toThrow(IndexError);
    expect(() => map.get("B", 0.5)).toThrow(IndexError);
    expect(() => map.get("y", 0)).toThrow(ValueError);
    expect(map.get("q", size - 5 - 8)).toBe(whole.subarray(-8).cast("q").get(0));
  });

  test("writes through windows reach the file and each other", async () => {
    const file = fileWith(new Uint8Array(size));
    const map = windowsOf(file, { access: "write" });
    map.window(1).set(0, 65);
    map.subarray(windowBytes - 1, windowBytes + 2).set(0, 64);
    expect(map.window(0).get(-1)).toBe(64);
    expect(map.subarray(windowBytes - 1, windowBytes + 2).toList()).toEqual([64, 65, 0]);
    await map.flush();
    await map.populate(0, 10);
    map.madvise("sequential");
    expect(fs.readFileSync(file)[windowBytes]).toBe(65);
  });

  test("unmap ends all windows and empties what was lent", async () => {
    const file = taggedFile(1, size);
    const map = mapWindows(file, { windowBytes });
    const views = [...map, map.subarray(5, size - 5)];
    const lent = views.map((view) => view.lendUint8Array());
    const using = map.use(() => Promise.resolve(expect(() => map.unmap()).toThrow(/found 1/)));
    await using;
    expect(mappingsOf(file)).toBe(1);
    map.unmap();
    expect(mappingsOf(file)).toBe(0);
    expect(lent.map(({ length }) => length)).toEqual(lent.map(() => 0));
    for (const view of views) expect(() => view.get(0)).toThrow(ValueError);
    for (const act of [
      () => map.window(0),
      () => map.locate(5),
      () => map.subarray(1, 2),
      () => map.subarray(1),
      () => map.get("B", 0),
      () => map.get(">d", 0),
      () => map.madvise("random"),
    ]) {
      expect(act).toThrow(ValueError);
    }
    map.unmap();
  });

  test("an empty file has no windows", () => {
    const map = windowsOf(fileWith(""));
    expect([map.nbytes, map.length, [...map], map.subarray().nbytes]).toEqual([0, 0, [], 0]);
    expect(() => map.locate(0)).toThrow(IndexError);
    expect(() => map.get("B", 0)).toThrow(IndexError);
  });

  test("10 GB are opened without reading them, and any byte is reached", () => {
    const file = sparseFile(10e9);
    const fd = fs.openSync(file, "r+");
    for (const position of [0, 2 ** 32 - 1, 2 ** 32, 9e9, 10e9 - 1]) {
      fs.writeSync(fd, Uint8Array.of(position % 251), 0, 1, position);
    }
    fs.closeSync(fd);
    const map = mapWindows(file, { advice: "random" });
    later(() => map.unmap());
    expect(map.length).toBe(10);
    for (const position of [0, 2 ** 32 - 1, 2 ** 32, 9e9, 10e9 - 1]) {
      const [view, index] = map.locate(position);
      expect(view.get(index)).toBe(position % 251);
      expect(map.get("B", position)).toBe(position % 251);
    }
    expect(map.subarray(2 ** 32 - 1, 2 ** 32 + 1).toList()).toEqual([
      (2 ** 32 - 1) % 251,
      2 ** 32 % 251,
    ]);
  });

  test.each([0, -4096, 100, 4097, 2 ** 32, Number.NaN, 0.5])(
    "windowBytes %d is refused",
    (bytes) => {
      expect(() => mapWindows(taggedFile(1, 10), { windowBytes: bytes })).toThrow(/windowBytes/);
    },
  );

  test("cannot be cloned: a message would carry three numbers", () => {
    const map = windowsOf(taggedFile(1, size));
    expect(() => structuredClone(map)).toThrow("map it in the other thread too");
  });

  test("the class makes none", () => {
    expect(() => new (MappedWindows as unknown as new () => unknown)()).toThrow(/mapWindows/);
  });
});
