/** How growing a buffer is told. */
import type { Comparison, Run } from "../../report/comparison.ts";
import { binaryBytes, count } from "../../report/format.ts";
import type { PageTelling, Telling } from "../../report/telling.ts";
import { curves, metrics, sample, tiles, unbroken } from "../page.ts";
import { curveOf, memoryNotes, memoryTables, sizesOf } from "../table.ts";
import { drawGrowth } from "./drawing.ts";
import { chunkBytes, chunksOf } from "./mechanism.ts";
import { growingSummary } from "./summary.ts";

const chunk = binaryBytes(chunkBytes);

const legend = `<ul class="legend">
<li>${sample("buffer", "the chunks, each in memory of its own")}</li>
<li>${sample("copy", "new memory: the CPU copies every byte")}</li>
<li>${sample("view", "a view of the same memory")}</li>
</ul>`;

function facts({ rounds }: Comparison, { input }: Run): [string, string][] {
  const size = `${binaryBytes(input.bytes)} (${input.bytes.toLocaleString("en-US")} bytes)`;
  return [
    ["Content", `${size} in ${count(chunksOf(input.bytes))} chunks of ${chunk}`],
    ["Made", `for this run, without a pattern; SHA-256 ${input.sha256}`],
    ["Rounds", `${rounds}; a trial repeats the pass for at least 0.1 s`],
  ];
}

const page: PageTelling = {
  title: (comparison) =>
    unbroken(`What it costs to collect ${sizesOf(comparison)} from ${chunk} chunks`),
  situation: () =>
    `Chunks of a stream, put together until there are no more, as every program does that wants a whole body.`,
  tiles,
  ways: {
    heading: "What becomes of the chunks",
    introduction: `Each row is what is done when a chunk arrives, or at the end. Solid is new memory that the CPU filled;
dashed is a view of memory that stays where it is. The drawings have at most eight chunks; the numbers are
those of this run.`,
    legend,
    moving: false,
    draw: drawGrowth,
  },
  measured: "the measured process",
  metrics,
  curves: {
    introduction: `Putting each chunk behind a copy of all the others makes the whole cost the square of the size: twice the
content, four times the time. Room to spare, or one copy at the end: twice the content, twice the time.`,
    all: curves,
  },
  method: `Each trial is a process of its own that makes the chunks, then puts them together; the rounds are interleaved,
so that whatever else the machine did met every mechanism alike. Copies are counted where they are made, and
a trial whose count is not what arithmetic says fails. Every pass proves by a sum that every chunk is in its
place; the whole content was checked by hash in a run of its own. A queue does not put its chunks into one
piece of memory: it is for those who take them as they are.`,
  facts,
};

export const growingTelling: Telling = {
  summary: growingSummary,
  headline: (comparison) => `${sizesOf(comparison)} collected from ${chunk} chunks`,
  tables: memoryTables,
  curve: (comparison) => curveOf(comparison, chunkBytes),
  notes: memoryNotes,
  page,
};
