/**
 * What becomes of the buffer, step by step: a row for each step, solid where new memory was made and
 * filled by the CPU, dashed where there is only another view of the same memory.
 *
 * Drawn twice, for wide screens and for narrow ones; the style sheet shows one. The list beside it says
 * the same to a screen reader.
 */
import type { MeasuredMechanism, Run } from "../report/comparison.ts";
import { binaryBytes, count, median } from "../report/format.ts";
import { escape } from "../report/page/html.ts";
import { pieceBytes, piecesOf } from "./mechanism.ts";
import { copied } from "./table.ts";

/** However many pieces there are, no more are drawn. */
export const mostCells = 8;

interface Layout {
  readonly name: "lying" | "standing";
  readonly width: number;
  /** Of the whole buffer; what is said of a row stands behind it. */
  readonly bufferWidth: number;
  readonly rowHeight: number;
}

const lying: Layout = { name: "lying", width: 960, bufferWidth: 640, rowHeight: 24 };
const standing: Layout = { name: "standing", width: 340, bufferWidth: 180, rowHeight: 22 };

export interface Row {
  readonly kind: "buffer" | "copy" | "view";
  /** The first cell of the buffer it covers, and the one behind its last. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Both drawings, and the same as a list. */
export function drawPass(mechanism: MeasuredMechanism, run: Run): string {
  return drawRows(rowsOf(mechanism, run), mechanism, run);
}

/** `rows`: what there is at the start, and what becomes of it, step by step. */
export function drawRows(rows: readonly Row[], mechanism: MeasuredMechanism, run: Run): string {
  const total = totalOf(mechanism, run);
  const said = [...rows.map(({ text }) => text).filter(Boolean), total];
  const title = `${mechanism.label}: the steps of one pass`;
  return [
    draw(lying, rows, total, title),
    draw(standing, rows, total, title),
    `<ol class="hops">${said.map((line) => `<li>${escape(line)}.</li>`).join("")}</ol>`,
  ].join("\n");
}

function totalOf(mechanism: MeasuredMechanism, run: Run): string {
  const figure = copied(mechanism, run);
  if (figure?.median === 0) return "0 bytes copied";
  return `${median(figure, binaryBytes)} copied`;
}

/** The last rows stand for the last steps, whatever is between. */
function rowsOf({ path }: MeasuredMechanism, { input }: Run): Row[] {
  const pieces = piecesOf(input.bytes);
  const cells = Math.max(1, Math.min(pieces, mostCells)); // a foreign result may have none
  const buffer: Row = {
    kind: "buffer",
    from: 0,
    to: cells,
    text: `the buffer, ${binaryBytes(input.bytes)}`,
  };
  const steps = Array.from({ length: path === "copy-piece" ? cells : cells - 1 }, (_, step) =>
    stepRow({ path, step, cells, pieces, contentBytes: input.bytes }),
  );
  return [buffer, ...steps];
}

function stepRow(place: {
  readonly path: string;
  readonly step: number;
  readonly cells: number;
  readonly pieces: number;
  readonly contentBytes: number;
}): Row {
  const { path, step, cells, pieces, contentBytes } = place;
  const single = path === "copy-piece";
  const row = { from: single ? step : step + 1, to: single ? step + 1 : cells };
  const last = row.from === cells - 1;
  const number = last ? (single ? pieces : pieces - 1) : step + 1;
  const said = step < 2 || last;
  if (path === "view") {
    return { ...row, kind: "view", text: said ? `view ${count(number)}: 0 bytes` : "" };
  }
  const behind = contentBytes - number * pieceBytes;
  const size = single ? Math.min(pieceBytes, behind + pieceBytes) : behind;
  return { ...row, kind: "copy", text: said ? `copy ${count(number)}: ${binaryBytes(size)}` : "" };
}

function draw(layout: Layout, rows: readonly Row[], total: string, title: string): string {
  const { name, width, bufferWidth, rowHeight } = layout;
  const height = (rows.length + 1) * rowHeight + 12;
  const cell = bufferWidth / (rows[0]?.to ?? 1);
  const drawn = rows.map(({ kind, from, to, text }, index) => {
    const y = 4 + index * rowHeight;
    const block = `<rect x="${2 + from * cell}" y="${y}" width="${(to - from) * cell - 4}" height="${rowHeight - 7}" rx="3"/>`;
    const label = text && textAt(layout, y, text, "");
    return `<g class="block ${kind}">${block}${label}</g>`;
  });
  const y = 8 + rows.length * rowHeight;
  return `<svg class="route ${name}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">
${drawn.join("\n")}
<g class="block ${rows[1]?.kind ?? "view"}">${textAt(layout, y, total, "main")}</g>
</svg>`;
}

function textAt({ bufferWidth, rowHeight }: Layout, y: number, text: string, kind: string): string {
  const place = `x="${bufferWidth + 14}" y="${y + rowHeight / 2 + 1}"`;
  return `<text class="${kind}" ${place}>${escape(text)}</text>`;
}
