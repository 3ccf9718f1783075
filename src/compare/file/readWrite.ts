import { open } from "node:fs/promises";
import { ended, written } from "./ended.ts";
import type { FileMechanism } from "./mechanism.ts";

/** The careful loop: one buffer, used again for every piece. */
export const readWrite: FileMechanism = {
  id: "read-write",
  label: "read + write, one buffer",
  description: "file.read(buffer) then socket.write(buffer), one 64 KiB buffer used again",
  async send(socket, { path, offset, count }) {
    const file = await open(path);
    const buffer = Buffer.allocUnsafe(64 * 1024);
    try {
      for (let sent = 0; sent < count;) {
        const wanted = Math.min(buffer.length, count - sent);
        const { bytesRead } = await file.read(buffer, 0, wanted, offset + sent);
        if (bytesRead === 0) break;
        await written(socket, buffer.subarray(0, bytesRead));
        sent += bytesRead;
      }
    } finally {
      await file.close();
    }
    socket.end();
    await ended(socket);
    return "read-write";
  },
};
