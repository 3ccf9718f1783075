/**
 * mmap(2) and its relatives. What they work on is a MemoryView, not an address: so a view that
 * outlives its memory throws, instead of reading what was mapped there next.
 */
import { ValueError, cannot, invalidType } from "../core/errors.ts";
import { MemoryView } from "../core/memoryview.ts";
import { checkCount, checkFd, checkInteger } from "./arguments.ts";
import { Mapping, largestWindow, mappingOf, rangeOf } from "./mapping.ts";
import type { MappedRange } from "./mapping.ts";
import { MAP_FLAGS, MAP_SHARED, MS_SYNC, PROT_READ, PROT_WRITE } from "./mmapConstants.ts";

/** What `mmap` takes besides the file and the length. */
export interface MmapOptions {
  /** `PROT_READ`, or `PROT_READ | PROT_WRITE`, the default. */
  readonly prot?: number;
  /** `MAP_*`. Default `MAP_SHARED`. */
  readonly flags?: number;
  /** In bytes; a multiple of the page size, or EINVAL. Default 0. */
  readonly offset?: number | bigint;
}

/**
 * Maps `length` bytes of a file, or with `MAP_ANONYMOUS` and `fd` -1 new memory: a MemoryView of
 * bytes, read-only without `PROT_WRITE`. `mapFile` of `zerocopy/fs` is the friendlier way.
 *
 * The descriptor may be closed afterwards. The memory is unmapped by `munmap`, when all views are
 * released, or when they are collected. Touching a page waits for the disk, on the thread that
 * touches it; a page behind the end of the file reads as zeros, and what comes next throws
 * ERR_MAP_TRUNCATED.
 *
 * *Copies:* none. *Complexity:* one system call.
 *
 * @param length - bytes; at most what the engine allows in one ArrayBuffer (4 GiB on Node 20).
 * @throws {OSError} EACCES (the file is not open for that), EINVAL (length 0, or an offset that is no
 *   multiple of the page size), ENODEV (what cannot be mapped), ENOMEM, EBADF, …
 * @throws {ValueError} without `PROT_READ`, for flags that are not among `MAP_*`, and above the limit.
 * @throws {TypeError} for anything but integers. {@link https://docs.python.org/3/library/mmap.html mmap.mmap}, mmap(2).
 * @throws {ZeroCopyError} ERR_NOT_SUPPORTED without the native addon.
 *
 * @example
 * ```ts
 * import * as os from "zerocopy/os";
 * const flags = os.MAP_PRIVATE | os.MAP_ANONYMOUS;
 * const scratch = os.mmap(-1, 1 << 20, { flags });
 * scratch.set(0, 255);
 * os.munmap(scratch);
 * ```
 */
export function mmap(
  fd: number,
  length: number | bigint,
  { prot = PROT_READ | PROT_WRITE, flags = MAP_SHARED, offset = 0 }: MmapOptions = {},
): MemoryView<"B"> {
  const action = "call mmap";
  const request = {
    fd: checkFd(action, "fd", fd),
    offset: checkInteger(action, "offset", offset),
    length: checkInteger(action, "length", length),
    protection: checkInteger(action, "prot", prot),
    flags: checkInteger(action, "flags", flags),
  };
  if ((prot & ~PROT_WRITE) !== PROT_READ) {
    throw cannot(ValueError, action, "PROT_READ, or PROT_READ | PROT_WRITE", prot);
  }
  if ((flags & ~MAP_FLAGS) !== 0) throw cannot(ValueError, action, "flags among MAP_*", flags);
  checkWindow(action, request.length);
  const mapping = new Mapping(request);
  const readonly = (prot & PROT_WRITE) === 0;
  return MemoryView._whole(mapping.window(0, request.length, { readonly, owns: true }), mapping);
}

/** @throws {ValueError} for more bytes than the engine allows in one ArrayBuffer. */
export function checkWindow(action: string, length: number): void {
  if (length <= largestWindow) return;
  const wanted = `at most ${largestWindow} bytes, what ${process.release.name} ${process.version} allows in one view`;
  throw cannot(ValueError, action, `${wanted} (mapWindows() of zerocopy/fs maps more)`, length);
}

/**
 * Unmaps all of what `mmap` or `mapFile` mapped, whichever part `view` shows: all views end, and
 * windows that were lent become empty. Again does nothing.
 *
 * *Copies:* none.
 *
 * *Complexity:* one system call.
 *
 * @throws {BufferError} while a call is at work on the memory.
 * @throws {TypeError} for a view of other memory. @throws {ValueError} for a released view.
 *   {@link https://docs.python.org/3/library/mmap.html#mmap.mmap.close mmap.close}, munmap(2).
 *
 * @example
 * ```ts
 * import * as os from "zerocopy/os";
 * const pages = os.mmap(-1, 4096, { flags: os.MAP_PRIVATE | os.MAP_ANONYMOUS });
 * const window = pages.asUint8Array();
 * os.munmap(pages.subarray(10, 20)); // all of it
 * console.log(window.length); // 0
 * ```
 */
export function munmap(view: MemoryView): void {
  mappingOf(checkView(view, "call munmap"), "call munmap").end("call munmap");
}

/**
 * Writes what was changed in a shared mapping to the file, in whole pages. Blocks until the disk has
 * it, unless `flags` say `MS_ASYNC`.
 *
 * *Copies:* none.
 *
 * *Complexity:* one system call; the pages of the view that were changed.
 *
 * @throws {OSError} EIO, EINVAL, … @throws {TypeError} for a view of other memory, or a strided one.
 * @throws {ZeroCopyError} ERR_MAP_TRUNCATED.
 *   {@link https://docs.python.org/3/library/mmap.html#mmap.mmap.flush mmap.flush}, msync(2).
 *
 * @example
 * ```ts
 * import fs from "node:fs";
 * import * as os from "zerocopy/os";
 * const file = os.memfdCreate("counter");
 * fs.ftruncateSync(file, 4096);
 * const counter = os.mmap(file, 4096).cast("<I");
 * counter.set(0, 42);
 * os.msync(counter.subarray(0, 1));
 * os.munmap(counter);
 * ```
 */
export function msync(view: MemoryView, flags: number = MS_SYNC): void {
  const { mapping, offset, length } = located(view, "call msync");
  mapping.sync(offset, length, checkCount("call msync", "flags", flags, 0x7fffffff));
}

/** {@link msync} off the JavaScript thread. The memory cannot be unmapped meanwhile. */
export async function msyncAsync(view: MemoryView, flags: number = MS_SYNC): Promise<void> {
  const { mapping, offset, length } = located(view, "call msync");
  return mapping.syncAsync(offset, length, checkCount("call msync", "flags", flags, 0x7fffffff));
}

/**
 * Tells the kernel how the pages of a view will be used, or to do something with them now: whole
 * pages, from the one in which the view starts. Some advice blocks (`MADV_POPULATE_READ`), some
 * throws content away (`MADV_DONTNEED` of a private mapping).
 *
 * *Copies:* none.
 *
 * *Complexity:* one system call; the pages of the view, for advice that touches them.
 *
 * @throws {OSError} EINVAL (advice that this kernel or this mapping does not know), EIO, …
 * @throws {ValueError} for advice above 99, which takes pages away from under their readers.
 * @throws {TypeError} for a view of other memory, or a strided one.
 * @throws {ZeroCopyError} ERR_MAP_TRUNCATED.
 *   {@link https://docs.python.org/3/library/mmap.html#mmap.mmap.madvise mmap.madvise}, madvise(2).
 *
 * @example
 * ```ts
 * import fs from "node:fs";
 * import * as os from "zerocopy/os";
 * const file = fs.openSync(process.execPath, "r");
 * const pages = os.mmap(file, 1 << 20, { prot: os.PROT_READ, flags: os.MAP_PRIVATE });
 * os.madvise(pages, os.MADV_SEQUENTIAL);
 * os.munmap(pages);
 * ```
 */
export function madvise(view: MemoryView, advice: number): void {
  const { mapping, offset, length } = located(view, "call madvise");
  mapping.advise(offset, length, checkAdvice(advice));
}

/** {@link madvise} off the JavaScript thread. The memory cannot be unmapped meanwhile. */
export async function madviseAsync(view: MemoryView, advice: number): Promise<void> {
  const { mapping, offset, length } = located(view, "call madvise");
  return mapping.adviseAsync(offset, length, checkAdvice(advice));
}

/** From 100 on (MADV_HWPOISON, MADV_GUARD_INSTALL) pages are taken away: who reads them then is killed. */
function checkAdvice(advice: unknown): number {
  return checkCount("call madvise", "advice", advice, 99);
}

function located(view: unknown, action: string): MappedRange {
  return rangeOf(checkView(view, action), action);
}

function checkView(view: unknown, action: string): MemoryView {
  if (view instanceof MemoryView) return view;
  throw invalidType(action, "a view of mapped memory", view);
}
