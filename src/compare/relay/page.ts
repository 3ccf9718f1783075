/** Joining connections, told on the page. */
import { legend, movingMetrics, movingTiles } from "../file/page.ts";
import { mainRun } from "../report/comparison.ts";
import type { Comparison, Run } from "../report/comparison.ts";
import { binaryBytes, bytes } from "../report/format.ts";
import { arrowHeads, drawRoute } from "../report/page/drawing.ts";
import type { PageTelling } from "../report/telling.ts";
import { relayRoutes } from "./routes.ts";

function title(comparison: Comparison): string {
  const sizes = comparison.runs.map(({ input }) => binaryBytes(input.bytes));
  return sizes.length > 1
    ? `What happens to bytes in a proxy, from ${sizes[0]} to ${sizes.at(-1)}`
    : `What happens to ${bytes(mainRun(comparison).input.bytes)} in a proxy`;
}

function facts({ rounds }: Comparison, { input }: Run): [string, string][] {
  return [
    [
      "Relayed",
      `${bytes(input.bytes)} (${input.bytes.toLocaleString("en-US")} bytes), SHA-256 ${input.sha256}`,
    ],
    ["Content", "made for this run, without a pattern"],
    ["Rounds", `${rounds}, one connection through the proxy in each trial`],
  ];
}

export const relayPage: PageTelling = {
  title,
  situation: () =>
    "From one process to a proxy over TCP, and from there over TCP to a third process.",
  tiles: movingTiles("the proxy"),
  ways: {
    heading: "The way of the bytes",
    introduction: `A proxy runs in user space; sockets belong to the kernel. Every system call switches into the kernel
and back, and every solid arrow across the border is the CPU copying bytes that the proxy does not look at.
The numbers are the medians of this run; mode switches are two per call. A splice goes through a pipe, which
holds references to the pages that arrived: half of the calls fill it, half empty it.`,
    legend: legend + arrowHeads,
    moving: true,
    draw(mechanism) {
      const known = Object.hasOwn(relayRoutes, mechanism.path);
      const route = known ? relayRoutes[mechanism.path] : undefined;
      return route && drawRoute(mechanism, route, false);
    },
  },
  measured: "the proxy",
  metrics: movingMetrics({
    who: "the proxy",
    throughput: "Over loopback, from process to process to process.",
    memory: "Peak resident size of the proxy. Less is better.",
  }),
  curves: {
    introduction: `CPU time of one connection over the bytes that pass. Where two lines meet, neither way pays.`,
    all: [
      {
        id: "cpu",
        title: "CPU time per connection",
        unit: "seconds",
        caption: "CPU time per connection, µs",
        of: (figures) => figures.cpuSecondsPerTransfer,
        format: (seconds) => Math.round(seconds * 1e6).toLocaleString("en-US"),
      },
    ],
  },
  method: `Each trial is three processes of its own: a source, the proxy, a receiver; only the proxy is measured. The
rounds are interleaved, so that whatever else the machine did met every mechanism alike. Copies are bytes that
crossed between user space and kernel, counted by the kernel. Content was checked by hash in a run of its own.`,
  facts,
};
