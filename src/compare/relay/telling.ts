import { fileTables, fileCurve } from "../file/table.ts";
import { mainRun } from "../report/comparison.ts";
import type { Comparison } from "../report/comparison.ts";
import { binaryBytes, bytes } from "../report/format.ts";
import type { Telling } from "../report/telling.ts";
import { relayPage } from "./page.ts";
import { relaySummary } from "./summary.ts";

/** How joining connections is told: in the tables of files, whose columns mean the same here. */
export const relayTelling: Telling = {
  summary: relaySummary,
  headline: (comparison) => `${amount(comparison)} from one TCP connection to another, by a proxy`,
  tables: fileTables,
  curve: fileCurve,
  notes: () => ["All figures are of the proxy alone; source and receiver are other processes."],
  page: relayPage,
};

function amount(comparison: Comparison): string {
  const { runs } = comparison;
  if (runs.length === 1) return bytes(mainRun(comparison).input.bytes);
  const [first, last] = [runs[0]!, runs.at(-1)!].map(({ input }) => binaryBytes(input.bytes));
  return `${first} to ${last}`;
}
