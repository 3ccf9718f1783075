// Copies after the program has waited: for a promise, a timer, an iterator, a callback.
import { setImmediate, setTimeout } from "node:timers/promises";

const source = Buffer.alloc(1 << 20, 1);

async function afterPromise() {
  await Promise.resolve();
  Buffer.concat([source]); //= copy 40 MiB
}

async function afterTimer() {
  await setTimeout(1);
  await afterPromise();
  Buffer.from(source); //= copy 40 MiB
}

async function* pieces() {
  for (let count = 0; count < 4; count += 1) {
    await setImmediate();
    yield Uint8Array.prototype.slice.call(source); //= copy 160 MiB
  }
}

async function iterate() {
  for await (const piece of pieces()) {
    source.copy(piece); //= copy 160 MiB
  }
}

for (let round = 0; round < 40; round += 1) {
  await Promise.all([afterTimer(), iterate()]);
  await new Promise((resolve) => {
    process.nextTick(() => {
      source.toString("latin1"); //= copy 40 MiB
      resolve();
    });
  });
}
