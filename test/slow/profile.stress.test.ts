/** Whatever a program does while it is recorded, and however it ends: it ends as it would have ended. */
import { spawnSync } from "node:child_process";
import { beforeEach, describe, expect, test } from "vitest";
import { runtimes } from "../../tools/runtimes/runtimes.mjs";
import { needsProfiler, record, recordCode } from "../support/profiling.ts";
import { topics } from "../support/profiling/corpus/corpus.mjs";

beforeEach(needsProfiler);

/** Every copy is looked at, and most are samples. */
const every = { isAdaptive: false, minimumBytes: 1, bytesPerSample: 2048 };

const copying = `const copy = () => Buffer.concat([Buffer.from(Buffer.alloc(1 << 18)), Buffer.from("text")]);`;

describe.each(runtimes())("Node $major", ({ path: node }) => {
  const options = { ...every, node };

  const ends = (code: string, wanted = 0, flags: readonly string[] = []): void => {
    const { status, stderr } = recordCode(`${copying}\n${code}`, { ...options, flags });
    expect([status, stderr]).toEqual([wanted, ""]);
  };

  const inNode = (code: string) =>
    spawnSync(node, ["--input-type=module", "-e", code], { encoding: "utf8" });

  test.each(topics)("every operation of %s is sampled", (topic) => {
    const { recording, status, stderr } = record("stress.mjs", { ...options, words: [topic] });
    expect([status, stderr, recording.reason]).toEqual([0, "", ""]);
    expect(recording.stacks.length).toBeGreaterThan(20);
  });

  test("operations, while the collector moves everything it can", () => {
    // What is deprecated in one version is unknown in another: these are in all four.
    const storm = ["--expose-gc", "--stress-compaction", "--gc-interval=2000"];
    const { status, stderr } = record("stress.mjs", {
      ...options,
      flags: storm,
      words: ["buffers", "typedArrays", "cloning"],
    });
    expect([status, stderr]).toEqual([0, ""]);
    ends("for (let round = 0; round < 200; round += 1) { copy(); globalThis.gc(); }", 0, storm);
  });

  test("functions that are compiled and thrown away again", () => {
    ends(
      `for (let round = 0; round < 3000; round += 1) {
         const own = new Function("copy", "round", "if (round % 3 === 0) copy(); return " + round);
         for (let call = 0; call < 20; call += 1) own(copy, round);
       }`,
    );
  });

  test.each([
    ["at once", "process.exit(7);"],
    ["while it copies", "setInterval(copy); setTimeout(() => process.exit(7), 50);"],
    ["in a promise", "await null; copy(); process.exit(7);"],
    ["on the way out", "copy(); process.on('exit', () => { copy(); process.exit(7); });"],
  ])("process.exit %s", (_, code) => ends(code, 7));

  const worker = (code: string): string => `
    import { once } from "node:events";
    import { Worker } from "node:worker_threads";
    const start = () => new Worker(${JSON.stringify(`${copying}\n${code}`)}, { eval: true });`;

  test("workers that end by themselves, one after the other and side by side", () => {
    ends(
      `${worker("for (let round = 0; round < 20; round += 1) copy();")}
       for (let count = 0; count < 10; count += 1) await once(start(), "exit");
       await Promise.all(Array.from({ length: 8 }, () => once(start(), "exit")));`,
    );
  });

  test("workers that are terminated at any time", () => {
    ends(
      `${worker("setInterval(copy);")}
       for (let count = 0; count < 60; count += 1) {
         const own = start();
         if (count % 3 === 0) await once(own, "online");
         await new Promise((resolve) => setTimeout(resolve, count % 13));
         copy();
         await own.terminate();
       }`,
    );
  });

  test.each([
    ["a worker exits", "copy(); process.exit(3);", "await once(start(), 'exit');", 0],
    [
      "the program exits under workers",
      "setInterval(copy);",
      "for (let count = 0; count < 4; count += 1) await once(start(), 'online'); process.exit(5);",
      5,
    ],
    [
      "a worker throws",
      "copy(); throw new Error('on purpose');",
      "await once(start(), 'error');",
      0,
    ],
  ] as const)("%s", (_, inWorker, code, wanted) => ends(`${worker(inWorker)}\n${code}`, wanted));

  test("an addon that is loaded late, in the main thread and in a worker", () => {
    const url = JSON.stringify(import.meta.resolve("zerocopy/os"));
    const load = `import(${url}).then(({ writev }) => {
      const fd = require("node:fs").openSync("/dev/null", "w");
      for (let round = 0; round < 100; round += 1) writev(fd, [Buffer.alloc(65536)]);
    });`;
    ends(`${worker(load)}
      import { createRequire } from "node:module";
      const require = createRequire(import.meta.url);
      await ${load}
      await once(start(), "exit");`);
  });

  test("a profile that is started and stopped a thousand times", () => {
    const url = JSON.stringify(import.meta.resolve("zerocopy/profile"));
    const { status, stderr, stdout } = inNode(`${copying}
      import { startProfile } from ${url};
      let bytes = 0;
      for (let round = 0; round < 1000; round += 1) {
        const profile = startProfile(${JSON.stringify(every)});
        copy();
        for (const { counts } of profile.stop().threads) bytes += counts.memmove?.bytes ?? 0;
      }
      console.log(bytes > 1000 * (1 << 18));`);
    expect([status, stderr, stdout]).toEqual([0, "", "true\n"]);
  });
});
