import type { Mechanism } from "../../chapter.ts";

/** What streams of files and sockets deliver at most. */
export const chunkBytes = 64 << 10;

/** A way to collect chunks until there are no more. */
export interface GrowingMechanism extends Mechanism {
  /** What it makes of the bytes: for the drawings. */
  readonly path: "copy-all" | "copy-once" | "copy-doubling" | "view";
  /** All bytes in order, in as few pieces as it comes to. */
  grow(chunks: readonly Buffer[]): readonly Uint8Array[];
}

export function chunksOf(contentBytes: number): number {
  return Math.ceil(contentBytes / chunkBytes);
}

/** Bytes that one pass copies, by arithmetic; a trial that counts others fails. */
export function expectedCopies({ path }: GrowingMechanism, contentBytes: number): number {
  switch (path) {
    case "view":
      return 0;
    case "copy-once":
      return contentBytes;
    case "copy-doubling":
      return contentBytes + sum(movesOf(contentBytes));
    case "copy-all": // what there is after each chunk
      return sum(Array.from({ length: chunksOf(contentBytes) }, (_, i) => after(i, contentBytes)));
  }
}

/** What a ByteArray has to move on its way, since it takes twice the memory when it has no more room. */
export function movesOf(contentBytes: number): number[] {
  const moves: number[] = [];
  let [length, capacity] = [0, 0];
  for (let i = 0; i < chunksOf(contentBytes); i++) {
    const next = after(i, contentBytes);
    if (next > capacity) {
      moves.push(length);
      capacity = Math.max(next, 2 * length);
    }
    length = next;
  }
  return moves.filter((moved) => moved > 0);
}

/** Bytes that have arrived with the chunk `index`. */
function after(index: number, contentBytes: number): number {
  return Math.min((index + 1) * chunkBytes, contentBytes);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
