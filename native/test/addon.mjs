// Tests the whole addon in Node, built with a sanitizer: every mechanism, the same with system calls that
// fail, and connections that break while workers are terminated amid them.
//
//   node native/test/addon.mjs            every variant
//   node native/test/addon.mjs asan       this one
//
// One line per variant: passed, skipped and why, or failed with what the tool said. Exits 1 when one
// failed. Node itself is not built with the sanitizer: leaks are not looked for (valgrind does, for the
// C layer), and of races only those count that the addon takes part in.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import {
  compilerFlags,
  findCompiler,
  nativeFolder,
  packageFolder,
  sources,
  targetName,
} from "../toolchain.mjs";

const timeoutMs = 2 * 60_000;
const drivers = path.join(packageFolder, "test", "support", "faults");

const variants = [
  {
    name: "addon, asan",
    flags: ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
    libraries: ["libasan.so", "libubsan.so"],
    visits: 1500,
    withFaults: true,
  },
  { name: "addon, tsan", flags: ["-fsanitize=thread"], libraries: ["libtsan.so"], visits: 600 },
];

const compiler = findCompiler();
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-addon-test-"));
process.on("exit", () => fs.rmSync(scratch, { recursive: true, force: true }));

const { EAGAIN, EINTR, EINVAL, EIO, EMFILE } = os.constants.errno;

/** Where gcc keeps a library; it answers with the bare name when it has none. */
function libraryFile(name) {
  const { stdout } = spawnSync(compiler, [`-print-file-name=${name}`], { encoding: "utf8" });
  return path.isAbsolute(stdout.trim()) ? fs.realpathSync(stdout.trim()) : undefined;
}

/** A copy of the package with an addon of its own; what the compiler says when there is none. */
function build({ flags }, folder) {
  const headers = createRequire(import.meta.url)("node-api-headers").include_dir;
  const output = path.join(folder, "prebuilds", targetName(), "zerocopy.node");
  fs.mkdirSync(path.dirname(output), { recursive: true });
  for (const name of ["dist", "package.json"]) {
    fs.cpSync(path.join(packageFolder, name), path.join(folder, name), { recursive: true });
  }
  fs.cpSync(drivers, path.join(folder, "drivers"), { recursive: true });
  const words = [
    ...[...compilerFlags, "-O1", "-g", "-fno-omit-frame-pointer", "-fPIC", "-shared", ...flags],
    ...["-fvisibility=hidden", "-DNAPI_VERSION=8", "-isystem", headers],
    ...["-include", path.join(nativeFolder, "src", "sys", "glibc_compat.h")],
    ...[...sources("sys"), ...sources("binding"), "-o", output, "-Wl,-z,nodelete"],
  ];
  return spawnSync(compiler, words, { encoding: "utf8" });
}

function buildFaults(folder) {
  const library = path.join(folder, "faults.so");
  const source = path.join(nativeFolder, "test", "shim", "faults.c");
  const words = ["-shared", "-fPIC", "-O1", "-D_GNU_SOURCE", "-pthread", source, "-o", library];
  spawnSync(compiler, [...words, "-ldl"]);
  return library;
}

/** Runs a driver of the copy; what went wrong, or undefined. */
function run(folder, preloaded, driver, args, environment = {}) {
  const log = path.join(folder, "race");
  const words = [path.join(folder, "drivers", driver), ...args];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, words, {
    encoding: "utf8",
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    cwd: folder,
    env: {
      ...process.env,
      ...environment,
      LD_PRELOAD: preloaded.join(" "),
      ASAN_OPTIONS: "detect_leaks=0",
      UBSAN_OPTIONS: "print_stacktrace=1",
      TSAN_OPTIONS: `exitcode=0 log_path=${log}`,
    },
  });
  const ended = signal ? `ended by ${signal}` : `exit code ${status}`;
  if (status !== 0) return `${driver}: ${ended}\n${stdout}${stderr}`;
  return races(folder).find((one) => isOurs(one));
}

function races(folder) {
  return fs
    .readdirSync(folder)
    .filter((name) => name.startsWith("race."))
    .flatMap((name) => fs.readFileSync(path.join(folder, name), "utf8").split(/^={10,}$/m));
}

/**
 * One of the two accesses was made by the addon. Those to descriptors do not count: libuv closes by
 * bare system calls, which the sanitizer does not see, so it takes a number for the one before it.
 */
function isOurs(race) {
  if (race.includes("Location is file descriptor")) return false;
  const accesses = race.split(/\n\n/).filter((part) => /(?:read|write) of size/i.test(part));
  return accesses.some((part) => {
    const frame = part.split("\n").find((line) => /^ +#/.test(line) && !line.includes("libtsan"));
    return frame?.includes("zerocopy.node") ?? false;
  });
}

const calls = ["sendfile", "splice", "copy_file_range"];
const each = (names, rule) => names.map((call) => `${call}:${rule}`).join(";");

/** Not under tsan: its interceptors and the library that fails wrap the same calls, and may deadlock. */
const storms = [
  each([...calls, "preadv2"], `${EINTR}:chance=3`),
  `sendfile:${EAGAIN}:chance=3;${each(calls, "short:chance=3")}`,
  each(calls, `${EINVAL}:after=700000`),
  each(calls, `${EIO}:after=150000`),
  `fcntl:${EMFILE}:skip=4;sendfile:short:most=5000`,
];

/** What went wrong in a variant, or undefined. */
function test(variant, libraries) {
  const folder = path.join(scratch, variant.name.replaceAll(/\W/g, "-"));
  const built = build(variant, folder);
  if (built.status !== 0) return built.stderr;
  const faults = buildFaults(folder);
  const counts = path.join(folder, "counts");
  fs.writeFileSync(counts, Buffer.alloc(4096));
  const storm = (rules) =>
    run(folder, rules ? [...libraries, faults] : libraries, "storm.mjs", [folder], {
      FAULTS: rules,
      FAULTS_COUNTS: counts,
    });
  const task = { visits: variant.visits, at: 16, seed: 11, workers: 8 };
  const all = variant.withFaults ? ["", ...storms] : [""];
  for (const rules of all) {
    const problem = storm(rules);
    if (problem) return `${rules}\n${problem}`;
  }
  return run(folder, libraries, "churn.mjs", [JSON.stringify(task)]);
}

function report(variant) {
  const libraries = variant.libraries.map((name) => libraryFile(name));
  const missing = variant.libraries.find((_, index) => !libraries[index]);
  if (missing) return console.log(`${variant.name}: skipped, ${compiler} here has no ${missing}`);
  const started = performance.now();
  const problem = test(variant, libraries);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (!problem) return console.log(`${variant.name}: passed in ${seconds} s`);
  process.exitCode = 1;
  console.log(`${variant.name}: FAILED\n${problem.split("\n").slice(-60).join("\n")}`);
}

const wanted = process.argv.slice(2);
if (process.platform !== "linux" || !compiler) {
  console.log(`addon tests: skipped, ${compiler ? "they need Linux" : "there is no C compiler"}`);
} else {
  const isWanted = ({ name }) => wanted.length === 0 || wanted.some((word) => name.endsWith(word));
  for (const variant of variants.filter((one) => isWanted(one))) report(variant);
}
