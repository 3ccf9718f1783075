/** What is told of a recording, and where: the table, the files, and which conditions do not hold. */
import { sitesOf } from "../../profile/sites.ts";
import type { Recording } from "../../profile/model.ts";
import { writeOutput } from "./outputs.ts";
import type { Showing } from "./options.ts";

export function show(
  recording: Recording,
  { outputs, top, isQuiet }: Showing,
  stream: NodeJS.WriteStream,
): void {
  if (!isQuiet) {
    for (const site of sitesOf(recording).slice(0, top)) {
      stream.write(
        `${Math.round(site.bytes)} ${site.kind} ${site.file}:${site.line} ${site.functionName} ${site.api}\n`,
      );
    }
  }
  const json = `${JSON.stringify(recording)}\n`;
  if (outputs.json === "-") process.stdout.write(json);
  else if (outputs.json !== undefined)
    stream.write(`wrote ${writeOutput(outputs.json, json, outputs.isForced)}\n`);
}
