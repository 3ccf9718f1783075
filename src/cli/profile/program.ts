/** What is started: a script by Node with the recorder in front of it, or any command whose children are recorded. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { preloadVariable } from "../../profile/handover.ts";
import type { PreloadOptions } from "../../profile/handover.ts";
import { UserError } from "../command.ts";
import type { ProgramWords } from "./options.ts";
import { needsNoScript } from "./words.ts";

export interface Start {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const preload = fileURLToPath(new URL("../../profile/preload.js", import.meta.url));

/** @throws {UserError} when there is nothing that could be started. */
export function startOf({ node, words, follows }: ProgramWords, options: PreloadOptions): Start {
  const env = { ...process.env, [preloadVariable]: JSON.stringify(options) };
  const [first, ...rest] = words;
  const isScript = first !== undefined && first !== "-" && !needsNoScript(node);
  const problem = isScript ? scriptProblem(first) : "";
  if (!options.children) {
    if (problem) {
      const hint = follows ? `; the file of ${follows} would be ${follows}=${first}` : "";
      throw new UserError(`zerocopy profile: Cannot profile ${first}: ${problem}${hint}`);
    }
    return { file: process.execPath, args: ["-r", preload, ...node, ...words], env };
  }
  // Children inherit the environment, and nothing else.
  const inherited = `${process.env["NODE_OPTIONS"] ?? ""} -r ${quoted(preload)}`.trim();
  const withChildren = { ...env, NODE_OPTIONS: inherited };
  return isScript && (problem || isCommand(first))
    ? { file: first, args: rest, env: withChildren }
    : { file: process.execPath, args: [...node, ...words], env: withChildren };
}

/** `./run-all.sh`, `node_modules/.bin/vitest`: what the system can start, and is not named as a script. */
function isCommand(word: string): boolean {
  const file = path.resolve(word);
  if (/\.[cm]?[jt]sx?$/.test(file) || !isFile(file)) return false;
  return (statSync(file).mode & 0o111) !== 0;
}

/** Of the names that Node tries, in its order. */
const endings = ["", ".js", ".json"];

/** Empty when Node finds a script by that name. */
function scriptProblem(word: string): string {
  const file = path.resolve(word);
  const found = endings.map((ending) => file + ending).find(isFile);
  if (found) return "";
  if (!existsSync(file)) {
    return `there is no such file; what a command starts is profiled by --children -- ${word}`;
  }
  if (!statSync(file).isDirectory()) return ""; // a pipe, a device: Node reads it
  const index = ["package.json", "index.js", "index.json"].map((name) => path.join(file, name));
  return index.some(isFile) ? "" : "it is a folder, and has neither package.json nor index.js";
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** As NODE_OPTIONS wants what has spaces in it. */
function quoted(word: string): string {
  return `"${word.replaceAll(/["\\]/g, "\\$&")}"`;
}
