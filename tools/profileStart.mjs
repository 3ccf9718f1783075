// What `zerocopy profile` adds to the start and end of a program that does nothing: processor time, of
// interleaved pairs, with and without. `node tools/profileStart.mjs [pairs] [node]`, after a build.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const pairs = Number(process.argv[2] ?? 15);
const node = process.argv[3] ?? process.execPath;
/** Of the program alone: the command is a process of its own, beside it. */
const barMs = 80;

const dist = path.join(import.meta.dirname, "../dist");
const folder = mkdtempSync(path.join(tmpdir(), "zerocopy-start-"));
const program = path.join(folder, "empty.cjs");
writeFileSync(program, "");

const ways = {
  "node app.js": [program],
  "node -r preload.js app.js": ["-r", path.join(dist, "profile/preload.js"), program],
  "zerocopy profile app.js": [path.join(dist, "cli/main.js"), "profile", "-q", program],
};
const env = { ...process.env, ZEROCOPY_PROFILE_RECORD: JSON.stringify({ folder }) };

/** Milliseconds of user and system time of a command and what it has started, as bash counts them. */
function processorMs(words) {
  const line = 'TIMEFORMAT="%3U %3S"; time "$@" 2>/dev/null';
  const { stderr, status } = spawnSync("bash", ["-c", line, "_", node, ...words], {
    encoding: "utf8",
    env,
  });
  if (status !== 0) throw new Error(`${words.join(" ")} has ended with ${status}: ${stderr}`);
  return stderr
    .trim()
    .split(" ")
    .reduce((sum, seconds) => sum + Number(seconds) * 1000, 0);
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

try {
  const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let pair = 0; pair < pairs; pair += 1) {
    for (const [way, words] of Object.entries(ways)) times[way].push(processorMs(words));
  }
  const [plain, ...others] = Object.keys(ways);
  const added = (way) => median(times[way].map((time, index) => time - times[plain][index]));
  console.log(`${plain}: ${median(times[plain]).toFixed(0)} ms of processor time, ${pairs} pairs`);
  for (const way of others) console.log(`${way}: ${added(way).toFixed(0)} ms more`);
  if (added(others[0]) > barMs) {
    console.error(`wanted at most ${barMs} ms more in the program`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
