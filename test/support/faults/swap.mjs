// Swaps what lies at two paths for each other, as fast as it can, until its standard input ends; then
// prints how often.
//
//   node swap.mjs <path> <other>
//
// Between, for an instant, there is nothing at either path.
import fs from "node:fs";

const [, , first, second] = process.argv;
const aside = `${second}.aside`;
let goesOn = true;
let swaps = 0;
process.stdin.on("end", () => (goesOn = false)).resume();

function round() {
  for (let count = 0; count < 100; count++, swaps++) {
    fs.renameSync(first, aside);
    fs.renameSync(second, first);
    fs.renameSync(aside, second);
  }
  if (goesOn) setImmediate(round);
  else process.stdout.write(`${swaps}\n`);
}

process.stdout.write("begun\n");
round();
