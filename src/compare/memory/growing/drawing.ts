/**
 * What becomes of the chunks, step by step: solid where new memory was made and filled by the CPU,
 * dashed where there is only another view of the memory in which a chunk arrived.
 */
import type { MeasuredMechanism, Run } from "../../report/comparison.ts";
import { binaryBytes, count } from "../../report/format.ts";
import { drawRows, mostCells } from "../drawing.ts";
import type { Row } from "../drawing.ts";
import { chunkBytes, chunksOf } from "./mechanism.ts";

/** However many chunks there are, eight are drawn; the last stands for the last. */
export function drawGrowth(mechanism: MeasuredMechanism, run: Run): string {
  return drawRows(rowsOf(mechanism, run), mechanism, run);
}

function rowsOf({ path }: MeasuredMechanism, { input }: Run): Row[] {
  const chunks = chunksOf(input.bytes);
  const cells = Math.max(1, Math.min(chunks, mostCells)); // a foreign result may have none
  const arrived = { from: 0, to: cells, text: `${count(chunks)} chunks, as they arrived` };
  const whole = binaryBytes(input.bytes);
  const steps = Array.from({ length: cells }, (_, cell) => ({
    cell,
    /** Which chunk it stands for, and how much there is with it. */
    number: cell === cells - 1 ? chunks : cell + 1,
    bytes: cell === cells - 1 ? input.bytes : (cell + 1) * chunkBytes,
    said: cell < 2 || cell === cells - 1,
  }));
  const rows: Record<string, () => Row[]> = {
    "copy-all": () =>
      steps.map(({ cell, number, bytes, said }) => {
        const text = said ? `chunk ${count(number)}: copy ${binaryBytes(bytes)}` : "";
        return { kind: "copy", from: 0, to: cell + 1, text };
      }),
    "copy-once": () => [{ kind: "copy", from: 0, to: cells, text: `at the end: copy ${whole}` }],
    "copy-doubling": () =>
      steps.flatMap(({ cell, number, said }): Row[] => {
        const text = said ? `chunk ${count(number)}: copied behind the others` : "";
        const added: Row = { kind: "copy", from: cell, to: cell + 1, text };
        const isFull = cell > 0 && Number.isInteger(Math.log2(cell));
        const moved: Row = { kind: "copy", from: 0, to: cell, text: "no more room: copy all" };
        return isFull ? [moved, added] : [added];
      }),
    view: () =>
      steps.map(({ cell, number, said }) => {
        const text = said ? `chunk ${count(number)}: kept, 0 bytes` : "";
        return { kind: "view", from: cell, to: cell + 1, text };
      }),
  };
  return [{ kind: "buffer", ...arrived }, ...(rows[path]?.() ?? [])];
}
