import type { Telling } from "../report/telling.ts";
import { memoryPage } from "./page.ts";
import { memorySummary } from "./summary.ts";
import { memoryCurve, memoryHeadline, memoryNotes, memoryTables } from "./table.ts";

/** How consuming memory is told. */
export const memoryTelling: Telling = {
  summary: memorySummary,
  headline: memoryHeadline,
  tables: memoryTables,
  curve: memoryCurve,
  notes: memoryNotes,
  page: memoryPage,
};
