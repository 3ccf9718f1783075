import { chapterOf } from "../chapters.ts";
import type { Comparison } from "./comparison.ts";

/** What a comparison means, in one sentence. */
export function summarySentence(comparison: Omit<Comparison, "summary">): string {
  return chapterOf(comparison).telling.summary(comparison);
}
