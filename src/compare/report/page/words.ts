/** The page in plain words. */
import path from "node:path";
import type { Figure, Figures } from "../../measure/statistics.ts";
import { mainRun } from "../comparison.ts";
import type { Comparison, Run } from "../comparison.ts";
import { modeSwitch } from "./drawing.ts";
import { escape } from "./html.ts";
import { binaryBytes, bytes, median, significant } from "../format.ts";

export function words(comparison: Comparison): { title: string; lead: string; situation: string } {
  const { runs, summary, situation, environment } = comparison;
  const { input } = mainRun(comparison);
  const sizes = runs.map((run) => binaryBytes(run.input.bytes));
  const what = input.temporary ? "a file" : path.basename(input.path);
  const title =
    runs.length > 1
      ? `What happens to the bytes of a file, from ${sizes[0]} to ${sizes.at(-1)}`
      : `What happens to the ${bytes(input.bytes)} of ${what}`;
  const circumstances = [
    situation.cold
      ? "read from the disk (a copy, dropped from the page cache before each trial)"
      : "read from the page cache",
    ...(situation.concurrency > 1 ? [`${situation.concurrency} transfers at a time`] : []),
    ...(situation.slowReader ? ["a receiver that takes a second for each transfer"] : []),
  ];
  return {
    title,
    lead: summary,
    situation: `Sent over TCP to another process, ${circumstances.join(", ")}. Node ${environment.node}, ${environment.system}.`,
  };
}

/** The three figures that matter, with and without zero-copy. */
export function tiles({ mechanisms }: Run): string {
  const baseline = mechanisms.find((mechanism) => mechanism.baseline);
  const contender = mechanisms.find((mechanism) => mechanism.contender);
  if (!baseline || !contender) return "";
  const tile = (
    name: string,
    of: (figures: Figures) => Figure,
    format: (value: number) => string,
  ) =>
    `<li><div class="name">${name}</div><div class="value">${median(of(contender.figures), format)}</div>
<div class="before">instead of ${median(of(baseline.figures), format)}</div></li>`;
  return `<ul class="tiles" aria-label="${escape(`${contender.label} instead of ${baseline.label}`)}">
${tile(
  "copies of each byte",
  (figures) => figures.copiesPerByte,
  (value) => String(Number(value.toFixed(2))),
)}
${tile("CPU seconds per GB", (figures) => figures.cpuSecondsPerGB, significant)}
${tile("peak memory of the sender", (figures) => figures.peakRssBytes, bytes)}
</ul>`;
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
