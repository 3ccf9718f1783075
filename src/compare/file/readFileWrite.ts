import { readFile } from "node:fs/promises";
import { bytes } from "../report/format.ts";
import { ended } from "./ended.ts";
import type { FileMechanism } from "./mechanism.ts";

/** kIoMaxLength of node:fs: ERR_FS_FILE_TOO_LARGE. */
const mostFileBytes = 2 ** 31 - 1;

/** The shortest code: the whole file in memory, then one write. */
export const readFileWrite: FileMechanism = {
  id: "readfile",
  label: "readFile + write",
  description: "socket.end(await readFile(path)): the whole file in memory",
  unfit: ({ fileBytes }) =>
    fileBytes > mostFileBytes ? `it takes files up to ${bytes(mostFileBytes)}` : undefined,
  async send(socket, { path, offset, count }) {
    const content = await readFile(path);
    socket.end(content.subarray(offset, offset + count));
    await ended(socket);
    return "read-write";
  },
};
