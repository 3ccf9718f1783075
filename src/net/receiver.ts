import type { Socket } from "node:net";
import { holdWritable } from "../core/borrow.ts";
import { ValueError, ZeroCopyError, cannot, invalidType } from "../core/errors.ts";
import { memoryview } from "../core/memoryview.ts";
import type { MemoryView } from "../core/memoryview.ts";
import { isBytesLike } from "../core/protocol.ts";
import type { BytesLike } from "../core/protocol.ts";
import { checkPlain } from "./plainSocket.ts";
import { checkUnused, inUse } from "./reading.ts";
import { Receiving, action } from "./receiving.ts";
import type { Received } from "./receiving.ts";
import { combine } from "./result.ts";
import type { TransferResult } from "./result.ts";

/** Where to receive to: writable memory, or what gives it, piece by piece. */
export type ReceiveTarget = BytesLike | ((socket: Socket) => BytesLike);

export interface ReceiverOptions {
  /** Used by calls that name no memory, and by iteration. */
  readonly into?: ReceiveTarget;
}

/**
 * The reading side of a socket, whose bytes go to memory that the caller owns: made by {@link receiver},
 * {@link connect} and {@link createServer}.
 *
 * Nothing is read while nobody asks, the end of the stream neither: who stops asking before it has to
 * destroy the socket. What is asked for at once is served in call order. The writing side is as ever.
 */
export class Receiver implements AsyncIterable<MemoryView<"B">> {
  readonly socket: Socket;
  readonly #into: ReceiveTarget | undefined;
  readonly #receiving: Receiving;

  /** @internal */
  constructor(socket: Socket, { into }: ReceiverOptions) {
    this.socket = socket;
    this.#into = into;
    this.#receiving = new Receiving(socket);
  }

  /**
   * Receives what has come, at least a byte, into the start of `view`. Python's `socket.recv_into`.
   *
   * *Copies:* one per byte, out of the kernel (`path: "recv"`), and a second one of a byte whenever it
   * had to wait; without the addon two per byte (`path: "recv-copy"`). *Complexity:* O(bytes); no
   * memory is allocated for them.
   *
   * Until then the memory is held: a ByteArray keeps its length.
   *
   * @param view - writable memory, in bytes whatever its format. Default: `into`.
   * @returns `bytes: 0` at the end of the stream.
   * @throws {TypeError} for memory that is read-only or strided, or no memory.
   * @throws {ValueError} for memory of no bytes.
   * @throws {BufferError} when the memory goes meanwhile; what had come for it waits for the next call.
   * @throws {ZeroCopyError} ERR_SOCKET_CLOSED; `bytes` of it had come.
   * @throws {OSError} of the socket (ECONNRESET, …), which is then destroyed with it.
   *
   * @see recv(2)
   */
  recvInto(view?: BytesLike): Promise<TransferResult> {
    return this.#ask(view, false);
  }

  /**
   * As {@link recvInto}, but waits until `view` is full: `MSG_WAITALL`.
   *
   * @returns fewer bytes than `view` has only when the stream has ended.
   */
  recvAll(view?: BytesLike): Promise<TransferResult> {
    return this.#ask(view, true);
  }

  /**
   * What comes, as views of `into`, to the end of the stream. A view is released when the next one is
   * asked for, since its memory is then written again. The socket stays open when the loop is left.
   *
   * *Copies:* as {@link recvInto}.
   *
   * @throws {BufferError} when somebody still uses the view.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<MemoryView<"B">, undefined, undefined> {
    for (;;) {
      const target = this.#target(undefined);
      const { bytes } = await this.#ask(target, false);
      if (bytes === 0) return;
      const part = octetsOf(target, bytes);
      try {
        yield part;
      } finally {
        part.release();
      }
    }
  }

  async #ask(view: BytesLike | undefined, isExact: boolean): Promise<TransferResult> {
    const { bytes: window, release } = holdWritable(this.#target(view), action);
    try {
      if (window.byteLength === 0) throw cannot(ValueError, action, "memory of some bytes", "none");
      return resultOf(await this.#receiving.ask(window, isExact));
    } finally {
      release?.();
    }
  }

  #target(view: BytesLike | undefined): BytesLike {
    if (view !== undefined) return view;
    const into = this.#into;
    if (into === undefined) throw invalidType(action, "memory to receive into", into);
    return typeof into === "function" ? into(this.socket) : into;
  }
}

function resultOf({ bytes, copied }: Received): TransferResult {
  return combine([
    { path: "recv", bytes: bytes - copied },
    { path: "recv-copy", bytes: copied },
  ]);
}

/** The first bytes of `target`, held by one view. */
function octetsOf(target: BytesLike, bytes: number): MemoryView<"B"> {
  const whole = memoryview(target);
  const octets = whole.cast("B");
  const part = octets.subarray(0, bytes);
  octets.release();
  whole.release();
  return part;
}

/**
 * Takes over the reading side of a socket that has not been read yet: what comes goes to memory of one's
 * own instead of new chunks. Call it before the event loop has its turn: in the listener of
 * `"connection"`, or right after `net.connect`.
 *
 * *Copies:* none by itself. *Complexity:* O(1).
 *
 * @throws {TypeError} when an argument has the wrong type.
 * @throws {ZeroCopyError} ERR_TLS_SOCKET, ERR_SOCKET_CLOSED; ERR_SOCKET_IN_USE when somebody else reads
 *   the socket or has read of it; ERR_NOT_SUPPORTED where sockets have no `onread`.
 *
 * @example
 * ```ts
 * import net from "node:net";
 * import { bytearray } from "zerocopy";
 * import { unpackFrom } from "zerocopy/struct";
 * import { receiver } from "zerocopy/net";
 *
 * const server = net.createServer((socket) => socket.end(Buffer.from([0, 7, 0, 9])));
 * server.listen(0, "127.0.0.1", async () => {
 *   const { port } = server.address() as net.AddressInfo;
 *   const incoming = receiver(net.connect(port, "127.0.0.1"));
 *   const record = bytearray(2);
 *   while ((await incoming.recvAll(record)).bytes === 2) {
 *     console.log(unpackFrom(">H", record)); // [ 7 ], then [ 9 ]
 *   }
 *   server.close();
 * });
 * ```
 */
export function receiver(socket: Socket, options: ReceiverOptions = {}): Receiver {
  checkReadable(socket);
  checkInto(options);
  return new Receiver(socket, options);
}

/** @throws {TypeError} unless options, and what they say of memory, are of the right type. */
export function checkInto(options: ReceiverOptions): void {
  if (typeof options !== "object" || options === null) {
    throw invalidType(action, "options to be an object", options);
  }
  const { into } = options;
  if (into === undefined || typeof into === "function" || isBytesLike(into)) return;
  throw invalidType(action, "into to be memory, or a function that gives some", into);
}

function checkReadable(socket: Socket): void {
  checkPlain(socket, { action, overTls: 'socket.on("data", …)' });
  if (socket.destroyed || !socket.readable) {
    throw new ZeroCopyError(
      "ERR_SOCKET_CLOSED",
      "Cannot receive: wanted a readable socket, found one that is closed or has ended",
    );
  }
  checkUnused(socket, action);
  if (socket.bytesRead > 0) throw inUse(action, `found that ${socket.bytesRead} bytes were read`);
  if (socket.readableFlowing === true) throw inUse(action, "found one that flows");
}
