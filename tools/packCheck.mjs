// Is the package that npm would publish complete, small, and does it work where people install it?
// Packs it, installs it in an empty folder on a machine without a compiler, and runs a user's
// program on every supported Node. One line per check; exits 1 when one fails.
//
//   npm run pack:check
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runtimes } from "./runtimes/runtimes.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-pack-"));
const project = path.join(scratch, "project");
const maxPackedBytes = 1_000_000;
/** Debian 10, RHEL 8; the Node 20 binaries themselves want 2.28. */
const newestGlibc = 28;

/**
 * Nothing else may be in the package. `dist` is compared with `src` on top of that. Source maps would be half of
 * it, for what can be read as it is: the sources without their types.
 */
const expectedFiles = [
  /^dist\/.+\.(js|d\.ts)$/,
  /^prebuilds\/[a-z0-9-]+\/zerocopy(-profile)?\.node$/,
  /^docs\/(guide\/.+\.md|(compare|profile)\.schema\.json)$/,
  /^(README|CHANGELOG|SECURITY)\.md$/,
  /^(LICENSE|package\.json)$/,
];

/** What a user's machine may have: Node and npm, no compiler. */
const environment = { HOME: os.homedir(), PATH: path.join(scratch, "bin") };

function check(what, work) {
  try {
    console.log(`ok    ${what}: ${work()}`);
  } catch (error) {
    console.log(`FAIL  ${what}: ${error.stdout || error.message}`);
    process.exitCode = 1;
  }
}

function run(program, words, options = {}) {
  return execFileSync(program, words, { encoding: "utf8", stdio: "pipe", ...options });
}

/** The names of the symbol versions stand as text in the string table of the binary. */
function glibc() {
  const binaries = ["zerocopy.node", "zerocopy-profile.node"].map((name) =>
    fs.readFileSync(path.join(root, "prebuilds/linux-x64", name), "latin1"),
  );
  const minors = [...binaries.join("").matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) =>
    Number(minor),
  );
  const newest = Math.max(...minors);
  if (newest > newestGlibc) {
    throw new Error(`wants glibc 2.${newest}; add the symbol to native/src/sys/glibc_compat.h`);
  }
  return `2.${newest} and up`;
}

function pack() {
  const options = ["--ignore-scripts", "--json", "--pack-destination", scratch];
  const [{ files, filename, size, unpackedSize }] = JSON.parse(
    run("npm", ["pack", ...options], { cwd: root }),
  );
  fs.renameSync(path.join(scratch, filename), path.join(scratch, "package.tgz"));
  const unexpected = files.map((file) => file.path).filter((file) => !isExpected(file));
  if (unexpected.length > 0) throw new Error(`unexpected: ${unexpected.join(", ")}`);
  if (size > maxPackedBytes) throw new Error(`${size} bytes, more than ${maxPackedBytes}`);
  const kilobytes = (bytes) => `${Math.round(bytes / 1000)} kB`;
  return `${files.length} files, ${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked`;
}

/** Something of `dist` whose source is gone is left from an earlier build; core/all.js is many sources. */
function isExpected(file) {
  if (file === "dist/core/all.js") return true;
  const source = file.replace(/^dist\/(.+?)\.(js|d\.ts)$/, "src/$1.ts");
  return (
    expectedFiles.some((pattern) => pattern.test(file)) && fs.existsSync(path.join(root, source))
  );
}

function install() {
  fs.mkdirSync(environment.PATH);
  fs.symlinkSync(process.execPath, path.join(environment.PATH, "node"));
  const npm = process.env.npm_execpath; // of the npm that runs this
  if (!npm) throw new Error("wanted to be run as: npm run pack:check");
  fs.symlinkSync(npm, path.join(environment.PATH, "npm"));
  fs.mkdirSync(project);
  fs.writeFileSync(path.join(project, "package.json"), "{}");
  const options = ["--ignore-scripts", "--no-audit", "--no-fund"];
  run("npm", ["install", ...options, "../package.tgz"], { cwd: project, env: environment });
  const help = run("node_modules/.bin/zerocopy", ["--help"], { cwd: project, env: environment });
  return help.split("\n")[0];
}

function compile() {
  const consumer = path.join(root, "tools/packCheck/consumer.ts");
  for (const name of ["consumer.mts", "consumer.cts"])
    fs.copyFileSync(consumer, path.join(project, name));
  fs.symlinkSync(path.join(root, "node_modules/@types"), path.join(project, "node_modules/@types"));
  const options = ["--strict", "--module", "nodenext", "--lib", "es2023,dom", "--types", "node"];
  run(path.join(root, "node_modules/.bin/tsc"), [...options, "consumer.mts", "consumer.cts"], {
    cwd: project,
  });
  return "its types are right for an ES module and for CommonJS";
}

function send(node, program, env, expectedPath) {
  const file = path.join(scratch, "package.tgz");
  const sha256 = createHash("sha256").update(fs.readFileSync(file)).digest("hex");
  const options = { cwd: project, env: { ...environment, ...env }, timeout: 20_000 };
  const output = run(node, [program, file], options).trim().split("\n");
  const expected = [expectedPath, sha256];
  if (output.join() !== expected.join())
    throw new Error(`wanted ${expected.join()}, found ${output.join()}`);
  return expectedPath;
}

try {
  check("glibc", glibc);
  check("pack", pack);
  check("install without a compiler", install);
  check("TypeScript", compile);
  for (const { major, path: node } of runtimes()) {
    for (const program of ["consumer.mjs", "consumer.cjs"]) {
      check(`Node ${major}, ${program}`, () => send(node, program, {}, "sendfile"));
      const disabled = { ZEROCOPY_DISABLE_NATIVE: "1" };
      check(`Node ${major}, ${program}, no addon`, () =>
        send(node, program, disabled, "read-write"),
      );
    }
  }
} finally {
  fs.rmSync(scratch, { recursive: true });
}
