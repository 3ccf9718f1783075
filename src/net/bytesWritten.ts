/**
 * Keeps `socket.bytesWritten` true. Node reads it from its own handle, which does not see what the
 * kernel sends past it; access logs do.
 */
import { Socket } from "node:net";

interface Counting {
  [sent]?: number;
}

const sent = Symbol("zerocopy.sent");

const own = Object.getOwnPropertyDescriptor(Socket.prototype, "bytesWritten")?.get;

const counting: PropertyDescriptor = {
  configurable: true,
  get(this: Socket & Counting) {
    const bytes = own?.call(this) as number | undefined;
    return bytes === undefined ? undefined : bytes + (this[sent] ?? 0);
  },
};

/** Adds bytes that have left past the handle of `socket`. */
export function countSent(socket: Socket & Counting, bytes: number): void {
  if (socket[sent] === undefined) {
    socket[sent] = 0;
    Object.defineProperty(socket, "bytesWritten", counting);
  }
  socket[sent] += bytes;
}
