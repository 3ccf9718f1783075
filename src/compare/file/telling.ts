import type { Telling } from "../report/telling.ts";
import { filePage } from "./page.ts";
import { fileSummary } from "./summary.ts";
import { fileCurve, fileHeadline, fileNotes, fileTables } from "./table.ts";

/** How sending a file is told. */
export const fileTelling: Telling = {
  summary: fileSummary,
  headline: fileHeadline,
  tables: fileTables,
  curve: fileCurve,
  notes: fileNotes,
  page: filePage,
};
