import { accessSync, constants, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { InputError } from "../../compare/chapter.ts";
import { compare } from "../../compare/compare.ts";
import { TrialError } from "../../compare/measure/processes.ts";
import type { Comparison } from "../../compare/report/comparison.ts";
import { binaryBytes, oneLine } from "../../compare/report/format.ts";
import { renderPage } from "../../compare/report/page/page.ts";
import { readComparison } from "../../compare/report/readComparison.ts";
import { renderTable } from "../../compare/report/table.ts";
import { UserError } from "../command.ts";
import type { Command } from "../command.ts";
import { openInBrowser } from "../openInBrowser.ts";
import { ProgressLine } from "../progressLine.ts";
import { help, helps } from "./compareHelp.ts";
import { commandOf, parseCompare } from "./compareOptions.ts";
import type { CompareOrder, OutputOptions } from "./compareOptions.ts";

export const compareCommand: Command = {
  name: "compare",
  summary: "what copies cost, and what it costs without: files, receiving, relays, memory",
  async run(words, signal) {
    const order = parseCompare(words);
    try {
      if (order.do === "help") process.stdout.write(helps[order.chapter] ?? help);
      if (order.do === "list") {
        for (const { id, description } of order.mechanisms) {
          process.stdout.write(`${id.padEnd(12)}${description}\n`);
        }
      }
      if (order.do === "report") {
        checkPage(order.output.html, order.file);
        show(readComparison(readText(order.file)), order.output);
      }
      if (order.do === "measure") {
        checkPage(order.output.html, order.request.path);
        show(await measure(order, signal), order.output);
      }
    } catch (error) {
      if (!isForUser(error)) throw error;
      throw new UserError(`zerocopy compare: ${oneLine(error.message)}`);
    }
  },
};

/** What this program says of the input, and what the system says of files, folders and space. */
function isForUser(error: unknown): error is Error {
  if (error instanceof InputError || error instanceof TrialError) return true;
  return error instanceof Error && "syscall" in error;
}

async function measure(
  order: Extract<CompareOrder, { do: "measure" }>,
  signal: AbortSignal,
): Promise<Comparison> {
  const { chapter, request, mechanisms, rounds, situation } = order;
  const inputs = await chapter.openInputs(request, signal);
  const progress = new ProgressLine(process.stderr);
  try {
    return await compare({
      chapter,
      inputs,
      mechanisms,
      rounds,
      situation,
      signal,
      command: commandOf(order, request.path === undefined ? undefined : inputs[0]?.name),
      onProgress: ({ phase, mechanism, bytes, fractionDone }) => {
        const verb = phase === "check" ? "checking" : "measuring";
        const size = inputs.length > 1 ? `, ${binaryBytes(bytes)}` : "";
        progress.show(`${verb} ${mechanism.label}${size}`, fractionDone);
      },
    });
  } finally {
    progress.clear();
    for (const input of inputs) input.dispose();
  }
}

function show(comparison: Comparison, { json, html, open }: OutputOptions): void {
  const rich = process.stdout.isTTY && !process.env["NO_COLOR"];
  process.stdout.write(
    json ? `${JSON.stringify(comparison, null, 2)}\n` : renderTable(comparison, { rich }),
  );
  if (html === undefined) return;
  const page = path.resolve(html);
  writeFileSync(page, renderPage(comparison));
  if (!json) process.stdout.write(`\nThe same as a page: ${page}\n`);
  if (open) openInBrowser(page, "zerocopy compare");
}

/** Before minutes of measuring, not after: the page can be written, and not over what it is made from. */
function checkPage(page: string | undefined, source: string | undefined): void {
  if (page === undefined) return;
  const refuse = (reason: string): never => {
    throw new InputError(`Cannot write ${page}: ${reason}`);
  };
  const old = statSync(page, { throwIfNoEntry: false });
  if (old && !old.isFile()) refuse("it is not a regular file");
  try {
    accessSync(old ? page : path.dirname(path.resolve(page)), constants.W_OK);
  } catch (error) {
    refuse((error as Error).message);
  }
  const from = source === undefined ? undefined : statSync(source, { throwIfNoEntry: false });
  if (old && from?.ino === old.ino && from.dev === old.dev) refuse("it is the file to be read");
}

function readText(file: string): string {
  if (!statSync(file).isFile())
    throw new InputError(`Cannot read ${file}: it is not a regular file`);
  return readFileSync(file, "utf8");
}
