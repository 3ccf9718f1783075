import { concat as concatenate } from "../memory/growing/concat.ts";
import type { ReceiveMechanism } from "./mechanism.ts";

/** What nearly every program written for Node does that wants a whole body. */
export const concat: ReceiveMechanism = {
  id: "concat",
  label: "chunks + Buffer.concat",
  description: "for await (const chunk of socket) chunks.push(chunk); Buffer.concat(chunks)",
  baseline: true,
  open: () => async (socket) => {
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    return { path: "read-concat", bytes: concatenate(chunks) };
  },
};
