// What the build of the addon and the test of its C layer share: where things are, which compiler,
// which flags.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const nativeFolder = path.dirname(fileURLToPath(import.meta.url));
export const packageFolder = path.dirname(nativeFolder);

export const compilerFlags = [
  ...["-std=c11", "-D_GNU_SOURCE", "-pthread"],
  ...["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"],
];

/** `linux-x64`, or `linux-x64-musl` where the C library is not glibc; src/native tries both. */
export function targetName() {
  const glibc = process.report?.getReport()?.header?.glibcVersionRuntime;
  const libc = process.platform === "linux" && !glibc ? "-musl" : "";
  return `${process.platform}-${process.arch}${libc}`;
}

/** The C files of `src/<folder>`, absolute. */
export function sources(folder) {
  const full = path.join(nativeFolder, "src", folder);
  const files = fs.readdirSync(full).filter((file) => file.endsWith(".c"));
  return files.map((file) => path.join(full, file));
}

/** The first compiler that answers, or undefined. `CC` wins. */
export function findCompiler() {
  const candidates = process.env.CC ? [process.env.CC] : ["cc", "gcc", "clang"];
  return candidates.find((name) => spawnSync(name, ["--version"]).status === 0);
}
