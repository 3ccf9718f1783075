import { createReadStream } from "node:fs";
import { ended } from "./ended.ts";
import type { FileMechanism } from "./mechanism.ts";

/** What nearly every program and every static file middleware does. */
export const stream: FileMechanism = {
  id: "stream",
  label: "createReadStream().pipe()",
  description: "createReadStream(path).pipe(socket): 64 KiB at a time through user space",
  baseline: true,
  async send(socket, { path, offset, count }) {
    const file = createReadStream(path, { start: offset, end: offset + count - 1 });
    file.on("error", (error) => socket.destroy(error));
    file.pipe(socket);
    await ended(socket);
    return "read-write";
  },
};
