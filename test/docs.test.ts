/**
 * Every example of the documentation compiles under strict types and runs to exit code 0, in a
 * project of its own that has the package installed.
 */
import { execFile, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findExamples } from "./docs/examples.ts";
import { root } from "./repository.ts";

const compiler = path.join(root, "node_modules/.bin/tsc");
const compilerOptions = "--strict --module nodenext --target es2023 --types node".split(" ");
const execute = promisify(execFile);

const examples = findExamples();
const project = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-docs-"));
let diagnostics = "not compiled";

beforeAll(() => {
  fs.mkdirSync(path.join(project, "node_modules"));
  fs.symlinkSync(root, path.join(project, "node_modules/zerocopy"));
  fs.symlinkSync(path.join(root, "node_modules/@types"), path.join(project, "node_modules/@types"));
  fs.writeFileSync(path.join(project, "package.json"), '{ "type": "module" }');
  for (const { file, code } of examples) fs.writeFileSync(path.join(project, file), code);

  const files = examples.map(({ file }) => file).filter((file) => file.endsWith(".ts"));
  const compiling = { cwd: project, encoding: "utf8" } as const;
  diagnostics = spawnSync(compiler, [...compilerOptions, ...files], compiling).stdout;
});

afterAll(() => fs.rmSync(project, { recursive: true }));

test("there are examples", () => {
  expect(examples.length).toBeGreaterThan(0);
});

test("all examples compile", () => {
  expect(diagnostics).toBe("");
});

for (const { place, file } of examples.filter(({ runs }) => runs)) {
  test(`the example at ${place} runs`, async (context) => {
    const script = path.join(project, file.replace(/\.ts$/, ".js"));
    const running = execute(process.execPath, [script], { cwd: project, timeout: 20_000 });
    await running.catch((error: Error & { stderr: string }) => {
      if (error.stderr.includes("ERR_NOT_SUPPORTED")) context.skip("there is no native addon");
      throw error;
    });
  });
}
