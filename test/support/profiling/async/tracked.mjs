// Promises under hooks of the program's own, which begin when those of the profiler are there: 16 MiB of a file are
// read before there are such, under each, and once they are gone.
import { AsyncLocalStorage, createHook } from "node:async_hooks";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promiseHooks } from "node:v8";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zerocopy-profile-"));
const file = path.join(folder, "file");
fs.writeFileSync(file, Buffer.alloc(4 << 20));
const four = [1, 2, 3, 4];
if (Reflect.ownKeys(Promise.resolve()).length > 0) throw new Error("the profiler is seen");

for (const _ of four) await fs.promises.readFile(file); // before

const storage = new AsyncLocalStorage();
await storage.run("value", async () => {
  for (const _ of four) await fs.promises.readFile(file); // while stored
  if (storage.getStore() !== "value") throw new Error("the store was lost");
});

const begun = new Set();
const hook = createHook({ init: (id, type) => begun.add(type) }).enable();
const stop = promiseHooks.onInit(() => begun.add("promise of V8"));
for (const _ of four) await fs.promises.readFile(file); // while hooked
hook.disable();
stop();
if (!begun.has("PROMISE") || !begun.has("promise of V8")) throw new Error([...begun].join());

const overflow = () => [Promise.resolve(), overflow()];
try {
  overflow();
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
}

for (const _ of four) await fs.promises.readFile(file); // after
fs.rmSync(folder, { recursive: true });
