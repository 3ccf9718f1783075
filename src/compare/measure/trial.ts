/** One trial over TCP: a sender and a receiver process, from their start to their end. */
import type { Go, ReceiverMessage, ReceiverTask, SenderMessage, SenderTask } from "./messages.ts";
import type { TrialFailure } from "./messages.ts";
import { startProcess, watch } from "./processes.ts";
import type { Sample } from "./sample.ts";

export interface TcpResult {
  readonly sample: Omit<Sample, "residentFraction">;
  /** Of what arrived; only when asked for. */
  readonly sha256: string | undefined;
}

type Message = Exclude<SenderMessage | ReceiverMessage, TrialFailure>;

/** Slow enough for any loopback, fast enough to notice that nothing happens any more. */
const slowestBytesPerSecond = 5e6;
const patienceMs = 60_000;

/** Rejects with {@link TrialError}, or with the reason of `signal`; no process is left either way. */
export function runTrial(
  task: SenderTask,
  options: { hash: boolean; signal: AbortSignal },
): Promise<TcpResult> {
  const wantedBytes = task.part.count * task.load.transfers;
  const sender = startProcess(new URL("./sender.js", import.meta.url), task);
  const receiver = startProcess(new URL("./receiver.js", import.meta.url), {
    connections: task.load.transfers,
    bytes: task.part.count,
    hash: options.hash,
    slow: task.load.slowReader,
  } satisfies ReceiverTask);

  let sample: TcpResult["sample"] | undefined;
  let received: Extract<Message, { type: "received" }> | undefined;
  const hear = (message: Message): TcpResult | undefined => {
    if (message.type === "listening") receiver.send({ port: message.port } satisfies Go);
    if (message.type === "sample") sample = message.sample;
    if (message.type === "received") received = message;
    if (!sample || !received) return undefined;
    if (received.bytes === wantedBytes) return { sample, sha256: received.sha256 };
    throw new Error(`${received.bytes} of ${wantedBytes} bytes arrived`);
  };
  return watch({
    mechanism: task.mechanism,
    processes: { sender, receiver },
    limitMs: patienceMs + (wantedBytes / slowestBytesPerSecond) * 1000,
    signal: options.signal,
    hear,
  });
}
