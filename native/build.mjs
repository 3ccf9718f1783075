// Builds zerocopy.node and zerocopy-profile.node with the C compiler of this machine: a call each, no
// node-gyp.
//
//   node native/build.mjs             exits 1 when it cannot build
//   node native/build.mjs --optional  says so in one line and exits 0: the JavaScript fallback runs
//
// Each serves Node 20 to 26: Node-API, headers from npm node-api-headers. Functions keep their names, for
// perf and gdb; lines would double what is shipped (the tests build their own, with them). `-z nodelete`
// keeps it mapped after the worker that alone had loaded it has ended: the sender thread goes on running
// its code, and slots of libc lead to that of the profiler.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import {
  compilerFlags,
  findCompiler,
  nativeFolder,
  packageFolder,
  sources,
  targetName,
} from "./toolchain.mjs";

/** What each binary is made of. The profiler's is apart: it alone touches V8. */
const binaries = [
  { name: "zerocopy.node", files: () => [...sources("sys"), ...sources("binding")], libraries: [] },
  {
    name: "zerocopy-profile.node",
    files: () => [...sources("profile"), path.join(nativeFolder, "src", "binding", "napi_util.c")],
    libraries: ["-lm"],
  },
];

/** Compiles to a draft and renames it: a process that has the old file mapped keeps it whole. */
function compile(compiler, { files, libraries }, output) {
  const draft = `${output}.${process.pid}`;
  const headers = createRequire(import.meta.url)("node-api-headers").include_dir;
  fs.mkdirSync(path.dirname(output), { recursive: true });
  const run = spawnSync(
    compiler,
    [
      ...compilerFlags,
      ...["-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-fstack-protector-strong"],
      ...["-DNAPI_VERSION=8", "-isystem", headers],
      ...["-include", path.join(nativeFolder, "src", "sys", "glibc_compat.h")],
      ...files(),
      ...["-o", draft, "-Wl,-z,nodelete,-z,relro,-z,now,-z,noexecstack", ...libraries],
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  if (run.status === 0) fs.renameSync(draft, output);
  // An older one would not fit the JavaScript beside it.
  else for (const file of [draft, output]) fs.rmSync(file, { force: true });
  return run.status === 0;
}

/** What stood in the way, or undefined. */
function build() {
  if (process.env.ZEROCOPY_DISABLE_NATIVE === "1") return "ZEROCOPY_DISABLE_NATIVE=1 is set";
  if (process.platform !== "linux") return `kernel paths need Linux, this is ${process.platform}`;
  const compiler = findCompiler();
  if (!compiler) return "no C compiler; install one (apt-get install gcc, apk add gcc musl-dev)";
  for (const binary of binaries) {
    const started = performance.now();
    const output = path.join(packageFolder, "prebuilds", targetName(), binary.name);
    if (!compile(compiler, binary, output))
      return `${compiler} could not compile ${binary.name} (see above)`;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`zerocopy: built ${path.relative(packageFolder, output)} in ${seconds} s`);
  }
  return undefined;
}

const problem = build();
if (problem) {
  console.error(
    `zerocopy: native addon not built: ${problem}. Everything runs on the JavaScript fallback ` +
      `(path "read-write"); "npm run build:native" tries again.`,
  );
  process.exitCode = process.argv.includes("--optional") ? 0 : 1;
}
