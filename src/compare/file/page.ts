/** Sending a file, told on the page. */
import path from "node:path";
import { fileSystemOf, mainRun } from "../report/comparison.ts";
import type { Comparison, Run } from "../report/comparison.ts";
import { binaryBytes, bytes, count, significant } from "../report/format.ts";
import { arrowHeads, drawRoute, modeSwitch } from "../report/page/drawing.ts";
import type { Metric, PageTelling } from "../report/telling.ts";
import { fileRoutes } from "./routes.ts";

/** What a chapter that moves bytes through sockets says of its figures. */
export interface MovingWords {
  /** Whose figures they are: "the sender". */
  readonly who: string;
  /** How the throughput came about, and what the memory is of; sentences. */
  readonly throughput: string;
  readonly memory: string;
}

export const movingMetrics = ({ who, throughput, memory }: MovingWords): readonly Metric[] => [
  {
    id: "cpu",
    header: "CPU-s/GB",
    title: "CPU time, seconds per GB",
    explanation: `What ${who} pays, user and system together. Less is better.`,
    of: (figures) => figures.cpuSecondsPerGB,
    scale: 1,
    format: significant,
  },
  {
    id: "copies",
    header: "copies/B",
    title: "Copies of each byte",
    explanation: "Across the border of user space, counted. Less is better.",
    of: (figures) => figures.copiesPerByte,
    scale: 1,
    format: (value) => value.toFixed(2),
  },
  {
    id: "throughput",
    header: "GB/s",
    title: "Throughput, GB per second",
    explanation: `${throughput} More is better.`,
    of: (figures) => figures.bytesPerSecond,
    scale: 1e-9,
    format: (value) => significant(value / 1e9),
  },
  {
    id: "memory",
    header: "peak RSS",
    title: "Memory, MB above idle",
    explanation: memory,
    of: (figures) => figures.peakRssBytes,
    scale: 1e-6,
    format: bytes,
  },
  {
    id: "switches",
    header: "switches",
    title: "Context switches",
    explanation: `How often a thread of ${who} had to wait or was made to. Less is better.`,
    of: (figures) => figures.contextSwitches,
    scale: 1,
    format: count,
  },
  {
    id: "user",
    header: "user",
    of: (figures) => figures.cpuUserSecondsPerGB,
    scale: 1,
    format: significant,
  },
  {
    id: "system",
    header: "system",
    of: (figures) => figures.cpuSystemSecondsPerGB,
    scale: 1,
    format: significant,
  },
  {
    id: "faults",
    header: "page faults",
    of: (figures) => figures.pageFaults,
    scale: 1,
    format: count,
  },
  { id: "calls", header: "I/O calls", of: (figures) => figures.ioCalls, scale: 1, format: count },
];

function title(comparison: Comparison): string {
  const { runs } = comparison;
  const { input } = mainRun(comparison);
  const sizes = runs.map((run) => binaryBytes(run.input.bytes));
  const what = input.temporary ? "a file" : path.basename(input.path);
  return runs.length > 1
    ? `What happens to the bytes of a file, from ${sizes[0]} to ${sizes.at(-1)}`
    : `What happens to the ${bytes(input.bytes)} of ${what}`;
}

function situation({ situation: { cold, concurrency, slowReader } }: Comparison): string {
  const circumstances = [
    cold
      ? "read from the disk (a copy, dropped from the page cache before each trial)"
      : "read from the page cache",
    ...(concurrency > 1 ? [`${concurrency} transfers at a time`] : []),
    ...(slowReader ? ["a receiver that takes a second for each transfer"] : []),
  ];
  return `Sent over TCP to another process, ${circumstances.join(", ")}.`;
}

const sample = (kind: string, line: string): string =>
  `<svg width="34" height="10" aria-hidden="true"><g class="hop ${kind}"><path d="M1 5H33"/></g></svg>${line}`;

export const legend: string = `<ul class="legend">
<li>${sample("copy", "the CPU copies every byte")}</li>
<li>${sample("reference", "only references to pages")}</li>
<li>${sample("map", "the same pages, mapped")}</li>
<li>${sample("device", "DMA by the device")}</li>
<li><svg width="24" height="24" viewBox="-12 -12 24 24" aria-hidden="true"><g class="hop">${modeSwitch}</g></svg>into the kernel and back</li>
</ul>`;

function facts(comparison: Comparison, { input, transfers }: Run): [string, string][] {
  const often = `${transfers} ${transfers === 1 ? "transfer" : "transfers"} in each trial`;
  return [
    ["File", input.temporary ? "made for this run, random content" : input.path],
    [
      "Sent",
      `${bytes(input.bytes)} (${input.bytes.toLocaleString("en-US")} bytes), SHA-256 ${input.sha256}`,
    ],
    ["Rounds", `${comparison.rounds}, ${often}`],
    ["File system", fileSystemOf(comparison)],
  ];
}

export const movingTiles = (who: string): PageTelling["tiles"] => [
  {
    header: "copies of each byte",
    of: (figures) => figures.copiesPerByte,
    format: (value) => String(Number(value.toFixed(2))),
  },
  {
    header: "CPU seconds per GB",
    of: (figures) => figures.cpuSecondsPerGB,
    format: significant,
  },
  {
    header: `peak memory of ${who}`,
    of: (figures) => figures.peakRssBytes,
    format: bytes,
  },
];

export const filePage: PageTelling = {
  title,
  situation,
  tiles: movingTiles("the sender"),
  ways: {
    heading: "The way of the bytes",
    introduction: `A program runs in user space; files and sockets belong to the kernel. Every system call switches into
the kernel and back, and every solid arrow across the border is the CPU copying bytes that the program does
not look at. The numbers are the medians of this run, per transfer; mode switches are two per call.`,
    legend: legend + arrowHeads,
    moving: true,
    draw(mechanism, _, comparison) {
      const known = Object.hasOwn(fileRoutes, mechanism.path);
      const route = known ? fileRoutes[mechanism.path] : undefined;
      return route && drawRoute(mechanism, route, comparison.situation.cold);
    },
  },
  measured: "the sending process",
  metrics: movingMetrics({
    who: "the sender",
    throughput: "Over loopback, to another process.",
    memory:
      "Peak resident size of the sender. Mapped pages count, though they are the cache's own.",
  }),
  curves: {
    introduction: `CPU time of one transfer over the size of the file. Where two lines meet, neither way pays; the further
apart they are, the more the lower one saves.`,
    all: [
      {
        id: "cpu",
        title: "CPU time per transfer",
        unit: "seconds",
        caption: "CPU time per transfer, µs",
        of: (figures) => figures.cpuSecondsPerTransfer,
        format: (seconds) => Math.round(seconds * 1e6).toLocaleString("en-US"),
      },
    ],
  },
  method: `Each trial is a process of its own that sends over TCP to another process; the rounds are interleaved, so
that whatever else the machine did met every mechanism alike. Copies are bytes that crossed between user
space and kernel, counted by the kernel. Content was checked by hash in a run of its own.`,
  facts,
};
