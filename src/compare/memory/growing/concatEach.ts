import { binaryBytes } from "../../report/format.ts";
import { mostCopiedBytes } from "../mechanism.ts";
import { concat } from "./concat.ts";
import { expectedCopies } from "./mechanism.ts";
import type { GrowingMechanism } from "./mechanism.ts";

/** The handler of "data" that is in every tutorial. */
export const concatEach: GrowingMechanism = {
  id: "concat",
  label: "Buffer.concat per chunk",
  description: "body = Buffer.concat([body, chunk]): each chunk copies all that there is",
  baseline: true,
  path: "copy-all",
  unfit({ count }) {
    const wanted = expectedCopies(concatEach, count);
    if (wanted <= mostCopiedBytes) return undefined;
    const sizes = [wanted, mostCopiedBytes].map(binaryBytes);
    return `it would copy ${sizes[0]} to collect ${binaryBytes(count)}, and sits out above ${sizes[1]}`;
  },
  grow(chunks) {
    let body: Buffer = Buffer.alloc(0);
    for (const chunk of chunks) body = concat([body, chunk]);
    return [body];
  },
};
