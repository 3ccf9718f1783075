// The other half of "copies/B": `zerocopy compare` counts crossings, because none of its mechanisms
// copies payload within user space. This shows it, with valgrind's dhat, which counts every byte that
// memcpy and its relatives move.
//
//   node tools/userCopies.mjs
//
// Each mechanism sends a large and a tiny file; the difference is payload. Exits 1 above 0.02 copies per
// byte.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { chapters } from "../dist/compare/chapters.js";

const largeBytes = 200_000_000;
const limit = 0.02;

if (process.argv[2] === "send") send(process.argv[3], process.argv[4]);
else if (spawnSync("valgrind", ["--version"]).status !== 0) {
  console.log("skipped: valgrind is not installed (apt-get install valgrind)");
} else checkAll();

function checkAll() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-dhat-"));
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  const [tiny, large] = [1, largeBytes].map((bytes) => {
    const file = path.join(folder, String(bytes));
    fs.writeFileSync(file, Buffer.alloc(bytes, "zerocopy"));
    return file;
  });
  console.log("mechanism     user-space copies per byte");
  for (const { id } of chapters[0].mechanisms) {
    const copies = (copied(id, large) - copied(id, tiny)) / largeBytes;
    if (copies > limit) process.exitCode = 1;
    console.log(`${id.padEnd(12)}  ${copies.toFixed(4)}${copies > limit ? "  TOO MANY" : ""}`);
  }
}

/** Bytes copied in user space by a process that sends `file`, its start included. */
function copied(mechanism, file) {
  const words = ["--tool=dhat", "--mode=copy", "--dhat-out-file=/dev/null"];
  const script = [process.execPath, "--single-threaded", import.meta.filename, "send"];
  const run = spawnSync("valgrind", [...words, ...script, mechanism, file], { encoding: "utf8" });
  const total = /Total: +([\d,]+) bytes/.exec(run.stderr)?.[1];
  if (run.status !== 0 || !total) throw new Error(`dhat failed for ${mechanism}:\n${run.stderr}`);
  return Number(total.replaceAll(",", ""));
}

function send(id, file) {
  const mechanism = chapters[0].mechanisms.find((candidate) => candidate.id === id);
  const server = net.createServer((socket) => {
    server.close();
    void mechanism.send(socket.resume(), { path: file, offset: 0, count: fs.statSync(file).size });
  });
  server.listen(0, "127.0.0.1", () => {
    const receive = `require("net").connect(${server.address().port}, "127.0.0.1").resume()`;
    spawn(process.execPath, ["-e", receive], { stdio: "ignore" });
  });
}
