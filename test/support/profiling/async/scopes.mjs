// Files, 4 MiB each, that are read within scopes, as frameworks and tracers run what they are given.
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-profile-"));
const file = path.join(folder, "file");
fs.writeFileSync(file, Buffer.alloc(4 << 20, 1)); // prepared

const storage = new AsyncLocalStorage();
const resource = new AsyncResource("TASK");

function promised() {
  return fs.promises.readFile(file); // promised
}

function called() {
  return new Promise((resolve) => {
    fs.readFile(file, resolve); // called
  });
}

async function streamed() {
  for await (const chunk of fs.createReadStream(file)) chunk.fill(0); // streamed
}

for (const work of [promised, called, streamed]) {
  await storage.run({}, work); // in a context
  await resource.runInAsyncScope(work); // in a scope
}
fs.rmSync(folder, { recursive: true });
