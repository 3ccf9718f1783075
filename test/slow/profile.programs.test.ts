/** Programs that people run: they end as without the profiler, and what is said of them is plausible. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sitesOf, totalsOf } from "zerocopy/profile";
import type { Recording, Site } from "zerocopy/profile";
import { compilers } from "../../tools/compilers/compilers.mjs";
import { runtimes } from "../../tools/runtimes/runtimes.mjs";
import { needsProfiler, programs } from "../support/profiling.ts";
import { recorded } from "../support/profiling/run.mjs";

beforeEach(needsProfiler);

const payload = 16 << 20;

/** The largest of a kind. */
function top(recording: Recording, kind: Site["kind"]): Site | undefined {
  return sitesOf(recording).find((site) => site.kind === kind);
}

function near(bytes: number, wanted: number): void {
  expect(bytes / wanted).toBeGreaterThan(0.99);
  expect(bytes / wanted).toBeLessThan(1.2);
}

describe.each(runtimes())("Node $major", ({ path: node }) => {
  const real = (program: string): Recording => {
    const { recording, status, stderr } = recorded(
      node,
      [path.join(programs, "real", program)],
      {},
    );
    expect([status, stderr, recording.tier]).toEqual([0, "", "native"]);
    return recording;
  };

  test("Express sends files: each byte is read and written", () => {
    const recording = real("express.mjs");
    const { in: read, out } = totalsOf(recording);
    near(read, payload);
    near(out, payload);
    expect(top(recording, "in")?.api).toBe("file read");
    expect(top(recording, "out")?.api).toBe("socket write");
  });

  test("Fastify takes uploads: the parser copies each byte, and concat does again", () => {
    const recording = real("fastify.mjs");
    near(totalsOf(recording).in, payload);
    expect(totalsOf(recording).copied / payload).toBeGreaterThan(1.9);
    expect(totalsOf(recording).copied / payload).toBeLessThan(3);
    const names = sitesOf(recording)
      .filter(({ kind, bytes }) => kind === "copy" && bytes > payload / 2)
      .map(({ api }) => api);
    expect(names.toSorted()).toEqual(["Buffer.concat", "HTTP parser"]);
  });

  test("fetch downloads: each byte is read once and copied several times", () => {
    const recording = real("download.mjs");
    const { in: read, copied, copiesPerByte = 0 } = totalsOf(recording);
    near(read, payload);
    expect(copied).toBeGreaterThan(3 * payload);
    expect(copiesPerByte).toBeGreaterThan(4);
    expect(top(recording, "copy")?.api).toMatch(/fetch|arrayBuffer|concat/i);
  });
});

describe("commands", () => {
  let folder: string;
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-profile-"));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  test("npm pack reads what it packs", (context) => {
    const npm = path.join(process.execPath, "../../lib/node_modules/npm/bin/npm-cli.js");
    if (!fs.existsSync(npm)) return context.skip(`there is no npm at ${npm}`);
    const own = path.join(folder, "package");
    fs.mkdirSync(own);
    fs.writeFileSync(path.join(own, "package.json"), `{ "name": "packed", "version": "1.0.0" }`);
    fs.writeFileSync(path.join(own, "data.bin"), Buffer.alloc(4 << 20, 1));
    const words = [npm, "pack", "--offline", "--silent", own, "--pack-destination", folder];
    const { recording, status, stdout } = recorded(process.execPath, words, {});
    expect([status, stdout.trim()]).toEqual([0, "packed-1.0.0.tgz"]);
    expect(fs.existsSync(path.join(folder, "packed-1.0.0.tgz"))).toBe(true);
    expect(totalsOf(recording).in).toBeGreaterThan(4 << 20);
    return expect(top(recording, "in")?.api).toMatch(/read/);
  });

  test("the TypeScript compiler reads its library as text", () => {
    const tsc = compilers()[0]!.path;
    const file = path.join(folder, "program.ts");
    fs.writeFileSync(file, "const wrong: number = 'text';\n");
    const words = [tsc, "--noEmit", file];
    const alone = spawnSync(process.execPath, words, { encoding: "utf8" });
    const { recording, status, stdout } = recorded(process.execPath, words, {});
    expect([status, stdout]).toEqual([alone.status, alone.stdout]);
    expect(status).toBe(2);
    const { in: read, copied } = totalsOf(recording);
    // The compiler itself is 9 MB, the declarations it reads by default 2.
    expect(read).toBeGreaterThan(9_000_000);
    expect(copied).toBeGreaterThan(read / 2);
    const reading = sitesOf(recording).find(
      ({ kind, api }) => kind === "in" && /readFile/.test(api),
    );
    expect(reading?.file).toMatch(/typescript/);
  });
});
