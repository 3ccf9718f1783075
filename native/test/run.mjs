// Tests the C layer (native/src/sys, and what is as plain in native/src/profile) without Node: plain,
// under sanitizers, under valgrind, and through gcc's static analyser.
//
//   node native/test/run.mjs            every variant
//   node native/test/run.mjs asan tsan  these
//
// One line per variant: passed, skipped and why, or failed with what the tool said. Exits 1 when one
// failed. A report of a sanitizer is a failure.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { compilerFlags, findCompiler, nativeFolder, sources } from "../toolchain.mjs";

const timeoutMs = 5 * 60_000;
const testFolder = path.join(nativeFolder, "test");
const testSources = fs
  .readdirSync(testFolder)
  .filter((file) => file.endsWith(".c"))
  .map((file) => path.join(testFolder, file));

/** What of the profiler needs neither Node nor V8. */
const profileSources = sources("profile").filter((file) =>
  /(chain|code|inlined|operation|origins|sampler)\.c$/.test(file),
);
const libraries = ["-lm", "-ldl"];

const asan = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
const valgrind = [
  ...["valgrind", "--quiet", "--error-exitcode=1", "--leak-check=full"],
  // The sender thread lives as long as the process, and its stack with it.
  ...["--show-leak-kinds=definite,indirect", "--errors-for-leak-kinds=definite,indirect"],
];

/** `missing` says what this machine lacks, or nothing. */
const variants = [
  { name: "plain", flags: ["-O2"], missing: () => undefined },
  {
    name: "asan",
    flags: ["-O1", "-g", "-fno-omit-frame-pointer", ...asan],
    missing: () => cannotBuild(asan, "libasan or libubsan"),
  },
  {
    name: "tsan",
    flags: ["-O1", "-g", "-fsanitize=thread"],
    arguments: ["--small"],
    missing: () => cannotBuild(["-fsanitize=thread"], "libtsan"),
  },
  {
    name: "valgrind",
    flags: ["-O1", "-g"],
    wrapper: valgrind,
    arguments: ["--valgrind"],
    missing: () => (answers("valgrind") ? undefined : "there is no valgrind"),
  },
  { name: "analyzer", run: analyze, missing: () => cannotBuild(["-fanalyzer"], "gcc -fanalyzer") },
];

const compiler = findCompiler();
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-native-test-"));
process.on("exit", () => fs.rmSync(scratch, { recursive: true, force: true }));

function answers(program) {
  return spawnSync(program, ["--version"]).status === 0;
}

function run(command, args) {
  const environment = { ...process.env, TSAN_OPTIONS: "halt_on_error=1" };
  const done = spawnSync(command, args, { encoding: "utf8", timeout: timeoutMs, env: environment });
  const ended = done.signal ? `ended by ${done.signal}` : `exit code ${done.status}`;
  return { ok: done.status === 0, ended, output: `${done.stdout}${done.stderr}` };
}

/** Flags that need a library are tried on a program of one line, which must also run. */
function cannotBuild(flags, what) {
  const source = path.join(scratch, "try.c");
  const output = path.join(scratch, "try");
  fs.writeFileSync(source, "int main(void) { return 0; }\n");
  const built = run(compiler, [...flags, "-pthread", source, "-o", output]);
  return built.ok && run(output, []).ok ? undefined : `${compiler} here has no working ${what}`;
}

function test(variant) {
  const program = path.join(scratch, variant.name);
  const files = [...sources("sys"), ...profileSources, ...testSources];
  const words = [...compilerFlags, ...variant.flags, ...files, "-o", program, ...libraries];
  const built = run(compiler, words);
  if (!built.ok) return built;
  const command = [...(variant.wrapper ?? []), program, ...(variant.arguments ?? [])];
  return run(command[0], command.slice(1));
}

function analyze() {
  const files = [...sources("sys"), ...profileSources];
  for (const file of files) {
    const flags = [...compilerFlags, "-O2", "-fanalyzer", "-c", file, "-o", "/dev/null"];
    const analyzed = run(compiler, flags);
    if (!analyzed.ok) return analyzed;
  }
  return { ok: true, ended: "", output: `${files.length} files\n` };
}

/** The end of what a failed run printed: the report of the tool, or the last test's complaint. */
function report(variant) {
  const missing = variant.missing();
  if (missing) return console.log(`${variant.name}: skipped, ${missing}`);
  const started = performance.now();
  const { ok, ended, output } = (variant.run ?? test)(variant);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (ok)
    return console.log(
      `${variant.name}: passed, ${output.match(/\d+ \w+\n/)?.[0].trim()} in ${seconds} s`,
    );
  process.exitCode = 1;
  console.log(`${variant.name}: FAILED, ${ended}\n${output.split("\n").slice(-60).join("\n")}`);
}

const wanted = process.argv.slice(2);
if (process.platform !== "linux" || !compiler) {
  console.log(`native tests: skipped, ${compiler ? "they need Linux" : "there is no C compiler"}`);
} else {
  const chosen = variants.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  for (const variant of chosen) report(variant);
}
