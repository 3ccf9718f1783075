/** A comparison for the terminal: what was done, the tables of its chapter, what it means. */
import { chapterOf } from "../chapters.ts";
import { bold, dim } from "./columns.ts";
import type { TableStyle } from "./columns.ts";
import { fileSystemOf, mainRun } from "./comparison.ts";
import type { Comparison } from "./comparison.ts";
import { oneLine } from "./format.ts";

export function renderTable(comparison: Comparison, style: TableStyle): string {
  const { telling } = chapterOf(comparison);
  const run = mainRun(comparison);
  const { environment, rounds, runs } = comparison;
  const often = rounds === 1 ? "round" : "rounds, medians, ± half the range";
  const lines = [
    bold(`${telling.headline(comparison)}, ${rounds} ${often}`, style),
    ...(run.input.temporary
      ? []
      : [dim(`${oneLine(run.input.path)} (${fileSystemOf(comparison)})`, style)]),
    dim(
      `Node ${environment.node} · ${environment.system} · ${environment.cores} × ${environment.cpu}`,
      style,
    ),
    "",
    ...(runs.length > 1 ? telling.curve(comparison, style) : telling.tables(run, style)),
    "",
    bold(comparison.summary, style),
    ...shortfall(comparison),
    ...telling.notes(comparison),
  ];
  return `${lines.join("\n")}\n`;
}

/** What could not be measured, and why. */
function shortfall({ notRun, environment }: Comparison): string[] {
  const lines: string[] = [];
  if (environment.addon !== "loaded") {
    const { missing, advice } = environment.addon;
    lines.push(`Kernel paths are missing: ${missing}${advice && `; to get them, ${advice}`}.`);
  }
  for (const { label, reason } of notRun) lines.push(`Not run: ${label}; ${reason}.`);
  return lines;
}
