// The same line in the main thread and in workers, and lines that only workers run.
import { once } from "node:events";
import { Worker, isMainThread } from "node:worker_threads";

const source = Buffer.alloc(1 << 20, 1);

function everywhere() {
  for (let round = 0; round < 10; round += 1) Buffer.concat([source]); //= copy 40 MiB
}

function inWorkers() {
  for (let round = 0; round < 10; round += 1) Buffer.from(source); //= copy 30 MiB
}

everywhere();
if (isMainThread) {
  for (let count = 0; count < 3; count += 1) {
    await once(new Worker(new URL(import.meta.url)), "exit");
  }
} else {
  inWorkers();
}
