/**
 * A comparison as one page that needs nothing else: drawings, charts, every figure, and the JSON it all
 * comes from.
 */
import { readFileSync } from "node:fs";
import { chapters } from "../../chapters.ts";
import { fileSystemOf, mainRun } from "../comparison.ts";
import type { Comparison, Run } from "../comparison.ts";
import { binaryBytes, bytes } from "../format.ts";
import type { ChartData } from "./browser/chartData.ts";
import { chartsOf, curvesOf, figureText, metrics, roleOf } from "./charts.ts";
import { arrowHeads, drawRoute } from "./drawing.ts";
import { escape, scriptJson } from "./html.ts";
import { style } from "./style.ts";
import { legend, tiles, words } from "./words.ts";

/** The whole page. Reads the chart library and the script from the installed package. */
export function renderPage(comparison: Comparison): string {
  const run = mainRun(comparison);
  const charts = { bars: chartsOf(run), curves: curvesOf(comparison) };
  const { title, lead, situation } = words(comparison);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="zerocopy compare">
<link rel="icon" href="data:,">
<title>${escape(title)}</title>
<style>${asset("uplot/dist/uPlot.min.css")}${style}</style>
</head>
<body>
<a class="skip" href="#ways">Skip to the drawings</a>
<header>
<h1>${escape(title)}</h1>
<p class="lead">${escape(lead)}</p>
<p class="soft">${escape(situation)}</p>
${tiles(run)}
</header>
<main>
${ways(comparison, run)}
${curves(comparison)}
${figures(run, charts.bars)}
${origin(comparison, run)}
</main>
<footer><p>Made by zerocopy compare. The result it shows is inside this page, in the element with the id
<code>comparison</code>.</p></footer>
<script type="application/json" id="comparison">${scriptJson(comparison)}</script>
<script type="application/json" id="charts-data">${scriptJson(charts)}</script>
<script>/* uPlot
${asset("uplot/LICENSE")}*/
${asset("uplot/dist/uPlot.iife.min.js")}</script>
<script type="module">${readFileSync(new URL("./browser/client.js", import.meta.url), "utf8")}</script>
</body>
</html>
`;
}

function asset(specifier: string): string {
  return readFileSync(new URL(import.meta.resolve(specifier)), "utf8");
}

function ways({ chapter, situation }: Comparison, { mechanisms }: Run): string {
  const routes = chapters.find(({ id }) => id === chapter)?.routes ?? {};
  // The two that the page is about come first.
  const order = ["baseline", "contender", "other"];
  const sorted = mechanisms.toSorted((a, b) => order.indexOf(roleOf(a)) - order.indexOf(roleOf(b)));
  const drawn = sorted.map((mechanism) => {
    const route = Object.hasOwn(routes, mechanism.path) ? routes[mechanism.path] : undefined;
    if (!route) return "";
    return `<section class="way ${roleOf(mechanism)}" aria-label="${escape(mechanism.label)}">
<div class="caption"><h3>${escape(mechanism.label)}</h3><p>${escape(mechanism.description)}</p></div>
${drawRoute(mechanism, route, situation.cold)}
</section>`;
  });
  return `<h2 id="ways">The way of the bytes</h2>
<p>A program runs in user space; files and sockets belong to the kernel. Every system call switches into
the kernel and back, and every solid arrow across the border is the CPU copying bytes that the program does
not look at. The numbers are the medians of this run, per transfer; mode switches are two per call.</p>
${legend}
<p><button type="button" id="play" hidden>Play: send the bytes</button></p>
${arrowHeads}
${drawn.join("\n")}`;
}

function curves({ runs }: Comparison): string {
  if (runs.length === 1) return "";
  const sizes = [runs[0]!, runs.at(-1)!].map(({ input }) => binaryBytes(input.bytes));
  return `<h2>From small to large</h2>
<p>CPU time of one transfer over the size of the file. Where two lines meet, neither way pays; the further
apart they are, the more the lower one saves.</p>
<figure class="curve"><figcaption>CPU time per transfer <span>${sizes.join(" to ")}, both axes logarithmic</span></figcaption>
<div class="chart" id="curve-cpu" role="img" aria-label="CPU time per transfer over size; the values stand in the table below"></div></figure>
${curveTable(runs)}`;
}

function curveTable(runs: readonly Run[]): string {
  const { mechanisms } = runs.at(-1)!;
  const rows = runs.map(({ input, mechanisms: measured }) => {
    const cells = mechanisms.map(({ id }) => {
      const figure = measured.find((same) => same.id === id)?.figures.cpuSecondsPerTransfer;
      return `<td>${figure ? Math.round(figure.median * 1e6).toLocaleString("en-US") : "–"}</td>`;
    });
    return `<tr><th scope="row">${binaryBytes(input.bytes)}</th>${cells.join("")}</tr>`;
  });
  return table("CPU time per transfer, µs", ["size", ...mechanisms.map(({ id }) => id)], rows);
}

function figures(run: Run, bars: readonly ChartData[]): string {
  const present = new Set(bars.map(({ id }) => id));
  const charts = metrics
    .filter(({ id }) => present.has(`chart-${id}`))
    .map((metric) => {
      const { id, title = "", explanation = "" } = metric;
      const values = run.mechanisms.map(
        (mechanism) => `${mechanism.label} ${figureText(metric, mechanism).median}`,
      );
      return `<figure><figcaption>${title} <span>${explanation}</span></figcaption>
<div class="chart" id="chart-${id}" role="img" aria-label="${escape(`${title}: ${values.join("; ")}`)}"></div></figure>`;
    });
  const rows = run.mechanisms.map(
    (mechanism) =>
      `<tr class="${roleOf(mechanism)}"><th scope="row">${escape(mechanism.label)}</th>${metrics
        .map((metric) => figureCell(figureText(metric, mechanism)))
        .join("")}</tr>`,
  );
  return `<h2>What it costs</h2>
<p>Bars are medians; the line through the end of a bar goes from the lowest to the highest round.</p>
<div class="charts">
${charts.join("\n")}
</div>
<h2>Every figure</h2>
${table("Median, and lowest to highest round; of the sending process alone", ["", ...metrics.map(({ header }) => header)], rows)}`;
}

function figureCell({ median, range }: ReturnType<typeof figureText>): string {
  return `<td>${escape(median)}${range === undefined ? "" : `<small>${escape(range)}</small>`}</td>`;
}

function table(caption: string, headers: readonly string[], rows: readonly string[]): string {
  const head = headers.map((header) =>
    header ? `<th scope="col">${escape(header)}</th>` : "<td></td>",
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escape(caption)}"><table>
<caption>${escape(caption)}</caption>
<thead><tr>${head.join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table></div>`;
}

function origin(comparison: Comparison, { input, transfers }: Run): string {
  const { environment, command, rounds, notRun } = comparison;
  const { addon } = environment;
  const facts: [string, string][] = [
    ["Command", command],
    ["File", input.temporary ? "made for this run, random content" : input.path],
    [
      "Sent",
      `${bytes(input.bytes)} (${input.bytes.toLocaleString("en-US")} bytes), SHA-256 ${input.sha256}`,
    ],
    [
      "Rounds",
      `${rounds}, ${transfers} ${transfers === 1 ? "transfer" : "transfers"} in each trial`,
    ],
    ["Node", environment.node],
    ["System", environment.system],
    [
      "Processor",
      `${environment.cores} × ${environment.cpu}, ${bytes(environment.memoryBytes)} of memory`,
    ],
    ["File system", fileSystemOf(comparison)],
    ["Native addon", addon === "loaded" ? addon : `${addon.missing}. ${addon.advice}`],
    ...(notRun.length > 0
      ? ([["Not run", notRun.map(({ label, reason }) => `${label}: ${reason}`).join("; ")]] as [
          string,
          string,
        ][])
      : []),
  ];
  return `<h2>How it was measured</h2>
<p>Each trial is a process of its own that sends over TCP to another process; the rounds are interleaved, so
that whatever else the machine did met every mechanism alike. Copies are bytes that crossed between user
space and kernel, counted by the kernel. Content was checked by hash in a run of its own.</p>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escape(value)}</dd>`).join("\n")}</dl>
<p>To repeat it:</p>
<pre tabindex="0">npx ${escape(command)}</pre>`;
}
