/** What `ZEROCOPY_REPORT=1` prints when the process ends, or a worker of it. */
import fs from "node:fs";
import { isMainThread, threadId } from "node:worker_threads";
import { bodyCounts, shortBody } from "../http/report.ts";
import type { BodyCounts, PathCount } from "../http/report.ts";

export function reportAtExit(): void {
  process.once("exit", () => {
    const who = isMainThread ? "zerocopy" : `zerocopy, worker ${threadId}`;
    // At exit nothing waits for a stream; standard error may be closed.
    try {
      fs.writeSync(2, report(who, bodyCounts()));
    } catch {}
  });
}

/** A small table, with one line per path and per reason. */
export function report(who: string, { paths, reasons }: BodyCounts): string {
  const sent = Object.entries(paths);
  if (sent.length === 0) return `${who}: no file was sent\n`;
  const lines = [
    ["", "bodies", "bytes"],
    ...sent.map(([path, count]) => row(path, count)),
    ...bySize(allReasons({ paths, reasons })).map(([reason, count]) =>
      row(`  because ${reason}`, count),
    ),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
  const aligned = lines.map(([name, ...numbers]) =>
    [name!.padEnd(widths[0]!), ...numbers.map((text, index) => text.padStart(widths[index + 1]!))]
      .join("  ")
      .trimEnd(),
  );
  return `${who}: files that were sent\n${aligned.map((line) => `  ${line}\n`).join("")}`;
}

/** Bodies that were copied for no other reason were short: that is no obstacle, so nobody has named it. */
function allReasons({ paths, reasons }: BodyCounts): BodyCounts["reasons"] {
  const { bodies = 0, bytes = 0 } = paths["read-write"] ?? {};
  const named = Object.values(reasons);
  const rest = {
    bodies: bodies - named.reduce((sum, one) => sum + one.bodies, 0),
    bytes: Math.max(0, bytes - named.reduce((sum, one) => sum + one.bytes, 0)),
  };
  return rest.bodies > 0 ? { ...reasons, [shortBody]: rest } : reasons;
}

function row(name: string, { bodies, bytes }: PathCount): string[] {
  return [name, String(bodies), bytes.toLocaleString("en-US")];
}

function bySize(counts: BodyCounts["reasons"]): [string, PathCount][] {
  return Object.entries(counts).toSorted(([, a], [, b]) => b.bodies - a.bodies);
}
