/** Another process that swaps two paths for each other while a test looks: faults/swap.mjs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { later } from "./resources.ts";
import { inTime, until } from "./until.ts";

const swapper = fileURLToPath(new URL("./faults/swap.mjs", import.meta.url));

/** Swaps until the result is called, which gives how often. */
export async function startSwapping(first: string, second: string): Promise<() => Promise<number>> {
  const child = spawn(process.execPath, [swapper, first, second], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  later(() => child.kill());
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  await until(() => output.startsWith("begun"), "the swapping did not begin");
  return async () => {
    child.stdin.end();
    await inTime(once(child, "close"), "the end of the swapping");
    return Number(output.split("\n")[1]);
  };
}
