import { checkCount, checkFd, checkFlags, checkOffset } from "./arguments.ts";
import { call, callOffThread } from "./call.ts";

/**
 * Moves up to `count` bytes between a pipe and another descriptor, inside the kernel. To move from
 * socket to socket, or from socket to file, splice twice, through a pipe.
 *
 * *Copies:* none in user space and none across the kernel boundary: pages change hands.
 *
 * *Complexity:* one system call. Blocks as a read of `src` and a write to `dst` would.
 *
 * @param src - where from. One of the two is a pipe.
 * @param dst - where to; not a file opened with O_APPEND.
 * @param count - bytes wanted. A pipe takes 64 KiB, unless it was made larger (fcntl(2) F_SETPIPE_SZ).
 * @param offsetSrc - where to read, for a file; its position stays. `null`: at its position, which
 *   advances. A pipe and a socket have none.
 * @param offsetDst - where to write, alike.
 * @param flags - SPLICE_F_MOVE, SPLICE_F_NONBLOCK, SPLICE_F_MORE.
 * @returns bytes moved: any number up to `count`; 0 at the end of `src`.
 * @throws {OSError} EINVAL (neither is a pipe, or both are the same; a descriptor that cannot be
 *   spliced), ESPIPE (an offset for a pipe or socket), EAGAIN, EBADF, EPIPE, …
 * @throws {TypeError} for anything but integers. @throws {ValueError} when `count` or `flags` is
 *   negative. {@link https://docs.python.org/3/library/os.html#os.splice os.splice}, splice(2).
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED without the native addon.
 *
 * @example
 * ```ts
 * import { execFileSync } from "node:child_process";
 * import fs from "node:fs";
 * import * as os from "zerocopy/os";
 * const folder = fs.mkdtempSync("/tmp/splice-");
 * execFileSync("mkfifo", [`${folder}/pipe`]);
 * const pipe = fs.openSync(`${folder}/pipe`, "r+");
 * const file = fs.openSync(process.execPath, "r");
 * console.log(os.splice(file, pipe, 4096, 1000)); // 4096, from byte 1000
 * fs.rmSync(folder, { recursive: true });
 * ```
 */
// oxlint-disable-next-line max-params -- Python's order of arguments
export function splice(
  src: number,
  dst: number,
  count: number | bigint,
  offsetSrc: number | bigint | null = null,
  offsetDst: number | bigint | null = null,
  flags: number = 0,
): number {
  return call("splice", ...check([src, dst, count, offsetSrc, offsetDst, flags]));
}

/** {@link splice} off the JavaScript thread, on duplicates of both descriptors. */
// oxlint-disable-next-line max-params -- as above
export async function spliceAsync(
  src: number,
  dst: number,
  count: number | bigint,
  offsetSrc: number | bigint | null = null,
  offsetDst: number | bigint | null = null,
  flags: number = 0,
): Promise<number> {
  return callOffThread("splice", ...check([src, dst, count, offsetSrc, offsetDst, flags]));
}

type Checked = [number, number, number, number | null, number | null, number];

function check([src, dst, count, offsetSrc, offsetDst, flags]: readonly unknown[]): Checked {
  return [
    checkFd("call splice", "src", src),
    checkFd("call splice", "dst", dst),
    checkCount("call splice", "count", count),
    checkOffset("call splice", "offsetSrc", offsetSrc),
    checkOffset("call splice", "offsetDst", offsetDst),
    checkFlags("call splice", flags),
  ];
}
