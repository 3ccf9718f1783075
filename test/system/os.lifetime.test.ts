/** Calls off the thread: many at once, without room for descriptors, and at the end of workers and processes. */
import { execFileSync } from "node:child_process";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { bytearray } from "zerocopy";
import { openFd } from "../support/fds.ts";
import { describeNative, native } from "../support/modes.ts";
import { leaveNothingOpen, openDescriptors } from "../support/resources.ts";

leaveNothingOpen();

const { os } = native;

describeNative("calls of os.promises", () => {
  test("a thousand calls at once, good and bad, leave nothing behind", async () => {
    const file = openFd(process.execPath);
    const before = openDescriptors().length;
    const calls = Array.from({ length: 1000 }, (_, index) => {
      const fd = index % 3 === 0 ? 999_999 : file;
      return os.promises.preadv(fd, [bytearray(10), new Uint8Array(10)], index);
    });
    const ends = await Promise.allSettled(calls);
    expect(ends.filter(({ status }) => status === "rejected")).toHaveLength(334);
    expect(openDescriptors().length).toBe(before);
  });

  test("off the thread, EMFILE says that no duplicate could be made; the call is not made", () => {
    const code = `
      import fs from "node:fs";
      import { bytearray } from "zerocopy";
      import * as os from "zerocopy/os";
      const memory = bytearray(4);
      const file = fs.openSync("/etc/passwd");
      await os.promises.preadv(file, [memory], 0); // the pool has started
      const count = () => fs.readdirSync("/proc/self/fd").length;
      const before = count();
      const open = [];
      try { for (;;) open.push(fs.openSync("/dev/null")) } catch {}
      const errors = [];
      const note = (error) => errors.push(error.code + " " + error.syscall);
      await os.promises.preadv(file, [memory], 0).catch(note);
      await os.promises.sendfile(1, file, 0, 1).catch(note);
      fs.closeSync(open.pop()); // room for one of two
      await os.promises.sendfile(1, file, 0, 1).catch(note);
      errors.push(os.preadv(file, [memory], 0));
      memory.append(1);
      for (const fd of open) fs.closeSync(fd);
      console.log(errors.join(), count() - before);`;
    const node = [process.execPath, "--input-type=module", "--eval", code];
    const run = ["-c", 'ulimit -n 60; exec "$@"', "sh", ...node];
    const printed = execFileSync("sh", run, { cwd: import.meta.dirname, encoding: "utf8" });
    expect(printed).toBe("EMFILE preadv,EMFILE sendfile,EMFILE sendfile,4 0\n");
  });

  test("workers that are terminated amid hundreds of calls leave no descriptor", async () => {
    const address = (name: string): string => JSON.stringify(import.meta.resolve(name));
    const code = `
      const { parentPort } = await import("node:worker_threads");
      const fs = await import("node:fs");
      const os = await import(${address("zerocopy/os")});
      const { bytearray } = await import(${address("zerocopy")});
      const file = fs.openSync(process.execPath);
      const memory = () => [bytearray(65536), new Uint8Array(65536), new SharedArrayBuffer(9)];
      for (let round = 0; ; round += 1) {
        for (let i = 0; i < 300; i += 1) os.promises.preadv(file, memory(), i * 65536);
        os.promises.memfdCreate("x");
        os.promises.openat2(os.AT_FDCWD, "/etc/passwd");
        if (round === 1) parentPort.postMessage("at work");
        await os.promises.fadvise(file, 0, 0, 0);
      }`;
    const url = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
    const before = openDescriptors().length;
    for (let round = 0; round < 8; round += 1) {
      const worker = new Worker(url);
      await new Promise((resolve, reject) => {
        worker.once("message", resolve).on("error", reject);
      });
      expect(await worker.terminate()).toBe(1);
    }
    expect(openDescriptors().length).toBe(before);
  });

  test("a process may end amid calls", () => {
    const code = `
      import fs from "node:fs";
      import { bytearray } from "zerocopy";
      import * as os from "zerocopy/os";
      const file = fs.openSync(process.execPath);
      for (let i = 0; i < 500; i += 1) os.promises.preadv(file, [bytearray(65536)], i);
      process.exit(0);`;
    const node = ["--input-type=module", "--eval", code];
    execFileSync(process.execPath, node, { cwd: import.meta.dirname }); // throws unless it ends with 0
  });

  test("a worker that ends closes the descriptors that it made", async () => {
    const before = openDescriptors().length;
    const code = `
      const os = await import(${JSON.stringify(import.meta.resolve("zerocopy/os"))});
      os.memfdCreate("left");
      await os.promises.memfdCreate("left too");
      os.openat2(os.AT_FDCWD, "/etc/passwd");
      try { os.openat2(os.AT_FDCWD, "/missing") } catch {}
      await os.promises.openat2(os.AT_FDCWD, "/missing").catch(() => {});
    `;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
    const end = await new Promise((resolve, reject) => {
      worker.on("exit", resolve).on("error", reject);
    });
    expect(end).toBe(0);
    expect(openDescriptors().length).toBe(before);
  });
});
