// Programs that say themselves what each of their lines copies, in lines/: `//= copy 40 MiB`. What a recording
// says of them is held against it.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { sitesOf } from "zerocopy/profile";
import { recorded } from "./run.mjs";

const folder = fileURLToPath(new URL("lines/", import.meta.url));
const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
const MiB = 1 << 20;

/**
 * Every program; TypeScript once compiled, with a source map, and once as it is, where Node takes types out.
 *
 * @param {string} version of Node
 * @returns {{ program: string, isCompiled: boolean }[]}
 */
export function programsFor(version) {
  const [major, minor] = version.split(".").map(Number);
  const stripsTypes = major > 22 || (major === 22 && minor >= 18);
  return ["../hot.mjs", ...fs.readdirSync(folder)]
    .filter((program) => /\.(mjs|cjs|ts)$/.test(program))
    .flatMap((program) => {
      if (!program.endsWith(".ts")) return [{ program, isCompiled: false }];
      return [true, ...(stripsTypes ? [false] : [])].map((isCompiled) => ({ program, isCompiled }));
    });
}

/**
 * @typedef {object} Score
 * @property {number} truth bytes, as the marks say
 * @property {number} right the share of them found on lines that are marked, and of a kind that is
 * @property {number} wrong on others
 * @property {number} uncertain in a function, without a line
 * @property {string[]} lines which of them are off by more than chance does it
 */

/**
 * Runs a program, TypeScript compiled with a source map when `isCompiled`, and compares.
 *
 * @param {string} program
 * @param {{ node?: string, isCompiled?: boolean }} options
 * @returns {Score}
 */
export function scoreOf(program, { node = process.execPath, isCompiled = false } = {}) {
  const file = path.join(folder, program);
  const built = isCompiled ? fs.mkdtempSync(path.join(folder, ".built-")) : undefined;
  try {
    const ran = built === undefined ? file : compiled(file, built);
    const options = { isAdaptive: false, bytesPerSample: 64 * 1024 };
    const { recording, status, stderr } = recorded(node, [ran], options);
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
    return compared(marksOf(file), sitesOf(recording), path.basename(file));
  } finally {
    if (built !== undefined) fs.rmSync(built, { recursive: true });
  }
}

function compiled(file, outDir) {
  const options = ["--sourceMap", "--target", "es2023", "--module", "nodenext", "--types", "node"];
  execFileSync(tsc, [file, "--ignoreConfig", "--outDir", outDir, ...options], { stdio: "pipe" });
  return path.join(outDir, `${path.basename(file, ".ts")}.js`);
}

/** Bytes by line and kind. */
function marksOf(file) {
  const marks = new Map();
  for (const [index, line] of fs.readFileSync(file, "utf8").split("\n").entries()) {
    for (const [, kind, count] of line.matchAll(/\/\/= (copy|in|out) ([\d.]+) MiB/g)) {
      marks.set(`${index + 1} ${kind}`, Number(count) * MiB);
    }
  }
  return marks;
}

function compared(marks, sites, name) {
  const own = sites.filter(({ file }) => path.basename(file) === name);
  const truth = [...marks.values()].reduce((sum, bytes) => sum + bytes, 0);
  const share = (some) => some.reduce((sum, { bytes }) => sum + bytes, 0) / truth;
  const keyOf = ({ line, kind }) => `${line} ${kind}`;
  const lines = [...marks].flatMap(([key, bytes]) => {
    const here = own.filter((site) => keyOf(site) === key);
    const found = here.reduce((sum, site) => sum + site.bytes, 0);
    const chance = 4 * Math.hypot(...here.map(({ error }) => error));
    const isRight = Math.abs(found - bytes) <= chance + 0.02 * Math.max(bytes, MiB);
    return isRight ? [] : [`${key}: ${(found / MiB).toFixed(1)} MiB, wanted ${bytes / MiB}`];
  });
  return {
    truth,
    right: share(own.filter((site) => marks.get(keyOf(site)) > 0)),
    wrong: share(own.filter((site) => site.line !== 0 && !(marks.get(keyOf(site)) > 0))),
    uncertain: share(own.filter(({ line }) => line === 0)),
    lines,
  };
}
