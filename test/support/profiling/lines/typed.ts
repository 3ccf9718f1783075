/**
 * TypeScript whose lines move when types are taken out by a compiler that knows nothing of Node, and stay
 * where they are when Node does it.
 */
interface Piece {
  readonly from: number;
  readonly to: number;
}

type Pieces = readonly Piece[];

const source: Uint8Array = new Uint8Array(1 << 20);

function cut(bytes: Uint8Array, { from, to }: Piece): Uint8Array {
  return bytes.slice(from, to); //= copy 40 MiB
}

interface Joined {
  readonly bytes: Buffer;
}

function join(pieces: readonly Uint8Array[]): Joined {
  const bytes = Buffer.concat(pieces); //= copy 40 MiB
  return { bytes };
}

const halves: Pieces = [
  { from: 0, to: source.length / 2 },
  { from: source.length / 2, to: source.length },
];

for (let round = 0; round < 40; round += 1) {
  const { bytes } = join(halves.map((piece: Piece) => cut(source, piece)));
  bytes.copy(source satisfies Uint8Array); //= copy 40 MiB
}
