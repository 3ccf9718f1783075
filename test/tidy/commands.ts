/** The commands that documentation tells people to type, and whether they exist. */
import packageJson from "../../package.json" with { type: "json" };
import { files, read } from "../repository.ts";

const shellBlock = /^```(?:sh|bash|shell|console)?\n(.*?)^```$/gms;

/** `file: command`, for each command in a shell block that names no script and no command of ours. */
export function unknownCommands(file: string): string[] {
  return [...read(file).matchAll(shellBlock)]
    .flatMap(([, block = ""]) => block.split(/\n|&&|\|\|?|;/))
    .map((command) => command.replace(/#.*/, "").replace(/^[\s$]*(\w+=\S* )*/, ""))
    .filter((command) => !exists(command.trim().split(/\s+/)))
    .map((command) => `${file}: ${command.trim()}`);
}

function exists(words: readonly string[]): boolean {
  const [program, ...rest] = words;
  if (program === "npx") return exists(rest);
  if (program === "zerocopy") return isOurCommand(rest[0]);
  if (program !== "npm") return true;
  const [verb, ...options] = rest;
  if (verb === "start" || verb === "test") return verb in packageJson.scripts;
  if (verb !== "run") return true;
  return (options.find((word) => !word.startsWith("-")) ?? "") in packageJson.scripts;
}

function isOurCommand(name: string | undefined): boolean {
  if (name === undefined || name.startsWith("-") || name === "help") return true;
  return files.includes(`src/cli/commands/${name}.ts`);
}
