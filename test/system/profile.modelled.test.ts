/** The JavaScript tier: what libc has no part in, and everything where there are no hooks. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { sitesOf, startProfile } from "zerocopy/profile";
import { wrongModels } from "../support/modelled.ts";
import {
  bytesAt,
  lineOf,
  needsProfiler,
  programs,
  record,
  recordCode,
  total,
  wrongOperations,
} from "../support/profiling.ts";

const fine = { isAdaptive: false, bytesPerSample: 8 * 1024 };

describe("beside the hooks", () => {
  test("each operation is charged what it writes, to its line, once", (context) => {
    needsProfiler(context);
    const { recording, status, stderr } = record("modelled.mjs", fine);
    expect([status, stderr, recording.reason]).toEqual([0, "", ""]);
    expect(wrongModels(recording)).toEqual([]);
  });
});

describe("without hooks", () => {
  const alone = { ...fine, isNative: false };

  test("a recording says that it is modelled, and why", () => {
    const { recording, status, stderr } = recordCode("", alone);
    expect([status, stderr]).toEqual([0, ""]);
    expect([recording.tier, recording.reason]).toEqual([
      "modelled",
      "ZEROCOPY_DISABLE_NATIVE=1 is set",
    ]);
    expect(recording.blindSpots.join()).toContain("worker threads");
  });

  test("each operation is charged what it writes, to its line, once", () => {
    const { recording, status, stderr } = record("modelled.mjs", alone);
    expect([status, stderr]).toEqual([0, ""]);
    expect(wrongModels(recording)).toEqual([]);
  });

  test("so is what libc would copy, and what crosses to the kernel, but for constructors", () => {
    const { recording } = record("operations.mjs", alone);
    const wrong = wrongOperations(recording, sitesOf(recording));
    expect(wrong.filter((operation) => !operation.startsWith("new "))).toEqual([]);
  });

  test("a server that copies has nine tenths of its bytes on the right lines", () => {
    const { recording, status, stderr } = record("copying.mjs", alone);
    expect([status, stderr]).toEqual([0, ""]);
    const sites = sitesOf(recording);
    const program = "copying.mjs";
    const perLine = 64 * (64 << 10);
    const truth = { slice: 1, frame: 1, collect: 1, decode: 1, encode: 1, copy: 1, base64: 4 / 3 };
    let found = 0;
    for (const [mark, times] of Object.entries(truth)) {
      const { copy } = bytesAt(sites, program, lineOf(program, `// ${mark}: `));
      expect(copy, mark).toBeLessThan(1.1 * times * perLine);
      found += copy;
    }
    const sum = Object.values(truth).reduce((all, times) => all + times * perLine, 0);
    expect(found / sum).toBeGreaterThan(0.9);
    expect(total(recording, "modelled-in") / perLine).toBeCloseTo(1, 1);
    expect(total(recording, "modelled-out") / (perLine * (1 + 4 / 3))).toBeCloseTo(1, 1);
  });

  test("stacks add up to what was counted", () => {
    const { recording } = record("operations.mjs", { isNative: false });
    for (const call of ["modelled", "modelled-in", "modelled-out"]) {
      const sampled = recording.stacks.filter((stack) => stack.call === call);
      const sum = sampled.reduce((all, { bytes }) => all + bytes, 0);
      expect(sum / total(recording, call), call).toBeCloseTo(1, 6);
    }
  });

  test("what is read and written asynchronously is counted once", () => {
    const { recording, status, stderr } = recordCode(
      `import fs from "node:fs";
       import { readFile } from "node:fs/promises";
       import { promisify } from "node:util";
       const size = 1 << 20;
       fs.writeFileSync("piece", Buffer.alloc(size));
       await readFile("piece");
       await promisify(fs.readFile)("piece");
       const fd = fs.openSync("piece");
       const { bytesRead, buffer } = await promisify(fs.read)(fd, Buffer.alloc(size), 0, size, 0);
       if (bytesRead !== size || buffer.length !== size) throw new Error("not as it was");
       fs.closeSync(fd);
       for await (const chunk of fs.createReadStream("piece"));
       fs.rmSync("piece");`,
      alone,
    );
    expect([status, stderr]).toEqual([0, ""]);
    expect(total(recording, "modelled-out") / (1 << 20)).toBeCloseTo(1, 1);
    expect(total(recording, "modelled-in") / (1 << 20)).toBeCloseTo(4, 1);
  });

  test("the command records as well", () => {
    const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [cli, "profile", path.join(programs, "operations.mjs")],
      { encoding: "utf8", env: { ...process.env, ZEROCOPY_DISABLE_NATIVE: "1" } },
    );
    expect(status, stderr).toBe(0);
    expect(stdout + stderr).toContain("modelled tier: ZEROCOPY_DISABLE_NATIVE=1 is set");
  });

  test("workers run as ever", () => {
    const { status, stderr, stdout } = recordCode(
      `import { Worker } from "node:worker_threads";
       const work = "require('worker_threads').parentPort.postMessage(Buffer.concat([Buffer.alloc(9)]).length)";
       new Worker(work, { eval: true }).on("message", console.log);`,
      alone,
    );
    expect([status, stderr, stdout]).toEqual([0, "", "9\n"]);
  });

  test("the profile may be read, ended and started again", () => {
    const code = `
      import { startProfile } from "zerocopy/profile";
      const { concat } = Buffer;
      for (let round = 0; round < 2; round += 1) {
        const profile = startProfile({ bytesPerSample: 1024 });
        Buffer.concat([Buffer.alloc(1 << 20)]);
        const before = profile.read().threads[0].counts.modelled.bytes;
        const { threads, stacks } = profile.stop();
        Buffer.concat([Buffer.alloc(1 << 20)]);
        console.log(before, threads[0].counts.modelled.bytes, stacks.length, Buffer.concat === concat);
      }`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
      encoding: "utf8",
      env: { ...process.env, ZEROCOPY_DISABLE_NATIVE: "1" },
    });
    expect([stderr, stdout]).toEqual(["", "1048576 1048576 1 true\n".repeat(2)]);
  });
});

describe.each([true, false])("--frozen-intrinsics, with hooks: %s", (isNative) => {
  const flags = ["--frozen-intrinsics", "--no-warnings"];

  test("freezes what has been wrapped before", (context) => {
    if (isNative) needsProfiler(context);
    const { recording, status, stderr } = recordCode(`new Uint8Array(1 << 20).map(() => 1);`, {
      ...fine,
      isNative,
      flags,
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(total(recording, "modelled") / (1 << 20)).toBeCloseTo(1, 1);
  });

  test("leaves the rest to be wrapped afterwards, and the recording names what is missing", (context) => {
    if (isNative) needsProfiler(context);
    const code = `
      import { startProfile } from "zerocopy/profile";
      const profile = startProfile();
      new Uint8Array(1 << 20).map(() => 1);
      Buffer.alloc(3 << 20).toString("base64");
      const { threads, blindSpots } = profile.stop();
      const bytes = threads.reduce((sum, { counts }) => sum + (counts.modelled?.bytes ?? 0), 0);
      console.log(bytes, blindSpots.find((spot) => spot.startsWith("frozen")));`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [...flags, "--input-type=module", "-e", code],
      { encoding: "utf8", env: { ...process.env, ZEROCOPY_DISABLE_NATIVE: isNative ? "0" : "1" } },
    );
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^4\d{6} frozen, and not wrapped: .*typedArray.map/);
  });
});

const typedArray = Object.getPrototypeOf(Uint8Array) as typeof Uint8Array;

/** What a program can ask of the functions that are wrapped. */
function looks(): unknown[] {
  return [
    [Buffer, "from"],
    [Buffer.prototype, "write"],
    [Buffer.prototype, "toString"],
    [Buffer.prototype, "toJSON"],
    [TextDecoder.prototype, "decode"],
    [TextEncoder.prototype, "encode"],
    [typedArray.prototype, "set"],
    [typedArray.prototype, "map"],
    [typedArray, "from"],
    [SharedArrayBuffer.prototype, "slice"],
  ].map(([owner, key]) => {
    const { value, ...flags } = Object.getOwnPropertyDescriptor(owner, key as string)!;
    const { name, length } = value as Function;
    return [name, length, flags];
  });
}

describe("what is wrapped", () => {
  test("has the name, the length and the flags that it had", () => {
    const before = looks();
    const profile = startProfile();
    const meanwhile = looks();
    profile.stop();
    expect(meanwhile).toEqual(before);
  });

  test("is put back, unless somebody else has replaced it meanwhile", () => {
    const { from } = Buffer;
    const { map } = typedArray.prototype;
    const profile = startProfile();
    expect(Buffer.from).not.toBe(from);
    const theirs = (): never => {
      throw new Error("theirs");
    };
    Object.defineProperty(typedArray.prototype, "map", { value: theirs });
    profile.stop();
    const found = typedArray.prototype.map;
    Object.defineProperty(typedArray.prototype, "map", { value: map });
    expect(Buffer.from).toBe(from);
    expect(found).toBe(theirs);
  });

  test("throws what it threw", () => {
    const attempts: (() => unknown)[] = [
      () => Buffer.from(1 as never),
      () => Buffer.from(undefined as never),
      () => Buffer.from("a".repeat(1000), "nonsense" as never),
      () => Buffer.alloc(9).write(null as never),
      () => Buffer.alloc(9).write("a".repeat(1000), 99),
      () => Buffer.alloc(999).toString("nonsense" as never),
      () => new TextDecoder("utf8", { fatal: true }).decode(Buffer.alloc(999, 255)),
      () => new TextDecoder().decode("text" as never),
      () => TextEncoder.prototype.encode.call({} as never, "a".repeat(999)),
      () => new Uint8Array(9).set(Array.from({ length: 99 }, () => 1)),
      () => new Uint8Array(9).set(null as never),
      () => new Uint8Array(9).map(null as never),
      () => typedArray.prototype.set.call({} as never, []),
      () => new SharedArrayBuffer(9).slice(Symbol("no") as never),
    ];
    const said = (attempt: () => unknown): unknown => {
      try {
        return attempt();
      } catch (error) {
        return [(error as Error).constructor.name, (error as Error).message];
      }
    };
    const before = attempts.map(said);
    const profile = startProfile();
    const meanwhile = attempts.map(said);
    profile.stop();
    expect(meanwhile).toEqual(before);
  });

  test("gives what it gave", () => {
    const text = `${"a".repeat(700)}é${"ж".repeat(300)}`;
    const bytes = Buffer.from(text);
    const results = (): unknown[] => [
      Buffer.from(text),
      Buffer.from(text, "utf16le"),
      Buffer.from(bytes.buffer, bytes.byteOffset, 5),
      Buffer.from([1, 2, 3]),
      Buffer.from({ length: 2, 0: 7, 1: 8 } as never),
      bytes.toString(),
      bytes.toString("base64", 3),
      bytes.toString("hex", -1, 5000),
      Buffer.alloc(2000).write(text, 4, "latin1"),
      Buffer.alloc(2000).write(text, 4, 9, "latin1"),
      bytes.toJSON(),
      new Uint8Array(bytes).map((byte, index) => byte + index),
      new Float64Array(bytes).filter((byte) => byte > 99),
      Uint16Array.from(bytes, (byte) => byte * 2),
      Uint16Array.from(new Set([1, 2])),
      new TextDecoder().decode(bytes),
      new TextDecoder().decode(),
      new TextEncoder().encode(text),
      new TextEncoder().encode(),
    ];
    const before = results();
    const profile = startProfile();
    const meanwhile = results();
    profile.stop();
    expect(meanwhile).toEqual(before);
  });
});
