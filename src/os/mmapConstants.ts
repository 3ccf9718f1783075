/**
 * The numbers of mmap(2), msync(2) and madvise(2) on x86-64, arm64 and riscv64, which share
 * asm-generic/mman.h. Left out: `MAP_FIXED` and its kin, because nobody here gives addresses.
 */
export const PROT_READ = 1;
export const PROT_WRITE = 2;

export const MAP_SHARED = 0x1;
export const MAP_PRIVATE = 0x2;
export const MAP_SHARED_VALIDATE = 0x3;
export const MAP_ANONYMOUS = 0x20;
export const MAP_LOCKED = 0x2000;
export const MAP_NORESERVE = 0x4000;
export const MAP_POPULATE = 0x8000;
export const MAP_HUGETLB = 0x40000;
export const MAP_SYNC = 0x80000;

/** All that are known. */
export const MAP_FLAGS: number =
  MAP_SHARED_VALIDATE |
  MAP_ANONYMOUS |
  MAP_LOCKED |
  MAP_NORESERVE |
  MAP_POPULATE |
  MAP_HUGETLB |
  MAP_SYNC;

export const MS_ASYNC = 1;
export const MS_INVALIDATE = 2;
export const MS_SYNC = 4;

export const MADV_NORMAL = 0;
export const MADV_RANDOM = 1;
export const MADV_SEQUENTIAL = 2;
export const MADV_WILLNEED = 3;
export const MADV_DONTNEED = 4;
export const MADV_HUGEPAGE = 14;
export const MADV_NOHUGEPAGE = 15;
export const MADV_COLD = 20;
export const MADV_PAGEOUT = 21;
export const MADV_POPULATE_READ = 22;
export const MADV_POPULATE_WRITE = 23;
