import { pieceBytes } from "./mechanism.ts";
import type { MemoryMechanism } from "./mechanism.ts";

/** Node's own view. */
export const subarray: MemoryMechanism = {
  id: "subarray",
  label: "Buffer.subarray",
  description: "rest = rest.subarray(4096): each step is a new Buffer over the same memory",
  path: "view",
  consume(content, see) {
    let sum = 0;
    let rest = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    for (; rest.length > 0; rest = rest.subarray(pieceBytes)) {
      sum += rest[0] ?? 0;
      see?.(rest.subarray(0, pieceBytes));
    }
    return sum;
  },
};
