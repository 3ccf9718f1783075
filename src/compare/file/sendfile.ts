import { sendFile } from "../../net/sendFile.ts";
import { ended } from "./ended.ts";
import type { FileMechanism } from "./mechanism.ts";

/** This library. */
export const sendfile: FileMechanism = {
  id: "sendfile",
  label: "sendfile",
  description: "await sendFile(socket, path) of zerocopy/net: one system call, inside the kernel",
  contender: true,
  async send(socket, { path, offset, count }) {
    const { path: taken } = await sendFile(socket, path, { offset, count });
    socket.end();
    await ended(socket);
    return taken;
  },
};
