// Runs measure.mjs.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const preload = fileURLToPath(new URL("../../../../dist/profile/preload.js", import.meta.url));
const measure = fileURLToPath(new URL("measure.mjs", import.meta.url));

/** While the collector marks, the engine copies arrays word by word, not by libc: by chance, not by the operation. */
const steady = "--no-incremental-marking";

/**
 * What the operations of topics copy, in a process of their own. The preload takes part in workers.
 *
 * @param {string} node
 * @param {string[]} topics
 * @returns {Record<string, { figures: Record<string, number>, slack: number }>}
 */
export function measured(node, ...topics) {
  const words = [steady, "-r", preload, measure, ...topics];
  return JSON.parse(execFileSync(node, words, { encoding: "utf8" }));
}
