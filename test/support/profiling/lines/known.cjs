// The same in CommonJS, whose code Node wraps into a function.
const fs = require("node:fs");

function run() {
  const source = Buffer.alloc(4 << 20, 1);
  const target = Buffer.alloc(4 << 20);
  const fd = fs.openSync("/dev/zero", "r");
  for (let round = 0; round < 10; round += 1) {
    source.copy(target); //= copy 40 MiB
    Uint8Array.from(source); //= copy 40 MiB
    fs.readSync(fd, target, 0, target.length, null); //= in 40 MiB
  }
  fs.closeSync(fd);
}

run();
