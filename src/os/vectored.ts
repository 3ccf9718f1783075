/** Reading into several buffers, and writing of several, by one system call each. */
import { releaseAll } from "../core/borrow.ts";
import type { BytesLike } from "../core/protocol.ts";
import type { SystemCalls } from "../native/systemCalls.ts";
import { checkBuffers, checkFd, checkFlags, checkInteger } from "./arguments.ts";
import { call, callOffThread } from "./call.ts";
import { deliver, holdAll, readable, withWindows, writable } from "./memory.ts";

/**
 * Reads into `buffers`, one after the other, at the file position, which advances.
 *
 * *Copies:* n bytes, from the kernel to where they belong.
 *
 * *Complexity:* one system call. Blocks until there are bytes, or the end.
 *
 * @param fd - anything that can be read.
 * @param buffers - writable contiguous memory of any kind. More than 1,024 are EINVAL (IOV_MAX).
 * @returns bytes read: any number up to the sizes of all; 0 at the end.
 * @throws {OSError} EAGAIN (a non-blocking descriptor has none), EBADF, EISDIR, EINVAL, EIO, …
 * @throws {TypeError} for anything but an array of bytes-like objects.
 * @throws {BufferError} for read-only, strided or detached memory; nothing is read then.
 * @throws {ValueError} for released views.
 *   {@link https://docs.python.org/3/library/os.html#os.readv os.readv}, readv(2).
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED without the native addon.
 *
 * @example
 * ```ts
 * import fs from "node:fs";
 * import * as os from "zerocopy/os";
 * const header = new Uint8Array(4);
 * const rest = new Uint8Array(60);
 * console.log(os.readv(fs.openSync(process.execPath, "r"), [header, rest])); // 64
 * ```
 */
export function readv(fd: number, buffers: readonly BytesLike[]): number {
  const checked = checkFd("call readv", "fd", fd);
  return withWindows(checkBuffers("call readv", buffers), "call readv", "write", (windows) =>
    call("readv", checked, windows),
  );
}

/**
 * Writes `buffers`, one after the other, at the file position, which advances.
 *
 * *Copies:* n bytes, to the kernel. They are not joined first.
 *
 * *Complexity:* one system call. Blocks while a pipe or blocking socket is full.
 *
 * @param fd - anything that can be written.
 * @param buffers - contiguous memory of any kind. More than 1,024 are EINVAL (IOV_MAX).
 * @returns bytes written: any number up to the sizes of all.
 * @throws {OSError} EAGAIN, EBADF, EPIPE, ENOSPC, EFBIG, EINVAL, EIO, …
 * @throws {TypeError} for anything but an array of bytes-like objects.
 * @throws {BufferError} for strided or detached memory; nothing is written then.
 * @throws {ValueError} for released views.
 *   {@link https://docs.python.org/3/library/os.html#os.writev os.writev}, writev(2).
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED without the native addon.
 *
 * @example
 * ```ts
 * import fs from "node:fs";
 * import { b } from "zerocopy";
 * import * as os from "zerocopy/os";
 * const out = fs.openSync("/dev/null", "w");
 * console.log(os.writev(out, [b`header\n`, new Uint8Array(100)])); // 107
 * ```
 */
export function writev(fd: number, buffers: readonly BytesLike[]): number {
  const checked = checkFd("call writev", "fd", fd);
  return withWindows(checkBuffers("call writev", buffers), "call writev", "read", (windows) =>
    call("writev", checked, windows),
  );
}

/**
 * {@link readv} at an offset, with flags; the file position stays.
 *
 * *Copies:* n bytes, from the kernel to where they belong.
 *
 * *Complexity:* one system call. Blocks while the disk is read; with RWF_NOWAIT never.
 *
 * @param offset - of the first byte. -1 is the file position, which then advances.
 * @param flags - RWF_NOWAIT: only what is in the page cache; EAGAIN if there is nothing. RWF_HIPRI.
 * @returns bytes read: any number up to the sizes of all; 0 at and behind the end.
 * @throws {OSError} as readv, and ESPIPE (a pipe or socket), ENOTSUP (unknown flags, or a file
 *   system that does not have them).
 * @throws {TypeError} {@link BufferError} {@link ValueError} as readv; a ValueError for negative
 *   flags too. {@link https://docs.python.org/3/library/os.html#os.preadv os.preadv}, preadv2(2).
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED without the native addon.
 *
 * @example
 * ```ts
 * import fs from "node:fs";
 * import * as os from "zerocopy/os";
 * const page = new Uint8Array(4096);
 * const file = fs.openSync(process.execPath, "r");
 * // 4096 if it is in memory; would throw EAGAIN rather than wait for the disk
 * console.log(os.preadv(file, [page], 0, os.RWF_NOWAIT));
 * ```
 */
export function preadv(
  fd: number,
  buffers: readonly BytesLike[],
  offset: number | bigint,
  flags: number = 0,
): number {
  const place = checkPlace("call preadv", fd, offset, flags);
  return withWindows(checkBuffers("call preadv", buffers), "call preadv", "write", (windows) =>
    call("preadv", place.fd, windows, place.offset, place.flags),
  );
}

/**
 * {@link writev} at an offset, with flags; the file position stays.
 *
 * *Copies:* n bytes, to the kernel. They are not joined first.
 *
 * *Complexity:* one system call. Blocks while the disk has to be asked, and until it has the bytes
 * with RWF_SYNC or RWF_DSYNC.
 *
 * @param offset - of the first byte. -1 is the file position, which then advances.
 * @param flags - RWF_DSYNC, RWF_SYNC, RWF_APPEND, RWF_NOWAIT, RWF_HIPRI.
 * @returns bytes written: any number up to the sizes of all.
 * @throws {OSError} as writev, and ESPIPE, ENOTSUP as preadv.
 * @throws {TypeError} {@link BufferError} {@link ValueError} as writev; a ValueError for negative
 *   flags too. {@link https://docs.python.org/3/library/os.html#os.pwritev os.pwritev}, pwritev2(2).
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED without the native addon.
 *
 * @example
 * ```ts
 * import { b } from "zerocopy";
 * import * as os from "zerocopy/os";
 * const file = os.memfdCreate("log");
 * os.pwritev(file, [b`one `, b`two`], 0);
 * os.pwritev(file, [b`!`], 0, os.RWF_APPEND); // one two!
 * ```
 */
export function pwritev(
  fd: number,
  buffers: readonly BytesLike[],
  offset: number | bigint,
  flags: number = 0,
): number {
  const place = checkPlace("call pwritev", fd, offset, flags);
  return withWindows(checkBuffers("call pwritev", buffers), "call pwritev", "read", (windows) =>
    call("pwritev", place.fd, windows, place.offset, place.flags),
  );
}

/**
 * {@link readv} off the JavaScript thread, on a duplicate of the descriptor.
 *
 * *Copies:* n bytes from the kernel. Into a ByteArray, a mapped file, views of these or a
 * SharedArrayBuffer they come directly; the buffer is locked until the end. An ArrayBuffer could be
 * detached meanwhile: its bytes come into a block of our own and are copied once more.
 *
 * @throws {BufferError} when the memory was detached meanwhile, too: the bytes have been read then,
 *   and are lost.
 */
export async function readvAsync(fd: number, buffers: readonly BytesLike[]): Promise<number> {
  const checked = checkFd("call readv", "fd", fd);
  return readOffThread("call readv", buffers, (windows) =>
    callOffThread("readv", checked, windows),
  );
}

/**
 * {@link writev} off the JavaScript thread, on a duplicate of the descriptor.
 *
 * *Copies:* n bytes to the kernel. A ByteArray, a mapped file, views of these and SharedArrayBuffers
 * are written as they are, and locked until the end; other memory is copied first, since it could be
 * detached meanwhile.
 */
export async function writevAsync(fd: number, buffers: readonly BytesLike[]): Promise<number> {
  const checked = checkFd("call writev", "fd", fd);
  return writeOffThread("call writev", buffers, (windows) =>
    callOffThread("writev", checked, windows),
  );
}

/** {@link preadv} off the JavaScript thread. *Copies:* as {@link readvAsync}. */
export async function preadvAsync(
  fd: number,
  buffers: readonly BytesLike[],
  offset: number | bigint,
  flags: number = 0,
): Promise<number> {
  const place = checkPlace("call preadv", fd, offset, flags);
  return readOffThread("call preadv", buffers, (windows) =>
    callOffThread("preadv", place.fd, windows, place.offset, place.flags),
  );
}

/** {@link pwritev} off the JavaScript thread. *Copies:* as {@link writevAsync}. */
export async function pwritevAsync(
  fd: number,
  buffers: readonly BytesLike[],
  offset: number | bigint,
  flags: number = 0,
): Promise<number> {
  const place = checkPlace("call pwritev", fd, offset, flags);
  return writeOffThread("call pwritev", buffers, (windows) =>
    callOffThread("pwritev", place.fd, windows, place.offset, place.flags),
  );
}

type Start = (windows: Parameters<SystemCalls["readv"]>[1]) => Promise<number>;

async function readOffThread(action: string, buffers: unknown, start: Start): Promise<number> {
  const held = holdAll(checkBuffers(action, buffers), action, "write");
  try {
    const windows = held.map(writable);
    const count = await start(windows);
    deliver(windows, held, count);
    return count;
  } finally {
    releaseAll(held);
  }
}

async function writeOffThread(action: string, buffers: unknown, start: Start): Promise<number> {
  const held = holdAll(checkBuffers(action, buffers), action, "read");
  try {
    return await start(held.map(readable));
  } finally {
    releaseAll(held);
  }
}

interface Place {
  readonly fd: number;
  readonly offset: number;
  readonly flags: number;
}

function checkPlace(action: string, fd: unknown, offset: unknown, flags: unknown): Place {
  return {
    fd: checkFd(action, "fd", fd),
    offset: checkInteger(action, "offset", offset),
    flags: checkFlags(action, flags),
  };
}
