import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { InputError } from "../../compare/chapter.ts";
import { compare } from "../../compare/compare.ts";
import { TrialError } from "../../compare/measure/trial.ts";
import type { Comparison } from "../../compare/report/comparison.ts";
import { binaryBytes } from "../../compare/report/format.ts";
import { renderPage } from "../../compare/report/page/page.ts";
import { readComparison } from "../../compare/report/readComparison.ts";
import { renderTable } from "../../compare/report/table.ts";
import { UserError } from "../command.ts";
import type { Command } from "../command.ts";
import { ProgressLine } from "../progressLine.ts";
import { help } from "./compareHelp.ts";
import { commandOf, parseCompare } from "./compareOptions.ts";
import type { CompareOrder, OutputOptions } from "./compareOptions.ts";

export const compareCommand: Command = {
  name: "compare",
  summary: "what sending a file costs the traditional way, and with zero-copy",
  async run(words, signal) {
    const order = parseCompare(words);
    try {
      if (order.do === "help") process.stdout.write(help);
      if (order.do === "list") {
        for (const { id, description } of order.mechanisms) {
          process.stdout.write(`${id.padEnd(12)}${description}\n`);
        }
      }
      if (order.do === "report") show(readComparison(readText(order.file)), order.output);
      if (order.do === "measure") show(await measure(order, signal), order.output);
    } catch (error) {
      if (!(error instanceof InputError || error instanceof TrialError)) throw error;
      throw new UserError(`zerocopy compare: ${error.message}`);
    }
  },
};

async function measure(
  order: Extract<CompareOrder, { do: "measure" }>,
  signal: AbortSignal,
): Promise<Comparison> {
  checkWritable(order.output.html);
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
      command: commandOf(order, request.path),
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
  if (html !== undefined) writeFileSync(html, renderPage(comparison));
  const rich = process.stdout.isTTY && !process.env["NO_COLOR"];
  process.stdout.write(
    json ? `${JSON.stringify(comparison, null, 2)}\n` : renderTable(comparison, { rich }),
  );
  if (html === undefined) return;
  const page = path.resolve(html);
  if (!json) process.stdout.write(`\nThe same as a page: ${page}\n`);
  if (open) openInBrowser(page);
}

/** Before minutes of measuring, not after. Leaves what the file holds. */
function checkWritable(file: string | undefined): void {
  if (file === undefined) return;
  try {
    closeSync(openSync(file, "a"));
  } catch (error) {
    throw new InputError(`Cannot write ${file}: ${(error as Error).message}`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new InputError(`Cannot read ${file}: ${(error as Error).message}`);
  }
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

function openInBrowser(page: string): void {
  const [command, ...words] = openers[process.platform] ?? ["xdg-open"];
  const opener = spawn(command, [...words, page], { stdio: "ignore", detached: true });
  opener.on("error", () => {
    console.error(`zerocopy compare: ${command} is not there to open ${page}; open it by hand`);
  });
  opener.unref();
}
