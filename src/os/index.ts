/**
 * `zerocopy/os`: exact system calls on file descriptors, with Python's names.
 *
 * `os.x()` is synchronous and may block, as `fs.xSync` does; `os.promises.x()` does the same off the
 * JavaScript thread. One call is one system call: short counts and EAGAIN are the caller's business
 * (`zerocopy/net` and `zerocopy/fs` take care of them). Linux with the native addon only; elsewhere
 * every call throws `ERR_NOT_SUPPORTED`.
 *
 * ```ts
 * import * as os from "zerocopy/os";
 * const sent = os.sendfile(socketFd, fileFd, 0, 65536);
 * ```
 */
export * from "./constants.ts";
export { copyFileRange } from "./copyFileRange.ts";
export { memfdCreate } from "./memfdCreate.ts";
export { openat2 } from "./openat2.ts";
export type { OpenHow } from "./openat2.ts";
export { cachestat, fadvise } from "./pageCache.ts";
export type { CacheStat } from "./pageCache.ts";
export { madvise, mmap, msync, munmap } from "./mmap.ts";
export type { MmapOptions } from "./mmap.ts";
export {
  MADV_COLD,
  MADV_DONTNEED,
  MADV_HUGEPAGE,
  MADV_NOHUGEPAGE,
  MADV_NORMAL,
  MADV_PAGEOUT,
  MADV_POPULATE_READ,
  MADV_POPULATE_WRITE,
  MADV_RANDOM,
  MADV_SEQUENTIAL,
  MADV_WILLNEED,
  MAP_ANONYMOUS,
  MAP_HUGETLB,
  MAP_LOCKED,
  MAP_NORESERVE,
  MAP_POPULATE,
  MAP_PRIVATE,
  MAP_SHARED,
  MAP_SHARED_VALIDATE,
  MAP_SYNC,
  MS_ASYNC,
  MS_INVALIDATE,
  MS_SYNC,
  PROT_READ,
  PROT_WRITE,
} from "./mmapConstants.ts";
export * as promises from "./promises.ts";
export { sendfile } from "./sendfile.ts";
export { splice } from "./splice.ts";
export { preadv, pwritev, readv, writev } from "./vectored.ts";
