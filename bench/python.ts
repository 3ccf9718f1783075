/** Runs a function of cpython.py, when there is a Python to run it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { PythonSubject } from "./case.ts";
import { thirdparty } from "./package.ts";

export type PythonAnswer =
  | { readonly samples: readonly number[]; readonly result: unknown }
  | { readonly unavailable: string };

export function runPython(subject: PythonSubject, items: number): PythonAnswer {
  const { python: name, input, arguments: more = [] } = subject;
  const scratch = mkdtempSync(path.join(os.tmpdir(), "zerocopy-bench-"));
  const file = path.join(scratch, "input");
  try {
    writeFileSync(file, input);
    const words = [path.join(thirdparty, "cpython.py"), name, file, String(items)];
    words.push(...more.map((bytes) => Buffer.from(bytes).toString("hex")));
    return JSON.parse(execFileSync("python3", words, { encoding: "utf8" }));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return { unavailable: "there is no python3 here" };
    }
    throw error;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
