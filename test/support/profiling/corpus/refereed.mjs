// Runs operations under a referee that sees the whole process, and prints as JSON what the hooks count of
// them: by name, bytes copied in user space, of whatever length, and bytes that cross to the kernel. Each
// operation stands between two lines on stderr, which strace shows too. Without names it does nothing: what
// that costs is to be taken off. It asks the addon, because the recorder's own work, which is not counted, is
// seen by the referee.
//
//   node refereed.mjs TOPIC [NAME…]
import fs from "node:fs";
import { profileAddonState } from "../../../../dist/native/binding.js";
import { kindOf } from "../../../../dist/profile/model.js";
import { operationsOf } from "./corpus.mjs";

/** Enough that what is loaded and compiled on the way does not matter. */
const leastBytes = 16 << 20;
const [, , topic, ...names] = process.argv;
const { addon } = profileAddonState();
const kinds = addon.calls().map(kindOf);

function counted() {
  const sums = { copy: 0, in: 0, out: 0, moved: 0 };
  for (const [, , , , , counters] of addon.threads()) {
    for (const [index, kind] of kinds.entries()) sums[kind] += counters[2 * index + 1];
  }
  return sums;
}

const operations = await operationsOf([topic]);
const found = {};
addon.start(1, 0, 0, 1);
for (const { name, run, payloadBytes } of operations) {
  if (!names.includes(name)) continue;
  const before = counted();
  fs.writeSync(2, `<begin ${name}>\n`);
  for (let done = 0; done < leastBytes; done += payloadBytes) await run();
  fs.writeSync(2, "<end>\n");
  const after = counted();
  found[name] = Object.fromEntries(
    Object.keys(after).map((kind) => [kind, after[kind] - before[kind]]),
  );
}
console.log(JSON.stringify(found));
