/**
 * Runs a program as if nobody were in between: its standard streams are ours, signals reach it once, and
 * how it has ended is told.
 */
import { spawn } from "node:child_process";
import type { ChildProcess, SendHandle, Serializable } from "node:child_process";
import { readFileSync } from "node:fs";
import { UserError } from "../command.ts";
import type { Start } from "./program.ts";

export interface End {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Ended because its time was over. */
  readonly isTimedOut: boolean;
}

/** Handed on. */
const signals = ["SIGINT", "SIGQUIT", "SIGHUP", "SIGTERM", "SIGUSR1", "SIGUSR2"] as const;
/** A terminal sends them to the program itself. */
const fromTerminal = new Set(["SIGINT", "SIGQUIT", "SIGHUP"]);
/** They ask for the end. */
const ending = new Set(["SIGINT", "SIGHUP", "SIGTERM"]);

/** From the second such signal to the end. */
const impatienceMs = 1000;
/** From the end of its time to the end, for a program that goes on. */
const graceMs = 5000;

export function run(start: Start, durationMs: number | undefined): Promise<End> {
  const child = spawn(start.file, start.args, {
    stdio: process.send ? ["inherit", "inherit", "inherit", "ipc"] : "inherit",
    env: start.env,
    argv0: start.file === process.execPath ? process.argv0 : start.file,
  });
  const release = handOn(child);
  if (process.send) relayMessages(child);
  let isTimedOut = false;
  const timer =
    durationMs === undefined
      ? undefined
      : setTimeout(() => {
          isTimedOut = true;
          child.kill("SIGINT");
          setTimeout(() => child.kill("SIGKILL"), graceMs).unref();
        }, durationMs);
  return new Promise<End>((resolve, reject) => {
    child.on("exit", (code, signal) => resolve({ pid: child.pid!, code, signal, isTimedOut }));
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return; // a signal or a message that came too late
      const why = error.code === "ENOENT" ? "there is no such file or command" : error.message;
      reject(new UserError(`zerocopy profile: Cannot run ${start.file}: ${why}`));
    });
  }).finally(() => {
    clearTimeout(timer);
    release();
  });
}

/** Signals to this process are the program's. Who asks for the end twice gets it. */
function handOn(child: ChildProcess): () => void {
  let requests = 0;
  const receive = (signal: NodeJS.Signals): void => {
    if (!(fromTerminal.has(signal) && isInForeground())) child.kill(signal);
    if (ending.has(signal)) requests += 1;
    if (requests === 2) setTimeout(() => child.kill("SIGKILL"), impatienceMs).unref();
  };
  for (const signal of signals) process.on(signal, receive);
  return () => {
    for (const signal of signals) process.off(signal, receive);
  };
}

/** Whether what is typed at the terminal reaches this process, and the program with it: proc_pid_stat(5). */
function isInForeground(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    const [, , group, , , terminalGroup] = stat
      .slice(stat.lastIndexOf(")") + 1)
      .split(" ")
      .slice(1);
    return group === terminalGroup;
  } catch {
    return process.stdin.isTTY; // elsewhere
  }
}

/** Between whoever has forked this process and the program. */
function relayMessages(child: ChildProcess): void {
  process.on(
    "message",
    (message: Serializable, handle: SendHandle) => void child.send(message, handle),
  );
  child.on("message", (message, handle) => void process.send?.(message, handle));
  process.on("disconnect", () => child.connected && child.disconnect());
  child.on("disconnect", () => process.connected && process.disconnect());
}
