/**
 * Takes over the reading of a socket: its bytes come into a buffer of ours, one and the same, instead of
 * new ones, and no `data` event has them.
 *
 * Node does that for a socket made with its option `onread`, and for no other. What the option leaves in
 * the socket are three fields and one call of its handle; here the same is done later. The fields are
 * symbols, found by name; a Node that does not have them is not supported, and said so. With them
 * `pause` and `resume` of the socket stop and start the reading itself. Checked on Node 20 to 26
 * (docs/design/0006-receiving.md).
 */
import type { Socket } from "node:net";
import { ZeroCopyError } from "../core/errors.ts";

/** Called with the count of bytes at the start of the buffer. False: no more until `socket.resume()`. */
export type OnRead = (count: number) => boolean;

interface Handle {
  useUserBuffer?(buffer: Uint8Array): void;
}

const names = ["kBuffer", "kBufferCb", "kBufferGen"] as const;

/**
 * Reading has stopped when this returns. Once per socket.
 *
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED on a runtime whose sockets have no `onread`.
 */
export function tapReads(socket: Socket, buffer: Uint8Array, onRead: OnRead): void {
  const [kBuffer, kBufferCb, kBufferGen] = names.map((name) => fieldOf(socket, name));
  const { _handle: handle } = socket as unknown as { _handle: Handle | null };
  if (!kBuffer || !kBufferCb || !kBufferGen || (handle && !handle.useUserBuffer)) {
    throw new ZeroCopyError(
      "ERR_NOT_SUPPORTED",
      "Cannot receive: wanted sockets with the option onread, found a runtime without it",
    );
  }
  Object.assign(socket, { [kBuffer]: buffer, [kBufferCb]: onRead, [kBufferGen]: null });
  handle?.useUserBuffer?.(buffer);
  socket.pause();
}

function fieldOf(socket: Socket, name: string): symbol | undefined {
  return Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);
}
