// Would the tests notice a bug? Sows one at a time, by changing some text of a compiled module in a private
// copy, and runs the vectors and the unit and property tests until one fails.
//
//   node tools/mutants.mjs [WORDS]...     only bugs whose file or description holds one of these
//   node tools/mutants.mjs --texts        runs no tests, only looks for the texts: a matter of seconds
//
// Prints who found each. Exits 1 when a bug is not found, and when the text that it changes is not there
// exactly once: the lists in tools/mutants/ must follow the source.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { bulk } from "./mutants/bulk.mjs";
import { bytes } from "./mutants/bytes.mjs";
import { bytesMethods } from "./mutants/bytesMethods.mjs";
import { exporters } from "./mutants/exporters.mjs";
import { format } from "./mutants/format.mjs";
import { lifetime } from "./mutants/lifetime.mjs";
import { Sandbox } from "./mutants/sandbox.mjs";
import { shapes } from "./mutants/shapes.mjs";
import { struct } from "./mutants/struct.mjs";
import { views } from "./mutants/views.mjs";

const words = process.argv.slice(2).filter((word) => word !== "--texts");
const textsOnly = process.argv.includes("--texts");
const bugs = [shapes, views, bulk, lifetime, exporters, format, struct, bytes, bytesMethods]
  .flatMap((part) => Object.entries(part))
  .flatMap(([file, changes]) => changes.map((change) => ({ file, ...change })))
  .filter(({ file, bug }) => {
    return words.length === 0 || words.some((word) => `${file}: ${bug}`.includes(word));
  });

const counts = { found: 0, missed: 0, stale: 0 };
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-mutants-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const first = new Sandbox(path.join(folder, "0"));
await first.prepare();
if (textsOnly) {
  const problems = bugs.map((bug) => {
    const problem = first.sow(bug);
    if (problem === undefined) first.reap(bug);
    return problem && `${bug.file}: ${bug.bug}: ${problem}`;
  });
  const stale = problems.filter(Boolean);
  console.log([...stale, `${stale.length} of ${bugs.length} texts are stale`].join("\n"));
  process.exit(stale.length === 0 ? 0 : 1);
}
const others = os.availableParallelism() > 1 ? [first.copyTo(path.join(folder, "1"))] : [];
console.log(`${bugs.length} bugs; first without any of them, which takes a minute or more`);
const unsown = await first.firstFailure();
if (unsown !== undefined) throw new Error(`without any bug, a test fails: ${unsown}`);
const left = bugs.values();
await Promise.all([first, ...others].map((sandbox) => judgeAll(left, sandbox)));
const { found, missed, stale } = counts;
console.log(`${found} of ${bugs.length} bugs found, ${missed} missed, ${stale} stale`);
if (bugs.length === 0 || found < bugs.length) process.exitCode = 1;

/** Several of these share one queue. */
async function judgeAll(queue, sandbox) {
  for (const bug of queue) {
    const start = performance.now();
    const { verdict, because } = await judge(bug, sandbox);
    counts[verdict] += 1;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${verdict.padEnd(6)} ${seconds.padStart(5)} s  ${bug.file}: ${bug.bug}`);
    console.log(`                 ${because.split("\n", 1)[0].slice(0, 160)}`);
  }
}

async function judge(bug, sandbox) {
  const problem = sandbox.sow(bug);
  if (problem !== undefined) return { verdict: "stale", because: problem };
  try {
    const failure = await sandbox.firstFailure(bug.by);
    if (failure === undefined) return { verdict: "missed", because: "no test fails" };
    return { verdict: "found", because: failure };
  } finally {
    sandbox.reap(bug);
  }
}
