/** What tests of mapped files share: mappings of this process, other processes that change files. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { MemoryView } from "zerocopy";
import { mapFile } from "zerocopy/fs";
import type { MapOptions, AnyFile, MappedFile } from "zerocopy/fs";
import { temporaryFolder } from "./content.ts";
import { later } from "./resources.ts";

export const pageBytes = 4096;

/** A mapped file that is unmapped after the test. */
export function mapped(file: AnyFile, options?: MapOptions): MappedFile {
  const map = mapFile(file, options);
  later(() => map.unmap());
  return map;
}

/** The path of a new file with these bytes. */
export function fileWith(bytes: Uint8Array | string): string {
  const file = path.join(temporaryFolder(), "file.bin");
  fs.writeFileSync(file, bytes);
  return file;
}

/** How often a file is mapped into this process. */
export function mappingsOf(file: string): number {
  const lines = fs.readFileSync("/proc/self/maps", "utf8").split("\n");
  return lines.filter((line) => line.includes(` ${file}`)).length;
}

/** Truncates by a process of its own. */
export function truncateElsewhere(file: string, size: number): void {
  const program = "require('node:fs').truncateSync(process.argv[1], Number(process.argv[2]))";
  const done = spawnSync(process.execPath, ["-e", program, file, String(size)]);
  if (done.status !== 0) throw new Error(String(done.stderr));
}

/** Every way to look at many bytes at once. */
export const bulkReads: Readonly<Record<string, (view: MemoryView<"B">) => unknown>> = {
  toBytes: (view) => view.toBytes(),
  toUint8Array: (view) => view.toUint8Array(),
  toList: (view) => view.toList(),
  hex: (view) => view.hex(),
  decode: (view) => view.decode("latin-1"),
  find: (view) => view.find(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)),
  rfind: (view) => view.rfind(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)),
  endsWith: (view) => view.endsWith(Uint8Array.of(1)),
  split: (view) => view.split(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)),
  partition: (view) => view.partition(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)),
  count: (view) => view.count(7),
};

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  readonly signal: string | null;
}

/** Runs a module in a process of its own, which can collect garbage when told. */
export function runModule(program: string, environment: Record<string, string> = {}): Finished {
  const { stdout, stderr, status, signal } = spawnSync(
    process.execPath,
    ["--expose-gc", "--input-type=module", "--eval", program],
    { encoding: "utf8", cwd: import.meta.dirname, env: { ...process.env, ...environment } },
  );
  return { stdout, stderr, status, signal };
}
