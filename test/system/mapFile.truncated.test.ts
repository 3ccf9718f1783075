/** A file that loses its pages while it is mapped: an error, never the end of the process. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { open } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { once } from "node:events";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { expect, test } from "vitest";
import { ByteQueue, ValueError, bytearray, bytes, kBuffer, memoryview } from "zerocopy";
import { mapWindows } from "zerocopy/fs";
import * as os from "zerocopy/os";
import { iterUnpack, unpackFrom } from "zerocopy/struct";
import { content } from "../support/content.ts";
import {
  bulkReads,
  fileWith,
  mapped,
  pageBytes,
  runModule,
  truncateElsewhere,
} from "../support/mapped.ts";
import { describeNative } from "../support/modes.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";

leaveNothingOpen();

const size = 8 * pageBytes;
const truncated = expect.objectContaining({ name: "ZeroCopyError", code: "ERR_MAP_TRUNCATED" });

/** A mapped file that somebody has cut after its first page and a bit. */
function cut(access: "read" | "write" | "copy" = "read") {
  const file = fileWith(content(1, size));
  const map = mapped(file, { access });
  truncateElsewhere(file, pageBytes + 10);
  return { file, map };
}

describeNative("truncation", () => {
  test.each(["read", "write", "copy"] as const)(
    'a lost page reads as zeros, and what comes next throws (access "%s")',
    (access) => {
      const { map } = cut(access);
      const part = map.subarray(5000);
      expect(map.get(0)).toBe(content(1, 1)[0]);
      expect(map.nbytes).toBe(size);
      expect(map.get(pageBytes + 10)).toBe(0); // the rest of the last page: no fault yet
      expect(map.nbytes).toBe(size);
      expect(map.get(3 * pageBytes)).toBe(0);
      expect(() => map.nbytes).toThrow(truncated);
      expect(() => map.subarray(0, 1)).toThrow(truncated);
      expect(() => part.length).toThrow(truncated);
      expect(() => map.lendUint8Array()).toThrow(truncated);
      expect(() => [...map]).toThrow(truncated);
      expect(() => memoryview(map)).toThrow(truncated);
      expect(() => map.toMessage()).toThrow(truncated);
      expect(() => map.madvise("random")).toThrow(truncated);
      expect(() => os.msync(part)).toThrow(truncated);
      os.munmap(part);
      expect(() => map.nbytes).toThrow(ValueError);
      map.unmap();
    },
  );

  test.each(Object.keys(bulkReads))("%s that meets a lost page throws itself", (name) => {
    expect(() => bulkReads[name]!(cut().map)).toThrow(truncated);
  });

  test("comparing throws where the content would be equal", () => {
    const zeros = Buffer.alloc(size);
    const seen = Buffer.concat([content(1, pageBytes + 10), zeros.subarray(pageBytes + 10)]);
    expect(() => cut().map.equals(seen)).toThrow(truncated);
    expect(() => memoryview(seen).equals(cut().map)).toThrow(truncated);
    expect(() => memoryview(seen).copyFrom(cut().map)).toThrow(truncated);
    expect(() => [...cut().map]).toThrow(truncated);
  });

  test("whoever borrows the memory is told when done", () => {
    expect(() => bytes(cut().map)).toThrow(truncated);
    expect(() => bytearray(1).extend(cut().map)).toThrow(truncated);
    expect(
      () => bytearray(size).set(0, 1) ?? memoryview(bytearray(size)).copyFrom(cut().map),
    ).toThrow(truncated);
    expect(() => unpackFrom("<q", cut().map.subarray(5 * pageBytes))).toThrow(truncated);
    expect(() => [...iterUnpack("<q", cut().map)]).toThrow(truncated);
    const { map } = cut();
    const record = map[kBuffer](0);
    new Uint8Array(record.buffer)[6 * pageBytes] ??= 0;
    expect(() => record.release?.()).toThrow(truncated);
    expect(() => map.unmap()).not.toThrow();
  });

  test("writing to a lost page of a shared mapping throws when it is done", () => {
    expect(() => cut("write").map.fill(1)).toThrow(truncated);
    expect(() => cut("write").map.copyFrom(content(2, size))).toThrow(truncated);
  });

  test("a byte queue notices", () => {
    const { map } = cut();
    const queue = new ByteQueue();
    queue.append(map);
    expect(map.get(3 * pageBytes)).toBe(0);
    expect(() => queue.get(0)).toThrow(truncated);
    expect(() => queue.find(1)).toThrow(truncated);
    map.unmap();
  });

  test("flush, populate and use reject", async () => {
    const { map } = cut("write");
    expect(map.get(3 * pageBytes)).toBe(0);
    await expect(map.flush()).rejects.toThrow(truncated);
    await expect(map.populate()).rejects.toThrow(truncated);
    const other = cut().map;
    await expect(other.use((view) => view.get(3 * pageBytes))).rejects.toThrow(truncated);
  });

  test("populate of a file that is shorter by now rejects", async () => {
    await expect(cut().map.populate()).rejects.toMatchObject({ code: "EFAULT" });
  });

  test("other mappings are not touched", () => {
    const healthy = mapped(fileWith(content(3, size)));
    const { map } = cut();
    expect(map.get(-1)).toBe(0);
    expect(() => map.nbytes).toThrow(truncated);
    expect(healthy.equals(content(3, size))).toBe(true);
    expect(mapped(fileWith(content(4, size))).equals(content(4, size))).toBe(true);
  });

  test("the same file, mapped again at its new size, is sound", () => {
    const { file, map } = cut();
    expect(map.get(-1)).toBe(0);
    expect(mapped(file).equals(content(1, pageBytes + 10))).toBe(true);
  });

  test("a window that was lent reads zeros, and a system call on it fails", async () => {
    const { map } = cut();
    const window = map.lendUint8Array();
    expect([window[0], window[5 * pageBytes]]).toEqual([content(1, 1)[0], 0]);
    const fresh = cut().map;
    const target = await open(fileWith(""), "r+");
    later(() => target.close());
    const writing = target.write(fresh.lendUint8Array(), 4 * pageBytes, pageBytes);
    await expect(writing).rejects.toMatchObject({ code: "EFAULT" });
  });

  test("calls of Node off the JavaScript thread read zeros", async () => {
    const { map } = cut();
    const window = map.lendUint8Array();
    const packed = await promisify<Uint8Array, Buffer>(zlib.deflate)(window);
    const plain = zlib.inflateSync(packed);
    expect(plain.subarray(0, pageBytes).equals(content(1, pageBytes))).toBe(true);
    expect(plain.subarray(2 * pageBytes).every((byte) => byte === 0)).toBe(true);
    expect(() => map.nbytes).toThrow(truncated);
  });

  test("windows of a long file are told, and get() throws at once", () => {
    const file = fileWith(content(1, size));
    const map = mapWindows(file, { windowBytes: pageBytes });
    later(() => map.unmap());
    const first = map.window(0);
    truncateElsewhere(file, pageBytes);
    expect(map.get("B", 5)).toBe(content(1, 6)[5]);
    expect(() => map.get("B", 2 * pageBytes)).toThrow(truncated);
    expect(() => first.nbytes).toThrow(truncated);
    expect(() => map.subarray(0, 1)).toThrow(truncated);
    expect(() => map.locate(5)).toThrow(truncated);
  });

  test("a write to a full disk is a lost page, too", (context) => {
    const folder = fs.mkdtempSync("/dev/shm/zerocopy-full-");
    later(() => fs.rmSync(folder, { recursive: true, force: true }));
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder]).status !== 0) {
      context.skip("no tmpfs can be mounted here");
    }
    later(() => spawnSync("umount", [folder]));
    fs.writeFileSync(`${folder}/hole`, "");
    fs.truncateSync(`${folder}/hole`, 1 << 20);
    const map = mapped(`${folder}/hole`, { access: "write" });
    expect(() => map.fill(1)).toThrow(truncated);
    map.unmap();
  });

  test("threads fault on their own, and each is told", async () => {
    const file = fileWith(content(1, size));
    const program = `
      import { parentPort, workerData } from "node:worker_threads";
      import { mapFile } from "zerocopy/fs";
      const map = mapFile(workerData);
      parentPort.once("message", () => {
        const seen = [map.get(0), map.get(5 * 4096)];
        try { map.nbytes; } catch (error) { seen.push(error.code); }
        parentPort.postMessage(seen);
      });
      parentPort.postMessage("mapped");
    `;
    const script = fileWith(program).replace(/\.bin$/, ".mjs");
    fs.writeFileSync(
      script,
      program.replaceAll('"zerocopy/fs"', JSON.stringify(import.meta.resolve("zerocopy/fs"))),
    );
    const workers = Array.from({ length: 4 }, () => new Worker(script, { workerData: file }));
    later(() => Promise.all(workers.map((worker) => worker.terminate())));
    await Promise.all(workers.map((worker) => once(worker, "message")));
    const mine = mapped(file);
    truncateElsewhere(file, pageBytes);
    const answers = workers.map((worker) => once(worker, "message"));
    for (const worker of workers) worker.postMessage("look", []);
    for (const answer of answers) {
      expect(await answer).toEqual([[content(1, 1)[0], 0, "ERR_MAP_TRUNCATED"]]);
    }
    expect(mine.nbytes).toBe(size); // nobody has touched a lost page of this one
    expect(mine.get(-1)).toBe(0);
    expect(() => mine.nbytes).toThrow(truncated);
  });
});

describeNative("SIGBUS", () => {
  const program = `
    import fs from "node:fs";
    import { mapFile } from "zerocopy/fs";
    const file = process.argv[1];
    const map = mapFile(file);
    fs.truncateSync(file, 0);
    console.log(map.get(0));
    try { map.nbytes; } catch (error) { console.log(error.code); }
  `;
  const on = (code: string) =>
    code.replace("process.argv[1]", JSON.stringify(fileWith(content(1, size))));

  test("is handled", () => {
    expect(runModule(on(program))).toMatchObject({ stdout: "0\nERR_MAP_TRUNCATED\n", status: 0 });
  });

  test("ends the process with ZEROCOPY_SIGBUS=0", () => {
    expect(runModule(on(program), { ZEROCOPY_SIGBUS: "0" })).toMatchObject({
      stdout: "",
      signal: "SIGBUS",
    });
  });

  test("sent by somebody ends the process as before", () => {
    const sent = on(program).replace(
      "console.log(map.get(0))",
      "process.kill(process.pid, 'SIGBUS')",
    );
    expect(runModule(sent)).toMatchObject({ stdout: "", signal: "SIGBUS" });
  });
});
