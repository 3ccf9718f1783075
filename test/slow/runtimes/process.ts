/**
 * Runs the suite in a process of Node, Bun or Deno, bundled with all but the library itself. Prints one line of
 * JSON.
 *
 *     process.js <folder of the vectors> <kinds of memory, with commas> [without-buffer]
 */
import fs from "node:fs";
import process from "node:process";
import zlib from "node:zlib";
import type { Report } from "./suite.ts";

export interface ProcessReport extends Report {
  /** `globalThis.Buffer` is there. */
  readonly buffer: boolean;
}

const [folder = "", memories = "", without] = process.argv.slice(2);
const texts = fs
  .readdirSync(folder)
  .toSorted()
  .map((name) => zlib.gunzipSync(fs.readFileSync(`${folder}/${name}`)).toString());

// The library looks for it when it is loaded.
if (without === "without-buffer") delete (globalThis as { Buffer?: unknown }).Buffer;
const { runSuite } = await import("./suite.ts");

const report: ProcessReport = {
  buffer: "Buffer" in globalThis,
  ...(await runSuite(texts, memories.split(","))),
};
console.log(JSON.stringify(report));
