/** What the server says of itself at its start and end, for people. The log has the rest. */
import { bytes, count, oneLine } from "../../compare/report/format.ts";
import type { Totals } from "./accessLog.ts";
import { duration } from "./logLine.ts";

export interface Start {
  readonly directory: string;
  readonly urls: readonly string[];
  /** The port that was taken, if another one is used instead. */
  readonly takenPort: number | undefined;
  /** Why the kernel does not send files; undefined when it does. */
  readonly fallback: string | undefined;
}

export function startText({ directory, urls, takenPort, fallback }: Start): string {
  const lines = [`Serving ${oneLine(directory)}`, ...urls.map((url) => `  ${url}`)];
  if (takenPort !== undefined) {
    lines.push(`Port ${takenPort} is taken, so this is the next that is free.`);
  }
  lines.push(
    fallback === undefined
      ? "Files are sent by the kernel (sendfile)."
      : `Files are copied through this process (read-write): ${fallback}.`,
    "Ctrl-C ends it.",
    "",
  );
  return `${lines.join("\n")}\n`;
}

export function stoppingText(responses: number, graceMs: number): string {
  const what = many(responses, "response");
  return `Ending: waits up to ${duration(graceMs)} for ${what}; Ctrl-C again ends at once.\n`;
}

/** `cut`: responses that were ended before their end. */
export function summaryText(
  { responses, bytes: sum, paths, reasons }: Totals,
  cut: number,
): string {
  const lines = [`\nAnswered ${many(responses, "request")} with ${bytes(sum)}.`];
  for (const [path, total] of Object.entries(paths)) {
    lines.push(`  ${path.padEnd(12)}${many(total.responses, "file")}, ${bytes(total.bytes)}`);
  }
  for (const [reason, responsesOfIt] of Object.entries(reasons)) {
    lines.push(`  not by the kernel, ${count(responsesOfIt)}: ${reason}`);
  }
  if (cut > 0) lines.push(`${count(cut)} ended before their end.`);
  return `${lines.join("\n")}\n`;
}

function many(number: number, thing: string): string {
  return `${count(number)} ${thing}${number === 1 ? "" : "s"}`;
}
