import type { Mechanism } from "../chapter.ts";

/** As in the comparison that made Python's memoryview known: `b = b[4096:]` until nothing is left. */
export const pieceBytes = 4096;

/** A trial of more would take minutes: the bytes grow with the square of the size. */
export const mostCopiedBytes: number = 100 * 2 ** 30;

/** A way to consume a buffer from the front. */
export interface MemoryMechanism extends Mechanism {
  /** What it makes of the bytes: for the drawings. */
  readonly path: "copy-rest" | "copy-piece" | "view";
  /**
   * Goes through `content`, {@link pieceBytes} at a time, and reads the first byte of each piece.
   *
   * @param see - gets every piece, where content is checked.
   * @returns the sum of these bytes: proof that every piece was met, and in place.
   */
  consume(content: Uint8Array, see?: (piece: Uint8Array) => void): number;
}

export function piecesOf(contentBytes: number): number {
  return Math.ceil(contentBytes / pieceBytes);
}

/** Bytes that one pass copies, by arithmetic; a trial that counts others fails. */
export function expectedCopies({ path }: MemoryMechanism, contentBytes: number): number {
  const pieces = piecesOf(contentBytes);
  switch (path) {
    case "view":
      return 0;
    case "copy-piece":
      return contentBytes;
    case "copy-rest": // of the rest behind the first piece, the second, …
      return (pieces - 1) * contentBytes - pieceBytes * ((pieces * (pieces - 1)) / 2);
  }
}
