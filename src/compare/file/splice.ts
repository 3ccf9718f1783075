import { sendFileBy } from "../../net/sendFile.ts";
import { ended } from "./ended.ts";
import type { FileMechanism } from "./mechanism.ts";

/** Page references through a pipe: what sendfile does inside, as two system calls. */
export const splice: FileMechanism = {
  id: "splice",
  label: "splice through a pipe",
  description: "splice(file, pipe) then splice(pipe, socket), inside the kernel",
  needsAddon: true,
  async send(socket, { path, offset, count }) {
    const options = { offset, count, require: "zero-copy" } as const;
    const { path: taken } = await sendFileBy("splice", socket, path, options);
    socket.end();
    await ended(socket);
    return taken;
  },
};
