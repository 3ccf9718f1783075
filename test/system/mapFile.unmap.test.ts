/** The end of a mapping: who notices, who must be waited for, and that nothing dangles. */
import fs from "node:fs";
import { open } from "node:fs/promises";
import { expect, test } from "vitest";
import { BufferError, ValueError, bytes, kBuffer, memoryview } from "zerocopy";
import { MappedFile, mapFile } from "zerocopy/fs";
import { content, taggedFile } from "../support/content.ts";
import { fileWith, mapped, mappingsOf } from "../support/mapped.ts";
import { describeNative } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";

leaveNothingOpen();

const size = 20_000;

describeNative("unmap", () => {
  test("ends the view, its parts and other views, and unmaps at once", () => {
    const file = taggedFile(1, size);
    const map = mapFile(file);
    const views = [map.subarray(5), map.cast("b"), memoryview(map), map.toReadonly()];
    expect(mappingsOf(file)).toBe(1);
    map.unmap();
    expect(mappingsOf(file)).toBe(0);
    for (const view of [map, ...views]) {
      expect(() => view.get(0)).toThrow(ValueError);
      expect(() => view.nbytes).toThrow(ValueError);
      expect(() => view.subarray(1)).toThrow(ValueError);
      expect(() => view.toBytes()).toThrow(ValueError);
      expect(() => bytes(view)).toThrow(ValueError);
      expect(() => view.lendUint8Array()).toThrow(ValueError);
      view.release();
    }
    expect(() => map.madvise("random")).toThrow(ValueError);
    map.unmap();
  });

  test("rejects flush, populate and use afterwards", async () => {
    const map = mapFile(taggedFile(1, size), { access: "write" });
    map.unmap();
    await expect(map.flush()).rejects.toThrow(ValueError);
    await expect(map.populate()).rejects.toThrow(ValueError);
    await expect(map.use(() => 1)).rejects.toThrow(ValueError);
  });

  test("empties windows that were lent, and the file is unmapped", () => {
    const file = taggedFile(1, size);
    const map = mapFile(file, { access: "write" });
    const windows = [map.lendUint8Array(), map.asUint8Array(), map.subarray(8).asTypedArray()];
    const typed = map.subarray(0, 16).cast("d").asTypedArray();
    const first = windows[0]!;
    map.unmap();
    expect(mappingsOf(file)).toBe(0);
    for (const window of windows) {
      expect([window.length, window[0], window.buffer.byteLength]).toEqual([0, undefined, 0]);
      window[0] = 1; // goes nowhere
    }
    expect([typed.length, typed[0]]).toEqual([0, undefined]);
    expect(() => new DataView(first.buffer)).toThrow(TypeError);
    expect(fs.readFileSync(file).equals(content(1, size))).toBe(true);
  });

  test("is refused while a consumer of the buffer protocol holds a view", () => {
    const map = mapped(taggedFile(1, size));
    const part = map.subarray(100);
    const record = part[kBuffer](0);
    expect(() => map.unmap()).toThrow(BufferError);
    expect(() => map.unmap()).toThrow(/found 1/);
    expect(map.get(100)).toBe(content(1, 101)[100]);
    record.release?.();
    record.release?.();
    map.unmap();
    expect(() => part.get(0)).toThrow(ValueError);
  });

  test("is refused while flush and populate are under way, which then still end", async () => {
    const map = mapFile(fileWith(content(1, size)), { access: "write" });
    map.fill(1);
    const flushing = map.flush();
    const populating = map.populate();
    expect(() => map.unmap()).toThrow(/wanted no call at work on it, found 2/);
    expect(() => map.close()).toThrow(BufferError);
    await Promise.all([flushing, populating]);
    map.unmap();
  });

  test("happens when the last view is released", () => {
    const file = taggedFile(1, size);
    const map = mapFile(file);
    const part = map.subarray(1, 5);
    map.release();
    expect(mappingsOf(file)).toBe(1);
    expect(part.equals(content(1, 4, 1))).toBe(true);
    part.release();
    expect(mappingsOf(file)).toBe(0);
    map.unmap();
  });

  test("a window that was lent outlives the views", () => {
    const file = taggedFile(1, size);
    const window = (() => {
      const map = mapFile(file);
      const lent = map.lendUint8Array();
      map.release();
      return lent;
    })();
    expect(mappingsOf(file)).toBe(1);
    expect(window.length).toBe(size);
    expect(Buffer.compare(window, content(1, size))).toBe(0);
  });

  test("is what `using` calls", () => {
    const file = taggedFile(1, size);
    const map = mapFile(file);
    const part = map.subarray(1);
    map[Symbol.dispose ?? Symbol.for("Symbol.dispose")]();
    expect(mappingsOf(file)).toBe(0);
    expect(() => part.nbytes).toThrow(ValueError);
  });
});

describeNative("close", () => {
  test("is Python's: refused while there are other views", () => {
    const file = taggedFile(1, size);
    const map = mapFile(file);
    const part = map.subarray(1);
    expect(() => map.close()).toThrow(/wanted no other views, found 1/);
    part.release();
    map.close();
    map.close();
    expect(mappingsOf(file)).toBe(0);
    expect(() => map.nbytes).toThrow(ValueError);
  });
});

describeNative("use", () => {
  test("keeps the memory for calls of Node that take a window", async () => {
    const length = 8_000_000;
    const map = mapFile(taggedFile(1, length));
    const target = await open(fileWith(""), "r+");
    later(() => target.close());
    const work = map.use(async (view) => {
      expect(view).toBe(map);
      const { bytesWritten } = await target.write(view.lendUint8Array(), 0, length, 0);
      return bytesWritten;
    });
    expect(() => map.unmap()).toThrow(BufferError);
    expect(await work).toBe(length);
    map.unmap();
    expect(Buffer.compare(await target.readFile(), content(1, length))).toBe(0);
  });

  test("reads of Node into a mapped file reach it", async () => {
    const file = fileWith(new Uint8Array(size));
    const map = mapped(file, { access: "write" });
    const source = await open(taggedFile(1, size));
    later(() => source.close());
    await map.use((view) => source.read(view.asUint8Array(), 0, size, 0));
    expect(fs.readFileSync(file).equals(content(1, size))).toBe(true);
  });

  test("ends with the error of the work, and with the work", async () => {
    const map = mapFile(taggedFile(1, size));
    const failing = map.use(() => Promise.reject(new Error("on purpose")));
    await expect(failing).rejects.toThrow("on purpose");
    const throwing = map.use(() => {
      throw new Error("at once");
    });
    await expect(throwing).rejects.toThrow("at once");
    expect(await map.use(() => 5)).toBe(5);
    await expect(map.use(undefined as never)).rejects.toThrow(TypeError);
    map.unmap();
  });

  test("a call in flight that nobody announced fails, and writes no other memory", async () => {
    const part = 8_000_000;
    const map = mapFile(taggedFile(1, 8 * part));
    const target = await open(fileWith(""), "r+");
    later(() => target.close());
    const writing = Promise.allSettled(
      Array.from({ length: 8 }, (_, i) =>
        target.write(map.lendUint8Array(), i * part, part, i * part),
      ),
    );
    map.unmap();
    const results = await writing;
    const written = await target.readFile();
    // Done before, stopped half-way, or never begun; and never with other bytes.
    const outcomes = results.map((result, i) => {
      if (result.status === "rejected") return (result.reason as NodeJS.ErrnoException).code;
      const count = result.value.bytesWritten;
      const found = written.subarray(i * part, i * part + count);
      return found.equals(content(1, count, i * part)) ? "the file" : "something else";
    });
    expect(outcomes.filter((one) => one !== "EFAULT" && one !== "the file")).toEqual([]);
  });
});

describeNative("a mapped file and other threads", () => {
  test("is not transferred", () => {
    const map = mapped(taggedFile(1, size), { access: "copy" });
    expect(() => map.toMessage({ transfer: true })).toThrow(BufferError);
    expect(map.get(0)).toBe(content(1, 1)[0]);
  });

  test("is copied by toMessage", () => {
    const map = mapped(taggedFile(1, size));
    const { value, transferList } = map.toMessage();
    expect(transferList).toHaveLength(1);
    expect(value.byteLength).toBe(size);
  });

  test("is not cloned", () => {
    expect(() => structuredClone(mapped(taggedFile(1, size)))).toThrow(/toMessage/);
  });

  test("memory that the engine moves to another ArrayBuffer stays until that is gone", (context) => {
    const map = mapFile(taggedFile(1, size));
    const { buffer } = map.lendUint8Array() as {
      buffer: ArrayBuffer & { transfer?(): ArrayBuffer };
    };
    if (!buffer.transfer) return context.skip("this engine has no ArrayBuffer.prototype.transfer");
    const moved = new Uint8Array(buffer.transfer());
    expect(() => map.get(0)).toThrow(BufferError);
    expect(Buffer.compare(moved, content(1, size))).toBe(0);
    map.unmap();
    expect([moved.length, moved[0], moved[size - 1]]).toEqual([size, 0, 0]);
  });
});

test("MappedFile has no methods of its own that are not documented", () => {
  const names = Object.getOwnPropertyNames(MappedFile.prototype).toSorted();
  expect(names).toEqual(["close", "constructor", "flush", "madvise", "populate", "unmap", "use"]);
});
