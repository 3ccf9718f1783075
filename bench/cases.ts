/** All cases: whatever the files of the folder `cases` export. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Case } from "./case.ts";

export interface FoundCase {
  readonly file: string;
  readonly case: Case;
}

export async function findCases(): Promise<FoundCase[]> {
  const folder = fileURLToPath(new URL("cases", import.meta.url));
  const found: FoundCase[] = [];
  for (const name of readdirSync(folder).toSorted()) {
    const file = path.join(folder, name);
    const { cases }: { cases: readonly Case[] } = await import(pathToFileURL(file).href);
    found.push(...cases.map((one) => ({ file, case: one })));
  }
  return found;
}
