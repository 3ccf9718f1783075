/**
 * The memory of a call in pieces that the kernel takes at once: windows on memory that is kept in
 * place, and parts of one block for memory that is not (src/os/memory.ts says why).
 *
 *     held      │ kept ──────────────│ not kept ───────────────────│
 *     pieces    │ window ────────────│ in the block │ in the next … │
 */
import { copyBytes } from "../core/copy.ts";
import type { Held } from "../os/memory.ts";

/** IOV_MAX of Linux. */
const mostPieces = 1024;
const blockBytes = 1024 * 1024;

interface Piece {
  readonly held: Held;
  /** Where in `held` it begins. */
  readonly from: number;
  /** What the kernel reads or writes. */
  readonly window: Uint8Array;
}

/** A walk over the bytes of `held`, as far as calls get each time. */
export class Pieces {
  /** Bytes that were copied in user space. */
  copied = 0;
  readonly #held: readonly Held[];
  #block: Uint8Array | undefined;
  #index = 0;
  #offset = 0;

  constructor(held: readonly Held[]) {
    this.#held = held;
  }

  /** The next pieces, to be filled by the kernel; none at the end. */
  forReading(): readonly Piece[] {
    return [...this.#next()];
  }

  /** The next pieces, with what is to be written. */
  forWriting(): readonly Piece[] {
    return [...this.#next()].map((piece) => {
      const { held, from, window } = piece;
      if (!held.isKept) this.#copy(held.window().subarray(from, from + window.length), window);
      return piece;
    });
  }

  /** The kernel has filled the first `count` bytes of `pieces`. */
  deliver(pieces: readonly Piece[], count: number): void {
    let left = count;
    for (const { held, from, window } of pieces) {
      const arrived = window.subarray(0, left);
      const target = held.window();
      if (!held.isKept) this.#copy(arrived, target.subarray(from, from + arrived.length));
      left -= arrived.length;
      if (left === 0) break;
    }
    this.advance(count);
  }

  /** The kernel is done with the first `count` bytes from where it began. */
  advance(count: number): void {
    let left = count;
    while (left > 0) {
      const step = Math.min(left, this.#held[this.#index]!.length - this.#offset);
      this.#offset += step;
      left -= step;
      if (this.#offset === this.#held[this.#index]!.length) {
        this.#index += 1;
        this.#offset = 0;
      }
    }
  }

  #copy(source: Uint8Array, target: Uint8Array): void {
    copyBytes(source, target);
    this.copied += source.length;
  }

  *#next(): Generator<Piece> {
    let room = blockBytes;
    let from = this.#offset;
    let pieces = 0;
    for (let index = this.#index; index < this.#held.length && pieces < mostPieces; index += 1) {
      const held = this.#held[index]!;
      const length = held.isKept ? held.length - from : Math.min(held.length - from, room);
      if (length > 0) {
        const window = held.isKept
          ? held.window().subarray(from, from + length)
          : this.#blockAt(blockBytes - room, length);
        yield { held, from, window };
        pieces += 1;
      }
      if (!held.isKept) room -= length;
      if (from + length < held.length) return;
      from = 0;
    }
  }

  /** Only what has been written to it is ever looked at. */
  #blockAt(start: number, length: number): Uint8Array {
    this.#block ??= Buffer.allocUnsafeSlow(blockBytes);
    return this.#block.subarray(start, start + length);
  }
}
