import { readFile } from "node:fs/promises";
import type { Mechanism } from "../chapter.ts";
import { ended } from "./ended.ts";

/** The shortest code: the whole file in memory, then one write. */
export const readFileWrite: Mechanism = {
  id: "readfile",
  label: "readFile + write",
  description: "socket.end(await readFile(path)): the whole file in memory",
  async send(socket, { path, offset, count }) {
    const content = await readFile(path);
    socket.end(content.subarray(offset, offset + count));
    await ended(socket);
    return "read-write";
  },
};
