/** What becomes of mappings that nobody ends: the garbage collector, threads and processes that end. */
import { expect, test } from "vitest";
import { content } from "../support/content.ts";
import { fileWith, runModule } from "../support/mapped.ts";
import { describeNative } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";

leaveNothingOpen();

const prelude = `
  import fs from "node:fs";
  import { setImmediate as turn } from "node:timers/promises";
  import { Worker, isMainThread } from "node:worker_threads";
  import { mapFile, mapWindows } from "zerocopy/fs";
  import * as os from "zerocopy/os";
  const mappings = () =>
    fs.readFileSync("/proc/self/maps", "utf8").split("\\n").filter((line) => line.includes(file)).length;
  async function collect(done, rounds = 100) {
    for (let round = 0; round < rounds; round += 1) {
      globalThis.gc();
      await turn();
      if (done()) return true;
      await turn();
    }
    return false;
  }
`;

/** Runs a module that knows \`file\`; what it prints, as JSON. */
function inChild(program: string): unknown {
  const file = `const file = ${JSON.stringify(fileWith(content(1, 50_000)))};`;
  const { stdout, stderr, status, signal } = runModule(prelude + file + program);
  expect({ stderr, status, signal }).toEqual({ stderr: "", status: 0, signal: null });
  return JSON.parse(stdout);
}

describeNative("garbage collection", () => {
  test.each([
    ["views", "mapFile(file).subarray(1)"],
    ["a window that was lent", "mapFile(file).lendUint8Array()"],
    ["a window of many", "mapWindows(file, { windowBytes: 4096 }).window(3)"],
    ["a view of os.mmap", 'os.mmap(fs.openSync(file, "r+"), 4096).subarray(1)'],
  ])("unmaps when %s are gone, not before", (_name, make) => {
    const program = `
      let kept = (() => ${make})();
      const early = await collect(() => mappings() === 0, 8);
      const sum = [...kept].length;
      kept = undefined;
      const late = await collect(() => mappings() === 0);
      console.log(JSON.stringify({ early, hasRead: sum > 0, late }));
    `;
    expect(inChild(program)).toEqual({ early: false, hasRead: true, late: true });
  });

  test("frees the addresses of lent windows that were unmapped", () => {
    const program = `
      const vacated = () =>
        fs.readFileSync("/proc/self/maps", "utf8").split("zerocopy:vacated").length - 1;
      let windows = (() => {
        const map = mapFile(file);
        const lent = [map.lendUint8Array(), map.lendUint8Array().subarray(5)];
        map.unmap();
        return lent;
      })();
      const before = [mappings(), vacated()];
      const early = await collect(() => vacated() === 0, 8);
      const seen = windows[1][0];
      windows = undefined;
      const late = await collect(() => vacated() === 0);
      console.log(JSON.stringify({ before, early, seen, late }));
    `;
    expect(inChild(program)).toEqual({ before: [0, 1], early: false, late: true });
  });

  test("keeps up with many mappings that nobody ends", () => {
    const program = `
      for (let round = 0; round < 20; round += 1) {
        for (let i = 0; i < 500; i += 1) mapFile(file).get(0);
        globalThis.gc();
        await turn();
      }
      const done = await collect(() => mappings() === 0);
      console.log(JSON.stringify(done));
    `;
    expect(inChild(program)).toBe(true);
  });

  test("is not needed: a hundred thousand mappings in one turn", () => {
    const program = `
      for (let i = 0; i < 100_000; i += 1) mapFile(file).unmap();
      console.log(JSON.stringify(mappings()));
    `;
    expect(inChild(program)).toBe(0);
  }, 60_000);
});

describeNative("the end", () => {
  const work = `
    const map = mapFile(file, { access: "write" });
    const cut = mapFile(file);
    const windows = mapWindows(file, { windowBytes: 4096 });
    globalThis.kept = [map, map.subarray(3), map.asUint8Array(), windows, ...windows];
    map.flush().catch(() => undefined);
    map.populate();
    map.use(() => new Promise(() => undefined));
  `;

  test.each([
    ["process.exit", "process.exit(0)"],
    ["a natural end", ""],
    ["gc, then exit", "globalThis.gc(); await turn(); process.exit(0)"],
    ["unmapped, then exit", "windows.unmap(); cut.unmap(); process.exit(0)"],
  ])("of a process by %s is clean with live mappings", (_name, end) => {
    expect(inChild(`${work} console.log(1); ${end}`)).toBe(1);
  });

  test("of a worker unmaps what it had, and leaves others alone", () => {
    const program = `
      const code = ${JSON.stringify(prelude)} + "const file = " + JSON.stringify(file) + ";" +
        ${JSON.stringify(work)} + "new Promise(() => setInterval(() => {}, 1000)); " +
        'import("node:worker_threads").then(({ parentPort }) => parentPort.postMessage(1));';
      const script = file + ".mjs";
      const resolve = (name) => JSON.stringify(import.meta.resolve(name));
      fs.writeFileSync(script, code.replaceAll('"zerocopy/fs"', resolve("zerocopy/fs"))
        .replaceAll('"zerocopy/os"', resolve("zerocopy/os")));
      const mine = mapFile(file);
      for (let round = 0; round < 5; round += 1) {
        const worker = new Worker(script, { execArgv: [] });
        await new Promise((done, failed) => worker.once("message", done).once("error", failed));
        await worker.terminate();
      }
      const left = mappings();
      console.log(JSON.stringify([left, mine.get(0) >= 0]));
    `;
    expect(inChild(program)).toEqual([1, true]);
  });
});
