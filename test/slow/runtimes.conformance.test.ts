/**
 * The library answers as CPython in every runtime: Node's majors, Bun and Deno, with Buffer and without; every
 * vector over every kind of memory, strict and not, and said in another way.
 */
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bun, deno, runtimes } from "../../tools/runtimes/runtimes.mjs";
import { nodeBackings, stepsOver } from "../conformance/files.ts";
import { bundleSuite } from "./runtimes/bundle.ts";
import type { ProcessReport } from "./runtimes/process.ts";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const vectors = path.join(root, "test/conformance/vectors");
const everyMemory = nodeBackings.map(({ name }) => name);
/** About two minutes of a core, in each: this bounds what does not end. */
const limit = { timeout: 1_800_000 };

interface Runtime {
  readonly name: string;
  readonly path: string;
  readonly options: readonly string[];
  readonly version: RegExp;
}

const everywhere: readonly Runtime[] = [
  ...runtimes().map(({ major, path: node }) => ({
    name: `Node ${major}`,
    path: node,
    options: ["--expose-gc"],
    version: new RegExp(`^v${major}\\.`),
  })),
  { name: "Bun", path: bun(), options: ["--no-install"], version: /^1\.4\./ },
  {
    name: "Deno",
    path: deno(),
    // It may read the vectors and nothing else.
    options: [
      "run",
      "--no-prompt",
      "--cached-only",
      `--allow-read=${vectors}`,
      "--v8-flags=--expose-gc",
    ],
    version: /^deno 2\.9\./,
  },
];

let folder: string;

/** A project that has the package installed, as far as a runtime can see. */
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-runtimes-"));
  fs.writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  fs.mkdirSync(path.join(folder, "node_modules"));
  fs.symlinkSync(root, path.join(folder, "node_modules/zerocopy"));
  await bundleSuite(new URL("runtimes/process.ts", import.meta.url), folder);
});

afterAll(() => fs.rmSync(folder, { recursive: true }));

describe.for(everywhere)("$name", ({ name, path: program, options, version }) => {
  async function run(signal: AbortSignal, ...args: string[]): Promise<ProcessReport> {
    const env = { ...process.env, DENO_DIR: path.join(folder, "deno"), DENO_NO_UPDATE_CHECK: "1" };
    const words = [...options, path.join(folder, "process.js"), vectors, ...args];
    const { stdout } = await execute(program, words, { env, cwd: folder, signal });
    return JSON.parse(stdout) as ProcessReport;
  }

  test("is the version that is meant", async () => {
    const { stdout } = await execute(program, ["--version"]);
    expect(stdout).toMatch(version);
  });

  // Both at once, as there are two cores.
  test.concurrent.for([
    { buffer: true, memories: everyMemory },
    { buffer: false, memories: everyMemory.filter((memory) => memory !== "pooled Buffer") },
  ])("over every memory, Buffer: $buffer", limit, async ({ buffer, memories }, context) => {
    const words = [memories.join(), ...(buffer ? [] : ["without-buffer"])];
    const { steps, extensions, ...report } = await run(context.signal, ...words);
    const left = `${extensions} left out where CPython refuses what we do`;
    console.log(`${name}: ${steps} steps over ${memories.join()}, Buffer: ${buffer}; ${left}`);
    context.expect(report).toEqual({ buffer, failed: 0, failures: [] });
    context.expect(steps + extensions).toBe(stepsOver(memories.length));
  });
});
