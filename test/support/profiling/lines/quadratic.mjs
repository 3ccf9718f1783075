// Collects 64 pieces of 32 KiB, a piece at a time: 1 + 2 + … + 64 pieces are copied, eight times over.
const piece = Buffer.alloc(32 * 1024, 1);

function collect(count) {
  let all = Buffer.alloc(0);
  for (let index = 0; index < count; index += 1) {
    all = Buffer.concat([all, piece]); //= copy 520 MiB
  }
  return all;
}

for (let round = 0; round < 8; round += 1) collect(64);
