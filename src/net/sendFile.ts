import type { Socket } from "node:net";
import { releaseAll } from "../core/borrow.ts";
import { AbortError } from "../core/errors.ts";
import { isBytesLike } from "../core/protocol.ts";
import type { BytesLike } from "../core/protocol.ts";
import { checkCount, checkFile, checkOptions } from "./checks.ts";
import type { CommonOptions } from "./checks.ts";
import { inTurn } from "./inTurn.ts";
import type { KernelPath } from "./kernelTransfer.ts";
import { Pieces } from "./pieces.ts";
import { checkWritable } from "./plainSocket.ts";
import type { TransferResult } from "./result.ts";
import { openSource } from "./source.ts";
import type { SendableFile, Source } from "./source.ts";
import { transfer } from "./transfer.ts";
import type { TransferProgress } from "./transfer.ts";

export type { SendableFile, TransferProgress };

export interface SendFileOptions {
  /** First byte of the file to send. Default 0; the file position is neither used nor moved. */
  readonly offset?: number;
  /** Bytes to send; fewer when the file ends first. Default: to the end of the file. */
  readonly count?: number;
  /**
   * Sent before the file, in the segment of its first bytes: bytes-like, or a list of such. Counts as
   * bytes that were sent; not in `offset` and `count`.
   */
  readonly header?: BytesLike | readonly BytesLike[];
  /** Sent after the file, in the segment of its last bytes. */
  readonly trailer?: BytesLike | readonly BytesLike[];
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
 * The event loop is never blocked: threads of its own send, and wait for slow readers and disks. Only
 * a small range (128 KiB) that is in the page cache is sent by the event loop itself, which is quicker.
 *
 * *Copies:* none on Linux (`path: "sendfile"`); two per byte where the kernel cannot
 * (`path: "read-write"`); one per byte of `header` and `trailer` (`"writev"`). The result says which.
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
 * @throws {ValueError} when `offset` or `count` is negative or too large; for a released view.
 * @throws {BufferError} when memory of `header` or `trailer` is gone.
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
  checkWritable(socket, use);
  checkFile(file, action);
  const common = checkOptions(options, action);
  const { offset = 0, count, header: before, trailer: after } = options;
  checkCount("offset", offset, action);
  checkCount("count", count, action);
  const { signal } = common;
  if (signal?.aborted) throw new AbortError(signal.reason);

  const header = framed(before);
  const trailer = framed(after, header);
  const opening = openSource(file);
  opening.catch(() => {}); // reported when its turn has come
  try {
    return await inTurn(socket, { action, signal }, async (turn) => {
      const source = await opening;
      const range = { source, offset, count: count ?? Infinity };
      return transfer({ ...common, ...range, header, trailer, kernelPath, socket, turn });
    });
  } finally {
    await opening.then(
      (source) => source.close(),
      () => {},
    );
    releaseAll([header, trailer]);
  }
}

/** How {@link sendRange} sends it. */
export interface RangeOptions extends CommonOptions<TransferProgress> {
  /** Told why the kernel does not send it, or the rest of it. */
  readonly onObstacle?: (reason: string) => void;
}

/** What {@link sendRange} sends. `fd` stays open until it has settled, and the caller's. */
export interface FileRange extends Omit<Source, "close"> {
  readonly offset: number;
  readonly count: number;
}

/**
 * {@link sendFile} for callers that have checked everything: a range that the file has, of a
 * descriptor that is not duplicated before its turn.
 */
export function sendRange(
  socket: Socket,
  { offset, count, ...source }: FileRange,
  common: RangeOptions,
): Promise<TransferResult> {
  return inTurn(socket, { action, signal: common.signal }, async (turn) => {
    const none = new Pieces([], action);
    const range = { source, offset, count, header: none, trailer: none };
    return transfer({ ...common, ...range, kernelPath: "sendfile", socket, turn });
  });
}

/** Held until released; so is `before`, when this one is refused. */
function framed(part: SendFileOptions["header"], before?: Pieces): Pieces {
  try {
    const list = part === undefined ? [] : isBytesLike(part) ? [part] : part;
    return new Pieces(list, action);
  } catch (error) {
    before?.release();
    throw error;
  }
}

const action = "send a file";
const use = { action, overTls: "fs.createReadStream(path).pipe(socket)" };
