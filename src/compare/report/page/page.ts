/**
 * A comparison as one page that needs nothing else: drawings, charts, every figure, and the JSON it all
 * comes from. The frame; what stands in it is told by the chapter.
 */
import { readFileSync } from "node:fs";
import { chapterOf } from "../../chapters.ts";
import { mainRun } from "../comparison.ts";
import type { Comparison, MeasuredMechanism, Run } from "../comparison.ts";
import { binaryBytes, bytes, median } from "../format.ts";
import type { CurveMetric, PageTelling } from "../telling.ts";
import type { ChartData } from "./browser/chartData.ts";
import { chartsOf, curvesOf, figureText, roleOf } from "./charts.ts";
import { escape, scriptJson } from "./html.ts";
import { style } from "./style.ts";

/** The whole page. Reads the chart library and the script from the installed package. */
export function renderPage(comparison: Comparison): string {
  const telling = chapterOf(comparison).telling.page;
  const run = mainRun(comparison);
  const charts = {
    bars: chartsOf(run, telling.metrics),
    curves: curvesOf(comparison, telling.curves.all),
  };
  const title = telling.title(comparison);
  const { node, system } = comparison.environment;
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
<p class="lead">${escape(comparison.summary)}</p>
<p class="soft">${escape(`${telling.situation(comparison)} Node ${node}, ${system}.`)}</p>
${tiles(telling, run)}
</header>
<main>
${ways(telling, comparison, run)}
${curves(telling, comparison)}
${figures(telling, run, charts.bars)}
${origin(telling, comparison, run)}
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

/** The three figures that matter, with and without zero-copy. */
function tiles(telling: PageTelling, run: Run): string {
  const baseline = run.mechanisms.find((mechanism) => mechanism.baseline);
  const contender = run.mechanisms.find((mechanism) => mechanism.contender);
  if (!baseline || !contender) return "";
  const all = telling.tiles.map(({ header, of, format }) => {
    const [value, before] = [contender, baseline].map(({ figures: own }) =>
      median(of(own, run), format),
    );
    return `<li><div class="name">${header}</div><div class="value">${value}</div>
<div class="before">instead of ${before}</div></li>`;
  });
  return `<ul class="tiles" aria-label="${escape(`${contender.label} instead of ${baseline.label}`)}">
${all.join("\n")}
</ul>`;
}

/** The two that the page is about come first. */
const order = ["baseline", "contender", "other"];

function ways({ ways: own }: PageTelling, comparison: Comparison, run: Run): string {
  const place = (mechanism: MeasuredMechanism): number => order.indexOf(roleOf(mechanism));
  const drawn = run.mechanisms
    .toSorted((a, b) => place(a) - place(b))
    .map((mechanism) => {
      const drawing = own.draw(mechanism, run, comparison);
      if (drawing === undefined) return "";
      return `<section class="way ${roleOf(mechanism)}" aria-label="${escape(mechanism.label)}">
<div class="caption"><h3>${escape(mechanism.label)}</h3><p>${escape(mechanism.description)}</p></div>
${drawing}
</section>`;
    });
  const play = `<p><button type="button" id="play" hidden>Play: send the bytes</button></p>`;
  return `<h2 id="ways">${own.heading}</h2>
<p>${own.introduction}</p>
${own.legend}
${own.moving ? play : ""}
${drawn.join("\n")}`;
}

function curves({ curves: own }: PageTelling, comparison: Comparison): string {
  const { runs } = comparison;
  if (runs.length === 1) return "";
  const sizes = [runs[0]!, runs.at(-1)!].map(({ input }) => binaryBytes(input.bytes));
  const drawn = own.all.map(
    (
      metric,
    ) => `<figure class="curve"><figcaption>${metric.title} <span>${sizes.join(" to ")}, ${axes[metric.unit]}</span></figcaption>
<div class="chart" id="curve-${metric.id}" role="img" aria-label="${metric.title} over size; the values stand in the table below"></div></figure>
${curveTable(metric, comparison)}`,
  );
  return `<h2>From small to large</h2>
<p>${own.introduction}</p>
${drawn.join("\n")}`;
}

const axes: Readonly<Record<CurveMetric["unit"], string>> = {
  seconds: "both axes logarithmic",
  bytes: "both axes logarithmic, but for the zero",
};

function curveTable({ of, format, caption }: CurveMetric, comparison: Comparison): string {
  const { mechanisms } = mainRun(comparison);
  const rows = comparison.runs.map((run) => {
    const cells = mechanisms.map(({ id }) => {
      const same = run.mechanisms.find((mechanism) => mechanism.id === id);
      return `<td>${median(same ? of(same.figures, run) : null, format)}</td>`;
    });
    return `<tr><th scope="row">${binaryBytes(run.input.bytes)}</th>${cells.join("")}</tr>`;
  });
  return table(caption, ["size", ...mechanisms.map(({ id }) => id)], rows);
}

function figures({ measured, metrics }: PageTelling, run: Run, bars: readonly ChartData[]): string {
  const present = new Set(bars.map(({ id }) => id));
  const charts = metrics
    .filter(({ id }) => present.has(`chart-${id}`))
    .map((metric) => {
      const { id, title = "", explanation = "" } = metric;
      const values = run.mechanisms.map(
        (mechanism) => `${mechanism.label} ${figureText(metric, mechanism, run).median}`,
      );
      return `<figure><figcaption>${title} <span>${explanation}</span></figcaption>
<div class="chart" id="chart-${id}" role="img" aria-label="${escape(`${title}: ${values.join("; ")}`)}"></div></figure>`;
    });
  const rows = run.mechanisms.map(
    (mechanism) =>
      `<tr class="${roleOf(mechanism)}"><th scope="row">${escape(mechanism.label)}</th>${metrics
        .map((metric) => figureCell(figureText(metric, mechanism, run)))
        .join("")}</tr>`,
  );
  return `<h2>What it costs</h2>
<p>Bars are medians; the line through the end of a bar goes from the lowest to the highest round.</p>
<div class="charts">
${charts.join("\n")}
</div>
<h2>Every figure</h2>
${table(`Median, and lowest to highest round; of ${measured} alone`, ["", ...metrics.map(({ header }) => header)], rows)}`;
}

function figureCell({ median: middle, range }: ReturnType<typeof figureText>): string {
  return `<td>${escape(middle)}${range === undefined ? "" : `<small>${escape(range)}</small>`}</td>`;
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

function origin(telling: PageTelling, comparison: Comparison, run: Run): string {
  const { environment, command, notRun } = comparison;
  const { addon } = environment;
  const missing = notRun.map(({ label, reason }) => `${label}: ${reason}`).join("; ");
  const facts: [string, string][] = [
    ["Command", command],
    ...telling.facts(comparison, run),
    ["Node", environment.node],
    ["System", environment.system],
    [
      "Processor",
      `${environment.cores} × ${environment.cpu}, ${bytes(environment.memoryBytes)} of memory`,
    ],
    ["Native addon", addon === "loaded" ? addon : `${addon.missing}. ${addon.advice}`],
    ...(missing ? ([["Not run", missing]] satisfies [string, string][]) : []),
  ];
  return `<h2>How it was measured</h2>
<p>${telling.method}</p>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escape(value)}</dd>`).join("\n")}</dl>
<p>To repeat it:</p>
<pre tabindex="0">npx ${escape(command)}</pre>`;
}
