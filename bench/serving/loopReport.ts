/** What the event loop of a server does: answers each byte on standard input with a line of JSON. */
import { monitorEventLoopDelay } from "node:perf_hooks";

/** What it did since the last report. */
export interface LoopReport {
  /** ms by which the loop was late, at the 99th percentile. */
  readonly delayP99: number;
  readonly delayMax: number;
  readonly rssBytes: number;
}

const resolutionMs = 1;

/** Ends the process when its standard input ends. */
export function reportLoop(): void {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  process.stdin.on("data", () => {
    const report: LoopReport = {
      delayP99: delay.percentile(99) / 1e6 - resolutionMs,
      delayMax: delay.max / 1e6 - resolutionMs,
      rssBytes: process.memoryUsage.rss(),
    };
    delay.reset();
    delay.enable(); // by the first question: where nobody asks, its timer is no part of the figures
    console.log(JSON.stringify(report));
  });
  process.stdin.on("end", () => process.exit());
}
