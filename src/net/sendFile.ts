import { Socket } from "node:net";
import { AbortError, ZeroCopyError, invalidType } from "../core/errors.ts";
import { checkCount, checkFile, checkOptions } from "./checks.ts";
import type { KernelPath } from "./kernelTransfer.ts";
import type { TransferResult } from "./result.ts";
import { openSource } from "./source.ts";
import type { SendableFile } from "./source.ts";
import { closedError, transfer } from "./transfer.ts";
import type { TransferProgress } from "./transfer.ts";
import { inWriteOrder } from "./writeOrder.ts";

export type { SendableFile, TransferProgress };

export interface SendFileOptions {
  /** First byte of the file to send. Default 0; the file position is neither used nor moved. */
  readonly offset?: number;
  /** Bytes to send; fewer when the file ends first. Default: to the end of the file. */
  readonly count?: number;
  /** Ends the transfer early. After the first byte has left, that destroys the socket. */
  readonly signal?: AbortSignal;
  /** Called about every 50 ms while bytes move, and once at the end. */
  readonly onProgress?: (progress: TransferProgress) => void;
  /** Reject with `ERR_ZERO_COPY_UNAVAILABLE` rather than copy. */
  readonly require?: "zero-copy";
}

/**
 * Sends a file, or a range of it, over a TCP or Unix socket.
 *
 * It takes its place in the order of the socket's writes: what was written before leaves first, and
 * `write`, `end`, `pipe` or another `sendFile` called before it has finished take effect after it.
 * The event loop is never blocked: a thread of its own sends, and waits for slow readers and disks.
 *
 * *Copies:* none on Linux (`path: "sendfile"`); two per byte where the kernel cannot
 * (`path: "read-write"`). The result says which.
 *
 * *Complexity:* O(count) in the kernel; constant memory.
 *
 * A file that becomes shorter while it is sent destroys the socket: the reader must not take what
 * arrived for the whole. So does an abort after the first byte. A failed open, a refused argument
 * or an abort before the first byte leaves the socket as it was.
 *
 * Bytes still in the socket's queue are references to the page cache: changing the file in place
 * changes what arrives (sendfile(2) NOTES). Replace files by rename.
 *
 * @param file - a path, a `FileHandle` or a file descriptor. The last two stay the caller's and may
 *   be closed at once: a duplicate is sent. (Without the native addon: keep them open.)
 * @returns when the socket has accepted the last byte.
 * @throws {TypeError} when an argument has the wrong type.
 * @throws {ValueError} when `offset` or `count` is negative or too large.
 * @throws {ZeroCopyError} ERR_TLS_SOCKET, ERR_SOCKET_CLOSED, ERR_NOT_REGULAR_FILE,
 *   ERR_FILE_TRUNCATED, ERR_ZERO_COPY_UNAVAILABLE.
 * @throws {AbortError} when `signal` aborts.
 * @throws the error of `open` (ENOENT, EACCES, …) or {@link OSError} of the socket (EPIPE, …); the
 *   socket is then destroyed with it, as by a failed write.
 *
 * @example
 * ```ts
 * import net from "node:net";
 * import { sendFile } from "zerocopy/net";
 *
 * const server = net.createServer(async (socket) => {
 *   socket.on("error", () => {});
 *   const { bytes, path, copies } = await sendFile(socket, process.execPath);
 *   console.log(`${bytes} bytes by ${path}, ${copies} copies per byte`);
 *   socket.end();
 * });
 * server.listen(0, "127.0.0.1", () => {
 *   const { port } = server.address() as net.AddressInfo;
 *   net.connect(port, "127.0.0.1").resume().on("close", () => server.close());
 * });
 * ```
 */
export function sendFile(
  socket: Socket,
  file: SendableFile,
  options: SendFileOptions = {},
): Promise<TransferResult> {
  return sendFileBy("sendfile", socket, file, options);
}

/** {@link sendFile} by a mechanism of one's choice, for comparing them. */
export async function sendFileBy(
  kernelPath: KernelPath,
  socket: Socket,
  file: SendableFile,
  options: SendFileOptions = {},
): Promise<TransferResult> {
  checkSocket(socket);
  checkFile(file, action);
  checkOptions(options, action);
  checkCount("offset", options.offset, action);
  checkCount("count", options.count, action);
  const { offset = 0, count = Infinity, signal } = options;
  if (signal?.aborted) throw new AbortError(signal.reason);

  const opening = openSource(file);
  opening.catch(() => {}); // reported when its turn has come
  try {
    let begun = false;
    const sending = inWriteOrder(socket, async (turn) => {
      begun = true;
      const source = await opening;
      return transfer({ ...options, kernelPath, socket, source, turn, offset, count });
    }).catch((error: unknown) => {
      throw begun ? error : closedError(socket, 0);
    });
    return await orAbortedBefore(() => begun, sending, signal);
  } finally {
    await opening.then(
      (source) => source.close(),
      () => {},
    );
  }
}

/** `sending`, unless `signal` aborts while it still waits for its turn. */
function orAbortedBefore<T>(
  begun: () => boolean,
  sending: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!signal) return sending;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      if (!begun()) reject(new AbortError(signal.reason));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    sending.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

const action = "send a file";

function checkSocket(socket: unknown): asserts socket is Socket {
  if (!(socket instanceof Socket)) throw invalidType(action, "a net.Socket", socket);
  if ("encrypted" in socket && socket.encrypted) {
    throw new ZeroCopyError(
      "ERR_TLS_SOCKET",
      "Cannot send a file: wanted a plain TCP or Unix socket, found a TLSSocket, whose bytes must " +
        "be encrypted by its own stream; use fs.createReadStream(path).pipe(socket)",
    );
  }
  if (socket.destroyed || socket.writableEnded || !socket.writable) {
    const state = socket.writableEnded ? "has been ended" : "is closed";
    throw new ZeroCopyError(
      "ERR_SOCKET_CLOSED",
      `Cannot send a file: wanted a writable socket, found one that ${state}`,
    );
  }
}
