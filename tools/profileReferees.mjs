// What the profiler counts of every operation of its corpus, against two witnesses that know nothing of it:
// valgrind's dhat, which sees each copy in user space, and strace, which sees what crosses to the kernel.
//
//   node tools/profileReferees.mjs [TOPIC…]
//
// Exits 1 when less than 95 % of the operations that copy by libc are within 1 % of dhat, or one that crosses
// is not within 1 % of strace. What is written without libc is listed: neither dhat nor the profiler's hooks see it.
import { execFile, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { operationsOf, topics as allTopics } from "../test/support/profiling/corpus/corpus.mjs";
import { multipliers } from "../test/support/profiling/multipliers.mjs";
import { crossed, crossings } from "../test/support/profiling/strace.mjs";

const execute = promisify(execFile);
const program = path.join(import.meta.dirname, "../test/support/profiling/corpus/refereed.mjs");
const kept = multipliers(Number(process.versions.node.split(".")[0]));
const topics = process.argv.length > 2 ? process.argv.slice(2) : allTopics;
const limit = 0.01;
/** What an operation is given at least, see refereed.mjs. */
const leastBytes = 32 << 20;
/** So many operations are looked at together, as long as they are right. */
const groupSize = 8;

for (const [tool, check] of Object.entries({ valgrind: checkCopies, strace: checkCrossings })) {
  if (spawnSync(tool, ["--version"]).error) {
    console.log(`skipped: ${tool} is not installed (apt-get install ${tool})`);
  } else await check();
}
await listBlindSpots();

async function checkCopies() {
  console.log("copies in user space, by the hooks and by dhat");
  const work = topics.map((topic) => async () => copiesOf(topic));
  const results = (await sideBySide(os.availableParallelism(), work)).flat();
  const right = results.filter(Boolean).length;
  console.log(`${right} of ${results.length} operations within ${limit * 100} %\n`);
  if (right < 0.95 * results.length) process.exitCode = 1;
}

async function copiesOf(topic) {
  const operations = await operationsOf([topic]);
  const copying = operations.filter(({ name }) => (kept[name].copy ?? 0) > 0.01);
  const results = [];
  for (let from = 0; from < copying.length; from += groupSize) {
    results.push(...(await refereed(topic, copying.slice(from, from + groupSize))));
  }
  return results;
}

/**
 * Whether each of some operations is right. They are looked at together: what the two differ by is less than
 * one per cent of the smallest of them, or it is looked for in one half and in the other.
 */
async function refereed(topic, operations) {
  const names = operations.map(({ name }) => name);
  const once = await dhat("once", topic, names);
  const often = await dhat("often", topic, names);
  const [counted, seen] = [often.counted - once.counted, often.seen - once.seen];
  const smallest = Math.min(...operations.map(({ name }) => kept[name].copy * leastBytes));
  const isRight = Math.abs(counted - seen) <= limit * smallest;
  if (isRight || names.length === 1) {
    const [first, ...others] = names;
    print({
      name: others.length > 0 ? `${topic}: ${names.length} operations` : first,
      counted,
      seen,
    });
    return names.map(() => isRight);
  }
  const middle = names.length >> 1;
  const halves = [operations.slice(0, middle), operations.slice(middle)];
  const results = [];
  for (const half of halves) results.push(...(await refereed(topic, half)));
  return results;
}

/** Bytes that dhat sees a process copy, and what the program itself has counted. */
async function dhat(howOften, topic, names) {
  // Two runs have to copy the same but for the operations: no compiler, no helpers, no chance, and no collection
  // of the young.
  const steady = ["--single-threaded", "--no-opt", "--hash-seed=1", "--random-seed=1"];
  const young = ["--min-semi-space-size=64", "--max-semi-space-size=64"];
  const words = ["--tool=dhat", "--mode=copy", "--dhat-out-file=/dev/null"];
  const script = [process.execPath, ...steady, ...young, program, howOften, topic, ...names];
  const { stdout, stderr } = await execute("valgrind", [...words, ...script]);
  const [, total] = /Total: +([\d,]+) bytes/.exec(stderr);
  return { seen: Number(total.replaceAll(",", "")), counted: JSON.parse(stdout).copy };
}

async function checkCrossings() {
  console.log("crossings to the kernel, by the hooks and by strace");
  const log = path.join(os.tmpdir(), `zerocopy-strace-${process.pid}`);
  process.on("exit", () => fs.rmSync(log, { force: true }));
  for (const topic of topics) {
    const operations = await operationsOf([topic]);
    // strace follows threads, and so children, which copy on their own account.
    const names = operations
      .map(({ name }) => name)
      .filter((name) => (kept[name].in ?? 0) + (kept[name].out ?? 0) > 0.1)
      .filter((name) => !name.startsWith("child_process"));
    if (names.length === 0) continue;
    const words = ["-f", "-e", `trace=${crossings}`, "-e", "signal=none", "-s", "80", "-o", log];
    const { stdout } = await execute("strace", [
      ...words,
      process.execPath,
      program,
      "often",
      topic,
      ...names,
    ]);
    const { found } = JSON.parse(stdout);
    const seen = crossed(fs.readFileSync(log, "latin1"));
    for (const name of names) {
      for (const kind of ["in", "out"].filter((way) => (kept[name][way] ?? 0) > 0.1)) {
        const result = {
          name: `${name}, ${kind}`,
          counted: found[name][kind],
          seen: seen[name][kind],
        };
        print(result);
        if (!agree(result.counted, result.seen)) process.exitCode = 1;
      }
    }
  }
  console.log();
}

async function listBlindSpots() {
  console.log(
    "written without libc: bytes per byte of payload, and how many of them a model charges",
  );
  for (const { name, written = 0 } of await operationsOf(topics)) {
    const { copy = 0, modelled = 0 } = kept[name];
    if (copy < 0.99 * written) {
      console.log(
        `  ${name.padEnd(40)} ${written.toFixed(2).padStart(6)} ${modelled.toFixed(2).padStart(6)}`,
      );
    }
  }
}

function agree(counted, seen) {
  return Math.abs(counted - seen) <= limit * seen;
}

function print({ name, counted, seen }) {
  const percent = ((counted / seen - 1) * 100).toFixed(3).padStart(8);
  const columns = [counted, seen].map((bytes) => String(bytes).padStart(12)).join("");
  console.log(
    `  ${name.padEnd(44)}${columns} ${percent} %${agree(counted, seen) ? "" : "  DIFFERS"}`,
  );
}

/** The results of tasks, in their order, some of them at a time. */
async function sideBySide(count, tasks) {
  const results = [];
  const left = [...tasks.entries()];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await next[1]();
  };
  await Promise.all(Array.from({ length: count }, worker));
  return results;
}
