import type { Socket } from "node:net";
import { finished } from "node:stream/promises";

/** When the receiver has had everything and the connection is closed on both sides. */
export function ended(socket: Socket): Promise<void> {
  return finished(socket);
}

/** When the kernel has taken `chunk`. */
export function written(socket: Socket, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}
