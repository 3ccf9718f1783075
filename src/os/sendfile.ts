import { checkFd, checkInteger, checkOffset } from "./arguments.ts";
import { call, callOffThread } from "./call.ts";

/**
 * Moves up to `count` bytes from one file descriptor to another inside the kernel.
 *
 * *Copies:* none in user space and none across the kernel boundary. Towards a socket the pages of
 * the page cache are referenced, not copied.
 *
 * *Complexity:* one system call. Blocks while the disk is read, and while a blocking `outFd` is full.
 *
 * @param outFd - a socket, pipe or file open for writing.
 * @param inFd - a file that can be mapped: a regular file, not a pipe or a socket.
 * @param offset - where to read, in bytes; the file position stays. `null`: read at the file
 *   position and advance it.
 * @param count - bytes wanted; the kernel moves at most 0x7ffff000 in one call.
 * @returns bytes moved: any number up to `count`; 0 at and behind the end of the file.
 * @throws {OSError} with `code`, `errno` and `syscall`: EAGAIN (a non-blocking socket is full),
 *   EBADF, EINVAL (a source that cannot be mapped, a negative number), EPIPE, EIO, …
 * @throws {TypeError} for anything but integers. {@link https://docs.python.org/3/library/os.html#os.sendfile os.sendfile}, sendfile(2).
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED without the native addon.
 *
 * @example
 * ```ts
 * import fs from "node:fs";
 * import * as os from "zerocopy/os";
 * const from = fs.openSync(process.execPath, "r");
 * const to = fs.openSync("/dev/null", "w");
 * console.log(os.sendfile(to, from, 0, 4096)); // 4096
 * ```
 */
export function sendfile(
  outFd: number,
  inFd: number,
  offset: number | bigint | null,
  count: number | bigint,
): number {
  return call("sendfile", ...check(outFd, inFd, offset, count));
}

/**
 * {@link sendfile} off the JavaScript thread, on libuv's pool.
 *
 * Both descriptors are duplicated before this returns, so closing them meanwhile is safe: the bytes
 * can never go to whatever the number means next.
 */
export async function sendfileAsync(
  outFd: number,
  inFd: number,
  offset: number | bigint | null,
  count: number | bigint,
): Promise<number> {
  return callOffThread("sendfile", ...check(outFd, inFd, offset, count));
}

type Checked = [outFd: number, inFd: number, offset: number | null, count: number];

function check(outFd: unknown, inFd: unknown, offset: unknown, count: unknown): Checked {
  return [
    checkFd("call sendfile", "outFd", outFd),
    checkFd("call sendfile", "inFd", inFd),
    checkOffset("call sendfile", "offset", offset),
    checkInteger("call sendfile", "count", count),
  ];
}
