/** Runs the command line as a user does: a process of its own, output captured. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll } from "vitest";

export const cliPath: string = path.resolve(import.meta.dirname, "../../dist/cli/main.js");

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Run as this user. */
  readonly uid?: number;
  /** Called with the process as soon as it runs. */
  readonly onStart?: (child: ChildProcess) => void | Promise<void>;
}

const running = new Set<ChildProcess>();
/** What a test that ran out of time has left: `serve` and a server that is profiled do not end by themselves. */
afterAll(() => running.forEach((child) => child.kill()));

export function runCli(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cliPath, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...options.env },
      ...(options.uid !== undefined && { uid: options.uid }),
    });
    running.add(child);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr });
    });
    void options.onStart?.(child);
  });
}

/** Processes started, directly or not, by the process `pid` that run `script`. */
export function descendants(pid: number, script: string): number[] {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
  const own = children.filter((child) => commandOf(child).includes(script));
  return [...own, ...children.flatMap((child) => descendants(child, script))];
}

function parentOf(pid: number): number | undefined {
  return Number(/^\d+ \(.*\) \S (\d+)/s.exec(readProc(pid, "stat"))?.[1]);
}

function commandOf(pid: number): string {
  return readProc(pid, "cmdline").replaceAll("\0", " ");
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return ""; // it has ended meanwhile
  }
}
