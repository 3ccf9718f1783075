import { mapFile } from "../../fs/mapFile.ts";
import { ended, written } from "./ended.ts";
import type { FileMechanism } from "./mechanism.ts";

/** Within what one view can show on Node 20 (4 GiB). */
const windowBytes = 1 << 30;

/** The page cache mapped into the process: no read, one copy into the socket. */
export const mmapWrite: FileMechanism = {
  id: "mmap",
  label: "mmap + write",
  description: "the file mapped into memory and written from there",
  needsAddon: true,
  async send(socket, { path, offset, count }) {
    for (let sent = 0; sent < count; sent += windowBytes) {
      const length = Math.min(windowBytes, count - sent);
      const map = mapFile(path, { offset: offset + sent, length });
      await map.use((view) => written(socket, view.lendUint8Array()));
      map.unmap();
    }
    socket.end();
    await ended(socket);
    return "mmap";
  },
};
