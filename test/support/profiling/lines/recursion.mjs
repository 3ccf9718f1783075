// Calls itself a hundred times, and copies at every depth, before and after.
const source = Buffer.alloc(64 * 1024, 1);
const target = Buffer.alloc(64 * 1024);

function descend(depth) {
  if (depth === 0) return;
  source.copy(target); //= copy 50 MiB
  descend(depth - 1);
  Buffer.from(source); //= copy 50 MiB
}

for (let round = 0; round < 8; round += 1) descend(100);
