// User-space copies, counted by valgrind's dhat, which sees every byte that memcpy and its relatives move.
//
//   node tools/userCopies.mjs
//
// `zerocopy compare file` counts crossings, because none of its mechanisms copies payload within user
// space: here each sends a large and a tiny file, and the difference is payload. Exits 1 above 0.02 copies
// per byte. `zerocopy compare memory` counts what it copies in user space itself: here each mechanism
// consumes, or puts together, a large and an empty buffer. Exits 1 when dhat counts 0.02 copies per byte, or
// 2 %, more or less than `compare memory` does.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { mechanisms as fileMechanisms } from "../dist/compare/file/mechanisms.js";
import * as consuming from "../dist/compare/memory/mechanism.js";
import { mechanisms as memoryMechanisms } from "../dist/compare/memory/mechanisms.js";
import * as growing from "../dist/compare/memory/growing/mechanism.js";
import { mechanisms as growingMechanisms } from "../dist/compare/memory/growing/mechanisms.js";

const largeBytes = 200_000_000;
const largeBufferBytes = 4 << 20;
const limit = 0.02;

const [, , mode, own, what] = process.argv;
if (mode === "send") send(own, what);
else if (mode === "consume") find(memoryMechanisms, own).consume(content().subarray(0, what));
else if (mode === "grow") find(growingMechanisms, own).grow(chunks(Number(what)));
else if (spawnSync("valgrind", ["--version"]).status !== 0) {
  console.log("skipped: valgrind is not installed (apt-get install valgrind)");
} else {
  checkFiles();
  checkBuffers();
}

function checkFiles() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-dhat-"));
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  const [tiny, large] = [1, largeBytes].map((bytes) => {
    const file = path.join(folder, String(bytes));
    fs.writeFileSync(file, Buffer.alloc(bytes, "zerocopy"));
    return file;
  });
  console.log("compare file: user-space copies per byte sent");
  for (const mechanism of fileMechanisms) {
    const copies = copiesPerByte("send", mechanism.id, [tiny, large], largeBytes);
    report(mechanism.id, copies, 0);
  }
}

function checkBuffers() {
  console.log("compare memory: user-space copies per byte consumed");
  checkMemory("consume", memoryMechanisms, consuming.expectedCopies);
  console.log("compare memory growing: user-space copies per byte collected");
  checkMemory("grow", growingMechanisms, growing.expectedCopies);
}

function checkMemory(kind, mechanisms, expectedCopies) {
  for (const mechanism of mechanisms) {
    const sizes = ["0", String(largeBufferBytes)];
    const copies = copiesPerByte(kind, mechanism.id, sizes, largeBufferBytes);
    report(mechanism.id, copies, expectedCopies(mechanism, largeBufferBytes) / largeBufferBytes);
  }
}

/** As much memory whatever is done with it: when it is made, the collector copies the young heap. */
function content() {
  return new Uint8Array(largeBufferBytes);
}

function chunks(bytes) {
  const { buffer } = content();
  const { chunkBytes } = growing;
  return Array.from({ length: bytes / chunkBytes }, (_, i) =>
    Buffer.from(buffer, i * chunkBytes, chunkBytes),
  );
}

function report(id, copies, expected) {
  const wrong = Math.abs(copies - expected) > limit * Math.max(1, expected);
  if (wrong) process.exitCode = 1;
  const verdict = wrong ? `  WRONG: expected ${expected.toFixed(4)}` : "";
  console.log(`  ${id.padEnd(12)} ${copies.toFixed(4).padStart(9)}${verdict}`);
}

function copiesPerByte(kind, id, [tiny, large], bytes) {
  return (copied(kind, id, large) - copied(kind, id, tiny)) / bytes;
}

/** Bytes copied in user space by a process that sends a file or consumes a buffer, its start included. */
function copied(kind, id, size) {
  const words = ["--tool=dhat", "--mode=copy", "--dhat-out-file=/dev/null"];
  // Without the optimising compiler, which copies too, and with a young heap that is never full: the collector
  // copies what is alive in it.
  const youngHeap = ["--min-semi-space-size=64", "--max-semi-space-size=64"];
  const flags = ["--single-threaded", "--no-opt", ...youngHeap];
  const script = [process.execPath, ...flags, import.meta.filename, kind];
  const run = spawnSync("valgrind", [...words, ...script, id, size], { encoding: "utf8" });
  const total = /Total: +([\d,]+) bytes/.exec(run.stderr)?.[1];
  if (run.status !== 0 || !total) throw new Error(`dhat failed for ${id}:\n${run.stderr}`);
  return Number(total.replaceAll(",", ""));
}

function find(mechanisms, id) {
  return mechanisms.find((candidate) => candidate.id === id);
}

function send(id, file) {
  const mechanism = find(fileMechanisms, id);
  const server = net.createServer((socket) => {
    server.close();
    void mechanism.send(socket.resume(), { path: file, offset: 0, count: fs.statSync(file).size });
  });
  server.listen(0, "127.0.0.1", () => {
    const receive = `require("net").connect(${server.address().port}, "127.0.0.1").resume()`;
    spawn(process.execPath, ["-e", receive], { stdio: "ignore" });
  });
}
