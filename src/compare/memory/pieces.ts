import { sliceBytes } from "../../core/copy.ts";
import { pieceBytes } from "./mechanism.ts";
import type { MemoryMechanism } from "./mechanism.ts";

/** The careful way to copy: an index moves on, and every byte is copied once. */
export const pieces: MemoryMechanism = {
  id: "pieces",
  label: "slice of each piece",
  description: "content.slice(at, at + 4096): each byte is copied once",
  path: "copy-piece",
  consume(content, see) {
    let sum = 0;
    for (let at = 0; at < content.length; at += pieceBytes) {
      const piece = sliceBytes(content, at, at + pieceBytes);
      sum += piece[0] ?? 0;
      see?.(piece);
    }
    return sum;
  },
};
