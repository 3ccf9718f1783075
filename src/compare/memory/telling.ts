import type { Telling } from "../report/telling.ts";
import { pieceBytes } from "./mechanism.ts";
import { memoryPage } from "./page.ts";
import { memorySummary } from "./summary.ts";
import { curveOf, memoryHeadline, memoryNotes, memoryTables } from "./table.ts";

/** How consuming memory is told. */
export const memoryTelling: Telling = {
  summary: memorySummary,
  headline: memoryHeadline,
  tables: memoryTables,
  curve: (comparison) => curveOf(comparison, pieceBytes),
  notes: memoryNotes,
  page: memoryPage,
};
