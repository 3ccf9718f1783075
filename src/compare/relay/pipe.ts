import { ended } from "../file/ended.ts";
import type { RelayMechanism } from "./mechanism.ts";

/** What nearly every proxy written for Node does. */
export const pipe: RelayMechanism = {
  id: "pipe",
  label: "a.pipe(b).pipe(a)",
  description: "a.pipe(b); b.pipe(a): up to 64 KiB at a time through user space",
  baseline: true,
  async join(a, b) {
    a.pipe(b);
    b.pipe(a);
    await Promise.all([ended(a), ended(b)]);
    return "read-write";
  },
};
