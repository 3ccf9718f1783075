/** One trial: a sender and a receiver process, from their start to their end. */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type {
  Go,
  ReceiverMessage,
  ReceiverTask,
  SenderMessage,
  SenderTask,
  TrialFailure,
} from "./messages.ts";
import type { Sample } from "./sample.ts";

/** A trial could not be finished. The message is one line that says why. */
export class TrialError extends Error {
  override name = "TrialError";
}

export interface TrialResult {
  readonly sample: Omit<Sample, "residentFraction">;
  /** Of what arrived; only when asked for. */
  readonly sha256: string | undefined;
}

type Received = Exclude<ReceiverMessage, TrialFailure>;

/** Slow enough for any loopback, fast enough to notice that nothing happens any more. */
const slowestBytesPerSecond = 5e6;
const patienceMs = 60_000;

/**
 * When a process dies the other one reports a broken connection, perhaps first. This long such a
 * report waits for the better reason.
 */
const betterReasonMs = 200;

/** Rejects with {@link TrialError}, or with the reason of `signal`; no process is left either way. */
export async function runTrial(
  task: SenderTask,
  options: { hash: boolean; signal: AbortSignal },
): Promise<TrialResult> {
  const sender = startProcess("sender", task);
  const receiver = startProcess("receiver", {
    connections: task.load.transfers,
    bytes: task.part.count,
    hash: options.hash,
    slow: task.load.slowReader,
  });
  try {
    return await follow(task, sender, receiver, options.signal);
  } finally {
    await Promise.all([stop(sender), stop(receiver)]);
  }
}

function follow(
  task: SenderTask,
  sender: ChildProcess,
  receiver: ChildProcess,
  signal: AbortSignal,
): Promise<TrialResult> {
  const wantedBytes = task.part.count * task.load.transfers;
  const limitMs = patienceMs + (wantedBytes / slowestBytesPerSecond) * 1000;
  const cleanUp: (() => void)[] = [];
  return new Promise<TrialResult>((resolve, reject) => {
    const fail = (reason: string): void => {
      reject(new TrialError(`Cannot measure ${task.mechanism}: ${reason}`));
    };
    const failLater = (delayMs: number, reason: string): void => {
      const timer = setTimeout(fail, delayMs, reason);
      cleanUp.push(() => clearTimeout(timer));
    };
    failLater(limitMs, `it took more than ${Math.round(limitMs / 1000)} s`);
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    cleanUp.push(() => signal.removeEventListener("abort", onAbort));

    let sample: TrialResult["sample"] | undefined;
    let received: Received | undefined;
    const hear = (message: SenderMessage | ReceiverMessage): void => {
      if (message.type === "listening") receiver.send({ port: message.port } satisfies Go);
      if (message.type === "failure") failLater(betterReasonMs, message.message);
      if (message.type === "sample") sample = message.sample;
      if (message.type === "received") received = message;
      if (!sample || !received) return;
      if (received.bytes === wantedBytes) resolve({ sample, sha256: received.sha256 });
      else fail(`${received.bytes} of ${wantedBytes} bytes arrived`);
    };
    for (const [name, child] of Object.entries({ sender, receiver })) {
      child.on("message", hear);
      child.on("error", (error) => fail(`the ${name} could not be started: ${error.message}`));
      child.on("exit", (code, killedBy) => {
        fail(`the ${name} process ended early (${killedBy ?? `exit code ${code}`})`);
      });
    }
  }).finally(() => {
    for (const action of cleanUp) action();
  });
}

function startProcess(name: string, task: SenderTask | ReceiverTask): ChildProcess {
  const script = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  return fork(script, [JSON.stringify(task)], {
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
