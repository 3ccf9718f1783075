/**
 * `npm run bench -- [CASE …] [--rounds N] [--json] [--record] [--list] [--help]`
 *
 * Runs the cases whose names start with a given word (all without one), every subject in a process of
 * its own, the subjects of a case interleaved over the rounds. Exits with 1 when a bar is missed.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Case, Subject } from "./case.ts";
import { findCases } from "./cases.ts";
import type { FoundCase } from "./cases.ts";
import { evaluate } from "./evaluate.ts";
import type { CaseResult } from "./evaluate.ts";
import type { Outcome } from "./outcome.ts";
import { root, thirdparty } from "./package.ts";
import { renderCase, renderSummary } from "./report.ts";

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: "boolean", short: "h", default: false },
    json: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
  },
});
if (options.help) {
  console.log(usage());
  process.exit();
}
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new Error(`Cannot bench: wanted --rounds 1 or more, found ${options.rounds}`);
}
const chosen = await chooseCases(positionals);

if (options.list) {
  for (const { case: one } of chosen) console.log(`${one.name.padEnd(28)}${one.item}`);
} else {
  installPeers();
  const results = chosen.map(runCase);
  const report = { ...describeMachine(), rounds, cases: results };
  if (options.json) console.log(JSON.stringify(report, undefined, 2));
  else console.log(renderSummary(results));
  if (options.record) record(report);
  if (!results.every(isGood)) process.exitCode = 1;
}

function usage(): string {
  return `Usage: npm run bench -- [CASE …] [options]

Runs the cases whose names start with a given word; all of them without one.

  --rounds N  of every subject, interleaved; 5 by default
  --list      the cases, and of what their figures are
  --json      the results as JSON
  --record    keeps them in bench/record, by machine and date
  --help      this text`;
}

async function chooseCases(words: readonly string[]): Promise<FoundCase[]> {
  const all = await findCases();
  const isWanted = (one: FoundCase, word: string): boolean => one.case.name.startsWith(word);
  const unknown = words.filter((word) => !all.some((one) => isWanted(one, word)));
  if (unknown.length > 0)
    throw new Error(`Cannot bench: no case starts with ${unknown.join(", ")}`);
  return all.filter((one) => words.length === 0 || words.some((word) => isWanted(one, word)));
}

/** What cannot run here is no fault; what fails, or is slower than promised, is one. */
function isGood({ bars, subjects }: CaseResult): boolean {
  const failed = Object.values(subjects).some((subject) => "failed" in subject);
  return !failed && bars.every(({ met }) => met);
}

/** npm writes its own lock file last, so that it is newer when all that ours names is there. */
function installPeers(): void {
  const time = (file: string): number =>
    statSync(path.join(thirdparty, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (time("node_modules/.package-lock.json") >= time("package-lock.json")) return;
  execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: thirdparty, stdio: "ignore" });
}

function runCase({ file, case: one }: FoundCase): CaseResult {
  const subjects = Object.entries(one.open().subjects);
  const found = new Map<string, Outcome[]>(subjects.map(([name]) => [name, []]));
  // Starting a process is what varies most; a size does not vary at all.
  const trials = one.measure === "firstCall" ? rounds * 3 : one.measure === "value" ? 1 : rounds;
  for (let round = 0; round < trials; round++) {
    for (const [name, subject] of subjects) {
      if (process.stderr.isTTY) {
        process.stderr.write(`\r\x1b[K${one.name} ${round + 1}/${trials} ${name}`);
      }
      found.get(name)?.push(runTrial(file, one, name, subject));
    }
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const result = evaluate(one, found);
  if (!options.json) console.log(renderCase(result));
  return result;
}

function runTrial(file: string, one: Case, name: string, subject: Subject): Outcome {
  // MiB of nursery: nothing is collected while allocations are counted.
  const nursery = ["--min-semi-space-size=256", "--max-semi-space-size=256"];
  const flags = one.measure === "allocated" ? nursery : [];
  const words = [file, one.name, name];
  if (typeof subject === "object" && "withoutBuffer" in subject) words.push("--without-buffer");
  const program = fileURLToPath(new URL("trial.js", import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--expose-gc", ...flags, program, ...words],
    { encoding: "utf8" },
  );
  if (status === 0) return JSON.parse(stdout);
  return { failed: /^\w*Error.*/m.exec(stderr)?.[0] ?? `ended with code ${status}` };
}

function describeMachine(): { date: string; node: string; cpu: string; cores: number } {
  const cpus = os.cpus();
  const cpu = cpus[0]?.model.replaceAll(/\((R|TM)\)| CPU| Processor|@.*/gi, "").trim();
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: cpu || "unknown",
    cores: cpus.length,
  };
}

function record(report: ReturnType<typeof describeMachine>): void {
  const machine = report.cpu.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const [major] = report.node.slice(1).split(".");
  const folder = path.join(root, "bench/record", machine);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${report.date}-node${major}.json`);
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
  process.stderr.write(`recorded in ${path.relative(root, file)}\n`);
}
