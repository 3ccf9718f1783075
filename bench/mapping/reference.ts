/** The loop in C, in a process of its own. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Unavailable } from "../outcome.ts";
import { root } from "../package.ts";

const source = path.join(root, "bench/mapping/items.c");
const built = fileURLToPath(new URL(".", import.meta.url));

/** The median of its loops, in ms. @throws {Unavailable} without a C compiler. */
export function itemsInC(file: string, bytes: number, rounds: number): number {
  const program = path.join(built, "items");
  if (!existsSync(program) || statSync(program).mtimeMs < statSync(source).mtimeMs) {
    if (spawnSync("cc", ["--version"]).status !== 0) {
      throw new Unavailable("there is no cc: apt-get install gcc");
    }
    mkdirSync(built, { recursive: true });
    execFileSync("cc", ["-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source]);
  }
  return Number(execFileSync(program, [file, String(bytes), String(rounds)], { encoding: "utf8" }));
}
