/** Programs that people run, alone and by `zerocopy profile`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Recording } from "zerocopy/profile";
import { cliPath } from "../cli.ts";

/** How a program ended, and what it has said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program and what is done to it. */
export interface Task {
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Of a server: called with the URL in its first line; it gets SIGTERM afterwards. */
  readonly use?: (url: string) => Promise<void>;
}

export const programs: string = fileURLToPath(new URL("programs/", import.meta.url));

export function alone(node: string, task: Task): Promise<Ended> {
  return run(node, [], task);
}

/** @param json - where the recording goes. */
export async function profiled(
  node: string,
  task: Task,
  json: string,
): Promise<Ended & { readonly recording: Recording }> {
  const command = [cliPath, "profile", "--quiet", "--rate", "64K", "--force", "--json", json];
  fs.rmSync(json, { force: true });
  const ended = await run(node, command, task);
  if (!fs.existsSync(json)) throw new Error(`no recording: ${ended.stderr}`);
  return { ...ended, recording: JSON.parse(fs.readFileSync(json, "utf8")) as Recording };
}

async function run(node: string, command: readonly string[], task: Task): Promise<Ended> {
  const child = spawn(node, [...command, ...task.words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...task.env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  if (task.use) {
    try {
      await Promise.race([once(child.stdout, "data"), closed]);
      const [url] = /http:\S+/.exec(stdout) ?? [];
      if (url === undefined) throw new Error(`the server does not listen: ${stderr}`);
      await task.use(url);
    } finally {
      child.kill("SIGTERM");
    }
  }
  const [code, signal] = await closed;
  return { code, signal, stdout, stderr };
}

/** npm, as it lies beside the `npm` in PATH; undefined when there is none. */
export function npmCli(): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, "npm"))
    .filter((file) => fs.existsSync(file))
    .map((file) => fs.realpathSync(file))
    .find((file) => path.basename(file) === "npm-cli.js");
}
