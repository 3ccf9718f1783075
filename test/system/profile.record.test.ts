/** Recording: what it does to the program, what it does not count, and what it refuses. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { beforeEach, describe, expect, test } from "vitest";
import { sitesOf, startProfile } from "zerocopy/profile";
import type { Recording } from "zerocopy/profile";
import { profileAddonState } from "../../dist/native/binding.js";
import { bytesAt, needsProfiler, record, recordCode, total } from "../support/profiling.ts";

beforeEach(needsProfiler);

const fine = { isAdaptive: false, bytesPerSample: 16 * 1024 };
const MiB = 1 << 20;

/** Bytes of user space that `recording` charges to functions of a name. */
function copiedBy(recording: Recording, name: string): number {
  return sitesOf(recording)
    .filter((site) => site.kind === "copy" && site.functionName === name)
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

function copyOneMiB(): Buffer {
  return Buffer.from(Buffer.alloc(MiB, 1));
}

describe("startProfile()", () => {
  test("counts what happens between start and stop, and nothing else", () => {
    copyOneMiB();
    const profile = startProfile(fine);
    copyOneMiB();
    const recording = profile.stop();
    copyOneMiB();
    expect(copiedBy(recording, "copyOneMiB") / MiB).toBeCloseTo(1, 1);
    expect(profile.stop()).toBe(recording);
  });

  test("may be read while it goes on, and does not count its own reading", () => {
    const profile = startProfile(fine);
    copyOneMiB();
    const before = total(profile.read(), "memcpy", "memmove");
    const after = total(profile.read(), "memcpy", "memmove");
    expect(after - before).toBeLessThan(64 * 1024);
    profile.stop();
  });

  test("gives back every slot", () => {
    startProfile().stop();
    expect(profileAddonState().addon?.stop()[1]).toBe(0);
  });

  test("refuses a second profile, and starts again after the first", () => {
    const profile = startProfile();
    try {
      expect(() => startProfile()).toThrow(
        expect.objectContaining({ code: "ERR_PROFILE_RUNNING" }) as Error,
      );
    } finally {
      profile.stop();
    }
    startProfile().stop();
  });

  test("is one of the process: a worker starts none beside it, and leaves none behind", async () => {
    const code = `import("zerocopy/profile").then(({ startProfile }) => startProfile())
      .then(() => "started", ({ code }) => code)
      .then((answer) => require("node:worker_threads").parentPort.postMessage(answer))`;
    const answer = async (): Promise<unknown> => {
      const worker = new Worker(code, { eval: true });
      const [[answered]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
      return answered as unknown;
    };
    const profile = startProfile(fine);
    copyOneMiB();
    expect(await answer()).toBe("ERR_PROFILE_RUNNING");
    expect(copiedBy(profile.stop(), "copyOneMiB") / MiB).toBeCloseTo(1, 1);
    expect(await answer()).toBe("started");
    startProfile().stop();
  });

  test.for([{ bytesPerSample: 0 }, { bytesPerSample: 1.5 }, { minimumBytes: -1 }, { seed: NaN }])(
    "refuses %o",
    (options) => {
      expect(() => startProfile(options)).toThrow(
        expect.objectContaining({ name: "ValueError" }) as Error,
      );
      startProfile().stop();
    },
  );

  test("says that it was switched off", () => {
    const code = `import("zerocopy/profile").then((m) => m.startProfile()).catch((e) => console.log(e.code, e.message))`;
    const { stdout } = spawnSync(process.execPath, ["-e", code], {
      encoding: "utf8",
      env: { ...process.env, ZEROCOPY_PROFILE: "0" },
    });
    expect(stdout).toContain("ERR_NOT_SUPPORTED");
    expect(stdout).toContain("ZEROCOPY_PROFILE=0 is set");
  });
});

describe("a program that is recorded", () => {
  test.for([
    ["ends", "", 0],
    ["exits early", "process.exit(7);", 7],
    ["sets its exit code", "process.exitCode = 3;", 3],
    ["throws", "throw new Error('on purpose');", 1],
    ["rejects", "await Promise.reject(new Error('on purpose'));", 1],
  ] as const)("that %s is recorded, and its exit code is its own", ([, code, wanted]) => {
    const { recording, status } = recordCode(`Buffer.from(Buffer.alloc(${MiB}));\n${code}`, fine);
    expect(status).toBe(wanted);
    expect(bytesAt(sitesOf(recording), "program.mjs", 1).copy / MiB).toBeCloseTo(1, 1);
  });

  test("has its arguments, and no word of ours in its environment", () => {
    const { stdout } = recordCode(
      `console.log(process.argv.slice(2).join(), Object.keys(process.env).filter((name) => name.startsWith("ZEROCOPY_PROFILE")).length);`,
    );
    expect(stdout).toBe(" 0\n");
  });

  test("may have children, which are not recorded", () => {
    const { recording, stdout } = recordCode(
      `import { execFileSync } from "node:child_process";
       console.log(execFileSync(process.execPath, ["-e", "Buffer.from(Buffer.alloc(1 << 24)); console.log('child')"], { encoding: "utf8" }));`,
      fine,
    );
    expect(stdout).toContain("child");
    expect(total(recording, "memcpy", "memmove")).toBeLessThan(16 * MiB);
  });

  test("may end workers at any time", () => {
    const { recording, status, stderr } = recordCode(
      `import { Worker } from "node:worker_threads";
       for (let count = 0; count < 12; count += 1) {
         const work = "parentPort.postMessage(0); setInterval(() => Buffer.from(Buffer.alloc(1 << 18)))";
         const worker = new Worker('const { parentPort } = require("worker_threads");' + work, { eval: true });
         if (count % 2 === 0) await new Promise((resolve) => worker.once("message", resolve));
         else await new Promise((resolve) => setTimeout(resolve, count * 7));
         await worker.terminate();
       }`,
      { ...fine, bytesPerSample: 2048 },
    );
    expect([status, stderr]).toEqual([0, ""]);
    expect(recording.threads.filter(({ kind }) => kind === "javascript").length).toBeGreaterThan(6);
  });
});

describe("what is counted", () => {
  test("is nothing that a worker loads before its program", () => {
    const { recording } = recordCode(
      `import { Worker } from "node:worker_threads";
       import { once } from "node:events";
       await once(new Worker("", { eval: true }), "exit");`,
      fine,
    );
    const [, worker] = recording.threads.filter(({ kind }) => kind === "javascript");
    expect(worker!.counts.read?.bytes ?? 0).toBeLessThan(1024);
    expect(worker!.counts.pread).toBeUndefined();
  });

  test("moves of the garbage collector are kept apart", () => {
    const { recording } = recordCode(
      `const kept = [];
       for (let round = 0; round < 3000; round += 1) {
         kept.push(new Array(1000).fill(round));
         if (kept.length > 500) kept.shift();
       }`,
      fine,
    );
    const collected = recording.threads.reduce((sum, thread) => sum + thread.collected.bytes, 0);
    expect(collected).toBeGreaterThan(MiB);
    expect(bytesAt(sitesOf(recording), "program.mjs", 3).copy).toBeLessThan(collected / 4);
  });

  test("copies of an addon that is loaded later are counted", () => {
    const url = import.meta.resolve("zerocopy/os");
    const { recording } = recordCode(
      `import fs from "node:fs";
       const { writev } = await import(${JSON.stringify(url)});
       const fd = fs.openSync("/dev/null", "w");
       writev(fd, [Buffer.alloc(${4 * MiB})]);`,
      fine,
    );
    const site = sitesOf(recording).find(({ kind, bytes }) => kind === "out" && bytes === 4 * MiB);
    expect(site).toMatchObject({ line: 4, api: "zerocopy/os writev" });
  });

  test("only a caller that is large enough, and every crossing", () => {
    const { recording } = recordCode(
      `import fs from "node:fs";
       const source = Buffer.alloc(1024);
       for (let count = 0; count < 1000; count += 1) source.copy(source, 0, 0, 512);
       const fd = fs.openSync("/dev/null", "w");
       for (let count = 0; count < 100; count += 1) fs.writeSync(fd, source, 0, 3);`,
      { ...fine, minimumBytes: 1024, bytesPerSample: 16 },
    );
    expect(bytesAt(sitesOf(recording), "program.mjs", 3).copy).toBeLessThan(50_000);
    const { out } = bytesAt(sitesOf(recording), "program.mjs", 5);
    const written = total(recording, "write");
    expect(written).toBeGreaterThanOrEqual(300);
    expect(written, "the engine may wake its helpers, by 8 bytes").toBeLessThan(400);
    expect(out, "some twenty samples").toBeGreaterThan(150);
  });
});

test("lines are those of the source that a source map names", () => {
  // Line 2 of the script was written as line 41 of main.ts: "AACA" and then 40 lines down, "AAwCA".
  const map = { version: 3, sources: ["main.ts"], names: [], mappings: "AAAA;AAwCA" };
  const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`;
  const { recording } = recordCode(
    `const source = Buffer.alloc(${MiB});\nBuffer.from(source);\n//# sourceMappingURL=${url}\n`,
    fine,
  );
  const site = sitesOf(recording).find(({ kind, bytes }) => kind === "copy" && bytes > MiB / 2);
  expect([path.basename(site!.file), site!.line]).toEqual(["main.ts", 41]);
});

test("a program may use every call while each of its copies is a sample", () => {
  const { recording, status } = record("operations.mjs", {
    isAdaptive: false,
    minimumBytes: 1,
    bytesPerSample: 2048,
  });
  expect(status).toBe(0);
  expect(recording.tier).toBe("native");
});
