// The other side of a program that is recorded is a process of its own, which is not.
import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs a function without its surroundings elsewhere; it is told a number. Throws unless it ends well. */
export async function inChild(work, number) {
  const words = ["--input-type=module", "-e", `await (${work.toString()})(${number})`];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "inherit", "inherit"] });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the other side ended with ${code}`);
}
