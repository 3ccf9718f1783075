// The compilers that our types must work with. TypeScript 5.9 is installed by the first check that
// asks: as a dependency beside 7 it would take the name `tsc`.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Oldest first; `path` is a script for Node.
 *
 * @returns {{ version: string, path: string }[]}
 */
export function compilers() {
  const path = (url) => fileURLToPath(new URL(url, import.meta.url));
  const oldest = path("node_modules/typescript/bin/tsc");
  if (!fs.existsSync(oldest)) {
    execFileSync("npm", ["ci", "--ignore-scripts"], {
      cwd: path("."),
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return [
    { version: "5.9", path: oldest },
    { version: "7.0", path: path("../../node_modules/typescript/bin/tsc") },
  ];
}
