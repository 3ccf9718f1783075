// What profiling costs: instructions as callgrind counts them, which do not depend on the machine's mood, and
// processor time, which does.
//
//   node tools/profileOverhead.mjs [--instructions | --time]
//
// Instructions are those of some turns of a run, when the compilers are done. Two programs: a server that
// copies a lot, and a loop whose copies are tiny. Exits 1 when counting costs more than 1 % of them, or stacks
// with lines and origins more than 4.5 %, or a start more than 80 ms. Time is printed, and is no bar.
// Callgrind is some fifty times slower, and the profiler's timers are made so much slower too.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const programs = fileURLToPath(new URL("../test/support/profiling/overhead/", import.meta.url));
const preload = fileURLToPath(new URL("../dist/profile/preload.js", import.meta.url));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-overhead-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));

const modes = {
  base: { words: [] },
  counting: { words: ["-r", path.join(programs, "counting.mjs")], bar: 0.01 },
  "flags of V8 alone": { words: ["--no-sparkplug", "--no-enable-lazy-source-positions"] },
  "lines and origins": { words: ["-r", preload], bar: 0.045 },
};
/** From which turn to which: when the first of them begins, the compilers are done. */
const turns = { server: [5000, 6200], tiny: [100_000, 200_000] };
/** No helper threads, no chance. */
const steady = ["--single-threaded", "--hash-seed=1", "--random-seed=1"];
const counts = path.join(folder, "callgrind");
/** Programs call os.loadavg() where turns begin and end: what was counted until then is written, and is 0. */
const callgrind = [
  ...["valgrind", "--tool=callgrind", `--callgrind-out-file=${counts}`],
  "--dump-before=node::os::GetLoadAvg*",
];
const pairs = 15;

const [, , part = "all"] = process.argv;
if (part !== "--time") instructions();
if (part !== "--instructions") {
  for (const [program, [, count]] of Object.entries(turns)) times(program, count);
  starts();
}

function instructions() {
  if (spawnSync("valgrind", ["--version"]).error) {
    return console.log("skipped: valgrind is not installed (apt-get install valgrind)");
  }
  for (const [program, [from, to]] of Object.entries(turns)) {
    const slowdown = slowdownOf(program);
    console.log(`${program}: instructions a turn, ${slowdown.toFixed(0)} times slower`);
    let base;
    for (const [mode, { words, bar }] of Object.entries(modes)) {
      const each = collected(words, program, slowdown) / (to - from);
      base ??= each;
      const more = each / base - 1;
      if (more > bar) process.exitCode = 1;
      const verdict = more > bar ? `  MISSED: at most ${bar * 100} %` : "";
      console.log(`  ${mode.padEnd(20)}${each.toFixed(0).padStart(10)}${percent(more)}${verdict}`);
    }
  }
}

/** Instructions of the turns. */
function collected(words, program, slowdown) {
  const [from, to] = turns[program];
  const stretch = ["-r", path.join(programs, "stretch.mjs")];
  const all = [...steady, ...stretch, ...words, script(program), String(to), String(from)];
  const [command, ...tool] = callgrind;
  run(command, [...tool, process.execPath, ...all], { SLOWDOWN: slowdown });
  const found = /^(?:totals|summary): (\d+)/m.exec(fs.readFileSync(`${counts}.2`, "utf8"));
  return Number(found[1]);
}

/** How many times as long a run takes under callgrind. */
function slowdownOf(program) {
  const [slow, quick] = [callgrind, []].map((tool) => {
    const count = String(turns[program][0] / 10);
    const [command, ...words] = [...tool, process.execPath, ...steady, script(program), count];
    const begun = performance.now();
    run(command, words);
    return performance.now() - begun;
  });
  return slow / quick;
}

function times(program, count) {
  console.log(`${program}: processor time of ${count} turns, median of ${pairs} pairs`);
  for (const [mode, { words }] of Object.entries(modes).slice(1)) {
    const cpuMs = (before) => told([...before, script(program), String(count)]).cpuMs;
    const ratios = Array.from({ length: pairs }, () => ratio(cpuMs([]), cpuMs(words)));
    const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map(percent);
    console.log(`  ${mode.padEnd(20)}${percent(median(ratios))}  from${least} to${most}`);
  }
}

function starts() {
  console.log(`start of the program, median of ${pairs} pairs`);
  const rows = Array.from({ length: pairs }, () => ({
    base: told([script("start")]),
    own: told([...modes["lines and origins"].words, script("start")]),
  }));
  for (const kind of ["cpuMs", "wallMs"]) {
    const more = median(rows.map(({ base, own }) => own[kind] - base[kind]));
    if (kind === "cpuMs" && more > 80) process.exitCode = 1;
    console.log(`  ${kind.padEnd(18)}${more.toFixed(1).padStart(6)} ms later`);
  }
}

function script(program) {
  return path.join(programs, `${program}.mjs`);
}

/** What a program has printed. */
function told(words) {
  return JSON.parse(run(process.execPath, words).stdout);
}

function run(command, words, variables) {
  const ordered = { ZEROCOPY_PROFILE_RECORD: JSON.stringify({ folder }) };
  const env = { ...process.env, ...ordered, ...variables };
  const result = spawnSync(command, words, { encoding: "utf8", env });
  if (result.status !== 0)
    throw new Error(`${words.join(" ")} ended with ${result.status}: ${result.stderr}`);
  return result;
}

function ratio(base, own) {
  return own / base - 1;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function percent(share) {
  return `${(share * 100).toFixed(2).padStart(8)} %`;
}
