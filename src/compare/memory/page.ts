/** Consuming memory, told on the page. */
import type { Comparison, Run } from "../report/comparison.ts";
import { binaryBytes, count, duration, scaled } from "../report/format.ts";
import type { CurveMetric, Metric, PageTelling } from "../report/telling.ts";
import { drawPass } from "./drawing.ts";
import { pieceBytes, piecesOf } from "./mechanism.ts";
import { sizesOf } from "./table.ts";

const piece = binaryBytes(pieceBytes);

const copied: Pick<Metric, "of" | "format"> = {
  of: ({ copiesPerByte }, { input }) => scaled(copiesPerByte, input.bytes),
  format: binaryBytes,
};
const time: Pick<Metric, "of" | "format"> = {
  of: ({ secondsPerTransfer }) => secondsPerTransfer,
  format: duration,
};
const memory: Pick<Metric, "of" | "format"> = {
  of: ({ peakRssBytes }) => peakRssBytes,
  format: binaryBytes,
};

export const tiles: PageTelling["tiles"] = [
  { header: "bytes copied", ...copied },
  { header: "time of one pass", ...time },
  { header: "peak memory", ...memory },
];

export const metrics: readonly Metric[] = [
  {
    id: "time",
    header: "time",
    title: "Time of one pass, seconds",
    explanation: "By the clock, from the first step to the last. Less is better.",
    ...time,
    scale: 1,
    written: true,
  },
  {
    id: "copied",
    header: "copied",
    title: "Bytes copied, GiB",
    explanation: "In user space, in one pass; counted where they are copied. Less is better.",
    ...copied,
    scale: 2 ** -30,
    written: true,
  },
  {
    id: "cpu",
    header: "CPU",
    title: "CPU time of one pass, seconds",
    explanation: "Of all threads: those of the garbage collector too. Less is better.",
    of: ({ cpuSecondsPerTransfer }) => cpuSecondsPerTransfer,
    format: duration,
    scale: 1,
    written: true,
  },
  {
    id: "memory",
    header: "peak RSS",
    title: "Memory, MiB above the content",
    explanation: "Peak resident size, less what the process had with its content. Less is better.",
    ...memory,
    scale: 2 ** -20,
    written: true,
  },
  {
    id: "faults",
    header: "page faults",
    of: ({ pageFaults }) => pageFaults,
    format: count,
    scale: 1,
  },
  {
    id: "switches",
    header: "switches",
    of: ({ contextSwitches }) => contextSwitches,
    format: count,
    scale: 1,
  },
];

export const curves: readonly CurveMetric[] = [
  {
    id: "time",
    title: "Time of one pass",
    unit: "seconds",
    caption: "Time of one pass",
    ...time,
  },
  {
    id: "copied",
    title: "Bytes copied in one pass",
    unit: "bytes",
    caption: "Bytes copied in one pass",
    ...copied,
  },
];

/** A line of a legend. */
export const sample = (kind: string, line: string): string =>
  `<svg width="34" height="12" aria-hidden="true"><g class="block ${kind}"><rect x="2" y="1" width="30" height="10" rx="3"/></g></svg>${line}`;

const legend = `<ul class="legend">
<li>${sample("buffer", "the buffer")}</li>
<li>${sample("copy", "new memory: the CPU copies every byte")}</li>
<li>${sample("view", "a view of the same memory")}</li>
</ul>`;

function title(comparison: Comparison): string {
  return unbroken(`What it costs to consume ${sizesOf(comparison)} in ${piece} slices`);
}

/** A number and its unit stay on one line. */
export function unbroken(text: string): string {
  return text.replace(/(\d) /g, "$1\u00a0");
}

function facts(comparison: Comparison, { input }: Run): [string, string][] {
  const { rounds } = comparison;
  const pieces = count(piecesOf(input.bytes));
  return [
    [
      "Buffer",
      `${binaryBytes(input.bytes)} (${input.bytes.toLocaleString("en-US")} bytes) in ${pieces} pieces`,
    ],
    ["Content", `made for this run, without a pattern; SHA-256 ${input.sha256}`],
    ["Rounds", `${rounds}; a trial repeats the pass for at least 0.1 s`],
  ];
}

export const memoryPage: PageTelling = {
  title,
  situation: () =>
    `A buffer in memory, taken from the front ${piece} at a time until nothing is left, as a parser does.`,
  tiles,
  ways: {
    heading: "What becomes of the buffer",
    introduction: `Each row is what is left after a step, or the piece that was taken. Solid is new memory that the CPU filled
from the old; dashed is another view of memory that stays where it is. The drawings have at most eight
pieces; the numbers are those of this run.`,
    legend,
    moving: false,
    draw: drawPass,
  },
  measured: "the measured process",
  metrics,
  curves: {
    introduction: `Every step that copies what is left makes the whole cost the square of the size: twice the buffer, four times
the time. A view costs the same however much is left: twice the buffer, twice the time.`,
    all: curves,
  },
  method: `Each trial is a process of its own that makes the buffer, then goes through it; the rounds are interleaved, so
that whatever else the machine did met every mechanism alike. Copies are counted where they are made, and a
trial whose count is not what arithmetic says fails. Every pass proves by a sum that it met every piece; the
whole content was checked by hash in a run of its own.`,
  facts,
};
