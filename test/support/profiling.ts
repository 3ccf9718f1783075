/** Programs whose copies are known, run under the profiler. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Kind, ProfileOptions, Recording, Site } from "zerocopy/profile";
import type { TestContext } from "vitest";
import { profileAddonState } from "../../dist/native/binding.js";
import { recorded } from "./profiling/run.mjs";

export const programs = fileURLToPath(new URL("profiling/", import.meta.url));

/** Skips the test where there is no binary of the profiler, and says why. */
export function needsProfiler(context: TestContext): void {
  const state = profileAddonState();
  if (!state.addon) context.skip(`there is no profiler: ${state.reason}`);
}

export interface Run {
  readonly recording: Recording;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Invocation {
  readonly node?: string;
  /** Of Node, and of V8. */
  readonly flags?: readonly string[];
  /** Of the program. */
  readonly words?: readonly string[];
  /** Without hooks when false. */
  readonly isNative?: boolean;
}

/** Runs a program to its end with the recorder in front of it. */
export function record(program: string, options: ProfileOptions & Invocation = {}): Run {
  const { node = process.execPath, words = [], flags = [], ...rest } = options;
  return recorded(node, [...flags, path.resolve(programs, program), ...words], rest);
}

/** The same for a program that is written here. Its name is program.mjs. */
export function recordCode(code: string, options: Parameters<typeof record>[1] = {}): Run {
  const folder = mkdtempSync(path.join(tmpdir(), "zerocopy-profile-test-"));
  const file = path.join(folder, "program.mjs");
  try {
    writeFileSync(file, code);
    return record(file, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The line of a program that holds `text`, from 1. */
export function lineOf(program: string, text: string): number {
  const lines = readFileSync(path.resolve(programs, program), "utf8").split("\n");
  return lines.findIndex((line) => line.includes(text)) + 1;
}

/** What a line of a program has copied, by kind. */
export function bytesAt(
  sites: readonly Site[],
  program: string,
  line: number,
): Record<Kind, number> {
  const sums = { copy: 0, in: 0, out: 0, moved: 0 };
  for (const site of sites) {
    if (path.basename(site.file) === program && site.line === line) sums[site.kind] += site.bytes;
  }
  return sums;
}

/** Exact bytes of a kind, of all threads. */
export function total(recording: Recording, ...calls: readonly string[]): number {
  return recording.threads.reduce(
    (sum, { counts }) => sum + calls.reduce((all, call) => all + (counts[call]?.bytes ?? 0), 0),
    0,
  );
}

/**
 * What each operation of operations.mjs copies: pieces of 4 MiB, four rounds. By Node's major where it
 * changed.
 */
const operations: Readonly<
  Record<string, { copy?: number | Record<number, number>; in?: number; out?: number }>
> = {
  "Buffer.concat": { copy: 1 },
  "Buffer.concat of two": { copy: 1.25 },
  "Buffer.from(buffer)": { copy: 1 },
  "Buffer.from(arrayBuffer)": {},
  "Buffer.from(latin1)": { copy: 1 },
  "buf.copy": { copy: 1 },
  "buf.fill(buffer)": { copy: 1 },
  "buf.subarray": {},
  "buf.toString(latin1)": { copy: 1 },
  "u8.set": { copy: 1 },
  "u8.slice": { copy: 1 },
  "u8.copyWithin": { copy: 0.5 },
  "new Uint8Array(u8)": { copy: 1 },
  "arrayBuffer.slice": { copy: 1 },
  structuredClone: { copy: 2 },
  "structuredClone(transfer)": {},
  "v8.serialize": { copy: 1 },
  "fs.readFileSync": { in: 1 },
  "fs.readSync": { in: 1 },
  "fs.readvSync": { in: 1 },
  "fs.writeSync": { out: 1 },
  "fs.writevSync": { out: 1 },
};

const operationBytes = 4 * (4 << 20);

/** Operations whose line does not say what they copy, within 1 %. */
export function wrongOperations(recording: Recording, sites: readonly Site[]): string[] {
  const major = Number(recording.runtime.node.split(".")[0]);
  return Object.entries(operations).flatMap(([name, wanted]) => {
    const found = bytesAt(sites, "operations.mjs", lineOf("operations.mjs", name));
    const expected = { ...wanted, copy: byMajor(wanted.copy, major) };
    return (["copy", "in", "out"] as const).flatMap((kind) => {
      const bytes = (expected[kind] ?? 0) * operationBytes;
      const isRight = Math.abs(found[kind] - bytes) <= Math.max(bytes, operationBytes / 4) * 0.01;
      return isRight ? [] : [`${name}: ${kind} ${found[kind]}, wanted ${bytes}`];
    });
  });
}

function byMajor(copy: number | Record<number, number> = 0, major: number): number {
  return typeof copy === "number" ? copy : (copy[major] ?? 0);
}
