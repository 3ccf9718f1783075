/** Receiving, told on the page. */
import { legend, movingMetrics, movingTiles } from "../file/page.ts";
import { mainRun } from "../report/comparison.ts";
import type { Comparison, Run } from "../report/comparison.ts";
import { binaryBytes, bytes } from "../report/format.ts";
import { arrowHeads, drawRoute } from "../report/page/drawing.ts";
import type { PageTelling } from "../report/telling.ts";
import { receiveRoutes } from "./routes.ts";

function title(comparison: Comparison): string {
  const sizes = comparison.runs.map(({ input }) => binaryBytes(input.bytes));
  return sizes.length > 1
    ? `What it costs to receive a body, from ${sizes[0]} to ${sizes.at(-1)}`
    : `What it costs to receive a body of ${bytes(mainRun(comparison).input.bytes)}`;
}

function facts({ rounds }: Comparison, { input }: Run): [string, string][] {
  return [
    [
      "Received",
      `${bytes(input.bytes)} (${input.bytes.toLocaleString("en-US")} bytes), SHA-256 ${input.sha256}`,
    ],
    ["Content", "made for this run, without a pattern"],
    ["Rounds", `${rounds}, one connection in each trial`],
  ];
}

export const receivePage: PageTelling = {
  title,
  situation: () => "From one process to another over TCP, until the body lies in one piece.",
  tiles: movingTiles("the receiver"),
  ways: {
    heading: "The way of the bytes",
    introduction: `What has arrived belongs to the kernel; a program asks for it, and the CPU copies it across the border.
Into new memory for every chunk, the bytes are copied once more when the chunks are joined, within user space;
into memory of one's own they are where they belong. The numbers are the medians of this run; mode switches are
two per call.`,
    legend: legend + arrowHeads,
    moving: true,
    draw(mechanism) {
      const known = Object.hasOwn(receiveRoutes, mechanism.path);
      const route = known ? receiveRoutes[mechanism.path] : undefined;
      return route && drawRoute(mechanism, route, false);
    },
  },
  measured: "the receiver",
  metrics: movingMetrics({
    who: "the receiver",
    throughput: "Over loopback, from process to process.",
    memory: "Peak resident size of the receiver above what it had at the start. Less is better.",
  }),
  curves: {
    introduction: `CPU time of one body over its size. Where two lines meet, neither way pays.`,
    all: [
      {
        id: "cpu",
        title: "CPU time per body",
        unit: "seconds",
        caption: "CPU time per body, µs",
        of: (figures) => figures.cpuSecondsPerTransfer,
        format: (seconds) => Math.round(seconds * 1e6).toLocaleString("en-US"),
      },
    ],
  },
  method: `Each trial is two processes of its own, a source and the receiver; only the receiver is measured. The rounds
are interleaved, so that whatever else the machine did met every mechanism alike. Copies are bytes that crossed
between kernel and user space, counted by the kernel and, for recv(2), where it is called, and bytes copied in
user space, counted where they are copied. Content was checked by hash in a run of its own.`,
  facts,
};
