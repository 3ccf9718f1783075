// What comes by pipes, 4 MiB each: the input of this process, the output of a child; and a worker that reads a
// file.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Worker, isMainThread, workerData } from "node:worker_threads";

async function inWorker() {
  for (let round = 0; round < 4; round += 1) await fs.promises.readFile(workerData); // worker
}

async function inMain() {
  const seen = { input: 0, child: 0 };
  for await (const chunk of process.stdin) seen.input += chunk.length; // stdin
  const child = spawn(process.execPath, ["-e", "process.stdout.write(Buffer.alloc(4 << 20))"]); // child
  child.stdout.on("data", (chunk) => (seen.child += chunk.length));
  await once(child, "close");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-profile-"));
  const file = path.join(folder, "file");
  fs.writeFileSync(file, Buffer.alloc(1 << 20));
  await once(new Worker(new URL(import.meta.url), { workerData: file }), "exit");
  fs.rmSync(folder, { recursive: true });
  if (seen.input !== 4 << 20 || seen.child !== 4 << 20) throw new Error(JSON.stringify(seen));
}

await (isMainThread ? inMain() : inWorker());
