/** The calls of `zerocopy/os`, off the JavaScript thread. */
export { copyFileRangeAsync as copyFileRange } from "./copyFileRange.ts";
export { memfdCreateAsync as memfdCreate } from "./memfdCreate.ts";
export { openat2Async as openat2 } from "./openat2.ts";
export { cachestatAsync as cachestat, fadviseAsync as fadvise } from "./pageCache.ts";
export { sendfileAsync as sendfile } from "./sendfile.ts";
export { spliceAsync as splice } from "./splice.ts";
export {
  preadvAsync as preadv,
  pwritevAsync as pwritev,
  readvAsync as readv,
  writevAsync as writev,
} from "./vectored.ts";
export { madviseAsync as madvise, msyncAsync as msync } from "./mmap.ts";
