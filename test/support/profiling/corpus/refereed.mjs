// Runs operations under a referee that sees the whole process, and prints as JSON what the hooks count: bytes
// copied in user space, of whatever length, by the whole program, and what crosses to the kernel by operation.
// Each stands between two lines on stderr, which strace shows too. It asks the addon, because the recorder's
// own work, which is not counted, is seen by the referee.
//
//   node refereed.mjs once|often TOPIC NAME…
//
// Operations run `once`, or once and then `often`: the difference is theirs alone.
import fs from "node:fs";
import { profileAddonState } from "../../../../dist/native/binding.js";
import { kindOf } from "../../../../dist/profile/model.js";
import { operationsOf } from "./corpus.mjs";

const leastBytes = 32 << 20;
const [, , howOften, topic, ...names] = process.argv;
const { addon } = profileAddonState();
const kinds = addon.calls().map(kindOf);

function counted() {
  const sums = { copy: 0, in: 0, out: 0, moved: 0 };
  for (const [, , , , , counters] of addon.threads()) {
    for (const [index, kind] of kinds.entries()) sums[kind] += counters[2 * index + 1];
  }
  return sums;
}

addon.start(1, 0, 0, 1);
const found = {};
for (const { name, run, payloadBytes } of await operationsOf([topic])) {
  if (!names.includes(name)) continue;
  await run();
  const before = counted();
  fs.writeSync(2, `<begin ${name}>\n`);
  if (howOften === "often") {
    for (let done = 0; done < leastBytes; done += payloadBytes) await run();
  }
  fs.writeSync(2, "<end>\n");
  const after = counted();
  found[name] = { in: after.in - before.in, out: after.out - before.out };
}
console.log(JSON.stringify({ copy: counted().copy, found }));
