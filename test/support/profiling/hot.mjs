// A loop so hot that the compilers take everything into it: functions of this file and of Node's. The
// copies are made on the lines that are marked.
const source = Buffer.alloc(4096, 97);
const target = Buffer.alloc(4096);
let sum = 0;

function join(parts) {
  return Buffer.concat(parts); //= copy 312.5 MiB
}

function duplicate(from, to) {
  from.copy(to); //= copy 156.25 MiB
  return to;
}

function cut(from) {
  return Uint8Array.prototype.slice.call(from); //= copy 156.25 MiB
}

function frame(round) {
  const joined = join([source, target]);
  const copied = duplicate(source, target);
  const piece = cut(source);
  const text = source.toString("latin1"); //= copy 156.25 MiB
  const other = Buffer.from(source); //= copy 156.25 MiB
  sum += joined.length + copied.length + piece.length + text.length + other.length + round;
}

for (let round = 0; round < 40_000; round += 1) frame(round);
if (sum === 0) throw new Error("nothing was done");
