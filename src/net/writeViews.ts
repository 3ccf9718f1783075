import type { Socket } from "node:net";
import type { BytesLike } from "../core/protocol.ts";
import { checkOptions } from "./checks.ts";
import { inTurn } from "./inTurn.ts";
import { Outgoing } from "./outgoing.ts";
import { Pieces } from "./pieces.ts";
import { checkWritable } from "./plainSocket.ts";
import { combine } from "./result.ts";
import type { TransferResult } from "./result.ts";
import { sendPieces } from "./sendPieces.ts";

export interface WriteViewsOptions {
  /** Ends the writing early. After the first byte has left, that destroys the socket. */
  readonly signal?: AbortSignal;
}

/** What cannot be done, in errors. */
const action = "write views";

/**
 * Writes many pieces of memory to a TCP or Unix socket as if they were one, from where they lie:
 * `Buffer.concat` and `write`, without the copy. Python's `sendmsg`, with all bytes sent.
 *
 * It takes its place in the order of the socket's writes, as {@link sendFile} does. The event loop is
 * not blocked: what finds room in the socket is sent at once, the rest waits for the reader.
 *
 * *Copies:* one per byte, into the kernel, as every write: `path: "writev"`. Strided views, and views
 * shorter than 384 bytes on average, are copied to one place before (`path: "gathered"`): for so short
 * ones that takes less time.
 *
 * *Complexity:* O(views + bytes); 24 bytes of memory per view.
 *
 * Exporters are held until their last byte has left: a ByteArray does not change its length, a
 * memoryview is not released meanwhile. Plain memory that is transferred or shrinks meanwhile is a
 * BufferError. Changing the bytes meanwhile changes what arrives.
 *
 * @param views - bytes-like objects, of any length and kind.
 * @returns when the socket has accepted the last byte.
 * @throws {TypeError} when an argument has the wrong type.
 * @throws {ValueError} for a released view.
 * @throws {BufferError} for memory that is gone.
 * @throws {ZeroCopyError} ERR_TLS_SOCKET, ERR_SOCKET_CLOSED.
 * @throws {AbortError} when `signal` aborts.
 * @throws {OSError} of the socket (EPIPE, …), which is then destroyed with it, as by a failed write.
 *
 * @see sendmsg(2)
 *
 * @example
 * ```ts
 * import net from "node:net";
 * import { b, memoryview } from "zerocopy";
 * import { writeViews } from "zerocopy/net";
 *
 * const samples = memoryview(new Float64Array(1000));
 * const server = net.createServer(async (socket) => {
 *   socket.on("error", () => {});
 *   const { bytes, path } = await writeViews(socket, [b`head`, samples, samples.subarray(0, 8)]);
 *   console.log(bytes, path); // 8068 writev
 *   socket.end();
 * });
 * server.listen(0, "127.0.0.1", () => {
 *   const { port } = server.address() as net.AddressInfo;
 *   net.connect(port, "127.0.0.1").resume().on("close", () => server.close());
 * });
 * ```
 */
export async function writeViews(
  socket: Socket,
  views: Iterable<BytesLike>,
  options: WriteViewsOptions = {},
): Promise<TransferResult> {
  checkWritable(socket, { action, overTls: "socket.cork(), socket.write(view.lendUint8Array())" });
  const { signal } = checkOptions(options, action);
  const pieces = new Pieces(views, action);
  try {
    await inTurn(socket, { action, signal }, (turn) => {
      const outgoing = new Outgoing({ socket, turn, action, signal });
      return outgoing.run(() => sendPieces(outgoing, pieces));
    });
  } finally {
    pieces.release();
  }
  return combine([
    { path: "writev", bytes: pieces.bytes - pieces.gathered },
    { path: "gathered", bytes: pieces.gathered },
  ]);
}
