import { open } from "node:fs/promises";
import { requireAddon } from "../../native/binding.ts";
import { systemError } from "../../native/systemError.ts";
import type { Mechanism } from "../chapter.ts";
import { ended, written } from "./ended.ts";

/** A multiple of every page size, and within what one ArrayBuffer can hold on Node 20 (4 GiB). */
const windowBytes = 1 << 30;

/** The page cache mapped into the process: no read, one copy into the socket. */
export const mmapWrite: Mechanism = {
  id: "mmap",
  label: "mmap + write",
  description: "the file mapped into memory and written from there",
  needsAddon: true,
  async send(socket, path) {
    const { mapPrivate } = requireAddon("mmap");
    const file = await open(path);
    try {
      const { size } = await file.stat();
      for (let offset = 0; offset < size; offset += windowBytes) {
        const length = Math.min(windowBytes, size - offset);
        const mapping = mapPrivate(file.fd, offset, length);
        if (typeof mapping === "number") throw systemError(mapping, "mmap");
        await written(socket, new Uint8Array(mapping, 0, length));
      }
    } finally {
      await file.close();
    }
    socket.end();
    await ended(socket);
    return "mmap";
  },
};
