/** When what was copied: bytes per second by kind, as a drawing and as a table. */
import { bytes, duration } from "../../../compare/report/format.ts";
import type { Kind, Recording } from "../../model.ts";
import { kindWords } from "./words.ts";

/** Bytes of equal spans of time. */
export type Spans = readonly Readonly<Record<Kind, number>>[];

const kinds = ["copy", "in", "out", "moved"] as const satisfies readonly Kind[];

/** The timeline in `count` equal spans; what was copied between two entries is spread over the time between. */
export function spansOf({ timeline, durationMs }: Recording, count: number): Spans {
  const endMs = Math.max(durationMs, timeline.at(-1)?.atMs ?? 0);
  const spans = Array.from({ length: count }, () => ({ copy: 0, in: 0, out: 0, moved: 0 }));
  const perMs = endMs < 1e-3 ? 0 : count / endMs;
  let from = 0;
  for (const { atMs, bytes: added } of timeline) {
    const to = atMs * perMs;
    const [first, last] = [from, to].map((at) => Math.min(count - 1, Math.floor(at))) as [
      number,
      number,
    ];
    for (let at = first; at <= last; at++) {
      const end = at === last ? to : at + 1;
      const part = first === last ? 1 : (end - Math.max(from, at)) / (to - from);
      for (const kind of kinds) spans[at]![kind] += added[kind] * part;
    }
    from = to;
  }
  return spans;
}

const drawn = { spans: 240, width: 960, height: 160 };
const rowCount = 12;

export function timelineSection(recording: Recording): string {
  if (recording.timeline.length < 2) return "";
  const spans = spansOf(recording, drawn.spans);
  const present = kinds.filter((kind) => spans.some((span) => span[kind] > 0));
  const seconds = recording.durationMs / 1000;
  const most = Math.max(...spans.map(sumOf));
  const peak = `${bytes(Math.round(most / (seconds / drawn.spans)))} per second`;
  return `<h2>When</h2>
<p>Bytes over ${duration(seconds)}; the highest column is ${peak}.</p>
<ul class="legend">${present.map((kind) => `<li><i class="dot ${kind}"></i>${kindWords[kind]}</li>`).join("")}</ul>
<svg class="timeline" viewBox="0 0 ${drawn.width} ${drawn.height}" preserveAspectRatio="none" role="img" aria-label="Bytes over time, at most ${peak}; the table below has the figures">
${columns(spans, most, present)}
</svg>
<div class="axis" aria-hidden="true"><span>0 s</span><span>${duration(seconds / 2)}</span><span>${duration(seconds)}</span></div>
<details><summary>The same as a table</summary>
${table(spansOf(recording, rowCount), present, seconds)}
</details>`;
}

const sumOf = (span: Readonly<Record<Kind, number>>): number =>
  kinds.reduce((sum, kind) => sum + span[kind], 0);

/** One path per kind, each on top of those before it. */
function columns(spans: Spans, most: number, present: readonly Kind[]): string {
  const step = drawn.width / spans.length;
  const heights = spans.map(() => 0);
  return present
    .map((kind) => {
      const path = spans.map((span, at) => {
        const height = (span[kind] / most) * drawn.height;
        if (height === 0) return "";
        const bottom = drawn.height - heights[at]!;
        heights[at]! += height;
        return `M${short(at * step)} ${short(bottom)}v${short(-height)}h${short(step)}v${short(height)}z`;
      });
      return `<path class="${kind}" d="${path.join("")}"/>`;
    })
    .join("\n");
}

const short = (value: number): string => String(Math.round(value * 100) / 100);

function table(spans: Spans, present: readonly Kind[], seconds: number): string {
  const header = present.map((kind) => `<th scope="col">${kindWords[kind]}</th>`).join("");
  const rows = spans.map((span, at) => {
    const from = duration((seconds * at) / spans.length);
    const cells = present.map((kind) => `<td>${bytes(Math.round(span[kind]))}</td>`).join("");
    return `<tr><th scope="row">${from}</th>${cells}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="Bytes over time"><table>
<thead><tr><th scope="col">from</th>${header}</tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>`;
}
