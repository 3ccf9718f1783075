import { memoryview } from "../../core/memoryview.ts";
import { pieceBytes } from "./mechanism.ts";
import type { MemoryMechanism } from "./mechanism.ts";

/** This library. */
export const view: MemoryMechanism = {
  id: "memoryview",
  label: "memoryview.subarray",
  description: "rest = rest.subarray(4096): each step is a new MemoryView over the same memory",
  contender: true,
  path: "view",
  consume(content, see) {
    let sum = 0;
    for (let rest = memoryview(content); rest.length > 0; rest = rest.subarray(pieceBytes)) {
      sum += rest.get(0);
      see?.(rest.subarray(0, pieceBytes).asUint8Array());
    }
    return sum;
  },
};
