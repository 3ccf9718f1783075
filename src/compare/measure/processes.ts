/**
 * The processes of a trial: started with a task, listened to, and gone at its end, whatever that was.
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { TrialFailure } from "./messages.ts";

/** A trial could not be finished. The message is one line that says why. */
export class TrialError extends Error {
  override name = "TrialError";
}

export interface Watch<Message, Result> {
  /** What fails when the trial does. */
  readonly mechanism: string;
  /** By name, for the message when one dies. */
  readonly processes: Readonly<Record<string, ChildProcess>>;
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Called with every message but failures; what it returns, unless undefined, is the result. */
  readonly hear: (message: Message) => Result | undefined;
}

/**
 * When a process dies the other one reports a broken connection, perhaps first. This long such a
 * report waits for the better reason.
 */
const betterReasonMs = 200;

/** Rejects with {@link TrialError}, or with the reason of `signal`; no process is left either way. */
export async function watch<Message extends { readonly type: string }, Result>(
  order: Watch<Message, Result>,
): Promise<Result> {
  try {
    return await follow(order);
  } finally {
    await Promise.all(Object.values(order.processes).map(stop));
  }
}

function follow<Message extends { readonly type: string }, Result>({
  mechanism,
  processes,
  limitMs,
  signal,
  hear,
}: Watch<Message, Result>): Promise<Result> {
  const cleanUp: (() => void)[] = [];
  return new Promise<Result>((resolve, reject) => {
    const fail = (reason: string): void => {
      reject(new TrialError(`Cannot measure ${mechanism}: ${reason}`));
    };
    const failLater = (delayMs: number, reason: string): void => {
      const timer = setTimeout(fail, delayMs, reason);
      cleanUp.push(() => clearTimeout(timer));
    };
    failLater(limitMs, `it took more than ${Math.round(limitMs / 1000)} s`);
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    cleanUp.push(() => signal.removeEventListener("abort", onAbort));

    const onMessage = (message: Message | TrialFailure): void => {
      if (isFailure(message)) return failLater(betterReasonMs, message.message);
      try {
        const result = hear(message);
        if (result !== undefined) resolve(result);
      } catch (error) {
        fail((error as Error).message);
      }
    };
    for (const [name, child] of Object.entries(processes)) {
      child.on("message", onMessage);
      child.on("error", (error) => fail(`the ${name} could not be started: ${error.message}`));
      child.on("exit", (code, killedBy) => {
        fail(`the ${name} process ended early (${killedBy ?? `exit code ${code}`})`);
      });
    }
  }).finally(() => {
    for (const action of cleanUp) action();
  });
}

function isFailure(message: { readonly type: string }): message is TrialFailure {
  return message.type === "failure";
}

/** @param script - the URL of its source, as built. */
export function startProcess(script: URL, task: unknown): ChildProcess {
  return fork(fileURLToPath(script), [JSON.stringify(task)], {
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

/** Resolves when the process is gone. */
function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      resolve();
    } else {
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    }
  });
}
