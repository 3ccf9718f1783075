// Holds the "copies/B" column of `zerocopy compare` against an independent witness: the return values
// of the read, write, send and recv family under strace.
//
//   node tools/straceCheck.mjs [FILE]
//
// Only the sending process counts, and only between its two readings of /proc/self/io, which the
// trace shows. Exits 1 when a mechanism differs by more than 2 %, or by more than 0.02 copies where it
// makes next to none.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { chapters } from "../dist/compare/chapters.js";

const cli = path.join(import.meta.dirname, "..", "dist", "cli", "main.js");
const counted =
  "read,write,readv,writev,pread64,pwrite64,preadv,pwritev,preadv2,pwritev2," +
  "sendto,sendmsg,recvfrom,recvmsg";
const mechanisms = chapters[0].mechanisms.map(({ id }) => id);

if (spawnSync("strace", ["-V"]).status !== 0) {
  console.log("skipped: strace is not installed (apt-get install strace)");
  process.exit(0);
}

const file = process.argv[2] ?? process.execPath;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-strace-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));

console.log(`${"mechanism".padEnd(12)}  compare   strace  difference`);
for (const mechanism of mechanisms) {
  const { bytes, copiesPerByte, senderPid, trace } = run(mechanism);
  const witnessed = crossings(trace, senderPid) / bytes;
  const difference = Math.abs(copiesPerByte - witnessed);
  const agrees = difference <= Math.max(0.02 * witnessed, 0.02);
  if (!agrees) process.exitCode = 1;
  const columns = [copiesPerByte, witnessed].map((value) => value.toFixed(4).padStart(7));
  const percent = witnessed > 0 ? ((difference / witnessed) * 100).toFixed(2) : "0.00";
  console.log(
    `${mechanism.padEnd(12)}  ${columns.join("  ")}  ${percent} % ${agrees ? "" : "DIFFERS"}`,
  );
}

function run(mechanism) {
  const output = path.join(folder, mechanism);
  const words = ["compare", "file", file, "--only", mechanism, "--rounds", "1", "--json"];
  const traced = spawnSync(
    "strace",
    [
      "-f",
      "-o",
      output,
      "-e",
      `trace=${counted},openat,clone,clone3`,
      process.execPath,
      cli,
      ...words,
    ],
    { encoding: "utf8", maxBuffer: 1 << 26 },
  );
  if (traced.status !== 0) throw new Error(traced.stderr || `strace ended with ${traced.status}`);
  const [sample] = JSON.parse(traced.stdout).runs[0].mechanisms[0].samples;
  return { ...sample, trace: fs.readFileSync(output, "latin1").split("\n") };
}

/** Bytes moved by the threads of `pid` between its two readings of /proc/self/io. */
function crossings(trace, pid) {
  const threads = new Set([pid]);
  let windows = 0;
  let bytes = 0;
  for (const line of trace) {
    const [, thread, call] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (!threads.has(Number(thread))) continue;
    const result = Number(/ = (-?\d+)(?: |$)/.exec(call)?.[1] ?? -1);
    const name = /^(?:<\.\.\. )?(\w+)/.exec(call)?.[1];
    if (name === "clone" || name === "clone3") {
      if (result > 0) threads.add(result);
    } else if (name === "openat") {
      if (call.includes('"/proc/self/io"')) windows++;
    } else if (windows === 1 && result > 0 && !ownReading(call)) {
      bytes += result;
    }
  }
  if (windows !== 2) throw new Error(`the trace shows ${windows} readings of /proc/self/io, not 2`);
  return bytes;
}

/** The reading that opens the window is not part of it. */
function ownReading(call) {
  return call.includes("rchar: ");
}
