import { concat } from "./concat.ts";
import type { GrowingMechanism } from "./mechanism.ts";

/** The careful way without a library. Nothing can be read before the end. */
export const array: GrowingMechanism = {
  id: "array",
  label: "array, one Buffer.concat",
  description: "chunks.push(chunk), and Buffer.concat(chunks) at the end: each byte is copied once",
  path: "copy-once",
  grow(chunks) {
    const parts: Buffer[] = [];
    for (const chunk of chunks) parts.push(chunk);
    return [concat(parts)];
  },
};
