import { checkCount, checkFd, checkOffset } from "./arguments.ts";
import { call, callOffThread } from "./call.ts";

const action = "call copy_file_range";

/**
 * Copies up to `count` bytes from one file to another inside the kernel. Btrfs, XFS and others let
 * both share the blocks; NFS and SMB let the server copy. For a whole file, `copyFile` of
 * `zerocopy/fs` does all of it.
 *
 * *Copies:* none in user space and none across the kernel boundary. A file system that cannot share
 * blocks copies page to page, once, in the kernel.
 *
 * *Complexity:* one system call. Blocks while disks are read and written.
 *
 * @param src - a regular file, open for reading.
 * @param dst - a regular file, open for writing, not with O_APPEND. Of one file the two ranges must
 *   not overlap.
 * @param count - bytes wanted; the kernel moves at most 0x7ffff000 in one call.
 * @param offsetSrc - where to read; the position of `src` stays. `null`: at its position, which
 *   advances.
 * @param offsetDst - where to write, alike.
 * @returns bytes copied: any number up to `count`; 0 at the end of `src`, and for files of procfs.
 * @throws {OSError} EXDEV (two file systems of different kinds), EINVAL (overlapping ranges, not
 *   regular files), EOVERFLOW (a negative offset), EBADF, EISDIR, ENOSPC, EFBIG, …
 * @throws {TypeError} for anything but integers. @throws {ValueError} when `count` is negative.
 *   {@link https://docs.python.org/3/library/os.html#os.copy_file_range os.copy_file_range},
 *   copy_file_range(2).
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED without the native addon.
 *
 * @example
 * ```ts
 * import fs from "node:fs";
 * import * as os from "zerocopy/os";
 * const file = os.memfdCreate("text");
 * fs.writeSync(file, "one two three");
 * os.copyFileRange(file, file, 3, 4, 20); // "two", to byte 20
 * ```
 */
export function copyFileRange(
  src: number,
  dst: number,
  count: number | bigint,
  offsetSrc: number | bigint | null = null,
  offsetDst: number | bigint | null = null,
): number {
  return call("copyFileRange", ...check(src, dst, count, offsetSrc, offsetDst));
}

/** {@link copyFileRange} off the JavaScript thread, on duplicates of both descriptors. */
export async function copyFileRangeAsync(
  src: number,
  dst: number,
  count: number | bigint,
  offsetSrc: number | bigint | null = null,
  offsetDst: number | bigint | null = null,
): Promise<number> {
  return callOffThread("copyFileRange", ...check(src, dst, count, offsetSrc, offsetDst));
}

type Checked = [number, number, number, number | null, number | null];

function check(
  src: unknown,
  dst: unknown,
  count: unknown,
  offsetSrc: unknown,
  offsetDst: unknown,
): Checked {
  return [
    checkFd(action, "src", src),
    checkFd(action, "dst", dst),
    checkCount(action, "count", count),
    checkOffset(action, "offsetSrc", offsetSrc),
    checkOffset(action, "offsetDst", offsetDst),
  ];
}
