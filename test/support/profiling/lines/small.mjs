// Copies below 256 bytes are not counted; from there on they are.
const source = Buffer.alloc(1024, 1);
const target = Buffer.alloc(1024);

function copy() {
  source.copy(target, 0, 0, 255); //= copy 0 MiB
  source.copy(target, 0, 0, 256); //= copy 25 MiB
  source.copy(target, 0, 0, 1024); //= copy 100 MiB
}

for (let round = 0; round < 102_400; round += 1) copy();
