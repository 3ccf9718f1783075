/** Processes of the serving cases, and the programs that they run. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Unavailable } from "../outcome.ts";
import { root } from "../package.ts";

export const sources: string = path.join(root, "bench/serving");
export const built: string = fileURLToPath(new URL(".", import.meta.url));

export interface Process {
  readonly pid: number;
  /** The next line that it prints. */
  line(): Promise<string>;
  /** The line that it prints in answer to a byte. */
  ask(): Promise<string>;
  stop(): Promise<void>;
}

export const serverCpu = 0;
export const clientCpu = 1;

/** Server and client have a processor each, so that the work of one does not slow the other. */
export function pinned(cpu: number, words: readonly string[]): string[] {
  return os.availableParallelism() > 1 ? ["taskset", "-c", String(cpu), ...words] : [...words];
}

export function start(words: readonly string[]): Process {
  const [program = "", ...rest] = words;
  const child = spawn(program, rest, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${words.join(" ")} ended early`);
    return value;
  };
  return {
    pid: child.pid ?? 0,
    line,
    ask() {
      child.stdin.write("?");
      return line();
    },
    stop() {
      child.kill("SIGKILL");
      return ended;
    },
  };
}

/** Makes the program of a source in this folder, when there is none that is newer. */
export function compiled(source: string, make: (program: string, source: string) => void): string {
  const file = path.join(sources, source);
  const program = path.join(built, path.parse(source).name);
  if (!isNewer(program, file)) {
    mkdirSync(built, { recursive: true });
    make(program, file);
  }
  return program;
}

/** @throws {Unavailable} without a C compiler. */
export function compiledC(source: string): string {
  return compiled(source, (program, file) => {
    need("cc", ["--version"], "apt-get install gcc");
    execFileSync("cc", ["-O2", "-Wall", "-Wextra", "-Werror", "-o", program, file]);
  });
}

export function need(program: string, words: readonly string[], advice: string): void {
  if (spawnSync(program, words).status !== 0) {
    throw new Unavailable(`there is no ${program}: ${advice}`);
  }
}

function isNewer(program: string, source: string): boolean {
  const time = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return time(program) > time(source);
}
