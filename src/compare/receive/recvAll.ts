import type { Socket } from "node:net";
import { receiver } from "../../net/receiver.ts";
import type { Body, ReceiveMechanism } from "./mechanism.ts";

/** This library, into memory that is there: a server's own, used again and again. */
export const recvAll: ReceiveMechanism = {
  id: "recv-all",
  label: "recvAll, memory reused",
  description: "await receiver(socket).recvAll(memory) of zerocopy/net, into memory of one's own",
  contender: true,
  open(length) {
    const memory = new Uint8Array(length).fill(1); // its pages are there
    return (socket) => receive(socket, memory);
  },
};

/** And into memory made for this body alone. */
export const recvAllNew: ReceiveMechanism = {
  id: "recv-all-new",
  label: "recvAll, new memory",
  description: "await receiver(socket).recvAll(new Uint8Array(length))",
  open: (length) => (socket) => receive(socket, new Uint8Array(length)),
};

async function receive(socket: Socket, memory: Uint8Array): Promise<Body> {
  const incoming = receiver(socket);
  const { bytes, path } = await incoming.recvAll(memory);
  await incoming.recvInto(new Uint8Array(1)); // the end of the stream, which the others see too
  return { path, bytes: memory.subarray(0, bytes) };
}
