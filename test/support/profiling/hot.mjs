// A loop so hot that the compilers take everything into it: functions of this file and of Node's. The
// copies are made on the lines that are marked.
const source = Buffer.alloc(4096, 97);
const target = Buffer.alloc(4096);
let sum = 0;

function join(parts) {
  return Buffer.concat(parts); // 8192 bytes
}

function duplicate(from, to) {
  from.copy(to); // 4096 bytes
  return to;
}

function cut(from) {
  return Uint8Array.prototype.slice.call(from); // 4096 bytes
}

function frame(round) {
  const joined = join([source, target]);
  const copied = duplicate(source, target);
  const piece = cut(source);
  const text = source.toString("latin1"); // 4096 bytes
  const other = Buffer.from(source); // 4096 bytes
  sum += joined.length + copied.length + piece.length + text.length + other.length + round;
}

for (let round = 0; round < 40_000; round += 1) frame(round);
if (sum === 0) throw new Error("nothing was done");
