/**
 * One trial: `node trial.js FILE CASE SUBJECT`. Checks the result and the bytes copied, measures, and
 * prints an `Outcome` as JSON.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Case, OpenCase, PythonSubject, Run } from "./case.ts";
import { checkResult } from "./check.ts";
import { measureSubject, median } from "./measure.ts";
import { Unavailable } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import { copiedGolden } from "./package.ts";
import { runPython } from "./python.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { "without-buffer": { type: "boolean" } },
});
// Before anything of the library is loaded.
if (values["without-buffer"]) Reflect.deleteProperty(globalThis, "Buffer");
const [file = "", caseName = "", subjectName = ""] = positionals;
process.stdout.write(JSON.stringify(await trial().catch(unavailable)));

async function trial(): Promise<Outcome> {
  const { cases }: { cases: readonly Case[] } = await import(pathToFileURL(file).href);
  const found = cases.find(({ name }) => name === caseName);
  const open = found?.open();
  const subject = open?.subjects[subjectName];
  if (!found || !open || !subject) {
    throw new Error(`Cannot measure ${subjectName} in ${caseName}: ${file} has no such subject`);
  }
  if (typeof subject === "object" && "python" in subject) return pythonTrial(open, subject);

  const run = await (typeof subject === "function" ? subject : subject.withoutBuffer)();
  // What is measured is the first call, so that no other comes before it; or other processes.
  const once = found.measure === "firstCall" || found.measure === "scenario";
  const copied = once ? 0 : await checkCopies(run);
  const { result, ...figure } = await measureSubject(found.measure, run, open.items);
  checkResult(result, open.expected);
  return { ...figure, copied };
}

function unavailable(error: unknown): Outcome {
  if (error instanceof Unavailable) return { unavailable: error.message };
  throw error;
}

async function checkCopies(run: Run): Promise<number> {
  const { copiedBytes } = await import("zerocopy");
  const before = copiedBytes();
  run();
  const copied = copiedBytes() - before;
  const golden: Readonly<Record<string, Readonly<Record<string, number>>>> = JSON.parse(
    readFileSync(copiedGolden, "utf8"),
  );
  const wanted = golden[caseName]?.[subjectName] ?? 0;
  if (copied !== wanted) {
    throw new Error(`Wrong copies: wanted ${wanted} bytes, found ${copied}`);
  }
  return copied;
}

function pythonTrial(open: OpenCase, subject: PythonSubject): Outcome {
  const answer = runPython(subject, open.items);
  if ("unavailable" in answer) return answer;
  checkResult(answer.result, open.expected);
  return { figure: median(answer.samples), best: Math.min(...answer.samples), copied: 0 };
}
