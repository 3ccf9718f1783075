// What every operation of the profiler's corpus copies, per byte that it is given: measured on each supported
// Node, and held against test/support/profiling/multipliers.json.
//
//   node tools/profileCorpus.mjs [--update]
//
// Exits 1 when a figure has moved: Node copies more or less than it did, or the profiler sees less of it.
import { execFileSync } from "node:child_process";
import { runtimes } from "./runtimes/runtimes.mjs";
import { topics } from "../test/support/profiling/corpus/corpus.mjs";
import { measured } from "../test/support/profiling/corpus/measured.mjs";
import { drift, keep, multipliers } from "../test/support/profiling/multipliers.mjs";

/** A stray compilation or collection moves one run of an operation, not all. */
const runs = 3;

function measuredOf(node) {
  const found = {};
  for (const topic of topics) {
    const all = Array.from({ length: runs }, () => measured(node, topic));
    for (const name of Object.keys(all[0])) found[name] = middle(all.map((run) => run[name]));
  }
  return found;
}

/** By kind, the middle one. */
function middle(all) {
  const figures = Object.keys(all[0].figures).map((kind) => {
    const values = all.map((run) => run.figures[kind]).toSorted((a, b) => a - b);
    return [kind, values[values.length >> 1]];
  });
  return { slack: all[0].slack, figures: Object.fromEntries(figures) };
}

const isUpdate = process.argv.includes("--update");
const found = {};
for (const { major, path: node } of runtimes()) {
  found[major] = measuredOf(node);
  const wrong = isUpdate ? [] : drift(multipliers(major) ?? {}, found[major]);
  const count = Object.keys(found[major]).length;
  console.log(
    `Node ${major}: ${count} operations${isUpdate ? "" : `, ${wrong.length} have moved`}`,
  );
  for (const line of wrong) console.log(`  ${line}`);
  if (wrong.length > 0) process.exitCode = 1;
}
if (isUpdate) {
  keep(found);
  execFileSync("npx", ["oxfmt", "test/support/profiling/multipliers.json"], { stdio: "ignore" });
}
