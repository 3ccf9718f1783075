// The same copy by the main thread and by workers, which end before it does.
import { once } from "node:events";
import { Worker, isMainThread } from "node:worker_threads";

function work() {
  const source = Buffer.alloc(1 << 20, 1);
  for (let round = 0; round < 8; round += 1) Buffer.concat([source]); // 8 MiB a thread
}

work();
if (isMainThread) {
  for (let count = 0; count < 3; count += 1) {
    await once(new Worker(new URL(import.meta.url)), "exit");
  }
}
