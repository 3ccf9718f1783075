import { open } from "node:fs/promises";
import { requireAddon } from "../../native/binding.ts";
import { systemError } from "../../native/systemError.ts";
import { ended, written } from "./ended.ts";
import type { FileMechanism } from "./mechanism.ts";

/** Within what one ArrayBuffer can hold on Node 20 (4 GiB). */
const windowBytes = 1 << 30;
/** A multiple of every page size: mmap(2) wants offsets that are. */
const alignmentBytes = 64 * 1024;

/** The page cache mapped into the process: no read, one copy into the socket. */
export const mmapWrite: FileMechanism = {
  id: "mmap",
  label: "mmap + write",
  description: "the file mapped into memory and written from there",
  needsAddon: true,
  async send(socket, { path, offset, count }) {
    const { mapPrivate } = requireAddon("mmap");
    const file = await open(path);
    try {
      for (let sent = 0; sent < count; sent += windowBytes) {
        const length = Math.min(windowBytes, count - sent);
        const before = (offset + sent) % alignmentBytes;
        const mapping = mapPrivate(file.fd, offset + sent - before, before + length);
        if (typeof mapping === "number") throw systemError(mapping, "mmap");
        await written(socket, new Uint8Array(mapping, before, length));
      }
    } finally {
      await file.close();
    }
    socket.end();
    await ended(socket);
    return "mmap";
  },
};
