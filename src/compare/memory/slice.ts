import { sliceBytes } from "../../core/copy.ts";
import { binaryBytes } from "../report/format.ts";
import { expectedCopies, mostCopiedBytes, pieceBytes } from "./mechanism.ts";
import type { MemoryMechanism } from "./mechanism.ts";

/** Python's `b = b[4096:]` of a bytes object: every step copies all that is left. */
export const slice: MemoryMechanism = {
  id: "slice",
  label: "Uint8Array.slice",
  description: "rest = rest.slice(4096): each step copies all that is left",
  baseline: true,
  path: "copy-rest",
  unfit({ count }) {
    const wanted = expectedCopies(slice, count);
    if (wanted <= mostCopiedBytes) return undefined;
    const sizes = [wanted, mostCopiedBytes].map(binaryBytes);
    return `it would copy ${sizes[0]} to consume ${binaryBytes(count)}, and sits out above ${sizes[1]}`;
  },
  consume(content, see) {
    let sum = 0;
    for (let rest = content; rest.length > 0; rest = sliceBytes(rest, pieceBytes)) {
      sum += rest[0] ?? 0;
      see?.(rest.subarray(0, pieceBytes));
    }
    return sum;
  },
};
