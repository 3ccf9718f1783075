/** One trial: a source, the proxy that is measured, a receiver, from their start to their end. */
import type { TrialOrder, TrialResult } from "../chapter.ts";
import type { Go, ReceiverMessage, ReceiverTask, TrialFailure } from "../measure/messages.ts";
import { startProcess, watch } from "../measure/processes.ts";
import type { ProxyMessage, ProxyTask, SourceMessage, SourceTask } from "./messages.ts";

type Message = Exclude<ProxyMessage | SourceMessage | ReceiverMessage, TrialFailure>;

/** Slow enough for any loopback, fast enough to notice that nothing happens any more. */
const slowestBytesPerSecond = 5e6;
const patienceMs = 60_000;

export function trial({ mechanism, input, phase, signal }: TrialOrder): Promise<TrialResult> {
  const { count: bytes } = input;
  const task: ProxyTask = { mechanism: mechanism.id, bytes };
  const proxy = startProcess(new URL("./proxy.js", import.meta.url), task);
  const source = startProcess(new URL("./source.js", import.meta.url), {
    bytes,
  } satisfies SourceTask);
  const receiver = startProcess(new URL("../measure/receiver.js", import.meta.url), {
    ...{ connections: 1, bytes, hash: phase === "check", slow: false },
  } satisfies ReceiverTask);

  let sample: Extract<Message, { type: "sample" }>["sample"] | undefined;
  let received: Extract<Message, { type: "received" }> | undefined;
  return watch({
    mechanism: mechanism.id,
    processes: { proxy, source, receiver },
    limitMs: patienceMs + (bytes / slowestBytesPerSecond) * 1000,
    signal,
    hear(message: Message): TrialResult | undefined {
      if (message.type === "listening") {
        receiver.send({ port: message.receiverPort } satisfies Go);
        source.send({ port: message.sourcePort } satisfies Go);
      }
      if (message.type === "sample") sample = message.sample;
      if (message.type === "received") received = message;
      if (!sample || !received) return undefined;
      if (received.bytes !== bytes) throw new Error(`${received.bytes} of ${bytes} bytes arrived`);
      return { sample: { ...sample, residentFraction: null }, sha256: received.sha256 };
    },
  });
}
