// Four copies of known size, each on a line of its own.
const source = Buffer.alloc(4 << 20, 1);

for (let round = 0; round < 10; round += 1) {
  Buffer.concat([source]); //= copy 40 MiB
  structuredClone(source); //= copy 80 MiB
  source.toString("latin1"); //= copy 40 MiB
  Uint8Array.prototype.slice.call(source); //= copy 40 MiB
}
