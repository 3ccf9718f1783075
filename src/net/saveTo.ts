/** A socket into a file: an upload that does not pass through this process. */
import fs from "node:fs";
import type { Socket } from "node:net";
import { AbortError, invalidType } from "../core/errors.ts";
import { safeOpenFlags } from "../os/file.ts";
import { checkCount, checkFile, checkOptions, checkReadable } from "./checks.ts";
import type { CommonOptions } from "./checks.ts";
import { systemError } from "../native/systemError.ts";
import { drain, kernelObstacle, requireKernelPath } from "./drain.ts";
import type { Part } from "./drain.ts";
import { takeReading } from "./reading.ts";
import type { Reading } from "./reading.ts";
import { combine } from "./result.ts";
import type { TransferResult } from "./result.ts";
import { openRegular } from "./source.ts";
import type { SendableFile } from "./source.ts";
import { connected, plainFd } from "./plainSocket.ts";
import type { TransferProgress } from "./transfer.ts";
import { Watch } from "./watch.ts";

export interface SaveToOptions {
  /** Where in the file the first byte goes. Default 0; the file position is not used or moved. */
  readonly offset?: number;
  /** Bytes to save; fewer when the socket ends first. Default: to the end of the socket. */
  readonly count?: number;
  /**
   * How a path is opened, as in `fs.open`. Default `"w"`: made, or emptied. `"r+"` writes into a
   * file that is there; `"a"` appends, which no kernel path does.
   */
  readonly flags?: "w" | "wx" | "r+" | "a";
  /** Ends the transfer early, which destroys the socket. */
  readonly signal?: AbortSignal;
  /** Called about every 50 ms while bytes move, and once at the end. */
  readonly onProgress?: (progress: TransferProgress) => void;
  /** Reject with `ERR_ZERO_COPY_UNAVAILABLE` rather than copy. */
  readonly require?: "zero-copy";
}

/**
 * Writes what arrives at a socket into a file: to the end of the socket, or `count` bytes, after
 * which the socket may be read as before.
 *
 * The event loop is never blocked: the bytes wait for a slow disk on a thread of their own.
 *
 * *Copies:* none in user space on Linux (`path: "splice"`; the kernel itself moves the bytes from
 * the socket into the page cache); two per byte elsewhere, for TLS sockets, for `flags: "a"` and
 * where the file system cannot (`path: "read-write"`). What Node had read before the call is
 * always copied, and `paths` says how much.
 *
 * *Complexity:* O(bytes) in the kernel; a pipe and two duplicated descriptors, constant memory.
 *
 * A refused argument or a failed open leaves the socket as it was. Any later failure, and an
 * abort, destroys it, because bytes are lost that had left it; the promise rejects, and no `'error'`
 * listener is needed for that. What has been written stays in the file.
 *
 * @param file - a path, a `FileHandle` or a file descriptor that is open for writing. The last two
 *   stay the caller's and may be closed at once. (Without the native addon: keep them open.)
 * @returns when the last byte is in the file; it may not be on the disk yet (fsync(2)).
 * @throws {TypeError} when an argument has the wrong type.
 * @throws {ValueError} when `offset` or `count` is negative or too large.
 * @throws {ZeroCopyError} ERR_SOCKET_IN_USE when somebody else reads from the socket (a `'data'` or
 *   `'readable'` listener, a pipe, an encoding, `onread`); ERR_SOCKET_CLOSED;
 *   ERR_NOT_REGULAR_FILE; ERR_ZERO_COPY_UNAVAILABLE.
 * @throws {AbortError} when `signal` aborts.
 * @throws the error of `open` (ENOENT, EISDIR, …), {@link OSError} of the file (ENOSPC, …) or of
 *   the socket (ECONNRESET, …). Source: splice(2).
 *
 * @example
 * ```ts
 * import net from "node:net";
 * import os from "node:os";
 * import path from "node:path";
 * import { saveTo } from "zerocopy/net";
 *
 * const file = path.join(os.tmpdir(), "upload.bin");
 * const server = net.createServer({ pauseOnConnect: true }, async (socket) => {
 *   const { bytes, path: taken } = await saveTo(socket, file);
 *   console.log(`${bytes} bytes by ${taken}`);
 *   server.close();
 * });
 * server.listen(0, "127.0.0.1", () => {
 *   const { port } = server.address() as net.AddressInfo;
 *   net.connect(port, "127.0.0.1").end(Buffer.alloc(1_000_000));
 * });
 * ```
 */
export async function saveTo(
  socket: Socket,
  file: SendableFile,
  options: SaveToOptions = {},
): Promise<TransferResult> {
  checkReadable(socket, action);
  checkFile(file, action);
  const common = checkOptions(options, action);
  const { signal, require } = common;
  const { offset = 0, count, flags = "w" } = options;
  checkCount("offset", offset, action);
  checkCount("count", count, action);
  if (!Object.hasOwn(flagsOf, flags)) {
    throw invalidType(action, `flags to be one of ${Object.keys(flagsOf).join(" ")}`, flags);
  }
  if (signal?.aborted) throw new AbortError(signal.reason);
  if (require) requireKernelPath(action, socket);
  const reading = takeReading(socket, action);
  try {
    const target = await openRegular(file, flagsOf[flags] | safeOpenFlags, action);
    try {
      await checkWritable(target.fd);
      return await save(socket, reading, target.fd, { ...common, offset, count });
    } finally {
      await target.close();
    }
  } finally {
    reading.giveBack();
  }
}

const action = "save what a socket sends";

const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_EXCL, O_APPEND } = fs.constants;

const flagsOf: Readonly<Record<NonNullable<SaveToOptions["flags"]>, number>> = {
  w: O_WRONLY | O_CREAT | O_TRUNC,
  wx: O_WRONLY | O_CREAT | O_EXCL,
  "r+": O_RDWR,
  a: O_WRONLY | O_CREAT | O_APPEND,
};

/** A write of nothing asks whether there may be one: EBADF for a descriptor to read from. */
function checkWritable(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fs.write(fd, Buffer.alloc(0), 0, 0, 0, (error) => (error ? reject(error) : resolve()));
  });
}

async function save(
  socket: Socket,
  reading: Reading,
  fd: number,
  options: CommonOptions<TransferProgress> & { offset: number; count: number | undefined },
): Promise<TransferResult> {
  const { offset, count = Infinity, signal, require, onProgress } = options;
  let bytes = 0;
  let parts: readonly Part[] = [];
  const watch = new Watch({
    action,
    sockets: [socket],
    signal,
    isDone: () => reading.ended || parts.length > 0,
    bytes: () => bytes,
    report: () => onProgress?.({ bytes, total: options.count }),
  });
  try {
    await connected(socket, watch.stop);
    parts = await drain({
      action,
      reading,
      most: count,
      obstacle: () => {
        if (reading.intercepted) return "the _read of the socket has been replaced";
        return kernelObstacle(socket);
      },
      start: (addon, transfers, moved) => {
        const left = Math.min(count - moved, Number.MAX_SAFE_INTEGER);
        return addon.startSave(transfers, plainFd(socket)!, fd, offset + moved, left);
      },
      writeChunk: (chunk) => writeAll(fd, chunk, offset + bytes),
      require,
      stop: watch.stop,
      onMoved: (moved) => {
        bytes = moved;
        watch.moved();
      },
    });
  } catch (error) {
    watch.fail(error);
  }
  watch.close();
  return combine(parts);
}

async function writeAll(fd: number, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    done += await new Promise<number>((resolve, reject) => {
      fs.write(fd, chunk, done, chunk.length - done, position + done, (error, count) =>
        error ? reject(systemError(error.errno ?? 0, "write")) : resolve(count),
      );
    });
  }
}
