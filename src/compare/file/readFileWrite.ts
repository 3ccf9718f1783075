import { readFile } from "node:fs/promises";
import type { Mechanism } from "../chapter.ts";
import { ended } from "./ended.ts";

/** The shortest code: the whole file in memory, then one write. */
export const readFileWrite: Mechanism = {
  id: "readfile",
  label: "readFile + write",
  description: "socket.end(await readFile(path)): the whole file in memory",
  mostFileBytes: 2 ** 31 - 1, // kIoMaxLength of node:fs: ERR_FS_FILE_TOO_LARGE
  async send(socket, { path, offset, count }) {
    const content = await readFile(path);
    socket.end(content.subarray(offset, offset + count));
    await ended(socket);
    return "read-write";
  },
};
