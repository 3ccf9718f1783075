/** Our types in the compilers that people have, and what they cost there. */
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compilers } from "../../tools/compilers/compilers.mjs";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const FORMATS = 2000;
/** A count, not a time: it is the same on every machine. 321 a format when this was written. */
const MAX_INSTANTIATIONS_PER_FORMAT = 400;

let folder: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-types-"));
  fs.writeFileSync(path.join(folder, "formats.ts"), manyFormats());
  fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(project()));
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function project(): object {
  const base = path.join(root, "test/types/tsconfig.json");
  return { extends: base, compilerOptions: { skipLibCheck: true }, include: ["formats.ts"] };
}

/** Distinct formats of 12 fields each, every one used. */
function manyFormats(): string {
  const characters = "bBhHiIqQfdlL?ec";
  const types = path.join(root, "src/format/types.ts");
  const lines = Array.from({ length: FORMATS }, (_, i) => {
    const digits = ((i + 1) * 64_000_000_003).toString(characters.length).padStart(12, "0");
    const format = digits.replaceAll(/./g, (digit) => characters[Number.parseInt(digit, 15)] ?? "");
    return `export const item${i} = (item: Item<"<${format}">): Item<"<${format}">[3] => item[3];`;
  });
  return `import type { Item } from ${JSON.stringify(types)};\n${lines.join("\n")}\n`;
}

describe.for(compilers())("TypeScript $version", ({ version, path: compiler }) => {
  const compile = async (...options: string[]): Promise<string> => {
    const { stdout } = await execute(process.execPath, [compiler, ...options]);
    return stdout;
  };

  test("is the version that its name says", async () => {
    expect(await compile("--version")).toContain(`Version ${version}.`);
  });

  test("accepts what the type tests accept, and refuses what they refuse", async () => {
    expect(await compile("-p", path.join(root, "test/types"))).toBe("");
  });

  test(`${FORMATS} formats of 12 fields cost a bounded number of instantiations`, async () => {
    const report = await compile("-p", folder, "--extendedDiagnostics");
    const instantiations = Number(/^Instantiations:\s+(\d+)/m.exec(report)?.[1]);
    expect(instantiations).toBeGreaterThan(FORMATS);
    expect(instantiations / FORMATS).toBeLessThan(MAX_INSTANTIATIONS_PER_FORMAT);
  });
});
