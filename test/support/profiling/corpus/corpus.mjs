// Every way to copy that JavaScript has, as operations: a name, how many bytes it is given, and what it
// does. What they copy is in ../multipliers.json, measured. Texts are flattened where it says so: until
// somebody looks into them, what was joined is a pair. `written` says what an operation writes, at least, where
// some Node does it without libc.
export const topics = [
  "buffers",
  "typedArrays",
  "strings",
  "cloning",
  "web",
  "streams",
  "files",
  "codecs",
  "network",
];

/** How far a figure may vary. How the kernel cuts what it hands over decides how often pieces are put together. */
const ofChunks = 0.5;
const otherwise = 0.05;
/** What compilers may copy meanwhile. */
const strayBytes = 16 * 1024;

/**
 * The operations of some topics, as far as this Node has them. Loads what they copy.
 *
 * @param {string[]} wanted
 * @returns {Promise<{ name: string, run: () => unknown, payloadBytes: number, slack: number, written?: number }[]>}
 */
export async function operationsOf(wanted = topics) {
  const { payloadBytes } = await import("./payload.mjs");
  const operations = [];
  for (const topic of wanted) {
    const slack = topic === "network" ? ofChunks : otherwise;
    const { default: table } = await import(`./${topic}.mjs`);
    for (const [name, what] of Object.entries(table)) {
      const { isThere = true, ...own } = typeof what === "function" ? { run: what } : what;
      const operation = { name, payloadBytes, slack, ...own };
      operation.slack = Math.max(operation.slack, strayBytes / operation.payloadBytes);
      if (isThere) operations.push(operation);
    }
  }
  return operations;
}
