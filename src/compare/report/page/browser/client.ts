/**
 * What runs in the reader's browser: the charts, drawn by uPlot, and the animation of the drawings.
 * Inlined into the page; without it everything but the charts is there, and their numbers stand in
 * the table.
 */
import type uPlotConstructor from "uplot";
import type { ChartData, CurveData } from "./chartData.ts";

declare const uPlot: typeof uPlotConstructor;

const data = JSON.parse(document.getElementById("charts-data")?.textContent ?? "{}") as {
  bars: ChartData[];
  curves: CurveData[];
};

const color = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const font = (): string => `12px ${getComputedStyle(document.body).fontFamily}`;

const axis = (): uPlotConstructor.Axis => ({
  stroke: color("soft"),
  font: font(),
  grid: { stroke: color("line"), width: 1 },
  ticks: { show: false },
});

/** Median as a bar, minimum to maximum as a line through its end. */
function drawBars(chart: ChartData, target: HTMLElement): uPlotConstructor {
  const places = chart.labels.map((_, index) => index);
  const slanted = target.clientWidth < 420;
  const colors = chart.roles.map((role) => color(role));
  return new uPlot(
    {
      width: target.clientWidth,
      height: target.clientHeight,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [-0.6, places.length - 0.4] },
        y: { range: [0, Math.max(...chart.max) * (chart.texts.length > 0 ? 1.16 : 1.08) || 1] },
      },
      axes: [
        {
          ...axis(),
          grid: { show: false },
          splits: () => places,
          values: () => chart.labels,
          rotate: slanted ? 35 : 0, // they end at their bars: the last has no room behind it
          size: slanted ? 62 : 34,
        },
        { ...axis(), size: 52 },
      ],
      series: [
        {},
        {
          paths: uPlot.paths.bars!({
            size: [0.62, 80],
            radius: 0.12,
            disp: {
              fill: { unit: 3, values: () => colors },
              stroke: { unit: 3, values: () => colors },
            },
          }),
          points: { show: false },
          fill: color("other"),
        },
      ],
      hooks: {
        draw: [
          (plot) => {
            drawSpread(plot, chart);
            drawTexts(plot, chart);
          },
        ],
      },
    },
    [places, chart.median],
    target,
  );
}

function drawSpread(plot: uPlotConstructor, { min, max }: ChartData): void {
  const { ctx } = plot;
  ctx.save();
  ctx.strokeStyle = color("ink");
  ctx.lineWidth = 1.5 * devicePixelRatio;
  const cap = 5 * devicePixelRatio;
  for (const [place, low] of min.entries()) {
    const x = plot.valToPos(place, "x", true);
    const bottom = plot.valToPos(low, "y", true);
    const top = plot.valToPos(max[place] ?? low, "y", true);
    ctx.beginPath();
    ctx.moveTo(x, bottom);
    ctx.lineTo(x, top);
    for (const y of [bottom, top]) {
      ctx.moveTo(x - cap, y);
      ctx.lineTo(x + cap, y);
    }
    ctx.stroke();
  }
  ctx.restore();
}

/** What a bar too small to be seen stands for. */
function drawTexts(plot: uPlotConstructor, { max, texts }: ChartData): void {
  const { ctx } = plot;
  ctx.save();
  ctx.fillStyle = color("ink");
  ctx.textAlign = "center";
  ctx.font = `${12 * devicePixelRatio}px ${getComputedStyle(document.body).fontFamily}`;
  for (const [place, text] of texts.entries()) {
    const x = plot.valToPos(place, "x", true);
    const top = plot.valToPos(max[place] ?? 0, "y", true);
    ctx.fillText(text, x, top - 7 * devicePixelRatio);
  }
  ctx.restore();
}

/** One line per mechanism over the sizes, both axes logarithmic. */
function drawCurve(curve: CurveData, target: HTMLElement): uPlotConstructor {
  const narrow = target.clientWidth < 600;
  return new uPlot(
    {
      width: target.clientWidth,
      height: target.clientHeight,
      cursor: { y: false, points: { size: 8 } },
      legend: { live: false },
      scales: { x: { time: false, distr: 3, log: 2 }, y: axes[curve.unit].scale(curve) },
      axes: [
        {
          ...axis(),
          splits: () => curve.sizes.filter((_, index) => !narrow || index % 2 === 0),
          values: (_, sizes) =>
            sizes.map((size) => curve.sizeLabels[curve.sizes.indexOf(size)] ?? ""),
        },
        { ...axis(), size: 60, ...axes[curve.unit].axis(curve) },
      ],
      series: [
        {},
        ...curve.lines.map((line) => {
          const other = line.role === "other";
          const stroke = color(other ? `other-${line.shade % 4}` : line.role);
          return {
            label: line.label,
            stroke,
            width: other ? 1.5 : 3,
            ...(other && { dash: [6, 4] }),
            points: { show: true, size: 6, fill: stroke },
          };
        }),
      ],
    },
    [curve.sizes, ...curve.lines.map((line) => line.values)],
    target,
  );
}

/** A vertical axis by its unit. Bytes may be none at all: their axis is linear near zero. */
const axes: Record<
  CurveData["unit"],
  {
    scale(curve: CurveData): uPlotConstructor.Scale;
    axis(curve: CurveData): uPlotConstructor.Axis;
  }
> = {
  seconds: {
    scale: () => ({ distr: 3 }),
    axis: () => ({ values: (_, values) => values.map(secondsLabel) }),
  },
  bytes: {
    scale: (curve) => ({ distr: 4, asinh: 1e5, range: [0, largest(curve) * 3] }),
    axis: (curve) => ({
      splits: () => [...byteLabels.keys()].filter((value) => value < largest(curve) * 3),
      filter: (_, splits) => splits, // or uPlot leaves some of them out
      values: (_, values) => values.map((value) => byteLabels.get(value) ?? ""),
    }),
  },
};

const byteLabels: ReadonlyMap<number, string> = new Map([
  [0, "0"],
  [2 ** 20, "1 MiB"],
  [2 ** 30, "1 GiB"],
  [2 ** 40, "1 TiB"],
]);

function largest({ lines }: CurveData): number {
  return Math.max(1e6, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
}

/** Powers of ten only, a logarithmic axis has too many others. */
function secondsLabel(seconds: number | null): string {
  const power = Math.log10(seconds ?? 0);
  if (seconds === null || Math.abs(power - Math.round(power)) > 1e-9) return "";
  const unit = power < -6.5 ? "ns" : power < -3.5 ? "µs" : power < -0.5 ? "ms" : "s";
  return `${Math.round(seconds * { ns: 1e9, µs: 1e6, ms: 1e3, s: 1 }[unit])} ${unit}`;
}

let plots: uPlotConstructor[] = [];

function drawAll(): void {
  for (const plot of plots) plot.destroy();
  const target = (id: string): HTMLElement => document.getElementById(id)!;
  plots = [
    ...data.bars.map((chart) => drawBars(chart, target(chart.id))),
    ...data.curves.map((curve) => drawCurve(curve, target(curve.id))),
  ];
}

/** Runs the bytes along the hops of every drawing, one hop after the other. */
function play(): void {
  for (const way of document.querySelectorAll<HTMLElement>(".way")) {
    way.classList.add("playing");
    for (const motion of way.querySelectorAll<SVGAnimationElement>("animateMotion")) {
      const byte = motion.parentElement!;
      byte.style.visibility = "hidden";
      const step = Number(motion.dataset["step"]);
      setTimeout(() => (byte.style.visibility = "visible"), step * stepMs);
      motion.beginElementAt((step * stepMs) / 1000);
    }
    const steps = way.querySelectorAll("svg.lying animateMotion").length;
    setTimeout(() => way.classList.remove("playing"), (steps + 1) * stepMs);
  }
}

const stepMs = 900;
const button = document.querySelector<HTMLButtonElement>("#play");
const stillness = matchMedia("(prefers-reduced-motion: reduce)");
const offerMotion = (): void => {
  if (button) button.hidden = stillness.matches;
};
button?.addEventListener("click", play);
stillness.addEventListener("change", offerMotion);
offerMotion();

drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth !== width) drawAll();
  width = innerWidth;
});
