import { bytearray } from "../../../core/bytearray.ts";
import type { GrowingMechanism } from "./mechanism.ts";

/** This library, where the result has to lie in one piece. */
export const growingArray: GrowingMechanism = {
  id: "bytearray",
  label: "bytearray.extend",
  description:
    "body.extend(chunk): one piece at any time, with room to spare; takeBytes() copies nothing",
  contender: true,
  path: "copy-doubling",
  grow(chunks) {
    const body = bytearray();
    for (const chunk of chunks) body.extend(chunk);
    return [body.takeBytes().lendUint8Array()];
  },
};
