// The worst case: five operations a turn that copy next to nothing, so that all that is paid is for looking.
//
//   node tiny.mjs TURNS [FIRST]          os.loadavg() is called before turn FIRST and after the last
import os from "node:os";

const [turns, first] = process.argv.slice(2).map(Number);
const source = Buffer.alloc(64, 97);
const target = Buffer.alloc(64);
let sum = 0;

function turn() {
  source.copy(target);
  target.set(source.subarray(0, 32));
  sum += source.toString("latin1").length;
  sum += Buffer.from("a few letters").length;
  sum += Buffer.concat([source, target]).length;
}

const before = process.cpuUsage();
for (let index = 0; index < turns; index += 1) {
  if (index === first) os.loadavg();
  turn();
}
os.loadavg();
if (sum !== turns * (64 + 13 + 128)) throw new Error("not all was done");
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpuMs: (user + system) / 1000 }));
