import { checkCount, checkFd, checkInteger } from "./arguments.ts";
import { call, callOffThread } from "./call.ts";

/**
 * Tells the kernel how a file will be used, so that it reads ahead, or forgets.
 *
 * *Copies:* none.
 *
 * *Complexity:* one system call. POSIX_FADV_WILLNEED starts reading and does not wait, unless the
 * queue of the disk is full; POSIX_FADV_DONTNEED takes O(pages) and leaves dirty and mapped ones.
 *
 * @param offset - first byte of the range.
 * @param length - of the range; 0: to the end of the file.
 * @param advice - one of POSIX_FADV_*.
 * @throws {OSError} EBADF, EINVAL (unknown advice, negative length), ESPIPE (a pipe).
 * @throws {TypeError} for anything but integers.
 *   {@link https://docs.python.org/3/library/os.html#os.posix_fadvise os.posix_fadvise},
 *   posix_fadvise(2).
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED without the native addon.
 *
 * @example
 * ```ts
 * import fs from "node:fs";
 * import * as os from "zerocopy/os";
 * const file = fs.openSync(process.execPath, "r");
 * os.fadvise(file, 0, 2 ** 20, os.POSIX_FADV_WILLNEED);
 * ```
 */
export function fadvise(
  fd: number,
  offset: number | bigint,
  length: number | bigint,
  advice: number,
): void {
  call("fadvise", ...checkAdvice(fd, offset, length, advice));
}

/** {@link fadvise} off the JavaScript thread, on a duplicate of the descriptor. */
export async function fadviseAsync(
  fd: number,
  offset: number | bigint,
  length: number | bigint,
  advice: number,
): Promise<void> {
  await callOffThread("fadvise", ...checkAdvice(fd, offset, length, advice));
}

function checkAdvice(
  fd: unknown,
  offset: unknown,
  length: unknown,
  advice: unknown,
): [number, number, number, number] {
  const action = "call posix_fadvise";
  return [
    checkFd(action, "fd", fd),
    checkInteger(action, "offset", offset),
    checkInteger(action, "length", length),
    checkCount(action, "advice", advice, 0x7fffffff),
  ];
}

/** Pages of a range of a file. */
export interface CacheStat {
  /** In memory. */
  readonly cache: number;
  /** Changed, and not yet written to the disk. */
  readonly dirty: number;
  /** Being written to the disk. */
  readonly writeback: number;
  /** Were in memory, and were dropped. */
  readonly evicted: number;
  /** Of those, the ones whose return would show that memory is short. */
  readonly recentlyEvicted: number;
}

/**
 * How much of a file is in memory, and so can be read without waiting for a disk. It may be different
 * when you come to read; RWF_NOWAIT does not have that gap.
 *
 * *Copies:* none.
 *
 * *Complexity:* one system call, O(pages in memory).
 *
 * @param offset - first byte of the range.
 * @param length - of the range; 0: to the end of the file.
 * @returns counts of pages, of 4 KiB on most machines.
 * @throws {OSError} ENOSYS (before Linux 6.5), EPERM (a file of others that you may not write to; seccomp),
 *   EBADF, ENOTSUP (hugetlbfs).
 * @throws {TypeError} for anything but integers. @throws {ValueError} for negative ones.
 *   cachestat(2); Python has none.
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED without the native addon.
 *
 * @example
 * ```ts
 * import fs from "node:fs";
 * import * as os from "zerocopy/os";
 * const { cache, dirty } = os.cachestat(fs.openSync(process.execPath, "r"));
 * console.log(`${cache} pages in memory, ${dirty} of them dirty`);
 * ```
 */
export function cachestat(
  fd: number,
  offset: number | bigint = 0,
  length: number | bigint = 0,
): CacheStat {
  return statOf(call("cachestat", ...checkRange(fd, offset, length)));
}

/** {@link cachestat} off the JavaScript thread, on a duplicate of the descriptor. */
export async function cachestatAsync(
  fd: number,
  offset: number | bigint = 0,
  length: number | bigint = 0,
): Promise<CacheStat> {
  return statOf(await callOffThread("cachestat", ...checkRange(fd, offset, length)));
}

function checkRange(fd: unknown, offset: unknown, length: unknown): [number, number, number] {
  const action = "call cachestat";
  return [
    checkFd(action, "fd", fd),
    checkCount(action, "offset", offset),
    checkCount(action, "length", length),
  ];
}

function statOf(counts: number | readonly number[]): CacheStat {
  const [cache = 0, dirty = 0, writeback = 0, evicted = 0, recentlyEvicted = 0] =
    counts as readonly number[];
  return { cache, dirty, writeback, evicted, recentlyEvicted };
}
