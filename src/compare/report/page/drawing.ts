/**
 * The way of the bytes as a drawing: stations in user space and kernel, and between them what moved,
 * how often and by whom, with the numbers of this comparison.
 *
 * Drawn twice, lying for wide screens and standing for narrow ones; the style sheet shows one. The
 * list of hops beside it says the same to a screen reader.
 */
import type { Hop, Route, Station } from "../../chapter.ts";
import type { Sample } from "../../measure/sample.ts";
import { summarise } from "../../measure/statistics.ts";
import type { MeasuredMechanism } from "../comparison.ts";
import { bytes, count } from "../format.ts";
import { escape } from "./html.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Layout {
  readonly name: "lying" | "standing";
  readonly width: number;
  readonly height: number;
  /** Of a station; its point is the middle. */
  readonly box: { readonly width: number; readonly height: number };
  /** Two at one place are never on one way. */
  readonly stations: Readonly<Record<Station, Point>>;
  /** Where user space is, and the words for both sides. */
  readonly userSpace: Point & { readonly width: number; readonly height: number };
  readonly words: { readonly user: Point; readonly kernel: Point };
}

const lying: Layout = {
  name: "lying",
  width: 960,
  height: 250,
  box: { width: 116, height: 44 },
  stations: {
    disk: { x: 66, y: 190 },
    sender: { x: 66, y: 190 },
    "page cache": { x: 270, y: 190 },
    "receive buffer": { x: 270, y: 190 },
    "user buffer": { x: 480, y: 50 },
    "socket buffer": { x: 690, y: 190 },
    network: { x: 894, y: 190 },
  },
  userSpace: { x: 0, y: 0, width: 960, height: 104 },
  words: { user: { x: 14, y: 24 }, kernel: { x: 14, y: 128 } },
};

const standing: Layout = {
  name: "standing",
  width: 340,
  height: 548,
  box: { width: 112, height: 42 },
  stations: {
    disk: { x: 194, y: 50 },
    sender: { x: 194, y: 50 },
    "page cache": { x: 194, y: 154 },
    "receive buffer": { x: 194, y: 154 },
    "user buffer": { x: 62, y: 282 },
    "socket buffer": { x: 194, y: 410 },
    network: { x: 194, y: 514 },
  },
  userSpace: { x: 0, y: 0, width: 124, height: 548 },
  words: { user: { x: 12, y: 22 }, kernel: { x: 292, y: 22 } },
};

/** Both drawings, and the same as a list. */
export function drawRoute(mechanism: MeasuredMechanism, route: Route, cold: boolean): string {
  const hops = route.map((hop, index) =>
    describeHop(hop, route.slice(0, index), mechanism.samples, cold),
  );
  const title = `${mechanism.label}: the way of the bytes`;
  return [
    draw(lying, hops, route, title),
    draw(standing, hops, route, title),
    `<ol class="hops">${hops.map((hop) => `<li>${escape(hop.sentence)}</li>`).join("")}</ol>`,
  ].join("\n");
}

interface DrawnHop {
  readonly hop: Hop;
  /** Beside the arrow, at most three short lines. */
  readonly lines: readonly string[];
  readonly sentence: string;
}

function describeHop(hop: Hop, before: Route, samples: readonly Sample[], cold: boolean): DrawnHop {
  const lines = linesOf(hop, before, samples, cold);
  return { hop, lines, sentence: `${hop.from} to ${hop.to}: ${lines.join(", ")}.` };
}

function linesOf(hop: Hop, before: Route, samples: readonly Sample[], cold: boolean): string[] {
  switch (hop.by) {
    case "device":
      return [deviceLine(hop, cold)];
    case "map": {
      const faults = perTransfer(samples, (sample) => sample.minorFaults + sample.majorFaults);
      return ["mapped: same pages", `${faults === null ? "some" : count(faults)} page faults`];
    }
    case "reference": {
      const calls = perTransfer(samples, (sample) => sample.kernelCalls);
      return ["references only", "0 bytes copied", ...callLines(hop, calls)];
    }
    case "copy": {
      const inward = hop.call === "read";
      const moved = perTransfer(samples, (sample) =>
        inward ? sample.readBytes : sample.writtenBytes,
      );
      const calls = perTransfer(samples, (sample) =>
        inward ? sample.readCalls : sample.writeCalls,
      );
      const number = before.filter(({ by }) => by === "copy").length + 1;
      return [
        `copy ${number}: ${moved === null ? "all bytes" : bytes(Math.round(moved))}`,
        ...callLines(hop, calls),
      ];
    }
  }
}

/** What is not part of the measurement is said to be so: a warm file, a network that is loopback. */
function deviceLine({ from }: Hop, cold: boolean): string {
  if (from === "disk") return cold ? "DMA, no copy" : "earlier, by DMA";
  return "a card: DMA";
}

/** Every call switches to kernel mode and back. */
function callLines({ call }: Hop, calls: number | null): string[] {
  if (calls === null) return [`by ${call}`];
  return [`${count(calls)} × ${call}`, `${count(2 * calls)} mode switches`];
}

/** The median over the samples; null when the system does not tell. */
function perTransfer(
  samples: readonly Sample[],
  of: (sample: Sample) => number | null,
): number | null {
  const values = samples.map((sample) => {
    const value = of(sample);
    return value === null ? null : value / sample.transfers;
  });
  return summarise(values)?.median ?? null;
}

function draw(layout: Layout, hops: readonly DrawnHop[], route: Route, title: string): string {
  const { name, width, height, userSpace, words } = layout;
  const used = new Set(route.flatMap(({ from, to }) => [from, to]));
  const isShown = (station: Station): boolean => used.has(station) || station === "user buffer";
  const stations = (Object.keys(layout.stations) as Station[])
    .filter(isShown)
    .map((station) => drawStation(layout, station, used.has(station), route));
  return `<svg class="route ${name}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">
<rect class="user-space" x="${userSpace.x}" y="${userSpace.y}" width="${userSpace.width}" height="${userSpace.height}" rx="8"/>
<text class="side" x="${words.user.x}" y="${words.user.y}">user space</text>
<text class="side" x="${words.kernel.x}" y="${words.kernel.y}">kernel</text>
${hops.map((hop, index) => drawHop(layout, hop, index)).join("\n")}
${stations.join("\n")}
</svg>`;
}

function drawStation(layout: Layout, station: Station, used: boolean, route: Route): string {
  const { x, y } = layout.stations[station];
  const { width, height } = layout.box;
  const device = station === "disk" || station === "sender" || station === "network";
  const mapped = route.some(({ to, by }) => to === station && by === "map");
  const label = mapped ? "mapped pages" : station;
  const kind = [used ? "used" : "unused", device ? "device" : "", mapped ? "mapped" : ""].join(" ");
  return `<g class="station ${kind.trim()}"><rect x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="${device ? height / 2 : 6}"/>
<text x="${x}" y="${y + 5}">${label}</text></g>`;
}

function drawHop(layout: Layout, { hop, lines }: DrawnHop, index: number): string {
  const { start, end, label, anchor, crossing } = geometry(layout, hop);
  const path = `M${start.x} ${start.y}L${end.x} ${end.y}`;
  const rows = lines.map(
    (line, row) =>
      `<tspan x="${label.x}" dy="${row === 0 ? 0 : 16}"${row === 0 ? ' class="main"' : ""}>${escape(line)}</tspan>`,
  );
  return `<g class="hop ${hop.by}"><path d="${path}" marker-end="url(#head-${hop.by})"/>
<circle class="byte" r="7"><animateMotion data-step="${index}" path="${path}" dur="0.8s" begin="indefinite" fill="freeze"/></circle>
<text x="${label.x}" y="${label.y}" text-anchor="${anchor}">${rows.join("")}</text>${hop.call ? `<g transform="translate(${Math.round(crossing.x)} ${Math.round(crossing.y)})">${modeSwitch}</g>` : ""}</g>`;
}

/** Two arrows through the border: into the kernel and back. */
export const modeSwitch: string =
  '<g class="switch"><circle r="10"/><path d="M-3 5V-5M-5.5 -2L-3 -5L-0.5 -2M3 -5V5M0.5 2L3 5L5.5 2"/></g>';

interface Geometry {
  readonly start: Point;
  readonly end: Point;
  readonly label: Point;
  readonly anchor: "start" | "middle" | "end";
  /** On the border of user space: where the system call switches modes. */
  readonly crossing: Point;
}

const gap = 8;

function geometry(layout: Layout, { from, to }: Hop): Geometry {
  const ends = [layout.stations[from], layout.stations[to]] as const;
  return layout.name === "lying"
    ? lyingGeometry(...ends, layout)
    : standingGeometry(...ends, layout);
}

function lyingGeometry(from: Point, to: Point, { box, userSpace }: Layout): Geometry {
  const right = { x: from.x + box.width / 2 + 2, y: from.y };
  const left = { x: to.x - box.width / 2 - gap, y: to.y };
  const border = userSpace.height;
  if (from.y === to.y) {
    const long = left.x - right.x > 200;
    const middle = (right.x + left.x) / 2;
    const label = { x: middle, y: long ? from.y - 58 : from.y + 46 };
    return { start: right, end: left, label, anchor: "middle", crossing: { x: middle, y: border } };
  }
  const up = to.y < from.y;
  const start = up ? { x: from.x, y: from.y - box.height / 2 - 2 } : right;
  const end = up ? left : { x: to.x, y: to.y - box.height / 2 - gap };
  const label = { x: up ? from.x - 12 : to.x + 12, y: 126 };
  const part = (border - start.y) / (end.y - start.y);
  const crossing = { x: start.x + part * (end.x - start.x), y: border };
  return { start, end, label, anchor: up ? "end" : "start", crossing };
}

function standingGeometry(from: Point, to: Point, { box, userSpace }: Layout): Geometry {
  const border = userSpace.width;
  const inward = to.x < from.x;
  const outward = to.x > from.x;
  const shift = 24;
  const start = { x: inward ? from.x - shift : from.x, y: from.y + box.height / 2 + 2 };
  const end = { x: outward ? to.x - shift : to.x, y: to.y - box.height / 2 - gap };
  const middle = (start.y + end.y) / 2;
  if (!inward && !outward) {
    const long = end.y - start.y > 150;
    const label = { x: from.x + 12, y: middle + (long ? -20 : 5) };
    return { start, end, label, anchor: "start", crossing: { x: border, y: middle } };
  }
  const part = (border - start.x) / (end.x - start.x);
  const crossing = { x: border, y: start.y + part * (end.y - start.y) };
  const label = { x: 166, y: middle + (outward ? -22 : -2) };
  return { start, end, label, anchor: "start", crossing };
}

/** Arrow heads, once per page. */
export const arrowHeads: string = `<svg width="0" height="0" aria-hidden="true" focusable="false"><defs>
${(["copy", "reference", "device", "map"] as const)
  .map(
    (by) =>
      `<marker id="head-${by}" class="head ${by}" viewBox="0 0 10 10" refX="4" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z"/></marker>`,
  )
  .join("\n")}
</defs></svg>`;
