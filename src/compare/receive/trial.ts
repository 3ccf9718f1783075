/** One trial: a source, and the collector that is measured, from their start to their end. */
import type { TrialOrder, TrialResult } from "../chapter.ts";
import type { Go, TrialFailure } from "../measure/messages.ts";
import { startProcess, watch } from "../measure/processes.ts";
import type { SourceMessage, SourceTask } from "../relay/messages.ts";
import type { CollectorMessage, CollectorTask } from "./messages.ts";

type Message = Exclude<CollectorMessage | SourceMessage, TrialFailure>;

/** Slow enough for any loopback, fast enough to notice that nothing happens any more. */
const slowestBytesPerSecond = 5e6;
const patienceMs = 60_000;

export function trial({ mechanism, input, phase, signal }: TrialOrder): Promise<TrialResult> {
  const { count: bytes } = input;
  const task: CollectorTask = { mechanism: mechanism.id, bytes, hash: phase === "check" };
  const collector = startProcess(new URL("./collector.js", import.meta.url), task);
  const source = startProcess(new URL("../relay/source.js", import.meta.url), {
    bytes,
  } satisfies SourceTask);
  return watch({
    mechanism: mechanism.id,
    processes: { collector, source },
    limitMs: patienceMs + (bytes / slowestBytesPerSecond) * 1000,
    signal,
    hear(message: Message): TrialResult | undefined {
      if (message.type === "listening") {
        source.send({ port: message.port } satisfies Go);
        return undefined;
      }
      const { sample, sha256 } = message;
      if (sample.bytes !== bytes) throw new Error(`${sample.bytes} of ${bytes} bytes arrived`);
      return { sample: { ...sample, residentFraction: null }, sha256 };
    },
  });
}
