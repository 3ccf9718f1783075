import { fileCurve, fileTables } from "../file/table.ts";
import { mainRun } from "../report/comparison.ts";
import type { Comparison } from "../report/comparison.ts";
import { binaryBytes, bytes } from "../report/format.ts";
import type { Telling } from "../report/telling.ts";
import { receivePage } from "./page.ts";
import { receiveSummary } from "./summary.ts";

/** How receiving is told: in the tables of files, whose columns mean the same here. */
export const receiveTelling: Telling = {
  summary: receiveSummary,
  headline: (comparison) => `${amount(comparison)} from a TCP connection into one piece of memory`,
  tables: fileTables,
  curve: fileCurve,
  notes: () => ["All figures are of the receiving process alone; the source is another one."],
  page: receivePage,
};

function amount(comparison: Comparison): string {
  const { runs } = comparison;
  if (runs.length === 1) return bytes(mainRun(comparison).input.bytes);
  const [first, last] = [runs[0]!, runs.at(-1)!].map(({ input }) => binaryBytes(input.bytes));
  return `${first} to ${last}`;
}
